/*
 * The executor of launch plans.
 *
 * It runs on both sides of clone3(2), so nothing here allocates, locks or buffers. This is the loud regime:
 * until exec any failure that the plan did not allow ends the launch, and the trace says at which step.
 */
#define _GNU_SOURCE
#include "plan.h"
#include "sys.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>

/* What a plan pokes or loads must lie in the arena, and never be its last byte (see decode_plan). */
static uint8_t *arena_place(const struct plan *plan, uint64_t address, uint64_t width)
{
	uint64_t start = (uint64_t)(uintptr_t)plan->arena;

	if (address < start || width > plan->arena_size - 1u ||
	    address - start > plan->arena_size - 1u - width)
		return NULL;
	return plan->arena + (address - start);
}

static int64_t poke(const struct plan *plan, const uint64_t args[6])
{
	uint64_t width = args[2];
	uint8_t *place = arena_place(plan, args[1], width);

	if (place == NULL || (width != 4 && width != 8))
		return -EFAULT;
	memcpy(place, &args[0], width);
	return 0;
}

static int64_t poke_decimal(const struct plan *plan, const uint64_t args[6])
{
	char digits[21];
	size_t at = sizeof(digits) - 1;
	uint64_t value = args[0];
	uint8_t *place = arena_place(plan, args[1], sizeof(digits));

	if (place == NULL)
		return -EFAULT;
	digits[at] = '\0';
	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	memcpy(place, digits + at, sizeof(digits) - at);
	return 0;
}

/* Four bytes are an fd or a pid, so they are read with their sign. */
static int64_t load(const struct plan *plan, uint64_t address, uint64_t width, uint64_t *value)
{
	const uint8_t *place = arena_place(plan, address, width);
	int32_t word;

	*value = 0;
	if (place == NULL || (width != 1 && width != 2 && width != 4 && width != 8))
		return -EFAULT;
	memcpy(value, place, width);
	if (width == 4) {
		memcpy(&word, place, sizeof(word));
		*value = (uint64_t)(int64_t)word;
	}
	return 0;
}

static int64_t load_slot(const struct plan *plan, const uint64_t args[6])
{
	uint64_t value;
	int64_t result = load(plan, args[0], args[1], &value);

	return result < 0 ? result : (int64_t)(value & INT64_MAX);
}

/* The errno is the plan's choice, within the kernel's range, so that a wrong plan cannot turn a "no" into a
 * "yes". */
static int64_t assert_memory(const struct plan *plan, const uint64_t args[6])
{
	uint64_t value;
	int64_t result = load(plan, args[0], args[1], &value);

	if (result < 0)
		return result;
	if ((value & args[2]) == args[3])
		return 0;
	return args[4] > 0 && args[4] < 4096 ? -(int64_t)args[4] : -EPROTO;
}

/* The other side's death closes its end, so nobody waits for ever. */
static int64_t wait_for(int fd, uint8_t expected)
{
	uint8_t got = 0;
	int64_t result = SYS3(SYS_read, fd, (uintptr_t)&got, 1);

	if (result < 0)
		return result;
	return result == 1 && got == expected ? 0 : -EPIPE;
}

static int64_t notify(int fd, uint8_t byte)
{
	int64_t result = SYS4(SYS_sendto, fd, (uintptr_t)&byte, 1, MSG_NOSIGNAL);

	return result < 0 ? result : 0;
}

/* The child's end is close-on-exec: end of file means that it exec'd, or failed and said so in the trace, or
 * was killed. */
static int64_t await_exec(struct launch *launch, int fd)
{
	const struct trace *trace = &launch->trace;
	uint32_t steps = trace->header->counts[1];
	uint8_t byte;
	int64_t result = SYS3(SYS_read, fd, (uintptr_t)&byte, 1);

	if (result != 0)
		return result < 0 ? result : -EPROTO;
	if (__atomic_load_n(&trace->header->failed_side, __ATOMIC_ACQUIRE) != SIDE_NONE)
		return -EPIPE;
	for (uint32_t i = 0; i < steps; i++)
		if (launch->plan.steps[1][i].op == OP_EXEC && trace->records[1][i].started_ns != 0 &&
		    trace->records[1][i].ended_ns == 0)
			return 0;
	return -EPIPE;
}

/* As a shell does it: go on after "not there" and "may not"; if none was there but one was forbidden, say
 * forbidden. */
static int64_t exec_candidate(struct launch *launch, const uint64_t args[6])
{
	int64_t result;

	if (arena_place(&launch->plan, args[0], 1) == NULL)
		return -EFAULT;
	result = SYS3(SYS_execve, args[0], args[1], args[2]);
	if (result == -EACCES)
		launch->exec_errno = EACCES;
	if (args[3] != 0 && (result == -ENOENT || result == -ENOTDIR) && launch->exec_errno != 0)
		return -launch->exec_errno;
	return result;
}

static int64_t make_path_step(const struct plan *plan, const uint64_t args[6])
{
	const uint8_t *path = arena_place(plan, args[1], 1);

	return path == NULL ? -EFAULT : make_path((int)args[0], (const char *)path, (uint32_t)args[2]);
}

static int64_t perform(struct launch *launch, const struct step *step, const uint64_t args[6])
{
	const struct plan *plan = &launch->plan;

	switch ((enum op)step->op) {
	case OP_SYSCALL:
		return sys_call(step->number, args);
	case OP_CLONE:
		return SYS3(SYS_clone3, args[0], args[1], 0);
	case OP_WAIT:
		return wait_for((int)args[0], (uint8_t)args[1]);
	case OP_NOTIFY:
		return notify((int)args[0], (uint8_t)args[1]);
	case OP_AWAIT_EXEC:
		return await_exec(launch, (int)args[0]);
	case OP_POKE:
		return poke(plan, args);
	case OP_POKE_DECIMAL:
		return poke_decimal(plan, args);
	case OP_LOAD:
		return load_slot(plan, args);
	case OP_ASSERT:
		return assert_memory(plan, args);
	case OP_MAKE_PATH:
		return make_path_step(plan, args);
	case OP_EXEC:
		return exec_candidate(launch, args);
	case OP_AWAIT_START:
	case OP_COUNT:
		break;
	}
	return -ENOSYS;
}

static void resolve_args(const struct launch *launch, const struct step *step, uint64_t args[6])
{
	for (int i = 0; i < 6; i++) {
		uint64_t value = step->args[i];

		if (step->kinds[i] == ARGUMENT_ARENA)
			value = (uint64_t)(uintptr_t)(launch->plan.arena + value);
		else if (step->kinds[i] == ARGUMENT_SLOT)
			value = (uint64_t)launch->slots[value];
		args[i] = value;
	}
}

static bool allowed(const struct step *step, int64_t result)
{
	for (int i = 0; i < step->allowed_count; i++)
		if (step->allowed[i] == -result)
			return true;
	return false;
}

/* The child often fails because the shim did, or the other way round: only the first failure is the cause. */
static void record_failure(struct launch *launch, enum side side, uint32_t index, int64_t result)
{
	struct trace_header *header = launch->trace.header;
	uint32_t none = SIDE_NONE;

	if (__atomic_compare_exchange_n(&header->failed_side, &none, side, false, __ATOMIC_ACQ_REL,
					__ATOMIC_ACQUIRE)) {
		header->failed_index = index;
		header->failed_errno = (int32_t)-result;
	}
}

_Noreturn static void run_child_steps(struct launch *launch);

/*
 * Run one step. Its start, end and result are in shared memory before the result is judged: a launch that
 * fails is the one whose trace is read.
 *
 * Returns how many steps to advance, or the -errno that the plan does not allow.
 */
static int64_t run_step(struct launch *launch, const struct step *step, volatile struct trace_record *record)
{
	uint64_t args[6];
	int64_t result;

	resolve_args(launch, step, args);
	record->started_ns = clock_ns(CLOCK_MONOTONIC);
	do
		result = perform(launch, step, args);
	while (result == -EINTR && step->retry_eintr);
	if (step->op == OP_CLONE && result == 0)
		run_child_steps(launch);
	record->result = result;
	record->ended_ns = clock_ns(CLOCK_MONOTONIC);

	if (result >= 0) {
		if (step->result_slot != NO_SLOT)
			launch->slots[step->result_slot] = result;
		return 1 + (int64_t)step->skip_on_ok;
	}
	return allowed(step, result) ? 1 + (int64_t)step->skip_on_allowed : result;
}

/* A child whose table ends without exec has nothing to become: that is a failure as well. */
_Noreturn static void run_child_steps(struct launch *launch)
{
	uint32_t count = launch->trace.header->counts[1];
	uint32_t at = 0;
	int64_t advance = -ENOEXEC;

	while (at < count) {
		advance = run_step(launch, &launch->plan.steps[1][at], &launch->trace.records[1][at]);
		if (advance < 0)
			break;
		at += (uint32_t)advance;
	}
	record_failure(launch, SIDE_CHILD, at, advance < 0 ? advance : -ENOEXEC);
	sys_exit(125);
}

/*
 * Starts at `launch->next`, so that a launch that paused for `start` goes on where it stood. With RUN_EXECED
 * the container lives; what the table has after that only tidies up, and whether it works is no longer
 * anybody's fate.
 */
enum run run_shim_steps(struct launch *launch)
{
	uint32_t count = launch->plan.header->steps[0].count;

	while (launch->next < count) {
		uint32_t at = launch->next;
		const struct step *step = &launch->plan.steps[0][at];
		volatile struct trace_record *record = &launch->trace.records[0][at];
		int64_t advance;

		if (step->op == OP_AWAIT_START) {
			record->started_ns = record->ended_ns = clock_ns(CLOCK_MONOTONIC);
			launch->next++;
			return RUN_PAUSED;
		}
		advance = run_step(launch, step, record);
		if (advance < 0 && !launch->execed) {
			record_failure(launch, SIDE_SHIM, at, advance);
			return RUN_FAILED;
		}
		launch->next += advance < 0 ? 1 : (uint32_t)advance;
		if (step->op == OP_AWAIT_EXEC) {
			launch->trace.header->execed_ns = record->ended_ns;
			launch->execed = true;
			return RUN_EXECED;
		}
	}
	if (!launch->execed)
		record_failure(launch, SIDE_SHIM, count, -ENOEXEC);
	return launch->execed ? RUN_DONE : RUN_FAILED;
}
