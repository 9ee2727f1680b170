// SPDX-License-Identifier: GPL-2.0-only
/* The cost model: what a round trip costs at all, and what each byte adds. */
#include <math.h>
#include <stdlib.h>

#include "chart.h"
#include "fit.h"
#include "html.h"
#include "value.h"

#define KIB	1024

static void put_row(struct page *page, const struct fit *fit)
{
	enum plot_axis axis = page_unit_axis(page);
	const struct stats_line *line = &fit->line;
	char name[ENTRY_NAME], text[4 * VALUE_TEXT];
	FILE *out = page->out;

	fputs("<tr><th scope=\"row\">", out);
	html_text(out, entry_row(name, sizeof(name), fit->entry));
	if (!fit->known) {
		fprintf(out, "</th><td class=\"none\" colspan=\"3\">%zu size%s, and a line with an "
			"interval takes three</td></tr>\n", fit->points,
			fit->points == 1 ? "" : "s");
		return;
	}
	fprintf(out, "</th><td>%s</td>", value_interval(text, sizeof(text), axis, line->a,
							line->a_low, line->a_high));
	fprintf(out, "<td>%s</td>", value_interval(text, sizeof(text), axis, line->b * KIB,
						   line->b_low * KIB, line->b_high * KIB));
	fprintf(out, "<td%s>%.0f&nbsp;%%</td></tr>\n", fit->off > 0.5 ? " class=\"more\"" : "",
		100 * fit->off);
}

static void put_lines(struct page *page, const struct entry *first)
{
	char axes[ENTRY_NAME], title[2 * ENTRY_NAME];
	struct chart chart = {
		.plot = {
			.title = title,
			.about = "Marks further left cost less to begin with, marks further down "
				 "less for each KiB.",
			.x_title = "a: no bytes",
			.y_title = "b: each KiB",
			.kind = PLOT_SCATTER,
			.x_axis = page_unit_axis(page),
			.y_axis = page_unit_axis(page),
			.log_x = true,
			.log_y = true,
		},
	};
	struct fit *fits;
	size_t n;

	entry_axes(axes, sizeof(axes), first, VARY_ROW);
	snprintf(title, sizeof(title), "a and b of a round trip, %s", axes);
	page_heading(page, 1, NULL, title);
	fits = fit_all(page->part, first, &n);
	for (size_t i = 0; i < n; i++)
		if (fits[i].known)
			chart_add(chart_row(&chart, fits[i].entry),
				  (struct plot_point){ fits[i].line.a, fits[i].line.b * KIB,
						       NAN, NAN });
	chart_draw(page, &chart);
	fputs("<div class=\"wide\"><table><thead><tr><th class=\"text\">mechanism</th>"
	      "<th>a: no bytes</th><th>b: each KiB</th><th>farthest off</th></tr></thead><tbody>\n",
	      page->out);
	for (size_t i = 0; i < n; i++)
		put_row(page, &fits[i]);
	fputs("</tbody></table></div>\n", page->out);
	free(fits);
}

static bool cost_present(const struct page *page)
{
	bool known = false;

	for (size_t i = 0; i < page->part->n && !known; i++) {
		struct fit *fits;
		size_t n;

		if (!fit_is_first(page->part, &page->part->entries[i]))
			continue;
		fits = fit_all(page->part, &page->part->entries[i], &n);
		for (size_t j = 0; j < n; j++)
			known |= fits[j].known;
		free(fits);
	}
	return known;
}

static void cost_put(struct page *page)
{
	fputs("<p>The line <var>a</var> + <var>b</var> · size that is closest to the means of "
	      "round trips, in relative terms, with 95&nbsp;% intervals. It is a model: "
	      "<em>farthest off</em> is by how much of a mean it misses the one that it fits "
	      "worst. Caches that are too small, and messages that are cut in pieces, bend what it "
	      "takes to be straight.</p>\n", page->out);
	for (size_t i = 0; i < page->part->n; i++)
		if (fit_is_first(page->part, &page->part->entries[i]))
			put_lines(page, &page->part->entries[i]);
}

const struct section section_cost = {
	.id = "cost",
	.title = "Cost model",
	.missing = "cost model and crossover; <code>ipcx bench lat -s 1,64,1K,4K,64K,1M</code>",
	.present = cost_present,
	.put = cost_put,
};
