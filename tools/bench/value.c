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
	const char *sign = value < 0 ? "−" : "";
	int decimals = size >= 99.95 || size <= 0 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
	char whole[32];

	if (size >= 999.5)
		snprintf(text, VALUE_TEXT, "%s%s%s", sign,
			 number_text(whole, sizeof(whole), size), unit);
	else if (size > 0 && size < 0.0995)
		snprintf(text, VALUE_TEXT, "%s%.2g%s", sign, size, unit);
	else
		snprintf(text, VALUE_TEXT, "%s%.*f%s", sign, decimals, size, unit);
}

static void put_duration(char *text, double value)
{
	static const char *const units[] = { " ns", " µs", " ms", " s", NULL };
	const char *const *unit = units;

	while (unit[1] && fabs(value) >= 999.5) {
		value /= 1000;
		unit++;
	}
	put_digits(text, value, *unit);
}

/* Bytes: powers of two without decimals. */
static void put_size(char *text, double value)
{
	static const char *const units[] = { "", "K", "M", "G", NULL };
	const char *const *unit = units;

	while (unit[1] && value >= 1024) {
		value /= 1024;
		unit++;
	}
	snprintf(text, VALUE_TEXT, "%.*g%s", value >= 999.5 ? 4 : 3, value, *unit);
}

const char *value_text(char *text, enum plot_axis axis, double value)
{
	if (isnan(value))
		snprintf(text, VALUE_TEXT, "–");
	else if (axis == PLOT_DURATION)
		put_duration(text, value);
	else if (axis == PLOT_SIZE)
		put_size(text, value);
	else if (axis == PLOT_PERCENTILE)
		snprintf(text, VALUE_TEXT, "%.6g %%", 100 - 100 / value);
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
