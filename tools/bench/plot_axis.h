/* SPDX-License-Identifier: GPL-2.0-only */
/* The axes of a plot: from where to where, and where the ticks are. */
#ifndef BENCH_PLOT_AXIS_H
#define BENCH_PLOT_AXIS_H

#include "plot.h"

/** PLOT_TICKS - most ticks of an axis */
#define PLOT_TICKS	16

/** struct plot_tick - what is written where */
struct plot_tick {
	double value;
	char text[24];
};

/**
 * struct plot_scale - an axis
 * @axis: what it counts
 * @log: whether it is logarithmic
 * @zero: whether it begins at zero, if it is not logarithmic
 * @padded: whether there is some room beyond the outermost points, if it is logarithmic
 * @empty: whether no value has been seen yet
 * @min: its beginning
 * @max: its end
 * @n: how many ticks it has
 * @ticks: those
 *
 * The caller sets the first four and @empty, then shows all values, then has it made.
 */
struct plot_scale {
	enum plot_axis axis;
	bool log, zero, padded, empty;
	double min, max;
	size_t n;
	struct plot_tick ticks[PLOT_TICKS];
};

/** plot_scale_takes() - whether @value can be drawn */
bool plot_scale_takes(const struct plot_scale *scale, double value);

/** plot_scale_see() - there is to be room for @value, if it can be drawn */
void plot_scale_see(struct plot_scale *scale, double value);

/** plot_scale_make() - set range and ticks, of which at most @room are readable */
void plot_scale_make(struct plot_scale *scale, size_t room);

/** plot_scale_at() - where @value is: 0 is the beginning of the axis, 1 its end */
double plot_scale_at(const struct plot_scale *scale, double value);

/** plot_axis_text() - @value as people write it on such an axis, of @digits significant digits */
void plot_axis_text(enum plot_axis axis, double value, int digits, char *text, size_t room);

#endif /* BENCH_PLOT_AXIS_H */
