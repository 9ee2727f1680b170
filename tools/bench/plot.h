/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Plots, as SVG that stands in an HTML page: drawn by the program gnuplot, coloured by the page.
 *
 * A plot is drawn twice, for a wide and for a narrow page, and plot_style shows the one that fits:
 * text that is scaled down with its plot is not read on a phone. There is no script in it, no font,
 * and nothing is fetched.
 */
#ifndef BENCH_PLOT_H
#define BENCH_PLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/**
 * enum plot_axis - what an axis counts, which decides how its ticks are written
 * @PLOT_NUMBER: anything: 0, 20, 1k, 1M
 * @PLOT_SIZE: bytes: 1, 64, 4K, 1M; powers of two
 * @PLOT_DURATION: nanoseconds: 500 ns, 1 µs, 10 ms
 * @PLOT_PERCENTILE: 1 / (1 - p), always logarithmic: 0, 90, 99, 99.9 %
 */
enum plot_axis { PLOT_NUMBER, PLOT_SIZE, PLOT_DURATION, PLOT_PERCENTILE };

/**
 * enum plot_kind - how the points are drawn
 * @PLOT_LINES: joined, each series with a mark of its own, and its name at its end or in a
 *	legend; the band from low to high is filled
 * @PLOT_SCATTER: each series as marks, its name beside the last of them that has room
 * @PLOT_BARS: horizontal bars, one below the other, with their names before them and their lengths,
 *	which are y, behind them. With names, bar i is points[i] of every series end to end, and the
 *	series are told in a legend; without, every series is one bar, of points[0].
 */
enum plot_kind { PLOT_LINES, PLOT_SCATTER, PLOT_BARS };

/**
 * struct plot_point - one measured point
 * @x: where it is; means nothing for a bar
 * @y: how much it is
 * @low: the least that @y may be; NAN if not known
 * @high: the most
 *
 * What cannot be drawn is left out: NAN, infinity, and, on a logarithmic axis, zero and less. A
 * band that begins at zero begins at the end of a logarithmic axis.
 */
struct plot_point {
	double x, y, low, high;
};

/**
 * struct plot_series - points that belong together
 * @name: what it is called in the plot
 * @points: in the order in which they are joined
 * @n: how many; a series without points is left out
 * @floor: a dashed line across the plot at points[0].y instead
 */
struct plot_series {
	const char *name;
	const struct plot_point *points;
	size_t n;
	bool floor;
};

/**
 * struct plot - one plot
 * @id: unique in the page: letters, digits and dashes, a letter first
 * @title: what it shows, for screen readers and as a tooltip; the page has its own heading
 * @about: what there is to see in it, for those who cannot see
 * @x_title: what the horizontal axis counts, for bars what their length is
 * @y_title: what the vertical axis counts, said above it; nothing for bars
 * @kind: how it is drawn
 * @x_axis: how ticks are written; nothing for bars
 * @y_axis: the same; of the bars' length
 * @log_x: whether it is logarithmic; ignored for bars
 * @log_y: the same; ignored for bars
 * @series: what is in it
 * @nseries: how many; from the ninth on, colours and marks are used again
 * @names: of stacked bars, top down; else NULL
 * @nnames: how many
 *
 * No text is trusted: it may come from a file that anybody wrote.
 */
struct plot {
	const char *id;
	const char *title;
	const char *about;
	const char *x_title, *y_title;
	enum plot_kind kind;
	enum plot_axis x_axis, y_axis;
	bool log_x, log_y;
	const struct plot_series *series;
	size_t nseries;
	const char *const *names;
	size_t nnames;
};

/** plot_style - the style of plots, for the page's head */
extern const char plot_style[];

/**
 * plot_svg() - draw
 * @out: where the SVG is written, two elements of it
 * @plot: what
 * @error: set to a sentence, without a stop, if it fails
 * @room: size of that
 *
 * Return: 0; -1 if gnuplot is missing, failed or hung, or there is nothing to draw. Nothing is
 * written then.
 */
int plot_svg(FILE *out, const struct plot *plot, char *error, size_t room);

#endif /* BENCH_PLOT_H */
