/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a mailbox does, in the simplest way there is: the reference that the module is held against,
 * and a description of it for who reads. Nothing in it is fast, and nothing happens at the same
 * time: an op is over, or waits, before the next begins.
 */
#ifndef _IPCX_MODEL_MAILBOX_H
#define _IPCX_MODEL_MAILBOX_H

#include "model_op.h"

enum {
	/* All that can ever be queued: over the limits, what comes back */
	MODEL_QUEUE = 64,
	MODEL_NOBODY = -1,
};

/**
 * struct model_msg - a message
 * @msg: message
 * @arrival: the lower, the earlier, in whatever priority
 * @caller: who waits for a reply, or MODEL_NOBODY
 */
struct model_msg {
	struct op_msg msg;
	uint64_t arrival;
	int caller;
};

enum model_state {
	/* It does nothing. */
	STATE_IDLE,
	/* It waits for a message. */
	STATE_RECEIVING,
	/* It waits for room; of a call, to be queued. */
	STATE_SENDING,
	/* Its request is queued. */
	STATE_QUEUED,
	/* Its request has been received. */
	STATE_OWED,
};

/**
 * struct model_actor - one who uses the mailbox
 * @state: what it does
 * @op: what it has asked for
 * @since: the lower, the longer it has waited
 * @msg: while it waits for room: its message
 * @holder: STATE_OWED: the end that its request was received through
 * @room: of a call: the longest reply
 * @ended: what it has asked for is over since the caller has last looked
 * @outcome: what came of it
 */
struct model_actor {
	enum model_state state;
	const struct op *op;
	uint64_t since;
	struct model_msg msg;
	unsigned int holder;
	uint32_t room;
	bool ended;
	struct outcome outcome;
};

/**
 * struct model_end - an endpoint
 * @open: it is
 * @reads: it can receive
 * @writes: it can send
 * @had_readers: somebody could receive once, while it was open or just before
 * @had_writers: likewise
 */
struct model_end {
	bool open;
	bool reads;
	bool writes;
	bool had_readers;
	bool had_writers;
};

/**
 * struct model - a mailbox and those who use it
 * @hangup: it tells each side when the other has gone
 * @prios: number of priorities
 * @max_msgs: limit
 * @max_msg_size: limit
 * @max_bytes: limit
 * @max_reply: the longest that a message could ever be
 * @removed: it has no name any more
 * @queue: messages, in no order
 * @queued: how many
 * @clock: the last of @arrival and @since
 * @actor: who uses it
 * @end: through what
 * @back: messages that somebody was given who could not have them, on their way back
 * @backs: how many
 * @sent: messages accepted so far
 * @received: likewise
 * @dropped: accepted, and nobody will receive them
 * @replies: given so far
 */
struct model {
	bool hangup;
	uint32_t prios;
	uint32_t max_msgs;
	uint32_t max_msg_size;
	uint64_t max_bytes;
	uint32_t max_reply;
	bool removed;
	struct model_msg queue[MODEL_QUEUE];
	unsigned int queued;
	uint64_t clock;
	struct model_actor actor[MODEL_ACTORS];
	struct model_end end[MODEL_ENDS];
	struct model_msg back[MODEL_WAITERS];
	unsigned int backs;
	uint64_t sent;
	uint64_t received;
	uint64_t dropped;
	uint64_t replies;
};

void model_init(struct model *model, const struct plan *plan);

/*
 * Does it. False if it makes no sense now: then nothing has happened. Otherwise, those whose ops
 * are over are told to have @ended.
 */
bool model_do(struct model *model, const struct op *op);

/* What can be asked */
uint64_t model_bytes(const struct model *model);
unsigned int model_count(const struct model *model, enum model_state state);
/* Length of the message that read() would return, or 0 */
uint32_t model_first(const struct model *model);
/* POLLIN, POLLOUT, POLLHUP and POLLERR */
short model_poll(const struct model *model, unsigned int end);

#endif
