/* Every way to the kernel's crypto sockets (AF_ALG, 38): plain, with a family wider than an int, and by other
 * ABIs. */
#define _GNU_SOURCE
#include "answer.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define ALG	  38L
#define VSOCK	  40L
#define ABOVE_INT (1L << 32)
#define X32	  0x40000000L

/* A filter may kill for it, so a child asks. */
static void ask_in_child(const char *what, long (*attempt)(void))
{
	int status;
	pid_t child = fork();

	if (child == 0)
		_exit((int)-attempt());
	waitpid(child, &status, 0);
	if (WIFSIGNALED(status))
		printf("%s: killed by signal %d\n", what, WTERMSIG(status));
	else
		printf("%s: %s\n", what, WEXITSTATUS(status) == 0 ? "done" : name_of(WEXITSTATUS(status)));
	fflush(stdout);
}

static long by_x32(void)
{
	return syscall(X32 | SYS_socket, ALG, SOCK_SEQPACKET, 0) < 0 ? -errno : 0;
}

#ifdef __x86_64__
static long int80(long number, long first, long second, long third)
{
	long result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(number), "b"(first), "c"(second), "d"(third)
			 : "memory");
	return result < 0 ? result : 0;
}

static long by_int80_socket(void)
{
	return int80(359, ALG, SOCK_SEQPACKET, 0);
}

/* socketcall(2) hides its arguments behind a pointer, which has to lie below 4 GiB: a static program's data
 * does. */
static long by_int80_socketcall(void)
{
	static unsigned int arguments[3] = {ALG, SOCK_SEQPACKET, 0};

	return int80(102, 1, (long)arguments, 0);
}
#endif

int main(void)
{
	answer("AF_ALG", syscall(SYS_socket, ALG, SOCK_SEQPACKET, 0));
	answer("AF_ALG as a datagram", syscall(SYS_socket, ALG, SOCK_DGRAM | SOCK_CLOEXEC, 0));
	answer("AF_ALG in a wide family", syscall(SYS_socket, ABOVE_INT | ALG, SOCK_SEQPACKET, 0));
	answer("AF_VSOCK", syscall(SYS_socket, VSOCK, SOCK_STREAM, 0));
	answer("AF_VSOCK in a wide family", syscall(SYS_socket, ABOVE_INT | VSOCK, SOCK_STREAM, 0));
	answer("AF_UNIX", syscall(SYS_socket, 1L, SOCK_STREAM, 0));
	ask_in_child("x32", by_x32);
#ifdef __x86_64__
	ask_in_child("int80 socket", by_int80_socket);
	ask_in_child("int80 socketcall", by_int80_socketcall);
#endif
	return 0;
}
