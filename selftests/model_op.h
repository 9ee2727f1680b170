/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is done to a mailbox, one after the other: for the reference model, and for the module.
 */
#ifndef _IPCX_MODEL_OP_H
#define _IPCX_MODEL_OP_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum {
	/* Those who may wait; and who never does, behind them */
	MODEL_WAITERS = 5,
	MODEL_MAIN = MODEL_WAITERS,
	MODEL_ACTORS,
	MODEL_ENDS = 4,
	MODEL_BATCH = 20,
	/* Longest message, request or reply */
	MODEL_SIZE = 6000,
};

enum op_kind {
	OP_SEND,
	OP_CALL,
	OP_WRITE,
	OP_SEND_BATCH,
	OP_RECV,
	OP_PEEK,
	OP_READ,
	OP_RECV_BATCH,
	OP_REPLY,
	OP_REPLY_RECV,
	OP_INTERRUPT,
	OP_LIMIT,
	OP_OPEN,
	OP_CLOSE,
	OP_UNLINK,
	OP_KINDS,
};

enum op_how {
	HOW_WAIT,
	HOW_DONTWAIT,
	/* With a deadline that has passed */
	HOW_EXPIRED,
};

/**
 * struct op_msg - a message, as its sender gives it
 * @id: what its payload is filled with: no two are the same
 * @type: type
 * @prio: priority
 * @len: payload bytes
 */
struct op_msg {
	uint64_t id;
	uint64_t type;
	uint32_t prio;
	uint32_t len;
};

/**
 * struct op_wanted - what a receiver wants
 * @select: enum ipcx_select
 * @type: what that is about
 * @truncate: IPCX_TRUNCATE
 * @room: bytes of its buffer; of a batch, of each
 */
struct op_wanted {
	uint32_t select;
	uint64_t type;
	bool truncate;
	uint32_t room[MODEL_BATCH];
};

/**
 * struct op - one thing that somebody does
 * @kind: what
 * @actor: who
 * @end: through which endpoint
 * @how: whether it waits
 * @bad: from which message on the address is nobody's; MODEL_BATCH: none
 * @count: how many messages, of a batch
 * @msg: what is sent; for a reply, the first
 * @wanted: what is received
 * @reply_room: OP_CALL: bytes for the reply
 * @whom: OP_REPLY, OP_INTERRUPT: to or of whom
 * @oflag: OP_OPEN
 * @max_msgs: OP_LIMIT; and of a mailbox that is made
 * @max_msg_size: likewise
 * @max_bytes: likewise
 *
 * An op that makes no sense when its turn comes is not done, so that of a sequence, any part is a
 * sequence.
 */
struct op {
	enum op_kind kind;
	unsigned int actor;
	unsigned int end;
	enum op_how how;
	unsigned int bad;
	unsigned int count;
	struct op_msg msg[MODEL_BATCH];
	struct op_wanted wanted;
	uint32_t reply_room;
	unsigned int whom;
	int oflag;
	uint32_t max_msgs;
	uint32_t max_msg_size;
	uint64_t max_bytes;
};

/**
 * struct op_got - a message, as its receiver gets it
 * @msg: message
 * @cut: it was longer than the buffer
 * @request: somebody waits for a reply
 */
struct op_got {
	struct op_msg msg;
	bool cut;
	bool request;
};

/**
 * struct outcome - what an op came to
 * @result: what the system call returns, or a negative errno
 * @need: with -EMSGSIZE, to a receiver: the length of the message
 * @count: how many messages were received
 * @got: which
 */
struct outcome {
	int64_t result;
	uint32_t need;
	unsigned int count;
	struct op_got got[MODEL_BATCH];
};

/**
 * struct plan - a mailbox, and what is done to it
 * @hangup: IPCX_BIND_HANGUP
 * @many_prios: IPCX_BIND_MANY_PRIOS
 * @first: how endpoint 0, which stays open, is opened
 * @max_msgs: of the mailbox
 * @max_msg_size: likewise
 * @max_bytes: likewise
 * @count: length of @ops
 * @ops: what is done
 */
struct plan {
	bool hangup;
	bool many_prios;
	int first;
	uint32_t max_msgs;
	uint32_t max_msg_size;
	uint64_t max_bytes;
	unsigned int count;
	struct op *ops;
};

/* The same numbers make the same plan. The caller frees it. */
struct plan *plan_make(unsigned int seed, unsigned int count);
void plan_free(struct plan *plan);
/* With @kept[i], op i of @plan */
struct plan *plan_part(const struct plan *plan, const bool *kept);
void plan_print(const struct plan *plan, FILE *to);
void op_print(const struct op *op, FILE *to);
void outcome_print(const struct outcome *outcome, FILE *to);

#endif
