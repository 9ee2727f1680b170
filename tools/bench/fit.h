/* SPDX-License-Identifier: GPL-2.0-only */
/* Lines a + b * size through the round trips of mechanisms. */
#ifndef BENCH_FIT_H
#define BENCH_FIT_H

#include "entry.h"
#include "stats.h"

/**
 * struct fit - a line through the cells of a row
 * @entry: the first of them
 * @points: how many cells
 * @known: whether there is a line
 * @line: the line
 * @off: how far the farthest cell is from it, as a share of the cell
 */
struct fit {
	const struct entry *entry;
	size_t points;
	bool known;
	struct stats_line line;
	double off;
};

/** fit_filter - cells that lines go through: round trips */
entry_filter fit_filter;

/** fit_is_first() - whether @entry is the first of a table of lines */
bool fit_is_first(const struct part *part, const struct entry *entry);

/** fit_all() - a line for each row of the table that @first is in; to be freed, @n of them */
struct fit *fit_all(const struct part *part, const struct entry *first, size_t *n);

#endif /* BENCH_FIT_H */
