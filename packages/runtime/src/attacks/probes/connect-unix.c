/*
 * Connects to unix sockets as somebody else. Arguments: the user id to become, or 0 to stay, and names.
 */
#define _GNU_SOURCE
#include "answer.h"

#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>

/* `@name` is an abstract one, as /proc/net/unix writes it. A path may be longer than an address: its
 * directory is entered. */
static void connect_to(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char directory[4096];
	const char *slash = strrchr(name, '/');
	const char *last = slash == NULL ? name : slash + 1;
	size_t length = strnlen(last, sizeof(address.sun_path) - 1);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(directory, sizeof(directory), "%.*s", slash == NULL ? 0 : (int)(slash - name), name);
	if (slash != NULL && name[0] != '@' && chdir(directory) < 0) {
		answer(name, -1);
		return;
	}
	memcpy(address.sun_path, last, length);
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	answer(name, connect(fd, (const void *)&address,
			     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)));
	close(fd);
}

int main(int count, char **arguments)
{
	int user = count > 1 ? atoi(arguments[1]) : 0;

	if (user != 0 && (setgid((gid_t)user) < 0 || setuid((uid_t)user) < 0))
		return 1;
	for (int at = 2; at < count; at++)
		connect_to(arguments[at]);
	return 0;
}
