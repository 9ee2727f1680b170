/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Private buffers that a sender fills in turn, where the receiver may still need those before. They
 * take the place of &channel.tx.
 */
#ifndef BENCH_SENDRING_H
#define BENCH_SENDRING_H

#include "mechanism.h"

/**
 * struct sendring - the buffers of one side
 * @base: the first
 * @stride: bytes from one to the next
 * @slots: how many
 * @at: the one that is &channel.tx now
 */
struct sendring {
	unsigned char *base;
	size_t stride;
	unsigned int slots;
	unsigned int at;
};

/**
 * sendring_enter() - in a side's process: make @slots buffers, each aligned to @align bytes
 *
 * The first begins on a page: what crosses from one page to the next may cost the kernel more, and
 * where memory happens to be must not decide how many do.
 */
int sendring_enter(struct channel *ch, struct sendring *ring, unsigned int slots, size_t align);

/** sendring_turn() - go on to the next buffer */
void sendring_turn(struct channel *ch, struct sendring *ring);

/*
 * Operations of batches that are sent from where they are filled, as &bundle.sent tells; the
 * mechanism's state starts with its struct sendring.
 */
void *sendring_batch_reserve(struct channel *ch);
int sendring_batch_commit(struct channel *ch, void *buf);

#endif /* BENCH_SENDRING_H */
