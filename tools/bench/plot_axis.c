// SPDX-License-Identifier: GPL-2.0-only
/* Ranges, and ticks that people can read: 64, 4K, 1M bytes; 1, 2, 5 µs; 90, 99, 99.9 %. */
#include <math.h>
#include <string.h>

#include "plot_axis.h"

/* What is nearer to overflow than this is no measurement, and gnuplot fails at it. */
#define LARGEST		1e100

/* How far roundings may be off, as a part of the whole */
#define TINY		(1 / 1e9)

struct unit {
	const char *name;
	double factor;
};

static const struct unit durations[] = {
	{ " ns", 1 }, { " µs", 1e3 }, { " ms", 1e6 }, { " s", 1e9 }, { NULL, 0 }
};

static const struct unit sizes[] = {
	{ "", 1 }, { "K", 1ull << 10 }, { "M", 1ull << 20 }, { "G", 1ull << 30 },
	{ "T", 1ull << 40 }, { NULL, 0 }
};

static const struct unit numbers[] = {
	{ "", 1 }, { "k", 1e3 }, { "M", 1e6 }, { "G", 1e9 }, { "T", 1e12 }, { NULL, 0 }
};

bool plot_scale_takes(const struct plot_scale *scale, double value)
{
	if (!isfinite(value) || fabs(value) > LARGEST)
		return false;
	return !scale->log || value > 1 / LARGEST;
}

void plot_scale_see(struct plot_scale *scale, double value)
{
	if (!plot_scale_takes(scale, value))
		return;
	if (scale->empty || value < scale->min)
		scale->min = value;
	if (scale->empty || value > scale->max)
		scale->max = value;
	scale->empty = false;
}

double plot_scale_at(const struct plot_scale *scale, double value)
{
	if (scale->log)
		return log(value / scale->min) / log(scale->max / scale->min);
	return (value - scale->min) / (scale->max - scale->min);
}

static void percentile_text(double value, char *text, size_t room)
{
	int nines = (int)lround(log10(value));

	if (value < 3)
		snprintf(text, room, value < 1.5 ? "0 %%" : "50 %%");
	else if (nines < 3)
		snprintf(text, room, nines == 1 ? "90 %%" : "99 %%");
	else
		snprintf(text, room, "99.%.*s %%", nines - 2, "9999999999");
}

void plot_axis_text(enum plot_axis axis, double value, int digits, char *text, size_t room)
{
	const struct unit *unit = axis == PLOT_DURATION ? durations :
				  axis == PLOT_SIZE ? sizes : numbers;
	/* What rounds up to the next unit is written in that. */
	double size = fabs(value) * (1 + 0.5 * pow(10, -digits));

	if (axis == PLOT_PERCENTILE) {
		percentile_text(value, text, room);
		return;
	}
	if (value == 0) {
		snprintf(text, room, "0");
		return;
	}
	while (unit[1].name && size >= unit[1].factor)
		unit++;
	value /= unit->factor;
	/* %g would write 1000 of three digits as 1e+03. */
	if (fabs(value) >= 100 && fabs(value) < 1e5)
		snprintf(text, room, "%.*f%s", digits > 3 && value != round(value) ? 1 : 0, value,
			 unit->name);
	else
		snprintf(text, room, "%.*g%s", digits, value, unit->name);
}

static void add_tick(struct plot_scale *scale, double value)
{
	struct plot_tick *tick = &scale->ticks[scale->n];

	/* A tick at the very end may miss it by a rounding. */
	if (scale->n == PLOT_TICKS || plot_scale_at(scale, value) < -TINY ||
	    plot_scale_at(scale, value) > 1 + TINY)
		return;
	scale->n++;
	tick->value = value;
	plot_axis_text(scale->axis, value, 6, tick->text, sizeof(tick->text));
}

/* A power of two or ten for every so many exponents: as many as there is room for. */
static void power_ticks(struct plot_scale *scale, double base, size_t room)
{
	double first = log(scale->min) / log(base), last = log(scale->max) / log(base);
	double every = 1;

	while (floor(last / every + TINY) - ceil(first / every - TINY) + 1 > (double)room)
		every += base > 2 || every == 4 ? 1 : every;
	for (double e = ceil(first / every - TINY) * every; e <= last + TINY; e += every)
		add_tick(scale, pow(base, e));
}

static const double steps[] = { 1, 2, 5, 10 };

/* The next of 1, 2, 5, 10, 20 and so on that is no less than @value. */
static double round_up(double value)
{
	double power = pow(10, floor(log10(value)));

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (power * steps[i] >= value * (1 - TINY))
			return power * steps[i];
	return power * 10;
}

static size_t count_125(const struct plot_scale *scale)
{
	size_t n = 0;

	for (double v = round_up(scale->min); v <= scale->max * (1 + TINY) && n < 99; n++)
		v = round_up(v * 1.5);
	return n;
}

static void decimal_ticks(struct plot_scale *scale, size_t room)
{
	double end;

	if (count_125(scale) < 2) {
		end = round_up(scale->max);
		/* From a number of that series to the one before it is a factor of 2 or 2.5. */
		scale->min = round_up(scale->min / 2.6);
		scale->max = end;
	}
	if (count_125(scale) > room) {
		power_ticks(scale, 10, room);
		return;
	}
	end = scale->max * (1 + TINY);
	for (double v = round_up(scale->min); v <= end; v = round_up(v * 1.5))
		add_tick(scale, v);
}

static void percentile_ticks(struct plot_scale *scale, size_t room)
{
	double decades = log10(scale->max / scale->min);

	power_ticks(scale, 10, room);
	/* It is a third of a decade from 0 %. */
	if (decades * 3.5 < (double)room)
		add_tick(scale, 2);
}

static void log_ticks(struct plot_scale *scale, size_t room)
{
	double pad;

	if (scale->max / scale->min < 1 + TINY) {
		scale->min /= 2;
		scale->max *= 2;
	} else if (scale->padded) {
		pad = pow(scale->max / scale->min, 0.04);
		scale->min /= pad;
		scale->max *= pad;
	}
	if (scale->axis == PLOT_SIZE)
		power_ticks(scale, 2, room);
	else if (scale->axis == PLOT_PERCENTILE)
		percentile_ticks(scale, room);
	else
		decimal_ticks(scale, room);
}

static void linear_ticks(struct plot_scale *scale, size_t room)
{
	double step;

	if (scale->zero && scale->min > 0)
		scale->min = 0;
	if (scale->zero && scale->max < 0)
		scale->max = 0;
	if (!(scale->max - scale->min > TINY * fabs(scale->max))) {
		step = scale->max == 0 ? 1 : fabs(scale->max) / 2;
		scale->min -= step;
		scale->max += step;
	}
	step = (scale->max - scale->min) / (double)room;
	step = scale->axis == PLOT_SIZE ? pow(2, ceil(log2(step))) : round_up(step);
	if (scale->zero) {
		scale->min *= 1.04;
		scale->max *= 1.04;
	}
	for (size_t i = 0; i < PLOT_TICKS; i++)
		add_tick(scale, (ceil(scale->min / step - TINY) + (double)i) * step);
}

void plot_scale_make(struct plot_scale *scale, size_t room)
{
	scale->n = 0;
	if (room > PLOT_TICKS)
		room = PLOT_TICKS;
	if (scale->empty)
		scale->min = scale->max = 1;
	if (scale->log)
		log_ticks(scale, room);
	else
		linear_ticks(scale, room);
}
