/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A chart: one or several plots of the same kind, and a table with the same figures, for those who
 * cannot see the plots or want to know exactly.
 *
 * More lines than CHART_LINES in a plot cannot be told apart. So many are drawn in several plots,
 * by family, each with pipe and ipcx to compare with.
 */
#ifndef BENCH_CHART_H
#define BENCH_CHART_H

#include "entry.h"
#include "page.h"
#include "plot.h"

#define CHART_LINES	8
#define CHART_FLOORS	4

/**
 * struct chart_row - a line, a mark or a bar
 * @name: what it is called
 * @entry: what it is of
 * @points: its points
 * @n: how many
 * @room: for how many there is room
 */
struct chart_row {
	char name[ENTRY_NAME];
	const struct entry *entry;
	struct plot_point *points;
	size_t n;
	size_t room;
};

/**
 * struct chart - what to draw
 * @plot: as in a plot, without series, names and identity
 * @stack: names of the parts of stacked bars, whose rows have a point for each; NULL if there are
 *	none
 * @nstack: how many
 * @floors: dashed lines
 * @nfloors: how many
 * @rows: what is in it
 * @nrows: how many
 * @room: for how many there is room
 */
struct chart {
	struct plot plot;
	const char *const *stack;
	size_t nstack;
	struct {
		char name[ENTRY_NAME];
		struct plot_point at;
	} floors[CHART_FLOORS];
	size_t nfloors;
	struct chart_row *rows;
	size_t nrows;
	size_t room;
};

/** chart_row() - the row of what @entry is one point of; a new one, if it is the first */
struct chart_row *chart_row(struct chart *chart, const struct entry *entry);

/** chart_add() - add a point to @row, if its y is a number */
void chart_add(struct chart_row *row, struct plot_point point);

/** chart_put() - write @chart, and free its rows; nothing if it has no points */
void chart_put(struct page *page, struct chart *chart);

/** chart_draw() - the same without the table, where there is another */
void chart_draw(struct page *page, struct chart *chart);

/** chart_table() - write the table of a chart whose points are in order */
void chart_table(const struct page *page, const struct chart *chart);

#endif /* BENCH_CHART_H */
