/*
 * The control socket: a path in the task's 0700 directory, spoken to by root only.
 *
 * A client that does not read loses its connection, and never the container: all sends are non-blocking.
 */
#define _GNU_SOURCE
#include "control.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static struct connection *free_place(struct connections *connections)
{
	for (int i = 0; i < MAX_CONNECTIONS; i++)
		if (connections->open[i].fd < 0)
			return &connections->open[i];
	return NULL;
}

/* The path is relative to the task's directory, since sun_path holds only 108 bytes. */
static int bind_in(int directory)
{
	const struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "control.sock"};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	umask(0177);
	if (fchdir(directory) < 0 || bind(fd, (const void *)&address, sizeof(address)) < 0 ||
	    listen(fd, MAX_CONNECTIONS) < 0 || chdir("/") < 0) {
		int error = errno;

		close(fd);
		return -error;
	}
	umask(022);
	return fd;
}

/* `inherited` is already connected to the agent that launched us, so that it hears of the launch first-hand.
 */
int connections_listen(struct connections *connections, int directory, int inherited)
{
	for (int i = 0; i < MAX_CONNECTIONS; i++)
		connections->open[i].fd = -1;
	connections->open[0].fd = inherited;
	connections->open[0].subscribed = 1;
	fcntl(inherited, F_SETFL, O_NONBLOCK);
	connections->listener = bind_in(directory);
	return connections->listener < 0 ? connections->listener : 0;
}

void connections_accept(struct connections *connections)
{
	struct connection *place = free_place(connections);
	struct ucred peer;
	socklen_t length = sizeof(peer);
	int fd = accept4(connections->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	if (place == NULL || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0 || peer.uid != 0) {
		close(fd);
		return;
	}
	*place = (struct connection){.fd = fd};
}

void connection_close(struct connection *connection)
{
	if (connection->fd >= 0)
		close(connection->fd);
	connection->fd = -1;
}

/* Returns 1 when a whole request is there, 0 when not yet; closes the connection at its end. */
int connection_read(struct connection *connection, struct control_request *request)
{
	ssize_t count = recv(connection->fd, connection->request + connection->received,
			     sizeof(connection->request) - connection->received, MSG_DONTWAIT);

	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (count <= 0) {
		connection_close(connection);
		return 0;
	}
	connection->received += (size_t)count;
	if (connection->received < sizeof(*request))
		return 0;
	memcpy(request, connection->request, sizeof(*request));
	connection->received = 0;
	return 1;
}

void connection_send(struct connection *connection, const struct control_message *message)
{
	if (connection->fd < 0)
		return;
	if (send(connection->fd, message, sizeof(*message), MSG_DONTWAIT | MSG_NOSIGNAL) !=
	    (ssize_t)sizeof(*message))
		connection_close(connection);
}

void connections_broadcast(struct connections *connections, const struct control_message *message)
{
	for (int i = 0; i < MAX_CONNECTIONS; i++)
		if (connections->open[i].subscribed)
			connection_send(&connections->open[i], message);
}

/* Durable before anybody is told: written, fsynced, renamed, and the directory fsynced. Returns 0 or -errno.
 */
int write_exit_record(int directory, const struct exit_record *record)
{
	int fd = openat(directory, "exit.tmp", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0640);
	int error = 0;

	if (fd < 0)
		return -errno;
	errno = EIO;
	if (write(fd, record, sizeof(*record)) != (ssize_t)sizeof(*record) || fsync(fd) < 0 ||
	    renameat(directory, "exit.tmp", directory, "exit") < 0 || fsync(directory) < 0)
		error = -errno;
	close(fd);
	return error;
}
