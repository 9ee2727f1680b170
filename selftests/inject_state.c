// SPDX-License-Identifier: GPL-2.0-only
/*
 * What must be as it was before, when something has failed.
 */
#include "inject.h"

static uint32_t sum(const uint8_t *data, size_t len)
{
	uint32_t sum = len;

	while (len--)
		sum = sum * 31 + *data++;
	return sum;
}

/* Looks at all messages, from the first on, and leaves the endpoint not looking any more. */
static void look(struct state *state, struct stage *stage)
{
	static uint8_t data[ROOM];
	struct ipcx_peek peek = { .flags = IPCX_DONTWAIT };

	for (;;) {
		peek.msg = msg_of(data, sizeof(data), 0);
		if (command(stage->watch, IPCX_IOC_PEEK, &peek))
			return;
		if (state->seen < STATE_MESSAGES) {
			typeof(state->messages[0]) *message = &state->messages[state->seen];

			message->seq = peek.seq;
			message->type = peek.msg.type;
			message->prio = peek.msg.prio;
			message->len = peek.msg.len;
			message->sum = sum(data, peek.msg.len);
			message->nfds = peek.msg.nfds;
		}
		state->seen++;
		peek.after = peek.seq;
		peek.after_prio = peek.msg.prio;
	}
}

static int next_number(void)
{
	int fd = dup(STDIN_FILENO);

	close(fd);
	return fd;
}

void state_take(struct state *state, struct stage *stage)
{
	int any = stage->watch < 0 ? endpoint(O_RDONLY) : stage->watch;

	memset(state, 0, sizeof(*state));
	if (stage->watch >= 0) {
		state->stat = stat_of(stage->watch);
		state->stats = stats_of(stage->watch);
		if (state->stat.kind == IPCX_KIND_MAILBOX) {
			command(stage->watch, IPCX_IOC_KNOB, &state->knob);
			look(state, stage);
		} else {
			struct ipcx_region_wait wait = { .seen = 0 };

			command(stage->watch, IPCX_IOC_REGION_WAIT, &wait);
			state->notices = wait.seen;
		}
	}
	command(any, IPCX_IOC_USAGE, &state->usage);
	if (any != stage->watch)
		close(any);
	state->references = module_references();
	state->next_fd = next_number();
	state->named = stage->name[0] && exists(stage->name);
}

const char *state_differs(const struct state *before, const struct state *after, unsigned int may)
{
	const struct ipcx_stats *was = &before->stats, *is = &after->stats;

	if (memcmp(&before->stat, &after->stat, sizeof(before->stat)))
		return "the object's state";
	if (memcmp(&before->usage, &after->usage, sizeof(before->usage)))
		return "an account";
	if (memcmp(&before->knob, &after->knob, sizeof(before->knob)))
		return "a knob";
	if (before->notices != after->notices)
		return "notices";
	if (before->seen != after->seen ||
	    memcmp(before->messages, after->messages, sizeof(before->messages)))
		return "the messages";
	if (before->references != after->references)
		return "references to the module";
	if (before->next_fd != after->next_fd)
		return "open descriptors";
	if (before->named != after->named)
		return "the name";
	if (may & MAY_COUNT)
		return NULL;
	if (was->sent != is->sent || was->received != is->received || was->dropped != is->dropped ||
	    was->replies != is->replies || was->calls != is->calls || was->maps != is->maps ||
	    was->opens != is->opens)
		return "statistics";
	return NULL;
}
