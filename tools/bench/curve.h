/* SPDX-License-Identifier: GPL-2.0-only */
/* Sections that are one curve for each mechanism along one axis. */
#ifndef BENCH_CURVE_H
#define BENCH_CURVE_H

#include "chart.h"

/**
 * struct curve - what such a section draws
 * @mode: the mode of the cells
 * @along: the axis, which is one of numbers
 * @what: what a plot is titled with
 * @about: what there is to see in it
 * @x_title: what the horizontal axis counts
 * @y_title: what the vertical axis counts
 * @x_axis: how that is written
 * @time: the vertical axis is in the unit of the report; else it is a number
 * @floors: whether what the kernel asks for the least is drawn
 * @point: set @point's y, low and high to a cell's
 */
struct curve {
	const char *mode;
	enum entry_axis along;
	const char *what;
	const char *about;
	const char *x_title;
	const char *y_title;
	enum plot_axis x_axis;
	bool time;
	bool floors;
	void (*point)(const struct entry *entry, struct plot_point *point);
};

/** curve_present() - whether there are two points to join, of any mechanism */
bool curve_present(const struct page *page, const struct curve *curve);

/** curve_put() - write a chart for each point on all other axes */
void curve_put(struct page *page, const struct curve *curve);

/** curve_quantile() - set @point to a percentile of @entry, and its interval */
void curve_quantile(const struct entry *entry, const char *name, struct plot_point *point);

/** curve_rate() - set @point to @amount by @entry's mean, and its interval */
void curve_rate(const struct entry *entry, double amount, struct plot_point *point);

#endif /* BENCH_CURVE_H */
