// SPDX-License-Identifier: GPL-2.0-only
/*
 * The reference model of a mailbox. Everything that is looked for is looked for in all there is.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include <linux/ipcx.h>

#include "model_mailbox.h"

/* Actors */

static void end_with(struct model_actor *actor, int64_t result)
{
	actor->state = STATE_IDLE;
	actor->outcome.result = result;
	actor->ended = true;
}

/* Of those in a state, who has been in it for longest; or NULL */
static struct model_actor *longest(struct model *model, enum model_state state, uint64_t after)
{
	struct model_actor *found = NULL;
	unsigned int i;

	for (i = 0; i < MODEL_ACTORS; i++) {
		struct model_actor *actor = &model->actor[i];

		if (actor->state == state && actor->since > after &&
		    (!found || actor->since < found->since))
			found = actor;
	}
	return found;
}

static void wait_as(struct model *model, struct model_actor *actor, enum model_state state)
{
	actor->state = state;
	actor->since = ++model->clock;
}

unsigned int model_count(const struct model *model, enum model_state state)
{
	unsigned int i, count = 0;

	for (i = 0; i < MODEL_ACTORS; i++)
		count += model->actor[i].state == state;
	return count;
}

/* The queue */

uint64_t model_bytes(const struct model *model)
{
	uint64_t bytes = 0;
	unsigned int i;

	for (i = 0; i < model->queued; i++)
		bytes += model->queue[i].msg.len;
	return bytes;
}

static bool fits(const struct model *model, uint32_t len)
{
	return model->queued < model->max_msgs && model_bytes(model) + len <= model->max_bytes;
}

static bool is_before(const struct model_msg *a, const struct model_msg *b)
{
	if (a->msg.prio != b->msg.prio)
		return a->msg.prio > b->msg.prio;
	return a->arrival < b->arrival;
}

static bool wants(const struct op_wanted *wanted, uint64_t type)
{
	switch (wanted->select) {
	case IPCX_SELECT_TYPE:
		return type == wanted->type;
	case IPCX_SELECT_EXCEPT:
		return type != wanted->type;
	case IPCX_SELECT_UPTO:
		return type <= wanted->type;
	default:
		return true;
	}
}

/* The place in the queue of the message that is next for who wants such; or MODEL_NOBODY */
static int next_for(const struct model *model, const struct op_wanted *wanted)
{
	bool lowest = wanted->select == IPCX_SELECT_UPTO;
	const struct model_msg *found = NULL;
	unsigned int i;

	for (i = 0; i < model->queued; i++) {
		const struct model_msg *msg = &model->queue[i];

		if (!wants(wanted, msg->msg.type))
			continue;
		if (!found || (lowest && msg->msg.type < found->msg.type) ||
		    ((!lowest || msg->msg.type == found->msg.type) && is_before(msg, found)))
			found = msg;
	}
	return found ? found - model->queue : MODEL_NOBODY;
}

static void enqueue(struct model *model, const struct model_msg *msg)
{
	if (model->queued == MODEL_QUEUE)
		abort();
	model->queue[model->queued++] = *msg;
	if (msg->caller != MODEL_NOBODY)
		model->actor[msg->caller].state = STATE_QUEUED;
}

static struct model_msg dequeue(struct model *model, unsigned int place)
{
	struct model_msg taken = model->queue[place];

	model->queue[place] = model->queue[--model->queued];
	return taken;
}

/* A receiver has it. */
static void give(struct model *model, unsigned int end, const struct model_msg *msg, uint32_t room,
		 struct outcome *outcome)
{
	struct op_got *got = &outcome->got[outcome->count++];

	got->msg = msg->msg;
	got->cut = msg->msg.len > room;
	got->request = msg->caller != MODEL_NOBODY;
	model->received++;
	if (msg->caller != MODEL_NOBODY) {
		model->actor[msg->caller].state = STATE_OWED;
		model->actor[msg->caller].holder = end;
	}
}

/* Room */

static bool has_room_for(const struct op_wanted *wanted, unsigned int i,
			 const struct model_msg *msg)
{
	return wanted->truncate || msg->msg.len <= wanted->room[i];
}

/* Does copying @len bytes of message @i from or to its address fail? */
static bool is_bad(const struct op *op, unsigned int i, uint32_t len)
{
	return i >= op->bad && len > 0;
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Delivering */

/* To the receiver that has waited longest for such. False if nobody waits for it */
static bool offer(struct model *model, const struct model_msg *msg)
{
	struct model_actor *to = NULL;

	while ((to = longest(model, STATE_RECEIVING, to ? to->since : 0))) {
		const struct op *op = to->op;

		if (!wants(&op->wanted, msg->msg.type))
			continue;
		if (!has_room_for(&op->wanted, 0, msg)) {
			to->outcome.need = msg->msg.len;
			end_with(to, -EMSGSIZE);
			continue;
		}
		if (is_bad(op, 0, least(msg->msg.len, op->wanted.room[0]))) {
			model->back[model->backs++] = *msg;
			end_with(to, -EFAULT);
		} else {
			give(model, op->end, msg, op->wanted.room[0], &to->outcome);
			end_with(to, 0);
		}
		return true;
	}
	return false;
}

/* What could not be delivered is where it was, whatever the limits are. */
static void bring_back(struct model *model)
{
	unsigned int i;

	for (i = 0; i < model->backs; i++)
		if (!offer(model, &model->back[i]))
			enqueue(model, &model->back[i]);
	model->backs = 0;
}

/* Lets in those who wait for room, in their order, up to the first for whom there is none. */
static void admit(struct model *model)
{
	struct model_actor *sender;

	while ((sender = longest(model, STATE_SENDING, 0))) {
		struct model_msg *msg = &sender->msg;

		msg->arrival = ++model->clock;
		/* Until somebody receives it, or it is queued, a call is neither. */
		sender->state = STATE_IDLE;
		if (!offer(model, msg)) {
			if (!fits(model, msg->msg.len)) {
				sender->state = STATE_SENDING;
				return;
			}
			enqueue(model, msg);
		}
		model->sent++;
		if (msg->caller == MODEL_NOBODY)
			end_with(sender, 0);
		else if (sender->state == STATE_IDLE)
			sender->state = STATE_OWED;
	}
}

/* The request of a call that is queued will not be received. */
static void withdraw(struct model *model, unsigned int caller, int why)
{
	unsigned int i;

	for (i = 0; i < model->queued; i++)
		if (model->queue[i].caller == (int)caller)
			break;
	dequeue(model, i);
	model->dropped++;
	end_with(&model->actor[caller], why);
}

static void end_all(struct model *model, enum model_state state, int why)
{
	unsigned int i;

	for (i = 0; i < MODEL_ACTORS; i++) {
		if (model->actor[i].state != state)
			continue;
		if (state == STATE_QUEUED)
			withdraw(model, i, why);
		else
			end_with(&model->actor[i], why);
	}
}

/* Who has gone */

static bool readers_gone(const struct model *model, unsigned int end)
{
	unsigned int i;

	for (i = 0; i < MODEL_ENDS; i++)
		if (model->end[i].open && model->end[i].reads)
			return false;
	return model->hangup && model->end[end].had_readers;
}

static bool writers_gone(const struct model *model, unsigned int end)
{
	unsigned int i;

	for (i = 0; i < MODEL_ENDS; i++)
		if (model->end[i].open && model->end[i].writes)
			return false;
	return model->hangup && model->end[end].had_writers;
}

/* Sending. Each returns 0 or an errno; 0 for who waits, too. */

static int check_sending(const struct model *model, const struct op *op, unsigned int i)
{
	if (op->msg[i].prio >= model->prios)
		return -EINVAL;
	if (op->msg[i].len > model->max_msg_size)
		return -EMSGSIZE;
	return is_bad(op, i, op->msg[i].len) ? -EFAULT : 0;
}

static int why_not_waiting(const struct model *model, enum op_how how)
{
	if (model->removed)
		return -EIDRM;
	return how == HOW_DONTWAIT ? -EAGAIN : how == HOW_EXPIRED ? -ETIMEDOUT : 0;
}

/* Message @i of @op; @caller: of a call. @waits: whether it waits for room now */
static int post(struct model *model, const struct op *op, unsigned int i, int caller, bool *waits)
{
	struct model_actor *actor = &model->actor[op->actor];
	struct model_msg msg = { .msg = op->msg[i], .caller = caller };
	bool line = model_count(model, STATE_SENDING);
	int err;

	*waits = false;
	if (model->removed && caller != MODEL_NOBODY)
		return -EIDRM;
	if (readers_gone(model, op->end))
		return -EPIPE;
	msg.arrival = ++model->clock;
	if (!line && offer(model, &msg)) {
		model->sent++;
		return 0;
	}
	if (!line && fits(model, msg.msg.len)) {
		enqueue(model, &msg);
		model->sent++;
		return 0;
	}
	err = why_not_waiting(model, op->how);
	if (err)
		return err;
	actor->msg = msg;
	wait_as(model, actor, STATE_SENDING);
	*waits = true;
	return 0;
}

static void do_send(struct model *model, const struct op *op)
{
	struct model_actor *actor = &model->actor[op->actor];
	int err = model->end[op->end].writes ? check_sending(model, op, 0) : -EBADF;
	bool waits = false;

	if (!err)
		err = post(model, op, 0, MODEL_NOBODY, &waits);
	if (!waits)
		end_with(actor, !err && op->kind == OP_WRITE ? (int64_t)op->msg[0].len : err);
}

static void do_call(struct model *model, const struct op *op)
{
	struct model_actor *actor = &model->actor[op->actor];
	int err = model->end[op->end].writes ? check_sending(model, op, 0) : -EBADF;
	bool waits = false;

	actor->room = least(op->reply_room, model->max_msg_size);
	/* post() finds a caller in no other state if its request went straight to a receiver. */
	actor->state = STATE_OWED;
	if (!err)
		err = post(model, op, 0, op->actor, &waits);
	if (err) {
		end_with(actor, err);
	} else if (op->how == HOW_EXPIRED && !waits) {
		if (actor->state == STATE_QUEUED)
			withdraw(model, op->actor, -ETIMEDOUT);
		else
			end_with(actor, -ETIMEDOUT);
	}
}

static void do_send_batch(struct model *model, const struct op *op)
{
	struct model_actor *actor = &model->actor[op->actor];
	int err = model->end[op->end].writes ? 0 : -EBADF;
	unsigned int sent = 0;
	bool waits;

	while (!err && sent < op->count) {
		err = check_sending(model, op, sent);
		if (!err)
			err = post(model, op, sent, MODEL_NOBODY, &waits);
		sent += !err;
	}
	end_with(actor, sent ? (int64_t)sent : err);
}

/* Receiving */

/* Message @i of @op. @taken: what is taken, unless it is peeked at */
static int take(struct model *model, const struct op *op, unsigned int i)
{
	struct outcome *outcome = &model->actor[op->actor].outcome;
	int place = next_for(model, &op->wanted);
	uint32_t room = op->wanted.room[i];
	struct model_msg *msg, taken;

	if (place == MODEL_NOBODY)
		return model->removed ? -EIDRM : writers_gone(model, op->end) ? -EPIPE : -EAGAIN;
	msg = &model->queue[place];
	if (!has_room_for(&op->wanted, i, msg)) {
		if (!i)
			outcome->need = msg->msg.len;
		return -EMSGSIZE;
	}
	if (is_bad(op, i, least(msg->msg.len, room)))
		return -EFAULT;
	if (op->kind == OP_PEEK) {
		outcome->got[outcome->count++] = (struct op_got) {
			.msg = msg->msg, .cut = msg->msg.len > room,
		};
		return 0;
	}
	taken = dequeue(model, place);
	give(model, op->end, &taken, room, outcome);
	if (op->kind == OP_READ && taken.caller != MODEL_NOBODY)
		end_with(&model->actor[taken.caller], -ECONNRESET);
	return 0;
}

static void do_recv(struct model *model, const struct op *op)
{
	struct model_actor *actor = &model->actor[op->actor];
	int err = model->end[op->end].reads ? take(model, op, 0) : -EBADF;

	if (err == -EAGAIN)
		err = why_not_waiting(model, op->how);
	/* Even if it is too late, somebody may wait for room with what is wanted. */
	if (op->kind != OP_PEEK && (err == -ETIMEDOUT || (!err && !actor->outcome.count))) {
		wait_as(model, actor, STATE_RECEIVING);
		admit(model);
		if (err && actor->state == STATE_RECEIVING)
			end_with(actor, err);
		return;
	}
	end_with(actor, err);
	if (!err && op->kind != OP_PEEK)
		admit(model);
}

static void do_read(struct model *model, const struct op *op)
{
	struct model_actor *actor = &model->actor[op->actor];
	int err = model->end[op->end].reads ? take(model, op, 0) : -EBADF;

	/* The end of a file */
	if (err == -EPIPE)
		err = 0;
	end_with(actor, actor->outcome.count ? (int64_t)actor->outcome.got[0].msg.len : err);
	if (actor->outcome.count)
		admit(model);
}

static void do_recv_batch(struct model *model, const struct op *op)
{
	struct model_actor *actor = &model->actor[op->actor];
	int err = model->end[op->end].reads ? 0 : -EBADF;
	unsigned int taken = 0;

	while (!err && taken < op->count) {
		err = take(model, op, taken);
		taken += !err;
	}
	end_with(actor, taken ? (int64_t)taken : err);
	/* What it took has counted against the limits until now. */
	if (taken)
		admit(model);
}

/* Replying */

static int reply(struct model *model, const struct op *op)
{
	struct model_actor *caller = &model->actor[op->whom];
	const struct op_msg *msg = &op->msg[0];

	if (!model->end[op->end].reads)
		return -EBADF;
	if (msg->prio >= model->prios)
		return -EINVAL;
	if (msg->len > model->max_reply)
		return -EMSGSIZE;
	if (is_bad(op, 0, msg->len))
		return -EFAULT;
	if (caller->state != STATE_OWED || caller->holder != op->end)
		return -ESRCH;
	if (msg->len > caller->room)
		return -EMSGSIZE;
	caller->outcome.got[caller->outcome.count++].msg = *msg;
	model->replies++;
	end_with(caller, 0);
	return 0;
}

static void do_reply(struct model *model, const struct op *op)
{
	int err = reply(model, op);

	if (err || op->kind == OP_REPLY)
		end_with(&model->actor[op->actor], err);
	else
		do_recv(model, op);
}

/* All else */

static void do_interrupt(struct model *model, const struct op *op)
{
	struct model_actor *whom = &model->actor[op->whom];

	if (whom->state == STATE_QUEUED)
		withdraw(model, op->whom, -EINTR);
	else
		end_with(whom, -EINTR);
	admit(model);
}

static int limit(struct model *model, const struct op *op)
{
	uint32_t size = op->max_msg_size ?: model->max_msg_size;
	uint64_t bytes = op->max_bytes ?: model->max_bytes;
	unsigned int i;

	if (bytes < size)
		return -EINVAL;
	model->max_bytes = bytes;
	model->max_msg_size = size;
	if (op->max_msgs)
		model->max_msgs = op->max_msgs;
	if (size > model->max_reply)
		model->max_reply = size;
	for (i = 0; i < MODEL_ACTORS; i++)
		if (model->actor[i].state == STATE_SENDING && model->actor[i].msg.msg.len > size)
			end_with(&model->actor[i], -EMSGSIZE);
	admit(model);
	return 0;
}

static void open_end(struct model *model, unsigned int number, int oflag)
{
	struct model_end *end = &model->end[number];
	unsigned int i;

	memset(end, 0, sizeof(*end));
	end->had_writers = model->queued;
	end->reads = oflag != O_WRONLY;
	end->writes = oflag != O_RDONLY;
	end->open = true;
	for (i = 0; i < MODEL_ENDS; i++) {
		struct model_end *other = &model->end[i];

		if (!other->open)
			continue;
		other->had_readers |= end->reads;
		other->had_writers |= end->writes;
		end->had_readers |= other->reads;
		end->had_writers |= other->writes;
	}
}

static void close_end(struct model *model, unsigned int end)
{
	unsigned int i;

	for (i = 0; i < MODEL_ACTORS; i++)
		if (model->actor[i].state == STATE_OWED && model->actor[i].holder == end)
			end_with(&model->actor[i], -ECONNRESET);
	model->end[end].open = false;
	/* Those that wait were there while somebody was on the other side. */
	if (model->end[end].reads && readers_gone(model, end)) {
		end_all(model, STATE_SENDING, -EPIPE);
		end_all(model, STATE_QUEUED, -EPIPE);
	}
	if (model->end[end].writes && writers_gone(model, end))
		end_all(model, STATE_RECEIVING, -EPIPE);
}

static void unlink_name(struct model *model)
{
	model->removed = true;
	end_all(model, STATE_RECEIVING, -EIDRM);
	end_all(model, STATE_SENDING, -EIDRM);
	end_all(model, STATE_QUEUED, -EIDRM);
	end_all(model, STATE_OWED, -EIDRM);
}

/* Does somebody wait whose buffer will turn out to be bad? */
static bool will_fail(const struct model *model)
{
	unsigned int i;

	for (i = 0; i < MODEL_ACTORS; i++)
		if (model->actor[i].state == STATE_RECEIVING && !model->actor[i].op->bad)
			return true;
	return false;
}

static bool is_used(const struct model *model, unsigned int end)
{
	unsigned int i;

	for (i = 0; i < MODEL_ACTORS; i++)
		if (model->actor[i].state != STATE_IDLE && model->actor[i].op->end == end)
			return true;
	return false;
}

/*
 * Is it something that can be done now, and whose outcome is certain? Whoever is given a message
 * that it cannot have brings it back while others go on; so what they do then must not matter.
 */
static bool makes_sense(const struct model *model, const struct op *op)
{
	const struct model_end *end = &model->end[op->end];

	if (model->actor[op->actor].state != STATE_IDLE)
		return false;
	switch (op->kind) {
	case OP_OPEN:
		return !end->open && !model->removed;
	case OP_CLOSE:
		return end->open && op->end && !is_used(model, op->end);
	case OP_UNLINK:
		return !model->removed;
	case OP_LIMIT:
		return true;
	case OP_INTERRUPT:
		return model->actor[op->whom].state != STATE_IDLE;
	case OP_REPLY:
	case OP_REPLY_RECV:
		return end->open && op->actor == MODEL_MAIN;
	case OP_CALL:
		return end->open && op->actor != MODEL_MAIN &&
		       !(op->how == HOW_EXPIRED && will_fail(model));
	case OP_RECV:
		return end->open && (op->bad || op->how != HOW_WAIT || !will_fail(model));
	case OP_SEND_BATCH:
		return end->open && op->actor == MODEL_MAIN && !will_fail(model);
	case OP_WRITE:
	case OP_PEEK:
	case OP_READ:
	case OP_RECV_BATCH:
		return end->open && op->actor == MODEL_MAIN;
	default:
		return end->open;
	}
}

bool model_do(struct model *model, const struct op *op)
{
	struct model_actor *actor = &model->actor[op->actor];
	unsigned int i;

	if (!makes_sense(model, op))
		return false;
	for (i = 0; i < MODEL_ACTORS; i++)
		model->actor[i].ended = false;
	memset(&actor->outcome, 0, sizeof(actor->outcome));
	actor->op = op;
	switch (op->kind) {
	case OP_SEND:
	case OP_WRITE:
		do_send(model, op);
		break;
	case OP_CALL:
		do_call(model, op);
		break;
	case OP_SEND_BATCH:
		do_send_batch(model, op);
		break;
	case OP_RECV:
	case OP_PEEK:
		do_recv(model, op);
		break;
	case OP_READ:
		do_read(model, op);
		break;
	case OP_RECV_BATCH:
		do_recv_batch(model, op);
		break;
	case OP_REPLY:
	case OP_REPLY_RECV:
		do_reply(model, op);
		break;
	case OP_INTERRUPT:
		end_with(actor, 0);
		do_interrupt(model, op);
		break;
	case OP_LIMIT:
		end_with(actor, limit(model, op));
		break;
	case OP_OPEN:
		open_end(model, op->end, op->oflag);
		end_with(actor, 0);
		break;
	case OP_CLOSE:
		close_end(model, op->end);
		end_with(actor, 0);
		break;
	case OP_UNLINK:
		unlink_name(model);
		end_with(actor, 0);
		break;
	default:
		abort();
	}
	bring_back(model);
	return true;
}

void model_init(struct model *model, const struct plan *plan)
{
	memset(model, 0, sizeof(*model));
	model->hangup = plan->hangup;
	model->prios = plan->many_prios ? IPCX_PRIO_MANY : IPCX_PRIO_COUNT;
	model->max_msgs = plan->max_msgs;
	model->max_msg_size = plan->max_msg_size;
	model->max_bytes = plan->max_bytes;
	model->max_reply = plan->max_msg_size;
	open_end(model, 0, plan->first);
}

uint32_t model_first(const struct model *model)
{
	const struct op_wanted any = { .select = IPCX_SELECT_ANY };
	int place = next_for(model, &any);

	return place == MODEL_NOBODY ? 0 : model->queue[place].msg.len;
}

short model_poll(const struct model *model, unsigned int number)
{
	const struct model_end *end = &model->end[number];
	short events = 0;

	if (end->reads && model->queued)
		events |= POLLIN;
	if (end->writes && !model_count(model, STATE_SENDING) && fits(model, model->max_msg_size))
		events |= POLLOUT;
	if (model->removed)
		events |= POLLERR | POLLHUP;
	if (end->reads && writers_gone(model, number))
		events |= POLLHUP;
	if (end->writes && readers_gone(model, number))
		events |= POLLERR;
	return events;
}
