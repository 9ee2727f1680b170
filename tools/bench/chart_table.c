// SPDX-License-Identifier: GPL-2.0-only
/* The table beside a chart. */
#include <math.h>
#include <stdlib.h>

#include "chart.h"
#include "html.h"
#include "value.h"

static int compare_numbers(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

/* Every x of a point, each once, in order; to be freed. */
static double *all_x(const struct chart *chart, size_t *n)
{
	size_t points = 0, kept = 0;
	double *x;

	for (size_t i = 0; i < chart->nrows; i++)
		points += chart->rows[i].n;
	x = report_alloc(points, sizeof(*x));
	points = 0;
	for (size_t i = 0; i < chart->nrows; i++)
		for (size_t j = 0; j < chart->rows[i].n; j++)
			x[points++] = chart->rows[i].points[j].x;
	qsort(x, points, sizeof(*x), compare_numbers);
	for (size_t i = 0; i < points; i++)
		if (!kept || x[i] > x[kept - 1])
			x[kept++] = x[i];
	*n = kept;
	return x;
}

static void put_value(FILE *out, const char *tag, enum plot_axis axis, double value)
{
	char text[VALUE_TEXT];

	fprintf(out, "<%s>%s</%s>", tag, value_text(text, axis, value), tag);
}

static void put_name(FILE *out, const struct chart_row *row)
{
	fputs("<tr><th scope=\"row\">", out);
	html_text(out, row->name);
	fputs("</th>", out);
}

static void put_point(FILE *out, enum plot_axis axis, const struct chart_row *row, double x)
{
	char text[4 * VALUE_TEXT];

	for (size_t i = 0; i < row->n; i++)
		if (row->points[i].x >= x && row->points[i].x <= x) {
			const struct plot_point *at = &row->points[i];

			fprintf(out, "<td>%s</td>",
				value_interval(text, sizeof(text), axis, at->y, at->low, at->high));
			return;
		}
	fputs("<td class=\"none\">–</td>", out);
}

/* Rows down; across, every x that any of them has a point at. */
static void put_lines(FILE *out, const struct chart *chart)
{
	size_t n;
	double *x = all_x(chart, &n);

	for (size_t i = 0; i < n; i++)
		put_value(out, "th", chart->plot.x_axis, x[i]);
	fputs("</tr></thead><tbody>\n", out);
	for (size_t i = 0; i < chart->nrows; i++) {
		if (!chart->rows[i].n)
			continue;
		put_name(out, &chart->rows[i]);
		for (size_t j = 0; j < n; j++)
			put_point(out, chart->plot.y_axis, &chart->rows[i], x[j]);
		fputs("</tr>\n", out);
	}
	for (size_t i = 0; i < chart->nfloors; i++) {
		fputs("<tr><th scope=\"row\">", out);
		html_text(out, chart->floors[i].name);
		fprintf(out, " (floor)</th>");
		for (size_t j = 0; j < n; j++)
			put_value(out, "td", chart->plot.y_axis, chart->floors[i].at.y);
		fputs("</tr>\n", out);
	}
	free(x);
}

static void put_marks(FILE *out, const struct chart *chart)
{
	fprintf(out, "<th>%s</th><th>%s</th></tr></thead><tbody>\n", chart->plot.x_title,
		chart->plot.y_title);
	for (size_t i = 0; i < chart->nrows; i++)
		for (size_t j = 0; j < chart->rows[i].n; j++) {
			put_name(out, &chart->rows[i]);
			put_value(out, "td", chart->plot.x_axis, chart->rows[i].points[j].x);
			put_value(out, "td", chart->plot.y_axis, chart->rows[i].points[j].y);
			fputs("</tr>\n", out);
		}
}

static void put_bars(FILE *out, const struct chart *chart)
{
	for (size_t j = 0; j < chart->nstack; j++) {
		fputs("<th>", out);
		html_text(out, chart->stack[j]);
		fputs("</th>", out);
	}
	if (!chart->nstack)
		fprintf(out, "<th>%s</th>", chart->plot.x_title);
	fputs("</tr></thead><tbody>\n", out);
	for (size_t i = 0; i < chart->nrows; i++) {
		put_name(out, &chart->rows[i]);
		for (size_t j = 0; j < chart->rows[i].n; j++)
			put_value(out, "td", chart->plot.y_axis, chart->rows[i].points[j].y);
		fputs("</tr>\n", out);
	}
}

void chart_table(const struct page *page, const struct chart *chart)
{
	FILE *out = page->out;

	fputs("<details><summary>The figures: ", out);
	html_text(out, chart->plot.title);
	fputs("</summary>\n<div class=\"wide\"><table><thead><tr><th class=\"text\">mechanism</th>",
	      out);
	if (chart->plot.kind == PLOT_LINES)
		put_lines(out, chart);
	else if (chart->plot.kind == PLOT_SCATTER)
		put_marks(out, chart);
	else
		put_bars(out, chart);
	fputs("</tbody></table></div></details>\n", out);
}
