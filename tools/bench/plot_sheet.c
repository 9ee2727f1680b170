// SPDX-License-Identifier: GPL-2.0-only
/* Laying a plot out, and the script that draws it. Numbers are all that gnuplot is told. */
#include <math.h>
#include <string.h>

#include "plot_sheet.h"

/* Longest texts, in characters */
#define TITLE_CHARS	48

unsigned int sheet_colour(const struct plot_sheet *sheet, size_t s)
{
	if (sheet->plot->series[s].floor)
		return COLOUR_DIM;
	return COLOUR_SERIES + (unsigned int)(s % PLOT_COLOURS);
}

double sheet_x(const struct plot_sheet *sheet, double value)
{
	const struct plot_box *area = &sheet->area;

	return area->left + plot_scale_at(&sheet->x, value) * (area->right - area->left);
}

double sheet_y(const struct plot_sheet *sheet, double value)
{
	const struct plot_box *area = &sheet->area;

	return area->bottom - plot_scale_at(&sheet->y, value) * (area->bottom - area->top);
}

bool sheet_shows(const struct plot_sheet *sheet, const struct plot_point *point)
{
	return plot_scale_takes(&sheet->x, point->x) && plot_scale_takes(&sheet->y, point->y);
}

int sheet_add(struct plot_sheet *sheet, const char *text, size_t most, const char **shown)
{
	int number = plot_texts_add(&sheet->texts, text, most);

	if (number < 0)
		sheet->failed = true;
	if (shown)
		*shown = number < 0 ? "" : sheet->texts.list[number];
	return number;
}

/* A place as gnuplot wants it: fractions of the sheet from the bottom left. */
static void put_place(struct plot_sheet *sheet, double x, double y)
{
	fprintf(sheet->script, " screen %.5f,%.5f", x / sheet->width, 1 - y / sheet->height);
}

void sheet_text(struct plot_sheet *sheet, double x, double y, enum plot_anchor anchor,
		unsigned int colour, int number)
{
	static const char *const anchors[] = { "left", "center", "right" };

	if (number < 0)
		return;
	fprintf(sheet->script, "set label 'ipt%d' at", number);
	put_place(sheet, x, y);
	fprintf(sheet->script, " %s tc rgb '#0000%02x' front\n", anchors[anchor], colour + 1);
}

const char *sheet_dash(size_t s)
{
	static const char *const dashes[PLOT_COLOURS] = {
		"solid", "(9,3)", "(2,3)", "(9,3,2,3)", "(5,3)", "(14,4)", "(9,3,2,3,2,3)", "(1,2)"
	};

	return dashes[s % PLOT_COLOURS];
}

int sheet_mark_type(size_t s)
{
	static const int types[PLOT_COLOURS] = { 7, 5, 9, 13, 11, 15, 6, 4 };

	return types[s % PLOT_COLOURS];
}

void sheet_line(struct plot_sheet *sheet, double x1, double y1, double x2, double y2,
		unsigned int colour, int s)
{
	fputs("set arrow from", sheet->script);
	put_place(sheet, x1, y1);
	fputs(" to", sheet->script);
	put_place(sheet, x2, y2);
	fprintf(sheet->script, " nohead lc rgb '#0000%02x' lw %s dt %s front\n", colour + 1,
		s == LINE_THIN || s == LINE_LEADER ? "0.8" : "2",
		s == LINE_THIN ? "solid" : s == LINE_LEADER ? "(2,2)" :
		s == LINE_FLOOR ? "(4,4)" : sheet_dash((size_t)s));
}

void sheet_mark(struct plot_sheet *sheet, double x, double y, size_t s)
{
	fputs("set label at", sheet->script);
	put_place(sheet, x, y);
	fprintf(sheet->script, " point pt %d ps 0.7 lc rgb '#0000%02x' front\n", sheet_mark_type(s),
		sheet_colour(sheet, s) + 1);
}

static void put_ticks(struct plot_sheet *sheet, bool down, const struct plot_scale *scale)
{
	const struct plot_box *area = &sheet->area;

	for (size_t i = 0; i < scale->n; i++) {
		const struct plot_tick *tick = &scale->ticks[i];
		double at = down ? sheet_y(sheet, tick->value) : sheet_x(sheet, tick->value);
		int number = sheet_add(sheet, tick->text, sizeof(tick->text), NULL);

		if (down)
			sheet_text(sheet, area->left - 8, at, ANCHOR_RIGHT, COLOUR_DIM, number);
		else
			sheet_text(sheet, at, area->bottom + sheet->font, ANCHOR_CENTRE, COLOUR_DIM,
				   number);
	}
}

static void put_scale(struct plot_sheet *sheet, const char *name, const struct plot_scale *scale)
{
	FILE *script = sheet->script;

	fprintf(script, "set %srange [%.15g:%.15g] noextend\nset %stics (", name, scale->min,
		scale->max, name);
	for (size_t i = 0; i < scale->n; i++)
		fprintf(script, "%s'' %.15g", i ? "," : "", scale->ticks[i].value);
	fprintf(script, ") nomirror scale 0\nset grid %stics lt 1 lw 0.6 dt solid lc rgb "
		"'#0000%02x'\n", name, COLOUR_GRID + 1);
	if (scale->log)
		fprintf(script, "set logscale %s\n", name);
}

static void put_frame(struct plot_sheet *sheet)
{
	const struct plot *plot = sheet->plot;
	const struct plot_box *area = &sheet->area;
	bool bars = plot->kind == PLOT_BARS;
	FILE *script = sheet->script;

	fprintf(script, "set terminal svg size %.0f,%.0f dynamic font 'sans,%.0f' noenhanced\n"
		"unset key\nset lmargin at screen %.5f\nset rmargin at screen %.5f\n"
		"set tmargin at screen %.5f\nset bmargin at screen %.5f\n"
		"set border %d lc rgb '#0000%02x' lw 1\n", sheet->width, sheet->height, sheet->font,
		area->left / sheet->width, area->right / sheet->width,
		1 - area->top / sheet->height, 1 - area->bottom / sheet->height, bars ? 2 : 1,
		COLOUR_DIM + 1);
	put_scale(sheet, "x", &sheet->x);
	put_ticks(sheet, false, &sheet->x);
	sheet_text(sheet, (area->left + area->right) / 2, area->bottom + 2.4 * sheet->font,
		   ANCHOR_CENTRE, COLOUR_DIM, sheet_add(sheet, plot->x_title, TITLE_CHARS, NULL));
	if (bars) {
		fprintf(script, "set yrange [%zu:0]\nunset ytics\n", sheet_bar_count(plot));
		return;
	}
	put_scale(sheet, "y", &sheet->y);
	put_ticks(sheet, true, &sheet->y);
	sheet_text(sheet, sheet->font / 2, area->top - 1.3 * sheet->font, ANCHOR_LEFT, COLOUR_DIM,
		   sheet_add(sheet, plot->y_title, TITLE_CHARS, NULL));
}

static void see_point(struct plot_sheet *sheet, const struct plot_series *series,
		      const struct plot_point *point)
{
	if (series->floor) {
		plot_scale_see(&sheet->y, point->y);
		return;
	}
	if (!sheet_shows(sheet, point))
		return;
	plot_scale_see(&sheet->x, point->x);
	plot_scale_see(&sheet->y, point->y);
	if (sheet->plot->kind != PLOT_LINES)
		return;
	plot_scale_see(&sheet->y, point->low);
	plot_scale_see(&sheet->y, point->high);
}

/* Returns -1 if there is nothing to see. */
static int set_scales(struct plot_sheet *sheet)
{
	const struct plot *plot = sheet->plot;
	bool lines = plot->kind == PLOT_LINES;

	sheet->y = (struct plot_scale){
		.axis = plot->y_axis,
		.log = plot->log_y || plot->y_axis == PLOT_PERCENTILE,
		.zero = true, .padded = true, .empty = true,
	};
	sheet->x = (struct plot_scale){
		.axis = plot->x_axis,
		.log = plot->log_x || plot->x_axis == PLOT_PERCENTILE,
		.zero = !lines, .padded = !lines, .empty = true,
	};
	if (plot->kind == PLOT_BARS) {
		sheet->x = sheet->y;
		sheet->x.log = false;
		for (size_t i = 0; i < sheet_bar_count(plot); i++)
			plot_scale_see(&sheet->x, sheet_bar_length(plot, i));
		return sheet->x.empty ? -1 : 0;
	}
	for (size_t s = 0; s < plot->nseries; s++)
		for (size_t i = 0; i < plot->series[s].n; i++)
			see_point(sheet, &plot->series[s], &plot->series[s].points[i]);
	return sheet->x.empty ? -1 : 0;
}

static double widest_tick(const struct plot_sheet *sheet)
{
	double widest = 0;

	for (size_t i = 0; i < sheet->y.n; i++)
		widest = fmax(widest, plot_text_width(sheet->y.ticks[i].text));
	return widest * sheet->font;
}

static double widest_bar_name(struct plot_sheet *sheet)
{
	double widest = 0;
	const char *shown;

	for (size_t i = 0; i < sheet_bar_count(sheet->plot); i++) {
		sheet_add(sheet, sheet_bar_name(sheet->plot, i), sheet_name_chars(sheet), &shown);
		widest = fmax(widest, plot_text_width(shown));
	}
	return widest * sheet->font;
}

/* Room for a tick of the horizontal axis, in units of the font's size */
static const double tick_room[] = {
	[PLOT_NUMBER] = 3.8, [PLOT_SIZE] = 3.4, [PLOT_DURATION] = 4.6, [PLOT_PERCENTILE] = 5.2,
};

/*
 * The width is given, and so is how high the axes are; the rest follows from what stands around
 * them. How wide a tick of the vertical axis is, is only known when that is made.
 */
static void lay_out(struct plot_sheet *sheet)
{
	const struct plot *plot = sheet->plot;
	struct plot_box *area = &sheet->area;
	bool bars = plot->kind == PLOT_BARS;
	double tick = tick_room[bars ? plot->y_axis : plot->x_axis] * sheet->font;
	double high = bars ? 26. * (double)sheet_bar_count(plot) : sheet->narrow ? 250 : 330;

	if (bars) {
		area->left = 16 + widest_bar_name(sheet);
		area->right = sheet->width - 5 * sheet->font;
	} else {
		plot_scale_make(&sheet->y, sheet->narrow ? 6 : 8);
		area->left = fmax(14 + widest_tick(sheet), tick / 2);
		area->right = sheet->width - tick / 2;
	}
	sheet->legend = bars ? plot->nnames > 0 : plot->kind == PLOT_LINES && sheet->narrow;
	if (plot->kind == PLOT_LINES && !sheet->legend)
		area->right = sheet->width - fmax(sheet_end_room(sheet), tick / 2);
	area->top = 0.6 * sheet->font + (bars ? 0 : 1.8 * sheet->font);
	if (sheet->legend)
		area->top += sheet_legend(sheet, false);
	area->bottom = area->top + high;
	sheet->height = ceil(area->bottom + 3.4 * sheet->font);
	plot_scale_make(&sheet->x, (size_t)((area->right - area->left) / tick));
}

int sheet_draw(struct plot_sheet *sheet)
{
	enum plot_kind kind = sheet->plot->kind;

	sheet->width = sheet->narrow ? 370 : 800;
	sheet->font = sheet->narrow ? 13 : 14;
	if (set_scales(sheet))
		return -1;
	lay_out(sheet);
	put_frame(sheet);
	if (sheet->legend)
		sheet_legend(sheet, true);
	else if (kind == PLOT_LINES)
		sheet_end_names(sheet);
	if (kind == PLOT_SCATTER)
		sheet_point_names(sheet);
	if (kind == PLOT_BARS)
		sheet_bars(sheet);
	else
		sheet_series(sheet);
	return 0;
}
