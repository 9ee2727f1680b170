/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counting the system calls of a thread, by itself: the kernel refuses each with a signal, whose
 * handler counts it and makes it.
 *
 * No other process takes part, as a tracer does. The thread would lose its CPU to that at every
 * call, the other side would run meanwhile, and find things done that it would have waited for: of
 * those who wait in shared memory, half of the calls would never be made.
 */
#ifndef BENCH_TRAP_H
#define BENCH_TRAP_H

#include <stdbool.h>
#include <stdint.h>

/** trap_possible() - whether there is a way on this kind of machine */
bool trap_possible(void);

/**
 * trap_start() - count the calling thread's system calls from here on
 *
 * Those by which the comparison itself looks at the clock, at what was used, or rests between
 * messages do not count. A thread stays slower for good: it should not be timed any more.
 *
 * Return: 0, or -1 if the kernel takes no filter.
 */
int trap_start(void);

/** trap_stop() - up to here; how many they were */
uint64_t trap_stop(void);

#endif /* BENCH_TRAP_H */
