// SPDX-License-Identifier: GPL-2.0-only
/* The script's data, and how it is drawn: lines, marks, bands, bars. */
#include <math.h>

#include "plot_sheet.h"

/* With more points than this, not each has a mark. */
#define MARKS	24

/* Height of a bar, where 1 would have them touch */
#define BAR	0.68

bool sheet_floor(const struct plot_sheet *sheet, const struct plot_series *series)
{
	return series->floor && series->n && plot_scale_takes(&sheet->y, series->points[0].y);
}

const struct plot_point *sheet_last(const struct plot_sheet *sheet,
				    const struct plot_series *series)
{
	if (series->floor)
		return NULL;
	for (size_t i = series->n; i--;)
		if (sheet_shows(sheet, &series->points[i]))
			return &series->points[i];
	return NULL;
}

/* A blank line parts what is not to be joined. */
static void put_points(struct plot_sheet *sheet, size_t s)
{
	const struct plot_series *series = &sheet->plot->series[s];
	FILE *script = sheet->script;

	fprintf(script, "$points%zu << END\n", s);
	for (size_t i = 0; i < series->n; i++)
		if (sheet_shows(sheet, &series->points[i]))
			fprintf(script, "%.15g %.15g\n", series->points[i].x, series->points[i].y);
		else
			fputc('\n', script);
	fputs("END\n", script);
}

/* Whether point @i has a band; sets its ends, which are within the plot. */
static bool band_at(const struct plot_sheet *sheet, const struct plot_series *series, size_t i,
		    double *low, double *high)
{
	const struct plot_point *point = &series->points[i];

	if (series->floor || i >= series->n || !sheet_shows(sheet, point) ||
	    !isfinite(point->low) || !plot_scale_takes(&sheet->y, point->high) ||
	    point->high < point->low)
		return false;
	*low = fmax(point->low, sheet->y.min);
	*high = fmin(point->high, sheet->y.max);
	return true;
}

/* Points side by side that have bands make an area; one alone has no width, and is a line. */
static bool has_area(const struct plot_sheet *sheet, const struct plot_series *series)
{
	double low, high;

	for (size_t i = 1; i < series->n; i++)
		if (band_at(sheet, series, i - 1, &low, &high) &&
		    band_at(sheet, series, i, &low, &high))
			return true;
	return false;
}

static void put_band(struct plot_sheet *sheet, size_t s)
{
	const struct plot_series *series = &sheet->plot->series[s];
	bool area = has_area(sheet, series), before = false, here, after;
	double low, high, l, h, x;

	if (area)
		fprintf(sheet->script, "$band%zu << END\n", s);
	for (size_t i = 0; area && i < series->n; i++)
		if (band_at(sheet, series, i, &low, &high))
			fprintf(sheet->script, "%.15g %.15g %.15g\n", series->points[i].x, low,
				high);
		else
			fputc('\n', sheet->script);
	if (area)
		fputs("END\n", sheet->script);
	for (size_t i = 0; i < series->n; i++) {
		here = band_at(sheet, series, i, &low, &high);
		after = band_at(sheet, series, i + 1, &l, &h);
		if (here && !before && !after) {
			x = sheet_x(sheet, series->points[i].x);
			sheet_line(sheet, x, sheet_y(sheet, low), x, sheet_y(sheet, high),
				   sheet_colour(sheet, s), LINE_THIN);
		}
		before = here;
	}
}

static void put_lines(struct plot_sheet *sheet, size_t s, const char *separator)
{
	const struct plot_series *series = &sheet->plot->series[s];
	bool lines = sheet->plot->kind == PLOT_LINES;

	fprintf(sheet->script, "%s$points%zu using 1:2 with %s lw 2 dt %s pt %d ps 0.7 lc rgb "
		"'#0000%02x'", separator, s, lines ? "linespoints" : "points", sheet_dash(s),
		sheet_mark_type(s), sheet_colour(sheet, s) + 1);
	if (lines && series->n > MARKS)
		fprintf(sheet->script, " pi %zu", series->n / (MARKS / 2));
}

static void put_floor(struct plot_sheet *sheet, size_t s)
{
	double y = sheet_y(sheet, sheet->plot->series[s].points[0].y);

	sheet_line(sheet, sheet->area.left, y, sheet->area.right, y, sheet_colour(sheet, s),
		   LINE_FLOOR);
}

/* Bands are drawn before all lines, so that none is covered. */
void sheet_series(struct plot_sheet *sheet)
{
	const struct plot *plot = sheet->plot;
	const char *separator = "plot ";

	for (size_t s = 0; s < plot->nseries; s++) {
		if (sheet_floor(sheet, &plot->series[s]))
			put_floor(sheet, s);
		if (!sheet_last(sheet, &plot->series[s]))
			continue;
		put_points(sheet, s);
		if (plot->kind == PLOT_LINES)
			put_band(sheet, s);
	}
	for (size_t s = 0; s < plot->nseries; s++) {
		if (plot->kind != PLOT_LINES || !has_area(sheet, &plot->series[s]))
			continue;
		fprintf(sheet->script, "%s$band%zu using 1:2:3 with filledcurves fs transparent "
			"solid 0.15 noborder lc rgb '#0000%02x'", separator, s,
			sheet_colour(sheet, s) + 1);
		separator = ", ";
	}
	for (size_t s = 0; s < plot->nseries; s++) {
		if (!sheet_last(sheet, &plot->series[s]))
			continue;
		put_lines(sheet, s, separator);
		separator = ", ";
	}
	fputc('\n', sheet->script);
}

size_t sheet_bar_count(const struct plot *plot)
{
	return plot->names ? plot->nnames : plot->nseries;
}

const char *sheet_bar_name(const struct plot *plot, size_t i)
{
	return plot->names ? plot->names[i] : plot->series[i].name;
}

/* How long part @s of bar @i is; 0 if that is not known. */
static double part_length(const struct plot *plot, size_t s, size_t i)
{
	const struct plot_series *series = &plot->series[plot->names ? s : i];
	size_t n = plot->names ? i : 0;

	if (n >= series->n || !isfinite(series->points[n].y) || series->points[n].y < 0)
		return 0;
	return series->points[n].y;
}

static size_t part_count(const struct plot *plot)
{
	return plot->names ? plot->nseries : 1;
}

double sheet_bar_length(const struct plot *plot, size_t i)
{
	double length = 0;

	for (size_t s = 0; s < part_count(plot); s++)
		length += part_length(plot, s, i);
	return length > 0 ? length : NAN;
}

static void put_bar_texts(struct plot_sheet *sheet, size_t i, double y)
{
	const struct plot *plot = sheet->plot;
	double length = sheet_bar_length(plot, i);
	char text[32] = "–";

	if (plot_scale_takes(&sheet->x, length))
		plot_axis_text(plot->y_axis, length, 3, text, sizeof(text));
	else
		length = 0;
	sheet_text(sheet, sheet->area.left - 8, y, ANCHOR_RIGHT, COLOUR_TEXT,
		   sheet_add(sheet, sheet_bar_name(plot, i), sheet_name_chars(sheet), NULL));
	sheet_text(sheet, sheet_x(sheet, length) + 6, y, ANCHOR_LEFT, COLOUR_TEXT,
		   sheet_add(sheet, text, sizeof(text), NULL));
}

/* Columns: the middle, which does not matter, and the ends, across and down. */
static void put_parts(struct plot_sheet *sheet, size_t s)
{
	const struct plot *plot = sheet->plot;

	fprintf(sheet->script, "$parts%zu << END\n", s);
	for (size_t i = 0; i < sheet_bar_count(plot); i++) {
		double from = 0, length = part_length(plot, s, i);
		double top = (double)i + (1 - BAR) / 2;

		for (size_t before = 0; before < s; before++)
			from += part_length(plot, before, i);
		if (length > 0 && plot_scale_takes(&sheet->x, from + length))
			fprintf(sheet->script, "%.15g %.15g %.15g %.15g %.15g %.15g\n", from, top,
				from, from + length, top, top + BAR);
	}
	fputs("END\n", sheet->script);
}

static bool has_part(struct plot_sheet *sheet, size_t s)
{
	const struct plot *plot = sheet->plot;

	for (size_t i = 0; i < sheet_bar_count(plot); i++)
		if (part_length(plot, s, i) > 0 &&
		    plot_scale_takes(&sheet->x, sheet_bar_length(plot, i)))
			return true;
	return false;
}

void sheet_bars(struct plot_sheet *sheet)
{
	const struct plot *plot = sheet->plot;
	size_t bars = sheet_bar_count(plot);
	double each = (sheet->area.bottom - sheet->area.top) / (double)bars;
	const char *separator = "plot ";

	for (size_t i = 0; i < bars; i++)
		put_bar_texts(sheet, i, sheet->area.top + ((double)i + 0.5) * each);
	for (size_t s = 0; s < part_count(plot); s++)
		put_parts(sheet, s);
	for (size_t s = 0; s < part_count(plot); s++) {
		if (!has_part(sheet, s))
			continue;
		fprintf(sheet->script, "%s$parts%zu using 1:2:3:4:5:6 with boxxyerror fs solid "
			"noborder lc rgb '#0000%02x'", separator, s, sheet_colour(sheet, s) + 1);
		separator = ", ";
	}
	fputc('\n', sheet->script);
}
