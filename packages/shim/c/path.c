/*
 * Mount targets inside a hostile root.
 *
 * Every look-up is openat2(RESOLVE_IN_ROOT) or one component with O_NOFOLLOW, so no symlink of an image leads
 * out of the root, and the caller mounts on the fd that is returned: no path is resolved twice.
 */
#define _GNU_SOURCE
#include "plan.h"
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static int64_t open_in_root(int root, const char *path, uint64_t flags)
{
	const struct open_how how = {
	    .flags = flags | O_PATH | O_CLOEXEC,
	    .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};

	return SYS4(SYS_openat2, root, (uintptr_t)path, (uintptr_t)&how, sizeof(how));
}

static void close_fd(int64_t fd)
{
	if (fd >= 0)
		SYS3(SYS_close, fd, 0, 0);
}

/* Make one component below `parent`, and open what was made; what somebody else put there meanwhile is not
 * followed. */
static int64_t make_component(int parent, const char *name, uint32_t mode)
{
	int64_t result;

	if (S_ISDIR(mode)) {
		result = SYS3(SYS_mkdirat, parent, (uintptr_t)name, mode & 07777);
	} else {
		result = SYS4(SYS_openat, parent, (uintptr_t)name,
			      O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC, mode & 07777);
		close_fd(result);
	}
	if (result < 0)
		return result;
	return SYS4(SYS_openat, parent, (uintptr_t)name,
		    O_PATH | O_NOFOLLOW | O_CLOEXEC | (S_ISDIR(mode) ? O_DIRECTORY : 0), 0);
}

/*
 * An O_PATH fd of `path` below `root`; what is missing of it is made: directories 0755, and the last
 * component as `mode` says. The whole path is tried first, as it mostly is there.
 *
 * Returns the fd or -errno. EEXIST: a dangling symlink stands where a directory is wanted.
 */
int64_t make_path(int root, const char *path, uint32_t mode)
{
	char prefix[PATH_MAX];
	size_t length = strlen(path);
	uint64_t last_flags = S_ISDIR(mode) ? O_DIRECTORY : 0;
	int64_t parent, result;

	if (length >= sizeof(prefix))
		return -ENAMETOOLONG;
	result = open_in_root(root, path, last_flags);
	if (result != -ENOENT)
		return result;

	memcpy(prefix, path, length + 1);
	parent = open_in_root(root, ".", O_DIRECTORY);
	for (size_t at = 0; parent >= 0 && at < length;) {
		size_t start = at + strspn(path + at, "/");
		size_t end = start + strcspn(path + start, "/");
		bool last = end + strspn(path + end, "/") >= length;
		int64_t next;

		if (start == end)
			break;
		prefix[end] = '\0';
		next = open_in_root(root, prefix, last ? last_flags : O_DIRECTORY);
		if (next == -ENOENT)
			next = make_component((int)parent, prefix + start, last ? mode : S_IFDIR | 0755);
		prefix[end] = path[end];
		close_fd(parent);
		parent = next;
		at = end;
	}
	return parent;
}
