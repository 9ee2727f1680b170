// SPDX-License-Identifier: GPL-2.0-only
/* Charts: what goes into which plot. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "chart.h"
#include "html.h"

/* Series of one plot, the references first so that they look the same in all. */
struct panel {
	const struct chart_row *rows[CHART_LINES];
	size_t n;
};

struct chart_row *chart_row(struct chart *chart, const struct entry *entry)
{
	struct chart_row *row, *more;

	for (size_t i = 0; i < chart->nrows; i++)
		if (entry_same(chart->rows[i].entry, entry, ~VARY_ROW))
			return &chart->rows[i];
	if (chart->nrows == chart->room) {
		more = report_alloc(2 * chart->room + 8, sizeof(*more));
		if (chart->nrows)
			memcpy(more, chart->rows, chart->nrows * sizeof(*more));
		free(chart->rows);
		chart->rows = more;
		chart->room = 2 * chart->room + 8;
	}
	row = &chart->rows[chart->nrows++];
	row->entry = entry;
	entry_row(row->name, sizeof(row->name), entry);
	return row;
}

void chart_add(struct chart_row *row, struct plot_point point)
{
	struct plot_point *more;

	if (!isfinite(point.y))
		return;
	if (row->n == row->room) {
		more = report_alloc(2 * row->room + 8, sizeof(*more));
		if (row->n)
			memcpy(more, row->points, row->n * sizeof(*more));
		free(row->points);
		row->points = more;
		row->room = 2 * row->room + 8;
	}
	row->points[row->n++] = point;
}

static int compare_points(const void *left, const void *right)
{
	double a = ((const struct plot_point *)left)->x, b = ((const struct plot_point *)right)->x;

	return (a > b) - (a < b);
}

static bool is_reference(const struct chart_row *row)
{
	const char *name = row->entry->text[ENTRY_MECHANISM];

	return (!strcmp(name, "pipe") || !strcmp(name, "ipcx")) &&
	       !*row->entry->text[ENTRY_KNOB];
}

/* Draw @plot, or note why it cannot be: the tables have all that plots do. */
static void draw(struct page *page, struct plot *plot, const char *what)
{
	char id[64], error[PAGE_ERROR];

	if (page->undrawn)
		return;
	snprintf(id, sizeof(id), "plot-%u", ++page->plots);
	plot->id = id;
	fputs("<figure>", page->out);
	if (*what) {
		fputs("<figcaption>", page->out);
		html_text(page->out, what);
		fputs("</figcaption>", page->out);
	}
	if (plot_svg(page->out, plot, error, sizeof(error))) {
		fputs("<p class=\"none\">This plot could not be drawn; the table has its "
		      "figures.</p>", page->out);
		if (!page->failed++)
			snprintf(page->error, sizeof(page->error), "%s", error);
	}
	fputs("</figure>\n", page->out);
}

static void draw_panel(struct page *page, const struct chart *chart, const struct panel *panel,
		       const char *what)
{
	struct plot_series series[CHART_LINES + CHART_FLOORS];
	struct plot plot = chart->plot;
	size_t n = 0;

	for (size_t i = 0; i < panel->n; i++)
		series[n++] = (struct plot_series){
			.name = panel->rows[i]->name,
			.points = panel->rows[i]->points,
			.n = panel->rows[i]->n,
		};
	for (size_t i = 0; i < chart->nfloors; i++)
		series[n++] = (struct plot_series){
			.name = chart->floors[i].name,
			.points = &chart->floors[i].at,
			.n = 1,
			.floor = true,
		};
	plot.series = series;
	plot.nseries = n;
	draw(page, &plot, what);
}

static bool is_waiting(const struct chart_row *row, const char *wait)
{
	return !strcmp(row->entry->text[ENTRY_WAIT], wait);
}

/* A panel with the references only: those that wait like @like, or else those that block. */
static void begin_panel(struct panel *panel, const struct chart *chart,
			const struct chart_row *like)
{
	const char *wait = like->entry->text[ENTRY_WAIT];

	panel->n = 0;
	for (size_t i = 0; i < chart->nrows && panel->n < CHART_LINES / 2; i++)
		if (is_reference(&chart->rows[i]) && is_waiting(&chart->rows[i], wait))
			panel->rows[panel->n++] = &chart->rows[i];
	for (size_t i = 0; !panel->n && i < chart->nrows; i++)
		if (is_reference(&chart->rows[i]) && is_waiting(&chart->rows[i], "block"))
			panel->rows[panel->n++] = &chart->rows[i];
}

/* Whether both are of one set of panels: of a family, and if that is @split, of one way to wait. */
static bool together(const struct chart_row *a, const struct chart_row *b, bool split)
{
	return !is_reference(a) && !is_reference(b) &&
	       !strcmp(entry_family(a->entry), entry_family(b->entry)) &&
	       (!split || is_waiting(a, b->entry->text[ENTRY_WAIT]));
}

static size_t count_together(const struct chart *chart, const struct chart_row *row, bool split)
{
	size_t n = 0;

	for (size_t i = 0; i < chart->nrows; i++)
		n += together(&chart->rows[i], row, split);
	return n;
}

static bool is_split(const struct chart *chart, const struct chart_row *row)
{
	struct panel panel;

	begin_panel(&panel, chart, row);
	return panel.n + count_together(chart, row, false) > CHART_LINES;
}

/* The panels of all rows that are together with @first. */
static void draw_together(struct page *page, const struct chart *chart,
			  const struct chart_row *first)
{
	bool split = is_split(chart, first);
	struct panel panel;
	size_t references;
	char what[2 * ENTRY_NAME];

	snprintf(what, sizeof(what), split ? "%s, waiting by %s" : "%s",
		 entry_family(first->entry), first->entry->text[ENTRY_WAIT]);
	begin_panel(&panel, chart, first);
	references = panel.n;
	for (const struct chart_row *row = first; row < chart->rows + chart->nrows; row++) {
		if (!together(row, first, split))
			continue;
		if (panel.n == CHART_LINES) {
			draw_panel(page, chart, &panel, what);
			panel.n = references;
		}
		panel.rows[panel.n++] = row;
	}
	draw_panel(page, chart, &panel, what);
}

static bool begins_panels(const struct chart *chart, const struct chart_row *row)
{
	if (is_reference(row))
		return false;
	for (const struct chart_row *other = chart->rows; other < row; other++)
		if (together(other, row, is_split(chart, row)))
			return false;
	return true;
}

static void draw_lines(struct page *page, const struct chart *chart)
{
	struct panel panel = { .n = 0 };

	if (chart->nrows <= CHART_LINES) {
		for (; panel.n < chart->nrows; panel.n++)
			panel.rows[panel.n] = &chart->rows[panel.n];
		draw_panel(page, chart, &panel, "");
		return;
	}
	fputs("<div class=\"panels\">\n", page->out);
	for (size_t i = 0; i < chart->nrows; i++)
		if (begins_panels(chart, &chart->rows[i]))
			draw_together(page, chart, &chart->rows[i]);
	fputs("</div>\n", page->out);
}

/* All in one: bars have a line of their own each, and marks their names beside them. */
static void draw_all(struct page *page, const struct chart *chart)
{
	size_t n = chart->stack ? chart->nstack : chart->nrows;
	struct plot_series *series = report_alloc(n, sizeof(*series));
	struct plot_point *points = report_alloc(chart->nstack * chart->nrows, sizeof(*points));
	const char **names = report_alloc(chart->nrows, sizeof(*names));
	struct plot plot = chart->plot;

	for (size_t i = 0; i < n; i++)
		series[i] = (struct plot_series){
			.name = chart->stack ? chart->stack[i] : chart->rows[i].name,
			.points = chart->stack ? &points[i * chart->nrows] : chart->rows[i].points,
			.n = chart->stack ? chart->nrows : chart->rows[i].n,
		};
	for (size_t r = 0; r < chart->nrows; r++) {
		names[r] = chart->rows[r].name;
		for (size_t i = 0; i < chart->nstack; i++)
			points[i * chart->nrows + r] = i < chart->rows[r].n ?
				chart->rows[r].points[i] : (struct plot_point){ 0, NAN, NAN, NAN };
	}
	plot.series = series;
	plot.nseries = n;
	plot.names = chart->stack ? names : NULL;
	plot.nnames = chart->stack ? chart->nrows : 0;
	draw(page, &plot, "");
	free(series);
	free(points);
	free(names);
}

static void chart_free(struct chart *chart)
{
	for (size_t i = 0; i < chart->nrows; i++)
		free(chart->rows[i].points);
	free(chart->rows);
	chart->rows = NULL;
	chart->nrows = 0;
	chart->room = 0;
}

static bool draw_points(struct page *page, const struct chart *chart)
{
	size_t points = 0;

	for (size_t i = 0; i < chart->nrows; i++) {
		struct chart_row *row = &chart->rows[i];

		points += row->n;
		if (chart->plot.kind == PLOT_LINES && row->n)
			qsort(row->points, row->n, sizeof(*row->points), compare_points);
	}
	if (!points)
		return false;
	if (chart->plot.kind == PLOT_LINES)
		draw_lines(page, chart);
	else
		draw_all(page, chart);
	return true;
}

void chart_draw(struct page *page, struct chart *chart)
{
	draw_points(page, chart);
	chart_free(chart);
}

void chart_put(struct page *page, struct chart *chart)
{
	if (draw_points(page, chart))
		chart_table(page, chart);
	chart_free(chart);
}
