/* Opens the program of every process that can be seen, to overwrite it: how a container once replaced its
 * runtime. */
#define _GNU_SOURCE
#include "answer.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>

int main(void)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int seen = 0;
	char what[2 * PATH_MAX];

	if (proc == NULL)
		return 1;
	while ((entry = readdir(proc)) != NULL) {
		char path[64], target[PATH_MAX] = "";

		if (atoi(entry->d_name) == 0)
			continue;
		seen++;
		snprintf(path, sizeof(path), "/proc/%.10s/exe", entry->d_name);
		if (readlink(path, target, sizeof(target) - 1) < 0)
			strcpy(target, "?");
		snprintf(what, sizeof(what), "overwrite %s (%s)", path, target);
		answer(what, open(path, O_WRONLY | O_CLOEXEC));
	}
	snprintf(what, sizeof(what), "processes seen: %d", seen);
	answer(what, 0);
	return 0;
}
