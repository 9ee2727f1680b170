// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making up what is done to a mailbox, and printing it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include <linux/ipcx.h>

#include "model_op.h"

static const char *const op_names[OP_KINDS] = {
	[OP_SEND] = "send", [OP_CALL] = "call", [OP_WRITE] = "write",
	[OP_SEND_BATCH] = "send batch", [OP_RECV] = "receive", [OP_PEEK] = "peek",
	[OP_READ] = "read", [OP_RECV_BATCH] = "receive batch", [OP_REPLY] = "reply",
	[OP_REPLY_RECV] = "reply and receive", [OP_INTERRUPT] = "interrupt", [OP_LIMIT] = "limit",
	[OP_OPEN] = "open", [OP_CLOSE] = "close", [OP_UNLINK] = "unlink",
};

/* How often each is done; what ends things, seldom */
static const unsigned int op_weights[OP_KINDS] = {
	[OP_SEND] = 20, [OP_CALL] = 10, [OP_WRITE] = 5, [OP_SEND_BATCH] = 6, [OP_RECV] = 20,
	[OP_PEEK] = 3, [OP_READ] = 4, [OP_RECV_BATCH] = 6, [OP_REPLY] = 8, [OP_REPLY_RECV] = 6,
	[OP_INTERRUPT] = 6, [OP_LIMIT] = 3, [OP_OPEN] = 4, [OP_CLOSE] = 3, [OP_UNLINK] = 1,
};

/* Also those at which something changes in the module: on the stack, in a block, in pages */
static const uint32_t lengths[] = { 0, 1, 8, 64, 112, 113, 128, 129, 256, 257, 900, 4096, 5000 };

static unsigned int below(unsigned int *seed, unsigned int n)
{
	return rand_r(seed) / (RAND_MAX / n + 1);
}

static bool one_in(unsigned int *seed, unsigned int n)
{
	return below(seed, n) == 0;
}

static uint32_t length(unsigned int *seed)
{
	if (one_in(seed, 3))
		return lengths[below(seed, sizeof(lengths) / sizeof(*lengths))];
	return below(seed, 200);
}

static enum op_kind kind(unsigned int *seed)
{
	unsigned int all = 0, i, at;

	for (i = 0; i < OP_KINDS; i++)
		all += op_weights[i];
	at = below(seed, all);
	for (i = 0; at >= op_weights[i]; i++)
		at -= op_weights[i];
	return i;
}

static void make_msg(struct op_msg *msg, unsigned int *seed, bool many)
{
	msg->type = below(seed, 5);
	msg->len = length(seed);
	msg->prio = one_in(seed, 2) ? 0 : below(seed, 4);
	if (one_in(seed, 40))
		msg->prio = many ? IPCX_PRIO_MANY - below(seed, 2) :
			    IPCX_PRIO_COUNT - below(seed, 2);
}

static void make_wanted(struct op_wanted *wanted, unsigned int *seed)
{
	unsigned int i;

	wanted->select = one_in(seed, 2) ? IPCX_SELECT_ANY : below(seed, 4);
	wanted->type = wanted->select == IPCX_SELECT_ANY ? 0 : below(seed, 5);
	wanted->truncate = one_in(seed, 6);
	for (i = 0; i < MODEL_BATCH; i++)
		wanted->room[i] = one_in(seed, 6) ? length(seed) : MODEL_SIZE;
}

static void make_limits(struct op *op, unsigned int *seed)
{
	op->max_msgs = one_in(seed, 3) ? 0 : 1 + below(seed, 8);
	op->max_msg_size = one_in(seed, 2) ? 0 : 1 + length(seed);
	op->max_bytes = one_in(seed, 3) ? 0 : 1 + below(seed, 12000);
}

static void make_op(struct op *op, unsigned int number, unsigned int *seed, bool many)
{
	static const int oflags[] = { O_RDONLY, O_WRONLY, O_RDWR };
	unsigned int i;

	op->kind = kind(seed);
	op->actor = below(seed, MODEL_ACTORS);
	op->end = below(seed, MODEL_ENDS);
	op->how = op->actor == MODEL_MAIN ? HOW_DONTWAIT :
		  one_in(seed, 8) ? HOW_EXPIRED : HOW_WAIT;
	op->count = 1 + below(seed, MODEL_BATCH);
	op->bad = one_in(seed, 12) ? below(seed, op->kind == OP_SEND_BATCH ||
					   op->kind == OP_RECV_BATCH ? op->count : 1) :
		  MODEL_BATCH;
	for (i = 0; i < MODEL_BATCH; i++) {
		make_msg(&op->msg[i], seed, many);
		op->msg[i].id = number * MODEL_BATCH + i;
	}
	/* Of nothing, pwritev2() and preadv2() do not even ask. */
	if (op->kind == OP_WRITE) {
		op->msg[0].type = op->msg[0].prio = 0;
		op->msg[0].len += !op->msg[0].len;
	}
	make_wanted(&op->wanted, seed);
	if (op->kind == OP_READ) {
		op->wanted.select = IPCX_SELECT_ANY;
		op->wanted.type = 0;
		op->wanted.truncate = false;
		op->wanted.room[0] += !op->wanted.room[0];
	}
	op->reply_room = length(seed);
	op->whom = below(seed, MODEL_WAITERS);
	op->oflag = oflags[below(seed, 3)];
	make_limits(op, seed);
}

struct plan *plan_make(unsigned int seed, unsigned int count)
{
	struct plan *plan = calloc(1, sizeof(*plan));
	unsigned int i;

	if (!plan)
		abort();
	plan->ops = calloc(count, sizeof(*plan->ops));
	if (!plan->ops)
		abort();
	plan->count = count;
	plan->hangup = one_in(&seed, 3);
	plan->many_prios = one_in(&seed, 4);
	plan->first = !plan->hangup ? O_RDWR : one_in(&seed, 2) ? O_RDONLY : O_WRONLY;
	plan->max_msgs = 1 + below(&seed, 12);
	plan->max_msg_size = one_in(&seed, 2) ? MODEL_SIZE : 200;
	plan->max_bytes = plan->max_msg_size + below(&seed, 4000);
	for (i = 0; i < count; i++)
		make_op(&plan->ops[i], i, &seed, plan->many_prios);
	return plan;
}

struct plan *plan_part(const struct plan *plan, const bool *kept)
{
	struct plan *part = calloc(1, sizeof(*part));
	unsigned int i;

	if (!part)
		abort();
	*part = *plan;
	part->ops = calloc(plan->count, sizeof(*part->ops));
	if (!part->ops)
		abort();
	part->count = 0;
	for (i = 0; i < plan->count; i++)
		if (kept[i])
			part->ops[part->count++] = plan->ops[i];
	return part;
}

void plan_free(struct plan *plan)
{
	free(plan->ops);
	free(plan);
}

static void msg_print(const struct op_msg *msg, FILE *to)
{
	fprintf(to, " #%llu of type %llu, priority %u, %u bytes", (unsigned long long)msg->id,
		(unsigned long long)msg->type, msg->prio, msg->len);
}

static void wanted_print(const struct op_wanted *wanted, unsigned int count, FILE *to)
{
	static const char *const selects[] = { "any", "type", "all but type", "up to type" };
	unsigned int i;

	fprintf(to, " %s", selects[wanted->select]);
	if (wanted->select != IPCX_SELECT_ANY)
		fprintf(to, " %llu", (unsigned long long)wanted->type);
	fputs(wanted->truncate ? ", cut to" : ", room for", to);
	for (i = 0; i < count; i++)
		fprintf(to, " %u", wanted->room[i]);
}

static void how_print(const struct op *op, FILE *to)
{
	static const char *const hows[] = { "", ", not waiting", ", too late to wait" };

	fputs(hows[op->how], to);
	if (op->bad < MODEL_BATCH)
		fprintf(to, ", address %u bad", op->bad);
}

void op_print(const struct op *op, FILE *to)
{
	unsigned int i;

	fprintf(to, "actor %u, end %u: %s", op->actor, op->end, op_names[op->kind]);
	switch (op->kind) {
	case OP_SEND:
	case OP_CALL:
	case OP_WRITE:
		msg_print(&op->msg[0], to);
		if (op->kind == OP_CALL)
			fprintf(to, ", reply up to %u bytes", op->reply_room);
		how_print(op, to);
		break;
	case OP_SEND_BATCH:
		for (i = 0; i < op->count; i++)
			msg_print(&op->msg[i], to);
		how_print(op, to);
		break;
	case OP_RECV:
	case OP_PEEK:
	case OP_READ:
		wanted_print(&op->wanted, 1, to);
		how_print(op, to);
		break;
	case OP_RECV_BATCH:
		wanted_print(&op->wanted, op->count, to);
		how_print(op, to);
		break;
	case OP_REPLY:
	case OP_REPLY_RECV:
		fprintf(to, " to actor %u", op->whom);
		msg_print(&op->msg[0], to);
		if (op->kind == OP_REPLY_RECV)
			wanted_print(&op->wanted, 1, to);
		break;
	case OP_INTERRUPT:
		fprintf(to, " actor %u", op->whom);
		break;
	case OP_LIMIT:
		fprintf(to, " %u messages, %u bytes each, %llu bytes", op->max_msgs,
			op->max_msg_size, (unsigned long long)op->max_bytes);
		break;
	case OP_OPEN:
		fputs(op->oflag == O_RDONLY ? " to receive" : op->oflag == O_WRONLY ? " to send" :
		      " for both", to);
		break;
	default:
		break;
	}
}

void outcome_print(const struct outcome *outcome, FILE *to)
{
	unsigned int i;

	if (outcome->result < 0)
		fprintf(to, "%s", strerrorname_np(-outcome->result) ?: "?");
	else
		fprintf(to, "%lld", (long long)outcome->result);
	if (outcome->result == -EMSGSIZE)
		fprintf(to, " (%u bytes)", outcome->need);
	for (i = 0; i < outcome->count; i++) {
		fputs(i ? "; " : ": ", to);
		msg_print(&outcome->got[i].msg, to);
		if (outcome->got[i].cut)
			fputs(", cut", to);
		if (outcome->got[i].request)
			fputs(", a request", to);
	}
}

void plan_print(const struct plan *plan, FILE *to)
{
	unsigned int i;

	fprintf(to, "a mailbox%s%s of %u messages, %u bytes each, %llu bytes\n",
		plan->hangup ? " that hangs up" : "",
		plan->many_prios ? " with many priorities" : "", plan->max_msgs,
		plan->max_msg_size, (unsigned long long)plan->max_bytes);
	fprintf(to, "end 0 is open %s\n", plan->first == O_RDONLY ? "to receive" :
		plan->first == O_WRONLY ? "to send" : "for both");
	for (i = 0; i < plan->count; i++) {
		fprintf(to, "%3u. ", i);
		op_print(&plan->ops[i], to);
		fputc('\n', to);
	}
}
