/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the ring is compared with: a queue of items of one size, for one sender and one receiver, as
 * it is best done: indices that only one side writes, on lines of their own, with the other side's
 * last seen one kept beside one's own; the capacity a power of two. It has no boundaries, cannot be
 * waited for but by looking again, and trusts the other side.
 */
#ifndef IPCX_TEST_QUEUE_H
#define IPCX_TEST_QUEUE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define QUEUE_LINE 128

struct queue {
	_Alignas(QUEUE_LINE) _Atomic uint64_t tail;
	uint64_t head_seen;
	_Alignas(QUEUE_LINE) _Atomic uint64_t head;
	uint64_t tail_seen;
	_Alignas(QUEUE_LINE) unsigned char items[];
};

static inline bool queue_push(struct queue *q, const void *item, size_t size, uint64_t count)
{
	/* Relaxed: this side's own */
	uint64_t tail = atomic_load_explicit(&q->tail, memory_order_relaxed);

	if (tail - q->head_seen == count) {
		/* Acquire: the receiver has read the item that was there. */
		q->head_seen = atomic_load_explicit(&q->head, memory_order_acquire);
		if (tail - q->head_seen == count)
			return false;
	}
	memcpy(q->items + (tail & (count - 1)) * size, item, size);
	/* Release: the item before it */
	atomic_store_explicit(&q->tail, tail + 1, memory_order_release);
	return true;
}

static inline bool queue_pop(struct queue *q, void *item, size_t size, uint64_t count)
{
	/* Relaxed: this side's own */
	uint64_t head = atomic_load_explicit(&q->head, memory_order_relaxed);

	if (head == q->tail_seen) {
		/* Acquire: the item was written before. */
		q->tail_seen = atomic_load_explicit(&q->tail, memory_order_acquire);
		if (head == q->tail_seen)
			return false;
	}
	memcpy(item, q->items + (head & (count - 1)) * size, size);
	/* Release: the reading before it */
	atomic_store_explicit(&q->head, head + 1, memory_order_release);
	return true;
}

#endif
