/* SPDX-License-Identifier: GPL-2.0-only */
/* The command line of ipcx bench. */
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include "cell.h"

#define BENCH_MAX_MECHANISMS	64
#define BENCH_MAX_SIZES		64
#define BENCH_MAX_SIZE		(16u << 20)
#define BENCH_MAX_COUNT		100000000u

/** enum bench_unit - what a nanosecond of the clock is */
enum bench_unit {
	UNIT_AUTO,
	UNIT_NS,
	UNIT_INSTRUCTIONS,
	BENCH_UNITS
};

/**
 * struct options - what was asked for
 * @mechs: mechanisms
 * @nmechs: how many
 * @modes: whether to run each mode
 * @placements: whether to run each placement
 * @sizes: message sizes
 * @nsizes: how many
 * @count: messages of each cell, 0 for a number by size
 * @rounds: rounds, 0 for as many as it takes
 * @unit: never UNIT_AUTO
 * @json: file to write results to, "-" for standard output, or NULL
 * @list: only tell what mechanisms there are
 */
struct options {
	const struct mechanism *mechs[BENCH_MAX_MECHANISMS];
	unsigned int nmechs;
	bool modes[BENCH_MODES];
	bool placements[BENCH_PLACEMENTS];
	size_t sizes[BENCH_MAX_SIZES];
	unsigned int nsizes;
	uint64_t count;
	unsigned int rounds;
	enum bench_unit unit;
	const char *json;
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
