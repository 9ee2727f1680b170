// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs: made up, changed, written and read. As text, a call is a line: who makes it, through
 * which endpoint, its name, and those fields that are not 0.
 */
#include "fuzz.h"

uint64_t next_random(uint64_t *state)
{
	uint64_t mixed = *state += 0x9e3779b97f4a7c15;

	mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
	mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
	return mixed ^ mixed >> 31;
}

static unsigned int below(unsigned int limit, uint64_t *state)
{
	return next_random(state) % limit;
}

static uint64_t any(uint64_t *state)
{
	static const uint64_t edges[] = {
		0, 1, 0x7f, 0xff, 0x100, 0x1ff, 0666, 0777, 0xffff, 0x10000, 1ull << 31,
		UINT32_MAX, 1ull << 32, INT64_MAX, 1ull << 63, UINT64_MAX,
	};

	return below(4, state) ? edges[below(COUNT(edges), state)] : next_random(state);
}

static uint64_t length(uint64_t *state)
{
	static const unsigned int edges[] = {
		0, 1, 8, 16, 100, 128, 129, 256, 300, 1000, 4000, 4096, 4097, 8192, 20000, 65536,
	};

	return edges[below(COUNT(edges), state)] + (below(8, state) ? 0 : below(3, state) - 1);
}

/* Whatever may be refused */
static uint64_t odd_value(enum meaning meaning, uint64_t *state)
{
	switch (meaning) {
	case PRIORITY:
		return below(2, state) ? below(40000, state) : any(state);
	case FLAGS:
		return 1ull << below(32, state);
	case TIME:
		return below(6, state);
	case NAME:
	case PROCESS_FD:
		return below(8, state);
	case BUFFER:
	case DESCRIPTORS:
	case ARRAY:
		return next_random(state);
	default:
		return any(state);
	}
}

/* What goes through, by itself, or almost */
static uint64_t fair_value(const struct field *field, uint64_t *state)
{
	switch (field->meaning) {
	case NUMBER:
		return below(2, state) ? 0 : any(state);
	case COUNTER:
		return below(6, state);
	case LENGTH:
	case LIMIT:
		return length(state);
	case PRIORITY:
	case TIME:
	case NAME:
		return below(4, state);
	case FLAGS:
		return next_random(state) & field->known;
	case BUFFER:
	case DESCRIPTORS:
	case ARRAY:
		/* A bad one is found out late: that is what is hard to undo. */
		return below(8, state) ? next_random(state) << 8 : next_random(state);
	case TOKEN:
	case SEQUENCE:
		return 1;
	case PROCESS_FD:
		return 0;
	}
	return 0;
}

/* What is left 0 is mostly good; but not so of messages, and of whom to answer. */
static bool is_left(enum meaning meaning, uint64_t *state)
{
	if (meaning == LENGTH || meaning == TOKEN || meaning == SEQUENCE)
		return !below(3, state);
	return below(3, state);
}

static unsigned int pick(uint64_t *state)
{
	unsigned int i, sum = 0, at;

	for (i = 0; i < kinds_count; i++)
		sum += kinds[i].weight;
	at = below(sum, state);
	for (i = 0; at >= kinds[i].weight; i++)
		at -= kinds[i].weight;
	return i;
}

static void call_random(struct call *call, uint64_t *state)
{
	const struct kind *kind;
	unsigned int i;

	memset(call, 0, sizeof(*call));
	call->kind = pick(state);
	call->actor = below(3, state) == 0;
	call->slot = below(3, state) ? 0 : below(SLOTS, state);
	kind = &kinds[call->kind];
	if (kind->action == NETLINK)
		netlink_fair(call->values, state);
	for (i = 0; i < fields_of(kind) && kind->action != NETLINK; i++)
		if (!is_left(kind->fields[i].meaning, state))
			call->values[i] = fair_value(&kind->fields[i], state);
	/* One that is refused ends the call: so there are few. */
	if (fields_of(kind) && !below(6, state)) {
		i = below(fields_of(kind), state);
		call->values[i] = odd_value(kind->fields[i].meaning, state);
	}
}

static void set(struct call *call, const char *name, uint64_t value)
{
	const struct kind *kind = &kinds[call->kind];
	unsigned int i;

	for (i = 0; i < fields_of(kind); i++)
		if (!strcmp(kind->fields[i].name, name))
			call->values[i] = value;
}

/* Binds an endpoint, so that what follows has something to do with. */
static void call_bind(struct call *call, unsigned int slot, uint64_t *state)
{
	memset(call, 0, sizeof(*call));
	call->kind = kind_named("bind") - kinds;
	call->slot = slot;
	set(call, "name", 1);
	set(call, "flags", IPCX_BIND_CREATE | (below(4, state) ? 0 : below(64, state)));
	set(call, "kind", below(6, state) ? IPCX_KIND_MAILBOX : IPCX_KIND_REGION);
	if (call->values[1] == IPCX_KIND_REGION)
		set(call, "size", ROOM);
}

static void insert(struct program *program, unsigned int at, const struct call *call)
{
	if (program->count == CALLS)
		return;
	memmove(&program->calls[at + 1], &program->calls[at],
		(program->count - at) * sizeof(*call));
	program->calls[at] = *call;
	program->count++;
}

void program_remove(struct program *program, unsigned int call)
{
	program->count--;
	memmove(&program->calls[call], &program->calls[call + 1],
		(program->count - call) * sizeof(program->calls[0]));
}

void program_random(struct program *program, uint64_t *state)
{
	unsigned int count = 3 + below(12, state);

	call_bind(&program->calls[0], 0, state);
	call_bind(&program->calls[1], 1, state);
	program->count = 2;
	while (program->count < count) {
		call_random(&program->calls[program->count], state);
		program->count++;
	}
}

static void mutate_field(struct call *call, uint64_t *state)
{
	const struct kind *kind = &kinds[call->kind];
	unsigned int count = fields_of(kind), which;

	if (!count)
		return;
	which = below(count, state);
	switch (below(8, state)) {
	case 0:
		call->values[which] += below(2, state) ? 1 : -1;
		break;
	case 1:
		call->values[which] ^= 1ull << below(64, state);
		break;
	case 2:
		call->values[which] = odd_value(kind->fields[which].meaning, state);
		break;
	default:
		call->values[which] = fair_value(&kind->fields[which], state);
	}
}

/* What follows a place in one is put behind that in the other. */
static void cross(struct program *program, const struct program *other, uint64_t *state)
{
	unsigned int from = below(other->count, state);

	program->count = below(program->count, state) + 1;
	while (from < other->count && program->count < CALLS)
		program->calls[program->count++] = other->calls[from++];
}

void program_mutate(struct program *program, const struct program *other, uint64_t *state)
{
	unsigned int times = 1 + below(4, state), at;
	struct call call;

	while (times--) {
		at = below(program->count, state);
		switch (below(8, state)) {
		case 0:
			call_random(&call, state);
			insert(program, below(program->count + 1, state), &call);
			break;
		case 1:
			if (program->count > 1)
				program_remove(program, at);
			break;
		case 2:
			call = program->calls[at];
			insert(program, below(program->count + 1, state), &call);
			break;
		case 3:
			cross(program, other, state);
			break;
		case 4:
			program->calls[at].actor ^= 1;
			break;
		default:
			mutate_field(&program->calls[at], state);
		}
	}
}

void program_print(const struct program *program, FILE *file)
{
	unsigned int i, j;

	for (i = 0; i < program->count; i++) {
		const struct call *call = &program->calls[i];
		const struct kind *kind = &kinds[call->kind];

		fprintf(file, "%u %u %s", call->actor, call->slot, kind->name);
		for (j = 0; j < fields_of(kind); j++)
			if (call->values[j])
				fprintf(file, " %s=%#llx", kind->fields[j].name,
					(unsigned long long)call->values[j]);
		fprintf(file, "\n");
	}
}

static bool read_field(struct call *call, char *text)
{
	const struct kind *kind = &kinds[call->kind];
	char *number = strchr(text, '='), *end;
	unsigned int i;

	if (!number)
		return false;
	*number++ = '\0';
	for (i = 0; i < fields_of(kind); i++)
		if (!strcmp(kind->fields[i].name, text)) {
			call->values[i] = strtoull(number, &end, 0);
			return end != number && !*end;
		}
	return false;
}

static bool read_call(struct call *call, char *line)
{
	static const char separators[] = { ' ', '\n', '\0' };
	const struct kind *kind;
	char name[32], *text;
	int len = 0;

	memset(call, 0, sizeof(*call));
	if (sscanf(line, "%u %u %31s%n", &call->actor, &call->slot, name, &len) != 3)
		return false;
	kind = kind_named(name);
	if (!kind || call->actor >= ACTORS || call->slot >= SLOTS)
		return false;
	call->kind = kind - kinds;
	for (text = strtok(line + len, separators); text;
	     text = strtok(NULL, separators))
		if (!read_field(call, text))
			return false;
	return true;
}

bool program_read(struct program *program, FILE *file)
{
	char line[1024];

	program->count = 0;
	while (fgets(line, sizeof(line), file)) {
		if (line[0] == '#' || line[0] == '\n')
			continue;
		if (program->count == CALLS || !read_call(&program->calls[program->count], line))
			return false;
		program->count++;
	}
	return program->count > 0;
}
