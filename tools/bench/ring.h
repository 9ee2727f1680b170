/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rings of libipcx, one each way, in a memfd: no module is needed. A message is filled and checked
 * in place.
 */
#ifndef BENCH_RING_H
#define BENCH_RING_H

#include <ipcx_ring.h>

#include "mechanism.h"

/**
 * struct ring - one side's handles; the state of the mechanisms
 * @tx: of the ring to the other side
 * @rx: of the ring to this side
 * @bytes: memory of each ring
 * @reserved: with batches, messages that are not committed yet
 * @peeked: with batches, messages that are not released yet
 */
struct ring {
	struct ipcx_ring tx;
	struct ipcx_ring rx;
	size_t bytes;
	unsigned int reserved;
	unsigned int peeked;
};

/* The operations of both mechanisms, which differ in the kind of ring they open. */
enum channel_opened ring_open(struct channel *ch, enum ipcx_ring_kind kind);
int ring_enter(struct channel *ch);
void *ring_reserve(struct channel *ch);
int ring_commit(struct channel *ch, void *buf);
void *ring_receive(struct channel *ch);
int ring_release(struct channel *ch);

/** ring_batching - committed, and released, once a batch */
extern const struct batching ring_batching;

/* What both mechanisms are: initializers of struct mechanism */
#define RING_MECHANISM							\
	.family = "ipcx",						\
	.flow = "a full ring makes the sender wait on a futex",		\
	.copies = 0,							\
	.syscalls = 4,	/* with a wake-up of one who has just woken by itself */ \
	.skips = true,							\
	.boundaries = true,						\
	.in_place = true,						\
	.waits = WAITS_SHARED,						\
	.batching = &ring_batching,					\
	.sized = true,							\
	.state_size = sizeof(struct ring),				\
	.enter = ring_enter,						\
	.reserve = ring_reserve,					\
	.commit = ring_commit,						\
	.receive = ring_receive,					\
	.release = ring_release

#endif /* BENCH_RING_H */
