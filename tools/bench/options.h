/* SPDX-License-Identifier: GPL-2.0-only */
/* The command line of ipcx bench. */
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include "cell.h"
#include "knob.h"
#include "mode.h"

#define BENCH_MAX_MECHANISMS	64
#define BENCH_MAX_MODES		16
#define BENCH_MAX_POINTS	64	/* of one axis */
#define BENCH_MAX_SIZE		(16u << 20)
#define BENCH_MAX_COUNT		100000000u
#define BENCH_MAX_BATCH		1024u	/* as many as the kernel takes at a time */
#define BENCH_MAX_CAPACITY	(64u << 20)
#define BENCH_MAX_RATE		100000000u
#define BENCH_MAX_GAP		10000000000u
#define BENCH_MAX_TIME		100000000000u

/** enum bench_unit - what a nanosecond of the clock is */
enum bench_unit {
	UNIT_AUTO,
	UNIT_NS,
	UNIT_INSTRUCTIONS,
	BENCH_UNITS
};

/**
 * struct numbers - points on an axis, in the order that they were asked for, none twice
 * @value: the points
 * @n: how many
 */
struct numbers {
	uint64_t value[BENCH_MAX_POINTS];
	unsigned int n;
};

/**
 * struct options - what was asked for
 * @mechs: mechanisms
 * @nmechs: how many
 * @modes: modes
 * @nmodes: how many
 * @placements: whether to run each placement
 * @waits: whether to run each way to wait
 * @as: whether to run each kind of sides
 * @policies: whether to run each scheduling policy
 * @waits_asked: whether @waits was asked for; else some mechanisms spin as well
 * @asked: whether each axis that only some modes have was asked for
 * @sizes: message sizes
 * @batches: messages of a system call
 * @capacities: bytes that a channel is to hold, 0: as the system makes it
 * @knob: the knob that is turned
 * @knobs: what it is turned to
 * @rates: messages a second
 * @gaps: nanoseconds before a message
 * @several: numbers of senders and of receivers
 * @count: messages of each cell, 0 for a number by size
 * @rounds: rounds, 0 for as many as it takes
 * @time: nanoseconds or instructions that the messages of a cell may take, if neither is given
 * @unit: never UNIT_AUTO
 * @json: file to write results to, "-" for standard output, or NULL
 * @whole: measure for as long in any case, in rounds of the same length
 * @uncounted: measure mechanisms only, and only their time
 * @list: only tell what mechanisms there are
 */
struct options {
	const struct mechanism *mechs[BENCH_MAX_MECHANISMS];
	unsigned int nmechs;
	const struct mode *modes[BENCH_MAX_MODES];
	unsigned int nmodes;
	bool placements[BENCH_PLACEMENTS];
	bool waits[WAITS];
	bool as[BENCH_AS];
	bool policies[BENCH_POLICIES];
	bool waits_asked;
	unsigned int asked;
	struct numbers sizes;
	struct numbers batches;
	struct numbers capacities;
	enum bench_knob knob;
	struct numbers knobs;
	struct numbers rates;
	struct numbers gaps;
	struct numbers several[SIDES];
	uint64_t count;
	unsigned int rounds;
	uint64_t time;
	bool whole;
	enum bench_unit unit;
	const char *json;
	bool uncounted;
	bool list;
};

extern const char *const bench_unit_names[BENCH_UNITS];

/**
 * options_parse() - read the command line
 *
 * Return: -1 to go on, else the status to exit with: after help, or a sentence on what is wrong.
 */
int options_parse(struct options *opts, int argc, char **argv);

/** bench_complain() - one sentence on standard error; returns @status */
int bench_complain(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif /* BENCH_OPTIONS_H */
