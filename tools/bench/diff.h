/* SPDX-License-Identifier: GPL-2.0-only */
/* ipcx bench diff: what has changed from one file of results to another. */
#ifndef BENCH_DIFF_H
#define BENCH_DIFF_H

#include <stdio.h>

#include <jansson.h>

#include "change.h"

/**
 * struct diff_cell - a cell of a file
 * @key: what it is of, as text: cells of both files are the same if these are
 * @axes: the same as an object
 * @json: the cell
 * @index: which of the file it is
 */
struct diff_cell {
	char *key;
	json_t *axes;
	const json_t *json;
	size_t index;
};

/**
 * struct diff_file - a file of results
 * @path: its name
 * @root: what is in it
 * @cells: its cells, by key
 * @ncells: how many
 */
struct diff_file {
	const char *path;
	json_t *root;
	struct diff_cell *cells;
	size_t ncells;
};

/**
 * enum diff_state - in which of the files a cell has a mean
 * @DIFF_COMPARED: in both
 * @DIFF_GONE: in the first, and the second has no such cell
 * @DIFF_UNMEASURED: in the first, and in the second there is a reason instead
 * @DIFF_NEW: in the second
 */
enum diff_state {
	DIFF_COMPARED,
	DIFF_GONE,
	DIFF_UNMEASURED,
	DIFF_NEW,
	DIFF_STATES
};

/**
 * struct diff_row - what has become of a cell
 * @state: whether it can be compared
 * @before: the cell in the first file, or NULL
 * @after: the cell in the second, or NULL
 * @change: the change, if it can be
 * @rank: where the row is: those with more come first
 * @verdict: what that comes to
 */
struct diff_row {
	enum diff_state state;
	const struct diff_cell *before;
	const struct diff_cell *after;
	struct change change;
	double rank;
	enum change_verdict verdict;
};

/**
 * struct diff - two files compared
 * @before: the first
 * @after: the second
 * @threshold: percent that matter
 * @same: whether both are of the same, so that a change either way is one too many
 * @rows: those that can be compared, worst or farthest off first; then the others by state
 * @nrows: how many
 * @states: how many are of each state
 * @worse: how many are worse, or apart
 * @unsure: how many could be, and cannot be told
 */
struct diff {
	struct diff_file before;
	struct diff_file after;
	double threshold;
	bool same;
	struct diff_row *rows;
	size_t nrows;
	size_t states[DIFF_STATES];
	size_t worse;
	size_t unsure;
};

/** diff_mean() - the mean of a cell; 0 if it has none */
double diff_mean(const struct diff_cell *cell);

/** diff_usual() - whether @value of an axis of &diff_cell.axes is what need not be told */
bool diff_usual(const char *key, const json_t *value);

/** diff_print() - print a table of @diff */
void diff_print(const struct diff *diff, FILE *out);

/** diff_json() - @diff as JSON; NULL if there is no memory */
json_t *diff_json(const struct diff *diff);

/** diff_main() - "ipcx bench diff ..." */
int diff_main(int argc, char **argv);

#endif /* BENCH_DIFF_H */
