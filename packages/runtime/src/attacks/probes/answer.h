/* How a probe tells what the kernel answered: one line an attempt, "what: ERRNO" or "what: done". */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *name_of(int number)
{
	static char other[16];

#define NAME(errno)                                                                                          \
	case errno:                                                                                          \
		return #errno
	switch (number) {
		NAME(EPERM);
		NAME(ENOENT);
		NAME(ESRCH);
		NAME(EBADF);
		NAME(EAGAIN);
		NAME(EACCES);
		NAME(EFAULT);
		NAME(EBUSY);
		NAME(EEXIST);
		NAME(EXDEV);
		NAME(ENODEV);
		NAME(ENOTDIR);
		NAME(EISDIR);
		NAME(EINVAL);
		NAME(ENOTTY);
		NAME(ETXTBSY);
		NAME(ENXIO);
		NAME(ENOSPC);
		NAME(EROFS);
		NAME(ENOSYS);
		NAME(ELOOP);
		NAME(ENETUNREACH);
		NAME(ECONNREFUSED);
		NAME(EAFNOSUPPORT);
		NAME(EPROTONOSUPPORT);
		NAME(EOPNOTSUPP);
	}
	snprintf(other, sizeof(other), "%d", number);
	return other;
}

static void answer(const char *what, long result)
{
	printf("%s: %s\n", what, result < 0 ? name_of(errno) : "done");
	fflush(stdout);
}

/* Writes back what is there when it can be read: harmless should it work, and still an attempt. */
__attribute__((unused)) static int write_back(const char *path)
{
	char content[256] = "0\n";
	ssize_t length = 2;
	int reader = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int writer;

	if (reader >= 0) {
		ssize_t count = read(reader, content, sizeof(content));

		if (count > 0)
			length = count;
		close(reader);
	}
	writer = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
	if (writer < 0)
		return -1;
	length = write(writer, content, (size_t)length);
	close(writer);
	return length < 0 ? -1 : 0;
}

__attribute__((unused)) static int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t written = fd < 0 ? -1 : write(fd, text, strlen(text));

	if (fd >= 0)
		close(fd);
	return written < 0 ? -1 : 0;
}
