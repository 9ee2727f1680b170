/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is measured: one table of operations a mode, one file each. To add one: write mode_NAME.c
 * with its struct mode, and name that in modes.def.
 */
#ifndef BENCH_MODE_H
#define BENCH_MODE_H

#include "worker.h"

/** enum mode_axis - what a mode varies beside mechanism, size, placement, wait and kind of sides */
enum mode_axis {
	AXIS_NONE,
	AXIS_RATE,
	AXIS_GAP,
	AXIS_SEVERAL,
};

/**
 * struct mode - operations and traits
 * @name: as on the command line and in the results
 * @title: as the head of a table
 * @about: what is measured
 * @flow: how its messages follow each other
 * @axis: what it varies
 * @sampled: every message is timed by itself, so that there are percentiles
 * @lengthens: rounds are made longer until messages cost the same early and late in them
 * @whole: and so long at once that they fill the time of the cell: short ones cost something else
 *	without telling
 * @batched: messages may go in batches
 * @settles: messages to warm up with, for each that is measured, unless they go in turn; 0: as few
 *	as most mechanisms need
 * @settles_most: but not more than these
 * @alone: one process does it all: only the smallest size is of interest, and one placement
 * @fills: times that a message is filled on the way that is timed
 * @checks: times that a message is checked there
 * @clocks: times that the clock is read there
 * @stops_clock: the side that knows the end
 * @count: messages worth measuring for the mean of a cell to repeat, in all rounds together
 * @run: what each side does; returns 0, or -1 after worker_fails()
 */
struct mode {
	const char *name;
	const char *title;
	const char *about;
	enum channel_flow flow;
	enum mode_axis axis;
	bool sampled;
	bool lengthens;
	bool whole;
	bool batched;
	unsigned int settles;
	uint64_t settles_most;
	bool alone;
	unsigned int fills;
	unsigned int checks;
	unsigned int clocks;
	enum bench_side stops_clock;
	uint64_t (*count)(const struct cell *cell);
	int (*run[SIDES])(struct worker *w);
};

/** modes - every mode, in the order of the tables; NULL ends it */
extern const struct mode *const modes[];

/** mode_find() - by name; NULL if there is none */
const struct mode *mode_find(const char *name, size_t len);

/** mode_count() - messages for a mean that repeats, in a time that a person waits, for @size */
uint64_t mode_count(size_t size);

#endif /* BENCH_MODE_H */
