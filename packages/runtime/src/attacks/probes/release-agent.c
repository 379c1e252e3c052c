/*
 * Becomes root of a user namespace of its own, mounts every v1 hierarchy there, and writes to release_agent:
 * the program that the kernel runs as root of the host. What it writes is what it read.
 */
#define _GNU_SOURCE
#include "answer.h"

#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>

static void try_hierarchy(const char *options)
{
	char what[256], directory[256], agent[300];

	snprintf(directory, sizeof(directory), "/dev/shm/%s", options);
	mkdir(directory, 0755);
	snprintf(what, sizeof(what), "mount %s", options);
	answer(what, mount("cgroup", directory, "cgroup", 0, options));
	snprintf(agent, sizeof(agent), "%s/release_agent", directory);
	snprintf(what, sizeof(what), "release_agent of %s", options);
	answer(what, write_back(agent));
	snprintf(agent, sizeof(agent), "/sys/fs/cgroup/%s/release_agent", options);
	snprintf(what, sizeof(what), "release_agent of %s as the container was given it", options);
	answer(what, write_back(agent));
}

int main(void)
{
	char line[512];
	FILE *cgroups = fopen("/proc/self/cgroup", "re");
	char hierarchies[32][128];
	int count = 0;

	/* "7:memory:/", "1:name=systemd:/", and "0::/" for v2. */
	while (cgroups != NULL && count < 32 && fgets(line, sizeof(line), cgroups) != NULL)
		if (sscanf(line, "%*d:%127[^:]:", hierarchies[count]) == 1)
			count++;
	answer("unshare", unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWCGROUP));
	write_text("/proc/self/setgroups", "deny");
	answer("become root there",
	       write_text("/proc/self/uid_map", "0 0 1") | write_text("/proc/self/gid_map", "0 0 1"));
	for (int at = 0; at < count; at++)
		try_hierarchy(hierarchies[at]);
	return 0;
}
