/* SPDX-License-Identifier: GPL-2.0-only */
/* Figures as a reader of the page has them. */
#ifndef BENCH_VALUE_H
#define BENCH_VALUE_H

#include "plot.h"

#define VALUE_TEXT	48

/** value_text() - @value with three digits that count, and its unit; "–" if it is NAN */
const char *value_text(char *text, enum plot_axis axis, double value);

/** value_interval() - @value, and in brackets its interval if that is known */
const char *value_interval(char *text, size_t room, enum plot_axis axis, double value, double low,
			   double high);

#endif /* BENCH_VALUE_H */
