/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a plot is drawn on: how large it is, where the axes are, and gnuplot's script as it grows.
 *
 * Places are in units of the SVG from the top left, as many as pixels if it is not scaled. The
 * layout is ours and not gnuplot's, because only who knows where all is can keep names apart.
 */
#ifndef BENCH_PLOT_SHEET_H
#define BENCH_PLOT_SHEET_H

#include "plot.h"
#include "plot_axis.h"
#include "plot_text.h"

/**
 * enum plot_colour - what something is for; the page decides on how that looks
 * @COLOUR_TEXT: as the text of the page
 * @COLOUR_DIM: ticks, titles, what leads from a name to its point
 * @COLOUR_GRID: thin lines behind all
 * @COLOUR_SERIES: that of the first series; the others follow
 */
enum plot_colour { COLOUR_TEXT, COLOUR_DIM, COLOUR_GRID, COLOUR_SERIES };

/** PLOT_COLOURS - how many series have a colour and a mark of their own */
#define PLOT_COLOURS	8

/** LINE_THIN, LINE_FLOOR, LINE_LEADER - lines that are no series' */
#define LINE_THIN	(-1)
#define LINE_FLOOR	(-2)
#define LINE_LEADER	(-3)

/** enum plot_anchor - which end of a text is at its place */
enum plot_anchor { ANCHOR_LEFT, ANCHOR_CENTRE, ANCHOR_RIGHT };

/** struct plot_box - a rectangle */
struct plot_box {
	double left, top, right, bottom;
};

/**
 * struct plot_sheet - one drawing
 * @plot: of what
 * @narrow: whether it is for a narrow page
 * @legend: whether the series are named above the plot, instead of beside it
 * @failed: whether memory ran out
 * @width: of the whole
 * @height: of the whole
 * @font: size of the text
 * @area: where the axes are
 * @x: the horizontal axis
 * @y: the vertical one
 * @script: for gnuplot
 * @texts: what it is given numbers for
 */
struct plot_sheet {
	const struct plot *plot;
	bool narrow, legend, failed;
	double width, height, font;
	struct plot_box area;
	struct plot_scale x, y;
	FILE *script;
	struct plot_texts texts;
};

/** sheet_colour() - that of series @s; floors have none of their own */
unsigned int sheet_colour(const struct plot_sheet *sheet, size_t s);

/** sheet_x() - where @value of the horizontal axis is */
double sheet_x(const struct plot_sheet *sheet, double value);

/** sheet_y() - where @value of the vertical axis is */
double sheet_y(const struct plot_sheet *sheet, double value);

/** sheet_shows() - whether @point can be drawn */
bool sheet_shows(const struct plot_sheet *sheet, const struct plot_point *point);

/** sheet_add() - @text's number, and as it is shown; of at most @most characters */
int sheet_add(struct plot_sheet *sheet, const char *text, size_t most, const char **shown);

/** sheet_text() - write a text of that number */
void sheet_text(struct plot_sheet *sheet, double x, double y, enum plot_anchor anchor,
		unsigned int colour, int number);

/** sheet_line() - a straight line, dashed as series @s is; or one of LINE_... */
void sheet_line(struct plot_sheet *sheet, double x1, double y1, double x2, double y2,
		unsigned int colour, int s);

/** sheet_mark() - the mark of series @s */
void sheet_mark(struct plot_sheet *sheet, double x, double y, size_t s);

/** sheet_dash() - how series @s is dashed, for gnuplot */
const char *sheet_dash(size_t s);

/** sheet_mark_type() - the mark of series @s, for gnuplot */
int sheet_mark_type(size_t s);

/** sheet_draw() - lay @sheet->plot out and write the whole script; -1 if there is nothing in it */
int sheet_draw(struct plot_sheet *sheet);

/** sheet_name_chars() - how many characters of a name are shown */
size_t sheet_name_chars(const struct plot_sheet *sheet);

/** sheet_floor() - whether @series is a floor, and can be drawn */
bool sheet_floor(const struct plot_sheet *sheet, const struct plot_series *series);

/** sheet_last() - the last point of @series that can be drawn; NULL if there is none */
const struct plot_point *sheet_last(const struct plot_sheet *sheet,
				    const struct plot_series *series);

/** sheet_series() - write lines, marks and bands, once all is laid out */
void sheet_series(struct plot_sheet *sheet);

/** sheet_bars() - write bars, once all is laid out */
void sheet_bars(struct plot_sheet *sheet);

/** sheet_bar_count() - how many bars there are */
size_t sheet_bar_count(const struct plot *plot);

/** sheet_bar_length() - of bar @i, all parts together; NAN if it has none */
double sheet_bar_length(const struct plot *plot, size_t i);

/** sheet_bar_name() - of bar @i */
const char *sheet_bar_name(const struct plot *plot, size_t i);

/** sheet_end_room() - how much room the names at the lines' ends want */
double sheet_end_room(struct plot_sheet *sheet);

/** sheet_end_names() - write the names of lines at their ends, apart from each other */
void sheet_end_names(struct plot_sheet *sheet);

/** sheet_point_names() - write the names of points beside them */
void sheet_point_names(struct plot_sheet *sheet);

/** sheet_legend() - write the legend, if @write; returns how high it is */
double sheet_legend(struct plot_sheet *sheet, bool write);

#endif /* BENCH_PLOT_SHEET_H */
