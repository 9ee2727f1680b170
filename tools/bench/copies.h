/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How often the kernel copies a message, as its cost tells: by how much it grows with the size, as
 * against by how much one copy of the kernel's does.
 */
#ifndef BENCH_COPIES_H
#define BENCH_COPIES_H

#include <stdbool.h>
#include <stddef.h>

struct cell;
struct results;

/**
 * struct copy_cost - what it costs to copy so many bytes
 * @size: bytes
 * @kernel: by the kernel, between a process and a memfd, the mean of both ways
 * @kernel_error: standard error of that
 * @memory: by a process, from memory to memory
 * @memory_error: standard error of that
 */
struct copy_cost {
	size_t size;
	double kernel;
	double kernel_error;
	double memory;
	double memory_error;
};

/**
 * copy_cost_measure() - on this CPU, now
 *
 * Where there are no memfds, all of it is 0.
 */
void copy_cost_measure(struct copy_cost *cost, size_t size);

/**
 * struct copies - of a mechanism, in one mode at one point of every axis but the size
 * @known: whether there are two sizes or more of at least a page
 * @measured: copies of a message one way
 * @low: lower end of its interval of 95 % confidence, as the rounds of both tell
 * @high: upper end
 */
struct copies {
	bool known;
	double measured;
	double low;
	double high;
};

/** copies_of() - those of all cells that differ from @cell in size only */
struct copies copies_of(const struct results *results, const struct cell *cell);

/** copies_first() - whether @cell is the first of those */
bool copies_first(const struct results *results, const struct cell *cell);

#endif /* BENCH_COPIES_H */
