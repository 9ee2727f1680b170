/* SPDX-License-Identifier: GPL-2.0-only */
/* Counting what a thread has the CPU do, by the CPU's own counters: instructions. */
#ifndef BENCH_COUNTER_H
#define BENCH_COUNTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** enum counter_part - where it does it */
enum counter_part {
	COUNTER_USER,
	COUNTER_KERNEL,
	COUNTER_PARTS
};

/** struct counter_event - what to count, as perf_event_open(2) has it */
struct counter_event {
	uint32_t type;
	uint64_t config;
};

/**
 * struct counter - of one thread
 * @fd: of each part; -1 if that may not be counted
 */
struct counter {
	int fd[COUNTER_PARTS];
};

/** counter_event - what is counted: instructions, unless a test has it otherwise */
extern struct counter_event counter_event;

/** counter_possible() - which parts can be counted here; *@why if none */
bool counter_possible(bool parts[COUNTER_PARTS], char *why, size_t room);

/** counter_start() - count for the calling thread from here on; -1 if nothing can be */
int counter_start(struct counter *c);

/**
 * counter_stop() - up to here
 * @c: set by counter_start()
 * @value: set to what was counted, of a part that is
 *
 * Return: 0, or -1 if the CPU had to count something else for a while.
 */
int counter_stop(struct counter *c, uint64_t value[COUNTER_PARTS]);

#endif /* BENCH_COUNTER_H */
