/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared memory: one ring of slots each way, small enough to wrap all the time. A message is filled
 * and checked in its slot. What tells the other side, and makes it wait, differs by mechanism.
 */
#ifndef BENCH_SHARED_H
#define BENCH_SHARED_H

#include "mechanism.h"

/**
 * struct shared - one side's view of the two rings; first member of the state of its mechanisms
 * @slots: slots of each ring
 * @stride: bytes from one slot to the next
 * @sent: messages sent so far
 * @taken: messages received and released so far
 */
struct shared {
	uint32_t slots;
	uint32_t sent;
	uint32_t taken;
	size_t stride;
};

/** shared_layout() - decide on slots for messages of &channel.size; returns the bytes to share */
size_t shared_layout(struct channel *ch);

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

#endif /* BENCH_SHARED_H */
