/* SPDX-License-Identifier: GPL-2.0-only */
/* Results: what a comparison found, in memory, on the terminal and in a file. */
#ifndef BENCH_RESULTS_H
#define BENCH_RESULTS_H

#include <stdio.h>

#include <jansson.h>

#include "cell.h"
#include "host.h"
#include "options.h"

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

#define BENCH_SCHEMA	"ipcx-bench/1"

/**
 * struct results - a whole comparison
 * @opts: what was asked for
 * @host: where
 * @overhead: what the comparison costs
 * @work: cost of filling and checking, for each of @opts' sizes
 * @cells: by placement, mode, mechanism and size, in this order
 * @ncells: how many
 */
struct results {
	struct options opts;
	struct host host;
	struct overhead overhead;
	struct work_cost work[BENCH_MAX_SIZES];
	struct cell *cells;
	unsigned int ncells;
};

/** results_writable() - 2, and a sentence, if @path could not be written; else -1 */
int results_writable(const char *path);

/** results_write() - write @results to @path; 2, and a sentence, if that fails; else -1 */
int results_write(const struct results *results, const char *path);

/** results_cell() - of all cells, the one that is told; NULL if there is none */
const struct cell *results_cell(const struct results *results, enum bench_placement placement,
				enum bench_mode mode, const struct mechanism *mech, size_t size);

/** table_print() - the results as tables for a terminal */
void table_print(const struct results *results, FILE *out);

/** size_text() - a number of bytes as people write it: 64, 4K, 64K */
const char *size_text(char *text, size_t room, uint64_t size);

/** number_text() - a figure with its thousands apart: 12,345 */
const char *number_text(char *text, size_t room, double value);

/** report_main() - "ipcx bench report ..." */
int report_main(int argc, char **argv);

#endif /* BENCH_RESULTS_H */
