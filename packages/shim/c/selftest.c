/*
 * The test binary, built with ASan and UBSan; the real kernel is never called.
 *
 *   selftest layout                        the offset of every field, for comparison with the encoder's
 *   selftest fuzz PLAN TRACE COUNT SEED    decode and run COUNT mutations of a good plan on a kernel of
 * chance
 */
#define _GNU_SOURCE
#include "control.h"
#include "plan.h"
#include "sys.h"

#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

static uint64_t state;
static jmp_buf child_ended;
static uint64_t calls;

/* splitmix64: the same seed finds the same defect again. */
static uint64_t chance(void)
{
	uint64_t z = (state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

int64_t sys_call(uint64_t number, const uint64_t args[6])
{
	static const uint8_t words[] = {'m', 'r', 'g'};
	static const int64_t answers[] = {-ENOENT, -EACCES, -ENOTDIR, -EPERM, -EINTR};

	calls++;
	/* A plan may ask for any call with any address; only the executor's own reads are for its stack,
	 * above ours. */
	if (number == SYS_read && args[2] == 1 && args[1] - (uintptr_t)__builtin_frame_address(0) < 65536) {
		*(uint8_t *)(uintptr_t)args[1] = words[chance() % sizeof(words)];
		return (int64_t)(chance() % 8 != 0);
	}
	if (number == SYS_clone3)
		return chance() % 2 == 0 ? 0 : 4711;
	if (chance() % 16 != 0)
		return (int64_t)(chance() % 50);
	return answers[chance() % (sizeof(answers) / sizeof(answers[0]))];
}

uint64_t clock_ns(int clock)
{
	static uint64_t now;

	return now += (uint64_t)clock + 1;
}

_Noreturn void sys_exit(int code)
{
	longjmp(child_ended, code + 1);
}

static uint8_t *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	uint8_t *bytes;
	long length;

	if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (length = ftell(file)) <= 0) {
		perror(path);
		exit(2);
	}
	rewind(file);
	*size = (size_t)length;
	bytes = malloc(*size);
	if (bytes == NULL || fread(bytes, 1, *size, file) != *size)
		exit(2);
	fclose(file);
	return bytes;
}

/* Mostly small changes: a plan that is wrong everywhere is refused at its first byte and teaches nothing. */
static size_t mutate(uint8_t *bytes, size_t size)
{
	static const uint32_t edges[] = {0,    1,     7,	  255,	      256,	 4095,
					 4096, 65536, 0x7fffffff, 0x80000000, 0xffffffff};
	uint64_t changes = 1 + chance() % 6;

	for (uint64_t i = 0; i < changes; i++) {
		/* The tables are most of what is decoded; the arena is only carried. */
		size_t at = chance() % 12 == 0 ? chance() % sizeof(struct plan_header) : chance() % size;
		uint32_t edge = edges[chance() % (sizeof(edges) / sizeof(edges[0]))];

		switch (chance() % 3) {
		case 0:
			bytes[at] ^= (uint8_t)(1u << (chance() % 8));
			break;
		case 1:
			bytes[at] = (uint8_t)chance();
			break;
		default:
			at &= ~(size_t)3;
			memcpy(bytes + at, &edge, size - at < sizeof(edge) ? size - at : sizeof(edge));
		}
	}
	return chance() % 20 == 0 ? chance() % size : size;
}

/* Exactly as large as the plan says, so that the sanitizer sees one byte too many. */
static bool run_once(const uint8_t *plan, size_t plan_size, const uint8_t *trace, size_t trace_size)
{
	static struct launch launch;
	uint8_t *bytes = malloc(plan_size);
	uint8_t *records = malloc(trace_size);
	bool accepted;

	if (bytes == NULL || records == NULL)
		exit(2);
	memcpy(bytes, plan, plan_size);
	memcpy(records, trace, trace_size);
	memset(&launch, 0, sizeof(launch));
	accepted = decode_plan(bytes, plan_size, &launch.plan) == 0 &&
		   attach_trace(records, trace_size, &launch.plan, &launch.trace) == 0;
	if (accepted && setjmp(child_ended) == 0)
		while (run_shim_steps(&launch) == RUN_PAUSED ||
		       launch.next < launch.plan.header->steps[0].count)
			if (launch.trace.header->failed_side != SIDE_NONE)
				break;
	free(bytes);
	free(records);
	return accepted;
}

static int fuzz(const char *plan_path, const char *trace_path, unsigned long count)
{
	size_t plan_size, trace_size;
	uint8_t *plan = read_file(plan_path, &plan_size);
	uint8_t *trace = read_file(trace_path, &trace_size);
	uint8_t *copy = malloc(plan_size);
	unsigned long accepted = 0;

	if (copy == NULL || !run_once(plan, plan_size, trace, trace_size)) {
		fprintf(stderr, "the plan to begin with is not accepted\n");
		return 2;
	}
	for (unsigned long i = 0; i < count; i++) {
		size_t size;

		memcpy(copy, plan, plan_size);
		size = mutate(copy, plan_size);
		accepted += run_once(copy, size, trace, trace_size);
	}
	printf("mutations %lu accepted %lu calls %lu\n", count, accepted, (unsigned long)calls);
	free(copy);
	free(plan);
	free(trace);
	return 0;
}

#define FIELD(type, field) printf(#type "." #field " %zu\n", offsetof(struct type, field))
#define SIZE(type)	   printf(#type ".size_of %zu\n", sizeof(struct type))

static void layout_of_plan(void)
{
	FIELD(plan_header, magic);
	FIELD(plan_header, version);
	FIELD(plan_header, size);
	FIELD(plan_header, slot_count);
	FIELD(plan_header, steps);
	FIELD(plan_header, relocations);
	FIELD(plan_header, arena);
	FIELD(plan_header, pid_slot);
	FIELD(plan_header, pidfd_slot);
	FIELD(plan_header, stdout_slot);
	FIELD(plan_header, stderr_slot);
	FIELD(plan_header, log_max_bytes);
	FIELD(plan_header, log_max_files);
	SIZE(plan_header);
	FIELD(step, op);
	FIELD(step, number);
	FIELD(step, args);
	FIELD(step, kinds);
	FIELD(step, retry_eintr);
	FIELD(step, allowed_count);
	FIELD(step, result_slot);
	FIELD(step, skip_on_ok);
	FIELD(step, skip_on_allowed);
	FIELD(step, allowed);
	SIZE(step);
	FIELD(relocation, place);
	FIELD(relocation, target);
	SIZE(relocation);
}

static void layout_of_trace(void)
{
	FIELD(trace_header, magic);
	FIELD(trace_header, version);
	FIELD(trace_header, counts);
	FIELD(trace_header, began_ns);
	FIELD(trace_header, began_realtime_ns);
	FIELD(trace_header, execed_ns);
	FIELD(trace_header, failed_side);
	FIELD(trace_header, failed_index);
	FIELD(trace_header, failed_errno);
	FIELD(trace_header, child_wait_status);
	FIELD(trace_header, pid);
	FIELD(trace_header, shim_pid);
	SIZE(trace_header);
	FIELD(trace_record, started_ns);
	FIELD(trace_record, ended_ns);
	FIELD(trace_record, result);
	SIZE(trace_record);
}

static void layout_of_control(void)
{
	FIELD(control_request, type);
	FIELD(control_request, argument);
	FIELD(control_request, id);
	SIZE(control_request);
	FIELD(control_message, type);
	FIELD(control_message, phase);
	FIELD(control_message, id);
	FIELD(control_message, result);
	FIELD(control_message, pid);
	FIELD(control_message, shim_pid);
	FIELD(control_message, wait_status);
	FIELD(control_message, started_ns);
	FIELD(control_message, ended_ns);
	FIELD(control_message, log_dropped_bytes);
	FIELD(control_message, kill_requested);
	FIELD(control_message, failed_side);
	FIELD(control_message, failed_index);
	FIELD(control_message, record_lost);
	SIZE(control_message);
	FIELD(exit_record, magic);
	FIELD(exit_record, version);
	FIELD(exit_record, pid);
	FIELD(exit_record, wait_status);
	FIELD(exit_record, started_ns);
	FIELD(exit_record, ended_ns);
	FIELD(exit_record, log_dropped_bytes);
	FIELD(exit_record, kill_requested);
	SIZE(exit_record);
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "layout") == 0) {
		layout_of_plan();
		layout_of_trace();
		layout_of_control();
		return 0;
	}
	if (argc == 6 && strcmp(argv[1], "fuzz") == 0) {
		state = strtoull(argv[5], NULL, 10);
		return fuzz(argv[2], argv[3], strtoul(argv[4], NULL, 10));
	}
	fprintf(stderr, "usage: selftest layout | selftest fuzz PLAN TRACE COUNT SEED\n");
	return 2;
}
