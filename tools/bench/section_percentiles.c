// SPDX-License-Identifier: GPL-2.0-only
/* How often a round trip takes how long: from the histograms. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "chart.h"
#include "hist.h"

/* A percentile that fewer messages than this are beyond is one message's luck. */
#define BEYOND_LEAST	1

static bool is_of(const struct entry *entry)
{
	return entry_of_mode(entry, "lat") &&
	       json_is_object(json_object_get(entry->json, "histogram"));
}

/* Three percentiles for every ten times rarer: 0, 50, 80, 90, 95, 98, 99 % and so on. */
static void add_percentiles(struct chart_row *row, const struct hist *h)
{
	static const double steps[] = { 1, 2, 5 };
	double most = (double)hist_count(h) / BEYOND_LEAST;

	for (double decade = 1; decade <= most; decade *= 10)
		for (size_t i = 0; i < 3 && decade * steps[i] <= most; i++) {
			double rarity = decade * steps[i];
			double value = (double)hist_percentile(h, 100 - 100 / rarity);

			chart_add(row, (struct plot_point){ rarity, value, NAN, NAN });
		}
}

static void put_one(struct page *page, const struct entry *first)
{
	char axes[ENTRY_NAME], title[2 * ENTRY_NAME], size[32];
	struct chart chart = {
		.plot = {
			.title = title,
			.about = "Lines are how long a round trip takes, by how rare that is.",
			.x_title = "percentile",
			.y_title = page_unit(page),
			.kind = PLOT_LINES,
			.x_axis = PLOT_PERCENTILE,
			.y_axis = page_unit_axis(page),
			.log_x = true,
			.log_y = true,
		},
	};
	struct hist *h = report_alloc(1, sizeof(*h));

	entry_axes(axes, sizeof(axes), first, VARY_ROW);
	snprintf(title, sizeof(title), "Percentiles of a round trip, %s B, %s",
		 entry_size(size, sizeof(size), first), axes);
	page_heading(page, 1, NULL, title);
	for (const struct entry *entry = first; entry < page->part->entries + page->part->n;
	     entry++)
		if (is_of(entry) && entry_same(entry, first, VARY_ROW) &&
		    !hist_from_json(h, json_object_get(entry->json, "histogram")))
			add_percentiles(chart_row(&chart, entry), h);
	free(h);
	chart_put(page, &chart);
}

static bool percentiles_present(const struct page *page)
{
	return entry_small(page->part, is_of) >= 0;
}

static void percentiles_put(struct page *page)
{
	const struct part *part = page->part;
	int64_t size = entry_small(part, is_of);

	fputs("<p>How long a round trip takes at most in so many of 100; the axis goes on to the "
	      "rarest that was seen. A line that is level and then rises in a step has two kinds "
	      "of round trips, often with and without an interrupt or another wake-up.</p>\n",
	      page->out);
	/* Of one size only, as there is a plot for each. */
	for (size_t i = 0; i < part->n; i++)
		if (part->entries[i].number[ENTRY_SIZE] == size &&
		    entry_is_first(part, &part->entries[i], is_of, VARY_ROW))
			put_one(page, &part->entries[i]);
}

const struct section section_percentiles = {
	.id = "percentiles",
	.title = "Rare round trips",
	.missing = "percentiles; <code>ipcx bench lat</code>",
	.present = percentiles_present,
	.put = percentiles_put,
};
