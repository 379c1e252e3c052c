#include "plan.h"

#include <errno.h>
#include <string.h>

/* Does a table of `count` elements lie inside the plan, aligned for what it holds? */
static bool span_fits(struct span span, size_t element, size_t align, size_t size)
{
	return span.offset % align == 0 && span.offset >= sizeof(struct plan_header) && span.offset <= size &&
	       span.count <= (size - span.offset) / element;
}

static bool slot_fits(const struct plan_header *header, uint32_t slot)
{
	return slot == NO_SLOT || slot < header->slot_count;
}

static bool argument_fits(const struct plan *plan, const struct step *step, int index)
{
	switch (step->kinds[index]) {
	case ARGUMENT_IMMEDIATE:
		return true;
	case ARGUMENT_ARENA:
		return step->args[index] < plan->arena_size;
	case ARGUMENT_SLOT:
		return step->args[index] < plan->header->slot_count;
	default:
		return false;
	}
}

static bool step_fits(const struct plan *plan, const struct step *step, uint32_t steps_left)
{
	if (step->op >= OP_COUNT || step->retry_eintr > 1 || step->allowed_count > ALLOWED_MAX)
		return false;
	if (step->skip_on_ok > steps_left || step->skip_on_allowed > steps_left)
		return false;
	if (!slot_fits(plan->header, step->result_slot))
		return false;
	for (int i = 0; i < 6; i++)
		if (!argument_fits(plan, step, i))
			return false;
	return true;
}

/* The last byte of the arena is NUL and nothing may poke it, so every string in the arena ends inside it. */
static int relocate(struct plan *plan, const struct relocation *relocations, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		uint64_t address;

		if (plan->arena_size < 9 || relocations[i].place > plan->arena_size - 9 ||
		    relocations[i].target >= plan->arena_size)
			return -EBADMSG;
		address = (uint64_t)(uintptr_t)(plan->arena + relocations[i].target);
		memcpy(plan->arena + relocations[i].place, &address, sizeof(address));
	}
	return 0;
}

/*
 * Check a mapped plan and fill in its relocations. Nothing in the plan is trusted to be inside its bounds,
 * though it is trusted in what it asks for: only root can hand one over.
 *
 * Returns 0, or -EBADMSG.
 */
int decode_plan(uint8_t *bytes, size_t size, struct plan *plan)
{
	const struct plan_header *header = (const void *)bytes;

	if (size < sizeof(*header) || size > MAX_PLAN_SIZE || header->magic != PLAN_MAGIC ||
	    header->version != PLAN_VERSION || header->size != size || header->slot_count > MAX_SLOTS)
		return -EBADMSG;
	if (!span_fits(header->relocations, sizeof(struct relocation), 4, size) ||
	    !span_fits(header->arena, 1, 8, size) || header->arena.count == 0)
		return -EBADMSG;
	if (!slot_fits(header, header->pid_slot) || !slot_fits(header, header->pidfd_slot) ||
	    !slot_fits(header, header->stdout_slot) || !slot_fits(header, header->stderr_slot))
		return -EBADMSG;

	plan->header = header;
	plan->arena = bytes + header->arena.offset;
	plan->arena_size = header->arena.count;
	if (plan->arena[plan->arena_size - 1] != 0)
		return -EBADMSG;

	for (int side = 0; side < 2; side++) {
		struct span span = header->steps[side];

		if (span.count > MAX_STEPS || !span_fits(span, sizeof(struct step), 8, size))
			return -EBADMSG;
		/* The arena is written to while the plan runs: no step may lie in it. */
		if (span.count > 0 && span.offset + span.count * sizeof(struct step) > header->arena.offset)
			return -EBADMSG;
		plan->steps[side] = (const void *)(bytes + span.offset);
		for (uint32_t i = 0; i < span.count; i++)
			if (!step_fits(plan, &plan->steps[side][i], span.count - i - 1))
				return -EBADMSG;
	}
	return relocate(plan, (const void *)(bytes + header->relocations.offset), header->relocations.count);
}

/* The file may be longer than the records: labels for people follow them. */
int attach_trace(uint8_t *bytes, size_t size, const struct plan *plan, struct trace *trace)
{
	size_t records = (size_t)plan->header->steps[0].count + plan->header->steps[1].count;

	trace->header = (void *)bytes;
	if (size < sizeof(struct trace_header) + records * sizeof(struct trace_record) ||
	    trace->header->magic != TRACE_MAGIC || trace->header->version != PLAN_VERSION ||
	    trace->header->counts[0] != plan->header->steps[0].count ||
	    trace->header->counts[1] != plan->header->steps[1].count)
		return -EBADMSG;
	trace->records[0] = (void *)(bytes + sizeof(struct trace_header));
	trace->records[1] = trace->records[0] + trace->header->counts[0];
	return 0;
}
