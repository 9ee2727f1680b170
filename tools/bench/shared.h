/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared memory: one ring of slots each way, small enough to wrap all the time. A message is filled
 * and checked in its slot. What tells the other side, and makes it wait, differs by mechanism.
 */
#ifndef BENCH_SHARED_H
#define BENCH_SHARED_H

#include <stdatomic.h>

#include "mechanism.h"

/**
 * struct shared - one side's view of the two rings; first member of the state of its mechanisms
 * @slots: slots of each ring
 * @stride: bytes from one slot to the next
 * @sent: messages sent so far
 * @taken: messages received and released so far
 * @bell: how a batch is told of
 * @told: with batches, of @sent, messages that the other side has been told of
 * @ready: of those received, messages up to this one may be looked at
 * @returned: of @taken, messages whose slots the other side has been told of
 * @room: slots up to the one of this message may be filled
 */
struct shared {
	uint32_t slots;
	uint32_t sent;
	uint32_t taken;
	size_t stride;
	const struct shared_bell *bell;
	uint32_t told;
	uint32_t ready;
	uint32_t returned;
	uint32_t room;
};

/** enum shared_what - what there may be more of in a ring */
enum shared_what {
	SHARED_FILLED,
	SHARED_FREED,
};

/**
 * struct shared_bell - how a side tells, once a batch, that a count has moved
 * @ring: the count of @what, in the ring of messages to @to, has moved
 * @await: wait until it is told that the count moves from @seen, or has been already: each time
 *	that it is told may be waited for
 */
struct shared_bell {
	int (*ring)(struct channel *ch, enum bench_side to, enum shared_what what);
	int (*await)(struct channel *ch, enum bench_side to, enum shared_what what, uint32_t seen);
};

/**
 * shared_layout() - decide on slots for messages of &channel.size
 * @ch: a channel whose state starts with its struct shared; batches wait on futexes unless a
 *	mechanism sets another bell
 * @size: set to the bytes to share
 */
enum channel_opened shared_layout(struct channel *ch, size_t *size);

/** shared_count() - how far a ring is */
_Atomic uint32_t *shared_count(struct channel *ch, enum bench_side to, enum shared_what what);

/** shared_posix() - have @size bytes of POSIX shared memory to share; the name is gone again */
enum channel_opened shared_posix(struct channel *ch, size_t size);

/** shared_out() - the slot of the next message to send */
void *shared_out(struct channel *ch);

/** shared_in() - the slot of the next message to receive; sets &channel.got */
void *shared_in(struct channel *ch);

/* The operations of a mechanism that waits on futexes in the shared memory. */
void *futex_reserve(struct channel *ch);
int futex_commit(struct channel *ch, void *buf);
void *futex_receive(struct channel *ch);
int futex_release(struct channel *ch);

/** shared_batching - batches in the rings: a count moves once a batch */
extern const struct batching shared_batching;

#endif /* BENCH_SHARED_H */
