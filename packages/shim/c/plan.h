/*
 * The binary launch plan and the trace of its execution.
 *
 * packages/shim/src/plan-layout.ts writes what is read here; layout.test.ts compares every offset below
 * with the encoder's. All integers are in host byte order: a plan never leaves the machine.
 *
 * A plan is: header, steps of the shim, steps of the child, relocations, arena. The arena holds every
 * buffer a system call reads or fills; a relocation puts the address of one arena byte into another place of
 * the arena (argv, iovec, sock_fprog), once, after the plan is mapped.
 */
#ifndef VITRINE_PLAN_H
#define VITRINE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLAN_MAGIC    0x4e4c5056u /* "VPLN" */
#define TRACE_MAGIC   0x43525456u /* "VTRC" */
#define PLAN_VERSION  1u
#define MAX_SLOTS     256u
#define MAX_STEPS     4096u
#define MAX_PLAN_SIZE (16u << 20)
#define NO_SLOT	      0xffffffffu
#define ALLOWED_MAX   6

enum op {
	OP_SYSCALL = 0,
	OP_CLONE = 1,	     /* clone_args, size: the child goes on with its own table */
	OP_WAIT = 2,	     /* fd, byte: block until the other side sends that byte */
	OP_NOTIFY = 3,	     /* fd, byte */
	OP_AWAIT_EXEC = 4,   /* fd: block until the child's end is closed by exec, or by its death */
	OP_AWAIT_START = 5,  /* leave the table; it goes on when `start` comes over the control socket */
	OP_POKE = 6,	     /* value, memory, width: write a slot into a struct */
	OP_POKE_DECIMAL = 7, /* value, memory: the same as NUL-terminated text, for /proc/PID */
	OP_LOAD = 8,	     /* memory, width: a slot from a struct the kernel filled */
	OP_ASSERT = 9,	     /* memory, width, mask, expected, errno if it is something else */
	OP_MAKE_PATH = 10,   /* root fd, path, mode: O_PATH fd of it, made inside the root where missing */
	OP_EXEC = 11,	     /* path, argv, envp, is this the last candidate? */
	OP_COUNT
};

enum argument_kind { ARGUMENT_IMMEDIATE = 0, ARGUMENT_ARENA = 1, ARGUMENT_SLOT = 2 };

enum side { SIDE_NONE = 0, SIDE_SHIM = 1, SIDE_CHILD = 2 };

struct step {
	uint32_t op;
	uint32_t number; /* of the system call */
	uint64_t args[6];
	uint8_t kinds[6];
	uint8_t retry_eintr;
	uint8_t allowed_count;
	uint32_t result_slot;
	uint32_t skip_on_ok;	  /* how many of the next steps to leave out, */
	uint32_t skip_on_allowed; /* or when it failed as it may */
	uint16_t allowed[ALLOWED_MAX];
};
_Static_assert(offsetof(struct step, args) == 8, "step.args");
_Static_assert(offsetof(struct step, kinds) == 56, "step.kinds");
_Static_assert(offsetof(struct step, retry_eintr) == 62, "step.retry_eintr");
_Static_assert(offsetof(struct step, result_slot) == 64, "step.result_slot");
_Static_assert(offsetof(struct step, skip_on_ok) == 68, "step.skip_on_ok");
_Static_assert(offsetof(struct step, allowed) == 76, "step.allowed");
_Static_assert(sizeof(struct step) == 88, "step");

/* How many `width`s a table has, and where it begins, in bytes from the start of the plan. */
struct span {
	uint32_t offset;
	uint32_t count;
};

/* Both are offsets into the arena: the 8 bytes at `place` get the address of `target`. */
struct relocation {
	uint32_t place;
	uint32_t target;
};
_Static_assert(sizeof(struct relocation) == 8, "relocation");

struct plan_header {
	uint32_t magic;
	uint32_t version;
	uint32_t size;
	uint32_t slot_count;
	struct span steps[2]; /* of the shim, of the child */
	struct span relocations;
	struct span arena;
	uint32_t pid_slot;
	uint32_t pidfd_slot;
	uint32_t stdout_slot;
	uint32_t stderr_slot;
	uint64_t log_max_bytes;
	uint32_t log_max_files;
	uint32_t reserved;
};
_Static_assert(offsetof(struct plan_header, steps) == 16, "plan_header.steps");
_Static_assert(offsetof(struct plan_header, relocations) == 32, "plan_header.relocations");
_Static_assert(offsetof(struct plan_header, arena) == 40, "plan_header.arena");
_Static_assert(offsetof(struct plan_header, pid_slot) == 48, "plan_header.pid_slot");
_Static_assert(offsetof(struct plan_header, log_max_bytes) == 64, "plan_header.log_max_bytes");
_Static_assert(sizeof(struct plan_header) == 80, "plan_header");

/* started_ns == 0: never reached, or skipped. ended_ns == 0: still in the call, or the exec that worked. */
struct trace_record {
	uint64_t started_ns;
	uint64_t ended_ns;
	int64_t result;
};
_Static_assert(sizeof(struct trace_record) == 24, "trace_record");

/* Written by both sides of the clone; times are CLOCK_MONOTONIC unless named otherwise. */
struct trace_header {
	uint32_t magic;
	uint32_t version;
	uint32_t counts[2]; /* records of the shim, of the child: those of the child follow */
	uint64_t began_ns;
	uint64_t began_realtime_ns;
	uint64_t execed_ns;
	uint32_t failed_side; /* enum side; the first failure wins */
	uint32_t failed_index;
	int32_t failed_errno;
	int32_t child_wait_status; /* of a child that was ended because the launch failed */
	int32_t pid;
	int32_t shim_pid;
};
_Static_assert(offsetof(struct trace_header, began_ns) == 16, "trace_header.began_ns");
_Static_assert(offsetof(struct trace_header, failed_side) == 40, "trace_header.failed_side");
_Static_assert(offsetof(struct trace_header, pid) == 56, "trace_header.pid");
_Static_assert(sizeof(struct trace_header) == 64, "trace_header");

/* A plan that was checked: every offset in it lies inside the mapping. */
struct plan {
	const struct plan_header *header;
	const struct step *steps[2];
	uint8_t *arena;
	uint32_t arena_size;
};

struct trace {
	struct trace_header *header;
	struct trace_record *records[2];
};

int decode_plan(uint8_t *bytes, size_t size, struct plan *plan);
int attach_trace(uint8_t *bytes, size_t size, const struct plan *plan, struct trace *trace);

/* What one side of a launch works with. Slots are copied by clone, which is how the child gets its fds. */
struct launch {
	struct plan plan;
	struct trace trace;
	int64_t slots[MAX_SLOTS];
	uint32_t next; /* the shim's step to go on with after OP_AWAIT_START */
	int32_t exec_errno;
	bool execed;
};

enum run { RUN_DONE, RUN_PAUSED, RUN_EXECED, RUN_FAILED };

enum run run_shim_steps(struct launch *launch);
int64_t make_path(int root, const char *path, uint32_t mode);

#endif
