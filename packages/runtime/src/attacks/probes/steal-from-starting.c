/*
 * Reaches into a process from outside, as root of a container would reach into one that joins it: by its
 * descriptors, its memory, its program and a debugger's calls. Arguments: which root to be (that of the
 * process's user namespace, or the host's with a container's capabilities), and the PID.
 */
#define _GNU_SOURCE
#include "answer.h"

#include <linux/capability.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* The fourteen that a container has by default. */
#define DEFAULT_CAPABILITIES 0xa80425fbu

static char path[64];

static const char *of(const char *pid, const char *file)
{
	snprintf(path, sizeof(path), "/proc/%.10s/%s", pid, file);
	return path;
}

static int become(const char *who, const char *pid)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct sets[2] = {{DEFAULT_CAPABILITIES, DEFAULT_CAPABILITIES, 0}, {0, 0, 0}};

	if (strcmp(who, "root-inside") != 0)
		return (int)syscall(SYS_capset, &header, sets);
	if (setns(open(of(pid, "ns/user"), O_RDONLY | O_CLOEXEC), CLONE_NEWUSER) < 0)
		return -1;
	return setgid(0) < 0 ? -1 : setuid(0);
}

static void steal(const char *pid)
{
	char target[256];
	int number = atoi(pid);
	int pidfd = (int)syscall(SYS_pidfd_open, number, 0);
	long attached;

	answer("its program", readlink(of(pid, "exe"), target, sizeof(target)));
	answer("its root", open(of(pid, "root"), O_RDONLY | O_CLOEXEC));
	answer("its descriptors", readlink(of(pid, "fd/1"), target, sizeof(target)));
	answer("its memory", open(of(pid, "mem"), O_RDWR | O_CLOEXEC));
	answer("a copy of a descriptor", syscall(SYS_pidfd_getfd, pidfd, 1, 0));
	attached = ptrace(PTRACE_ATTACH, number, NULL, NULL);
	answer("its registers", attached);
	if (attached == 0) {
		waitpid(number, NULL, __WALL);
		ptrace(PTRACE_DETACH, number, NULL, NULL);
	}
}

int main(int count, char **arguments)
{
	if (count != 3 || become(arguments[1], arguments[2]) < 0)
		return 1;
	steal(arguments[2]);
	return 0;
}
