/* SPDX-License-Identifier: GPL-2.0-only */
/* Waiting by io_uring, for whatever has a descriptor that can be polled, read and written. */
#ifndef BENCH_URING_H
#define BENCH_URING_H

#include "mechanism.h"

/** uring_available() - whether this process may make a ring; else it is said why not */
enum channel_opened uring_available(struct channel *ch);

/**
 * uring_begin() - in a side's process or thread: make &channel.uring
 * @ch: the channel
 * @entries: most requests that are submitted at a time
 * @defer: completions come when they are asked for, which is cheaper for one at a time
 *
 * Return: 0, or -1 with errno set.
 */
int uring_begin(struct channel *ch, unsigned int entries, bool defer);

/** uring_drop() - undo uring_begin(); NULL is as well */
void uring_drop(struct uring *uring);

/** uring_poll_commit() - send a message: poll and write it, submitted and waited for in one call */
int uring_poll_commit(struct channel *ch, void *buf);

/** uring_poll_receive() - receive a message, likewise */
void *uring_poll_receive(struct channel *ch);

#endif /* BENCH_URING_H */
