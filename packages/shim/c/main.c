/*
 * vitrine-shim: makes one container by a launch plan, then is the parent of its PID 1.
 *
 * It decides nothing: what is called, in which order, is in the plan. Two regimes: until exec the launch
 * fails loudly with the step (step.c); after it, trouble costs at most log lines, and the container lives.
 *
 * It is spawned with these fds: 3 the plan (a sealed memfd), 4 the trace, 5 a socket to the agent, 6 the
 * container's directory, 7 the task's directory. All signals are blocked for good: the container's life is
 * PID 1's life, so neither the end of the agent's service nor a broad SIGTERM may end its parent and lose its
 * exit status. At a system's shutdown PID 1 gets the same signals itself, and the shim ends after it.
 */
#define _GNU_SOURCE
#include "control.h"
#include "log.h"
#include "plan.h"
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { FD_PLAN = 3, FD_TRACE = 4, FD_AGENT = 5, FD_CONTAINER = 6, FD_TASK = 7, FD_FIRST_FREE = 8 };

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)
#define DRAIN_BYTES                                                                                          \
	(8u << 20) /* after PID 1's end nobody writes any more, unless a pipe was handed out of the          \
		      container */

struct shim {
	struct launch launch;
	struct log log;
	struct connections connections;
	struct control_message state;
	size_t plan_size, trace_size;
	int streams[2]; /* stdout, stderr; -1 when at their end */
	int pidfd;
};

static struct shim shim;
static const char *const STREAM_NAMES[2] = {"stdout", "stderr"};

/* A seal is what keeps the plan the same between its check and its use. */
static int map_plan(void)
{
	struct stat file;
	uint8_t *bytes;

	if ((fcntl(FD_PLAN, F_GET_SEALS) & SEALS) != SEALS)
		return -EPERM;
	if (fstat(FD_PLAN, &file) < 0 || file.st_size <= 0 || file.st_size > MAX_PLAN_SIZE)
		return -EBADMSG;
	shim.plan_size = (size_t)file.st_size;
	bytes = mmap(NULL, shim.plan_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, FD_PLAN, 0);
	return bytes == MAP_FAILED ? -errno : decode_plan(bytes, shim.plan_size, &shim.launch.plan);
}

static int map_trace(void)
{
	struct stat file;
	uint8_t *bytes;
	struct trace_header *header;
	int result;

	if (fstat(FD_TRACE, &file) < 0 || file.st_size < (off_t)sizeof(*header))
		return -EBADMSG;
	shim.trace_size = (size_t)file.st_size;
	bytes = mmap(NULL, shim.trace_size, PROT_READ | PROT_WRITE, MAP_SHARED, FD_TRACE, 0);
	if (bytes == MAP_FAILED)
		return -errno;
	result = attach_trace(bytes, shim.trace_size, &shim.launch.plan, &shim.launch.trace);
	if (result < 0)
		return result;
	header = shim.launch.trace.header;
	header->shim_pid = getpid();
	header->began_realtime_ns = clock_ns(CLOCK_REALTIME);
	header->began_ns = clock_ns(CLOCK_MONOTONIC);
	return 0;
}

/* Node ignores SIGPIPE, and what is ignored stays so through exec: PID 1 must not inherit that. */
static void settle_process(void)
{
	sigset_t all;

	for (int number = 1; number < 65; number++)
		signal(number, SIG_DFL);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	setsid();
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	syscall(SYS_close_range, FD_FIRST_FREE, ~0u, 0);
	for (int fd = FD_PLAN; fd < FD_FIRST_FREE; fd++)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
}

static int slot_or(uint32_t slot, int otherwise)
{
	return slot == NO_SLOT ? otherwise : (int)shim.launch.slots[slot];
}

/* Also before the launch is complete, so that a container that waits for `start` can be seen and killed. */
static void adopt_child(void)
{
	const struct plan_header *header = shim.launch.plan.header;

	shim.state.pid = slot_or(header->pid_slot, -1);
	shim.pidfd = slot_or(header->pidfd_slot, -1);
	shim.streams[0] = slot_or(header->stdout_slot, -1);
	shim.streams[1] = slot_or(header->stderr_slot, -1);
	shim.launch.trace.header->pid = shim.state.pid;
}

static void say(enum message_type type)
{
	shim.state.type = type;
	shim.state.id = 0;
	shim.state.log_dropped_bytes = shim.log.dropped_bytes;
	connections_broadcast(&shim.connections, &shim.state);
}

_Noreturn static void leave(int code)
{
	unlinkat(FD_TASK, "control.sock", 0);
	_exit(code);
}

/*
 * A launch that failed leaves nothing: the child dies, and with its PID namespace all it may have started;
 * our mount namespace and what is mounted in it goes with us. The agent removes the directories that it made.
 */
_Noreturn static void give_up(void)
{
	struct trace_header *header = shim.launch.trace.header;
	int status = 0;

	if (shim.pidfd >= 0) {
		syscall(SYS_pidfd_send_signal, shim.pidfd, SIGKILL, NULL, 0);
		while (wait4(shim.state.pid, &status, __WALL, NULL) < 0 && errno == EINTR)
			;
		/* A child that had left already did not die of our signal: its status says of what. */
		if (header->failed_errno == EPIPE)
			header->child_wait_status = status;
	}
	shim.state.phase = PHASE_FAILED;
	shim.state.wait_status = status;
	shim.state.result = -header->failed_errno;
	shim.state.failed_side = header->failed_side;
	shim.state.failed_index = header->failed_index;
	say(MESSAGE_LAUNCH_FAILED);
	leave(1);
}

/* Said at once; then the rest of the table runs, and what the plan took of memory and fds is given back. */
static void launched(void)
{
	const struct plan_header *header = shim.launch.plan.header;

	shim.state.phase = PHASE_RUNNING;
	shim.state.started_ns = shim.launch.trace.header->began_realtime_ns +
				(shim.launch.trace.header->execed_ns - shim.launch.trace.header->began_ns);
	say(MESSAGE_LAUNCHED);
	run_shim_steps(&shim.launch);
	log_open(&shim.log, FD_CONTAINER, header->log_max_bytes, header->log_max_files);
	munmap(shim.launch.trace.header, shim.trace_size);
	munmap((void *)(uintptr_t)header, shim.plan_size);
	close(FD_PLAN);
	close(FD_TRACE);
}

/* Runs the shim's table from where it stands. */
static void go_on(void)
{
	enum run run = run_shim_steps(&shim.launch);

	adopt_child();
	if (run == RUN_EXECED) {
		launched();
	} else if (run == RUN_PAUSED) {
		shim.state.phase = PHASE_CREATED;
		say(MESSAGE_CREATED);
	} else {
		give_up();
	}
}

/* One read a turn, so that no chatty stream starves the other or the control socket. Returns what was read.
 */
static size_t copy_stream(int index)
{
	static uint8_t bytes[8192];
	ssize_t count = read(shim.streams[index], bytes, sizeof(bytes));

	if (count > 0) {
		log_write(&shim.log, STREAM_NAMES[index], bytes, (size_t)count);
		return (size_t)count;
	}
	if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
		close(shim.streams[index]);
		shim.streams[index] = -1;
	}
	return 0;
}

/* The kernel ended all of the PID namespace before PID 1 could be reaped, so what the pipes hold is all there
 * is. */
static void drain_streams(void)
{
	for (int index = 0; index < 2; index++) {
		size_t total = 0, count = 1;

		if (shim.streams[index] < 0 || shim.log.max_files == 0)
			continue;
		fcntl(shim.streams[index], F_SETFL, O_NONBLOCK);
		while (count > 0 && total < DRAIN_BYTES && shim.streams[index] >= 0)
			total += count = copy_stream(index);
	}
}

/* When the disk of the container's directory refuses, the task's directory is memory: better there than
 * nowhere. */
_Noreturn static void finish(void)
{
	struct exit_record record = {.magic = EXIT_MAGIC, .version = EXIT_VERSION};

	drain_streams();
	while (wait4(shim.state.pid, &shim.state.wait_status, __WALL, NULL) < 0 && errno == EINTR)
		;
	shim.state.ended_ns = clock_ns(CLOCK_REALTIME);
	record.pid = shim.state.pid;
	record.wait_status = shim.state.wait_status;
	record.started_ns = shim.state.started_ns;
	record.ended_ns = shim.state.ended_ns;
	record.log_dropped_bytes = shim.log.dropped_bytes;
	record.kill_requested = shim.state.kill_requested;
	if (write_exit_record(FD_CONTAINER, &record) < 0)
		shim.state.record_lost = write_exit_record(FD_TASK, &record) < 0;
	shim.state.phase = PHASE_EXITED;
	say(MESSAGE_EXITED);
	leave(0);
}

static int kill_child(int number)
{
	if (number < 0 || number > 64)
		return -EINVAL;
	if (syscall(SYS_pidfd_send_signal, shim.pidfd, number, NULL, 0) < 0)
		return -errno;
	if (number != 0)
		shim.state.kill_requested = number;
	return 0;
}

static void answer(struct connection *connection, const struct control_request *request)
{
	struct control_message reply;
	int result = 0;

	switch ((enum request_type)request->type) {
	case REQUEST_START:
		if (shim.state.phase == PHASE_CREATED)
			go_on();
		else
			result = -EALREADY;
		break;
	case REQUEST_KILL:
		result = kill_child(request->argument);
		break;
	case REQUEST_SUBSCRIBE:
		connection->subscribed = 1;
		break;
	case REQUEST_STATE:
		break;
	default:
		result = -EOPNOTSUPP;
	}
	reply = shim.state;
	reply.type = MESSAGE_REPLY;
	reply.id = request->id;
	reply.result = result;
	reply.log_dropped_bytes = shim.log.dropped_bytes;
	connection_send(connection, &reply);
}

/* poll(2) ignores negative fds, so what is closed simply stays in its place. */
_Noreturn static void supervise(void)
{
	enum { POLL_PID, POLL_STDOUT, POLL_STDERR, POLL_LISTENER, POLL_CONNECTIONS };
	struct pollfd fds[POLL_CONNECTIONS + MAX_CONNECTIONS];
	struct control_request request;

	for (;;) {
		fds[POLL_PID] = (struct pollfd){shim.pidfd, POLLIN, 0};
		fds[POLL_LISTENER] = (struct pollfd){shim.connections.listener, POLLIN, 0};
		for (int i = 0; i < 2; i++)
			fds[POLL_STDOUT + i] = (struct pollfd){
			    shim.state.phase == PHASE_RUNNING ? shim.streams[i] : -1, POLLIN, 0};
		for (int i = 0; i < MAX_CONNECTIONS; i++)
			fds[POLL_CONNECTIONS + i] = (struct pollfd){shim.connections.open[i].fd, POLLIN, 0};

		if (poll(fds, sizeof(fds) / sizeof(fds[0]), -1) < 0)
			continue;
		if (fds[POLL_PID].revents)
			finish();
		for (int i = 0; i < 2; i++)
			if (fds[POLL_STDOUT + i].revents)
				copy_stream(i);
		for (int i = 0; i < MAX_CONNECTIONS; i++)
			if (fds[POLL_CONNECTIONS + i].revents &&
			    connection_read(&shim.connections.open[i], &request))
				answer(&shim.connections.open[i], &request);
		if (fds[POLL_LISTENER].revents)
			connections_accept(&shim.connections);
	}
}

int main(void)
{
	int result;

	settle_process();
	memset(shim.launch.slots, 0xff, sizeof(shim.launch.slots));
	shim.pidfd = shim.streams[0] = shim.streams[1] = -1;
	shim.state.shim_pid = getpid();
	result = connections_listen(&shim.connections, FD_TASK, FD_AGENT);
	if (result == 0)
		result = map_plan();
	if (result == 0)
		result = map_trace();
	if (result < 0) {
		shim.state.phase = PHASE_FAILED;
		shim.state.result = result;
		say(MESSAGE_LAUNCH_FAILED);
		leave(2);
	}
	go_on();
	supervise();
}
