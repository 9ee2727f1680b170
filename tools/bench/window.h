/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How far a one-way sender may be ahead, where the mechanism itself holds nobody back or must not
 * be let fill up: the receiver allows half a window more whenever it has taken as many.
 */
#ifndef BENCH_WINDOW_H
#define BENCH_WINDOW_H

#include <stdbool.h>
#include <stddef.h>

#define WINDOW_BYTES	65536	/* as in a pipe */
#define WINDOW_MOST	64

/** window_hold() - most messages of @bytes that @capacity holds: a power of two, or 0 for none */
static inline unsigned int window_hold(size_t capacity, size_t bytes)
{
	unsigned int n = 1;

	if (capacity < bytes)
		return 0;
	while (2 * n * bytes <= capacity)
		n *= 2;
	return n;
}

/**
 * struct window - one side's view
 * @size: most messages in flight; even
 * @count: sender: messages in flight; receiver: messages taken since the last allowance
 */
struct window {
	unsigned int size;
	unsigned int count;
};

/** window_fit() - most messages of @bytes to have in flight: a power of two, so that counts wrap */
static inline unsigned int window_fit(size_t bytes)
{
	unsigned int n = 2;

	while (n < WINDOW_MOST && 2 * n * bytes <= WINDOW_BYTES)
		n *= 2;
	return n;
}

/** window_full() - sender: whether an allowance must come before the next message */
static inline bool window_full(const struct window *w)
{
	return w->count >= w->size;
}

/** window_allowed() - sender: an allowance has come */
static inline void window_allowed(struct window *w)
{
	w->count -= w->size / 2;
}

/** window_due() - receiver: count a message; whether an allowance is due */
static inline bool window_due(struct window *w)
{
	if (++w->count < w->size / 2)
		return false;
	w->count = 0;
	return true;
}

#endif /* BENCH_WINDOW_H */
