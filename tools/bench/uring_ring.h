/* SPDX-License-Identifier: GPL-2.0-only */
/* A ring of io_uring, for those who prepare its requests. */
#ifndef BENCH_URING_RING_H
#define BENCH_URING_RING_H

#include <liburing.h>

/**
 * struct uring - of one side
 * @ring: the ring
 * @packets: the descriptors are sockets that keep boundaries
 */
struct uring {
	struct io_uring ring;
	bool packets;
};

/** uring_submit() - submit what was prepared, and wait for @wait completions or a signal; or -1 */
int uring_submit(struct io_uring *ring, unsigned int wait);

/** uring_next() - wait for a completion; 0, or -1 with errno set */
int uring_next(struct io_uring *ring, struct io_uring_cqe **cqe);

#endif /* BENCH_URING_RING_H */
