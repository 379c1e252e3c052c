/*
 * What a kit for breaking out of containers tries, one line an attempt. Every attempt is harmless should it
 * work: settings are written back as they were read, modules and kernels are loaded from nothing. Arguments:
 * the PID of a process of the host, an address of the host, and a TCP port on which the host listens.
 */
#define _GNU_SOURCE
#include "answer.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>

#define TRY(call, ...) answer(#call, syscall(SYS_##call, ##__VA_ARGS__))
#define NEW_ALL	       (CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWCGROUP)

static void try_mounts(void)
{
	answer("mount a tmpfs", mount("none", "/dev/shm", "tmpfs", 0, NULL));
	answer("mount a new proc", mount("proc", "/dev/shm", "proc", 0, NULL));
	answer("bind", mount("/", "/dev/shm", NULL, MS_BIND, NULL));
	answer("make /proc/sys writable", mount(NULL, "/proc/sys", NULL, MS_REMOUNT | MS_BIND, NULL));
	answer("make cgroups writable", mount(NULL, "/sys/fs/cgroup", NULL, MS_REMOUNT | MS_BIND, NULL));
	answer("unmount a mask", umount2("/proc/kcore", MNT_DETACH));
	TRY(fsopen, "tmpfs", 0);
	TRY(fspick, -1, "/", 0);
	TRY(open_tree, -1, "/", 1);
	TRY(move_mount, -1, "/", -1, "/", 0);
	TRY(mount_setattr, -1, "/", 0, NULL, 0);
	TRY(pivot_root, ".", ".");
	TRY(swapon, "/dev/null", 0);
	TRY(quotactl, 0, NULL, 0, NULL);
}

static void try_settings(void)
{
	static const char *const paths[] = {
	    "/proc/sys/kernel/core_pattern",
	    "/proc/sys/kernel/modprobe",
	    "/proc/sys/vm/overcommit_memory",
	    "/proc/sys/fs/file-max",
	    "/proc/sys/net/ipv4/ip_forward",
	    "/proc/sysrq-trigger",
	    "/proc/irq/default_smp_affinity",
	    "/proc/bus/pci/devices",
	    "/proc/self/uid_map",
	    "/proc/self/timens_offsets",
	    "/sys/kernel/uevent_helper",
	    "/sys/kernel/mm/transparent_hugepage/enabled",
	    "/sys/class/net/lo/mtu",
	    "/sys/power/state",
	    "/sys/fs/cgroup/memory/cgroup.procs",
	    "/sys/fs/cgroup/memory/memory.limit_in_bytes",
	    "/sys/fs/cgroup/pids/pids.max",
	    "/sys/fs/cgroup/memory/notify_on_release",
	    "/sys/fs/cgroup/cgroup.procs",
	    "/sys/fs/cgroup/memory.max",
	};

	for (size_t at = 0; at < sizeof(paths) / sizeof(paths[0]); at++) {
		char what[128];

		snprintf(what, sizeof(what), "write %s", paths[at]);
		answer(what, write_back(paths[at]));
	}
	answer("make a cgroup",
	       mkdir("/sys/fs/cgroup/escape", 0755) & mkdir("/sys/fs/cgroup/memory/escape", 0755));
}

/* Masked files read as nothing, and are told apart from those with a content. */
static void try_secrets(void)
{
	static const char *const paths[] = {
	    "/proc/kcore",
	    "/proc/keys",
	    "/proc/timer_list",
	    "/proc/interrupts",
	    "/proc/sched_debug",
	    "/proc/scsi/scsi",
	    "/proc/acpi/wakeup",
	    "/sys/firmware/dmi/tables/DMI",
	    "/dev/mem",
	    "/dev/kmem",
	    "/dev/port",
	    "/dev/kmsg",
	    "/dev/sda",
	    "/dev/vda",
	    "/dev/fuse",
	    "/dev/kvm",
	    "/dev/net/tun",
	    "/proc/kmsg",
	    "/proc/kpagecount",
	    "/var/run/docker.sock",
	    "/run/containerd/containerd.sock",
	};

	for (size_t at = 0; at < sizeof(paths) / sizeof(paths[0]); at++) {
		char what[128], byte;
		int fd = open(paths[at], O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		ssize_t count = fd < 0 ? -1 : read(fd, &byte, 1);

		snprintf(what, sizeof(what), "read %s", paths[at]);
		if (count == 0)
			printf("%s: empty\n", what);
		else
			answer(what, count);
	}
}

/* Where a place lets device nodes be made, they must not lead to the device. */
static void try_device(const char *what, const char *path, mode_t kind, dev_t number)
{
	char line[128];

	snprintf(line, sizeof(line), "make %s at %s", what, path);
	answer(line, mknod(path, kind | 0600, number));
	snprintf(line, sizeof(line), "open %s at %s", what, path);
	answer(line, open(path, O_RDONLY | O_CLOEXEC));
}

static void try_devices(dev_t disk)
{
	try_device("the host's disk", "/disk", S_IFBLK, disk);
	try_device("the host's disk", "/dev/disk", S_IFBLK, disk);
	try_device("the host's disk", "/dev/shm/disk", S_IFBLK, disk);
	try_device("the first SCSI disk", "/dev/sda", S_IFBLK, makedev(8, 0));
	try_device("memory", "/mem", S_IFCHR, makedev(1, 1));
	try_device("memory", "/dev/mem", S_IFCHR, makedev(1, 1));
	try_device("the kernel's log", "/dev/kmsg", S_IFCHR, makedev(1, 11));
	try_device("FUSE", "/dev/fuse", S_IFCHR, makedev(10, 229));
	try_device("tunnels", "/dev/tun", S_IFCHR, makedev(10, 200));
	answer("push to the terminal", ioctl(0, TIOCSTI, "x"));
}

static void try_processes(pid_t stranger)
{
	char byte;
	struct iovec local = {&byte, 1}, remote = {(void *)0x400000, 1};
	char path[64];

	answer("trace a process of the host", ptrace(PTRACE_ATTACH, stranger, NULL, NULL));
	answer("read a process of the host", process_vm_readv(stranger, &local, 1, &remote, 1, 0));
	answer("signal a process of the host", kill(stranger, 0));
	answer("hold a process of the host", syscall(SYS_pidfd_open, stranger, 0));
	snprintf(path, sizeof(path), "/proc/%d/root", stranger);
	answer("see a process of the host", open(path, O_RDONLY | O_CLOEXEC));
	TRY(pidfd_getfd, -1, 0, 0);
	TRY(process_madvise, -1, NULL, 0, 0, 0);
	TRY(kcmp, 1, 1, 0, 0, 0);
	answer("raise priority", syscall(SYS_setpriority, 0, 0, -20));
	answer("be spared when memory ends", write_text("/proc/self/oom_score_adj", "-1000"));
	answer("be spared with all of the container", write_text("/proc/1/oom_score_adj", "-1000"));
}

static void try_roots(void)
{
	struct stat own, seen;
	long same;

	stat("/", &own);
	same = stat("/proc/1/root/", &seen) == 0 && own.st_ino == seen.st_ino && own.st_dev == seen.st_dev;
	answer("PID 1 has another root", same ? (errno = ENOENT, -1) : 0);
	/* The classic way out of a chroot: go above a root that is below the working directory. */
	mkdir("/below", 0755);
	answer("chroot", chroot("/below"));
	for (int up = 0; up < 64; up++)
		chdir("..");
	answer("chroot to what is above", chroot("."));
	same = stat("/", &seen) == 0 && own.st_ino == seen.st_ino && own.st_dev == seen.st_dev;
	answer("what is above is no root of ours", same ? (errno = ENOENT, -1) : 0);
	TRY(open_by_handle_at, -1, NULL, 0);
}

/* As fork(2) does it, with the flags of namespaces. */
static long clone_into(unsigned long flags)
{
	long child = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);

	if (child == 0)
		_exit(0);
	return child;
}

static void try_namespaces(void)
{
	answer("clone into new users", clone_into(CLONE_NEWUSER));
	answer("clone into new mounts", clone_into(CLONE_NEWNS));
	TRY(unshare, CLONE_NEWUSER);
	answer("unshare all but users", unshare(NEW_ALL));
	TRY(clone3, NULL, 0);
	answer("setns", setns(open("/proc/1/ns/mnt", O_RDONLY | O_CLOEXEC), 0));
	TRY(sethostname, "x", 1);
}

static void try_kernel(void)
{
	TRY(keyctl, 0, -3, 1);
	TRY(add_key, "user", "x", "x", 1, -3);
	TRY(request_key, "user", "x", NULL, -3);
	TRY(io_uring_setup, 1, NULL);
	TRY(io_uring_enter, -1, 0, 0, 0, NULL, 0);
	TRY(io_uring_register, -1, 0, NULL, 0);
	TRY(bpf, 0, NULL, 0);
	TRY(perf_event_open, NULL, 0, -1, -1, 0);
	TRY(userfaultfd, 0);
	TRY(kexec_load, 0, 0, NULL, 0);
	TRY(kexec_file_load, -1, -1, 0, NULL, 0);
	TRY(init_module, NULL, 0, "");
	TRY(finit_module, -1, "", 0);
	TRY(delete_module, "", 0);
	TRY(reboot, 0, 0, 0, NULL);
	TRY(syslog, 3, NULL, 0);
	TRY(acct, NULL);
	TRY(settimeofday, NULL, NULL);
	TRY(clock_settime, 0, NULL);
	TRY(fanotify_init, 0, 0);
	TRY(mbind, 0, 0, 0, NULL, 0, 0);
	TRY(move_pages, 0, 0, NULL, NULL, NULL, 0);
	TRY(lookup_dcookie, 0, NULL, 0);
#ifdef __x86_64__
	TRY(iopl, 3);
	TRY(ioperm, 0, 1, 1);
#endif
	answer("be a 32-bit program that may be mapped at zero", syscall(SYS_personality, 0x100000));
}

static void try_network(const char *address, int port)
{
	struct sockaddr_in host = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	struct sockaddr_ll wire = {.sll_family = AF_PACKET, .sll_ifindex = 2};
	int raw = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	int packet = socket(AF_PACKET, SOCK_RAW, 0);
	struct if_nameindex *interfaces = if_nameindex();
	int others = 0;

	answer("AF_VSOCK", socket(40, SOCK_STREAM, 0));
	inet_pton(AF_INET, address, &host.sin_addr);
	answer("connect to the host", connect(socket(AF_INET, SOCK_STREAM, 0), (void *)&host, sizeof(host)));
	answer("raw to the host", sendto(raw, "12345678", 8, 0, (void *)&host, sizeof(host)));
	host.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	answer("connect to the host's loopback",
	       connect(socket(AF_INET, SOCK_STREAM, 0), (void *)&host, sizeof(host)));
	answer("a frame to the host's card",
	       sendto(packet, "12345678901234", 14, 0, (void *)&wire, sizeof(wire)));
	for (int at = 0; interfaces != NULL && interfaces[at].if_index != 0; at++)
		others += strcmp(interfaces[at].if_name, "lo") != 0;
	answer("a card beside lo", others > 0 ? 0 : (errno = ENODEV, -1));
}

int main(int count, char **arguments)
{
	if (count != 5)
		return 1;
	try_mounts();
	try_settings();
	try_secrets();
	try_devices((dev_t)strtoull(arguments[4], NULL, 10));
	try_processes(atoi(arguments[1]));
	try_namespaces();
	try_kernel();
	try_network(arguments[2], atoi(arguments[3]));
	try_roots();
	return 0;
}
