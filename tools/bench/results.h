/* SPDX-License-Identifier: GPL-2.0-only */
/* Results: what a comparison found, in memory, on the terminal and in a file. */
#ifndef BENCH_RESULTS_H
#define BENCH_RESULTS_H

#include <stdio.h>

#include <jansson.h>

#include "cell.h"
#include "copies.h"
#include "host.h"
#include "options.h"
#include "round.h"

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

#define COUNT_WHY	(ROUND_ERROR + 32)

#define BENCH_SCHEMA	"ipcx-bench/2"

/**
 * struct results - a whole comparison
 * @opts: what was asked for
 * @host: where
 * @overhead: what the comparison costs
 * @work: cost of filling and checking, for each of @opts' sizes
 * @copy: cost of a copy, likewise
 * @cells: by mode, placement, kind of sides, rate, gap, producers, consumers, mechanism, wait,
 *	knob, capacity, size and batch, in this order
 * @ncells: how many
 * @floors: what the kernel asks for the least, by placement
 * @nfloors: how many
 * @complete: all rounds that were wanted have been run
 * @counter_parts: of which parts instructions can be counted
 * @count_why: why not all cells that could have what a kind of round counts do; or empty
 */
struct results {
	struct options opts;
	struct host host;
	struct overhead overhead;
	struct work_cost work[BENCH_MAX_POINTS];
	struct copy_cost copy[BENCH_MAX_POINTS];
	struct cell *cells;
	unsigned int ncells;
	struct cell *floors;
	unsigned int nfloors;
	bool complete;
	bool counter_parts[COUNTER_PARTS];
	char count_why[ROUND_KINDS][COUNT_WHY];
};

/** results_writable() - 2, and a sentence, if @path could not be written; else -1 */
int results_writable(const char *path);

/** results_write() - write @results to @path; 2, and a sentence, if that fails; else -1 */
int results_write(const struct results *results, const char *path);

/**
 * results_like() - the cell that differs from @cell in mechanism only
 *
 * It waits as @cell does or, if it cannot, by blocking. NULL if there is none.
 */
const struct cell *results_like(const struct results *results, const struct cell *cell,
				const struct mechanism *mech);

/** results_net() - the mean of @cell without the comparison's own work; below 0: not to be told */
double results_net(const struct results *results, const struct cell *cell);

/** table_print() - the results as tables for a terminal */
void table_print(const struct results *results, FILE *out);

/** size_text() - a number of bytes as people write it: 64, 4K, 64K */
const char *size_text(char *text, size_t room, uint64_t size);

/** number_text() - a figure with its thousands apart: 12,345 */
const char *number_text(char *text, size_t room, double value);

/** report_main() - "ipcx bench report ..." */
int report_main(int argc, char **argv);

#endif /* BENCH_RESULTS_H */
