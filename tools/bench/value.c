// SPDX-License-Identifier: GPL-2.0-only
/* Writing figures: three digits, as nobody reads more, and no more are sure. */
#include <math.h>
#include <stdio.h>

#include "results.h"
#include "value.h"

/* @value without an exponent */
static void put_digits(char *text, double value, const char *unit)
{
	double size = fabs(value);
	int decimals = size >= 99.95 || size == 0 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
	char whole[32];

	if (size >= 999.5 && value > 0)
		snprintf(text, VALUE_TEXT, "%s%s",
			 number_text(whole, sizeof(whole), value), unit);
	else if (size > 0 && size < 0.0995)
		snprintf(text, VALUE_TEXT, "%.2g%s", value, unit);
	else
		snprintf(text, VALUE_TEXT, "%.*f%s", decimals, value, unit);
}

static void put_scaled(char *text, double value, const char *const *units, double step)
{
	while (units[1] && fabs(value) >= 0.9995 * step) {
		value /= step;
		units++;
	}
	put_digits(text, value, *units);
}

const char *value_text(char *text, enum plot_axis axis, double value)
{
	static const char *const durations[] = { " ns", " µs", " ms", " s", NULL };
	static const char *const sizes[] = { "", "K", "M", "G", NULL };

	if (isnan(value))
		snprintf(text, VALUE_TEXT, "–");
	else if (axis == PLOT_DURATION)
		put_scaled(text, value, durations, 1000);
	else if (axis == PLOT_SIZE)
		put_scaled(text, value, sizes, 1024);
	else if (axis == PLOT_PERCENTILE)
		snprintf(text, VALUE_TEXT, "%.6g %%", 100 - 100 / value);
	else
		put_digits(text, value, "");
	return text;
}

const char *value_interval(char *text, size_t room, enum plot_axis axis, double value, double low,
			   double high)
{
	char middle[VALUE_TEXT], from[VALUE_TEXT], to[VALUE_TEXT];

	value_text(middle, axis, value);
	if (isnan(low) || isnan(high))
		snprintf(text, room, "%s", middle);
	else
		snprintf(text, room, "%s (%s–%s)", middle, value_text(from, axis, low),
			 value_text(to, axis, high));
	return text;
}
