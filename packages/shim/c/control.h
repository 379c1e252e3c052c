/*
 * What is said over the control socket, and what is left when all is over. Fixed sizes, host byte order;
 * packages/shim/src/control-layout.ts reads and writes the same, compared by layout.test.ts.
 */
#ifndef VITRINE_CONTROL_H
#define VITRINE_CONTROL_H

#include <stddef.h>
#include <stdint.h>

#define EXIT_MAGIC	0x54584556u /* "VEXT" */
#define EXIT_VERSION	1u
#define MAX_CONNECTIONS 16

enum request_type { REQUEST_START = 1, REQUEST_KILL = 2, REQUEST_STATE = 3, REQUEST_SUBSCRIBE = 4 };

enum message_type {
	MESSAGE_REPLY = 1,
	MESSAGE_CREATED = 2,
	MESSAGE_LAUNCHED = 3,
	MESSAGE_LAUNCH_FAILED = 4,
	MESSAGE_EXITED = 5
};

enum phase { PHASE_LAUNCHING = 0, PHASE_CREATED = 1, PHASE_RUNNING = 2, PHASE_EXITED = 3, PHASE_FAILED = 4 };

struct control_request {
	uint32_t type;
	int32_t argument; /* of REQUEST_KILL: the signal */
	uint64_t id;	  /* comes back in the reply; not 0 */
};
_Static_assert(sizeof(struct control_request) == 16, "control_request");

/* Every message carries the whole state; its type says why it was sent. */
struct control_message {
	uint32_t type;
	uint32_t phase;
	uint64_t id;	/* of the request it answers; 0 when unasked */
	int32_t result; /* of the request: 0 or -errno; of a failed launch: -errno of the step */
	int32_t pid;	/* of the container's PID 1 on the host */
	int32_t shim_pid;
	int32_t wait_status;
	uint64_t started_ns; /* when PID 1 was exec'd, and ended; since the epoch; 0: not */
	uint64_t ended_ns;
	uint64_t log_dropped_bytes;
	int32_t kill_requested; /* the last signal asked for over this socket, or 0 */
	uint32_t failed_side;
	uint32_t failed_index;
	uint32_t
	    record_lost; /* the exit record could not be written anywhere: this message is all there is */
};
_Static_assert(offsetof(struct control_message, result) == 16, "control_message.result");
_Static_assert(offsetof(struct control_message, started_ns) == 32, "control_message.started_ns");
_Static_assert(offsetof(struct control_message, kill_requested) == 56, "control_message.kill_requested");
_Static_assert(sizeof(struct control_message) == 72, "control_message");

/* The file `exit` in the container's directory. */
struct exit_record {
	uint32_t magic;
	uint32_t version;
	int32_t pid;
	int32_t wait_status; /* as wait4(2) gives it */
	uint64_t started_ns; /* 0: it was never exec'd */
	uint64_t ended_ns;
	uint64_t log_dropped_bytes;
	int32_t kill_requested;
	uint32_t reserved;
};
_Static_assert(offsetof(struct exit_record, started_ns) == 16, "exit_record.started_ns");
_Static_assert(offsetof(struct exit_record, kill_requested) == 40, "exit_record.kill_requested");
_Static_assert(sizeof(struct exit_record) == 48, "exit_record");

struct connection {
	int fd;
	uint32_t subscribed;
	size_t received;
	uint8_t request[sizeof(struct control_request)];
};

struct connections {
	int listener;
	struct connection open[MAX_CONNECTIONS]; /* fd -1: free */
};

int connections_listen(struct connections *connections, int directory, int inherited);
void connections_accept(struct connections *connections);
void connection_close(struct connection *connection);
int connection_read(struct connection *connection, struct control_request *request);
void connection_send(struct connection *connection, const struct control_message *message);
void connections_broadcast(struct connections *connections, const struct control_message *message);

int write_exit_record(int directory, const struct exit_record *record);

#endif
