// SPDX-License-Identifier: GPL-2.0-only
/* CPU time against latency: what a short wait is bought with. */
#include <math.h>

#include "chart.h"

static bool is_of(const struct entry *entry)
{
	return entry_of_mode(entry, "lat") && entry_cpu(entry) > 0;
}

static void put_one(struct page *page, const struct entry *first)
{
	char axes[ENTRY_NAME], title[2 * ENTRY_NAME], size[32];
	struct chart chart = {
		.plot = {
			.title = title,
			.about = "Marks further left are faster, marks further down use less CPU "
				 "time.",
			.x_title = page->report->instructions ? "round trip, instructions" :
				   "round trip",
			.y_title = page->report->instructions ? "CPU time, instructions" :
				   "CPU time",
			.kind = PLOT_SCATTER,
			.x_axis = page_unit_axis(page),
			.y_axis = page_unit_axis(page),
			.log_x = true,
			.log_y = true,
		},
	};

	entry_axes(axes, sizeof(axes), first, VARY_ROW);
	snprintf(title, sizeof(title), "CPU time and latency, %s B, %s",
		 entry_size(size, sizeof(size), first), axes);
	page_heading(page, 1, NULL, title);
	for (const struct entry *entry = first; entry < page->part->entries + page->part->n;
	     entry++)
		if (is_of(entry) && entry_same(entry, first, VARY_ROW))
			chart_add(chart_row(&chart, entry),
				  (struct plot_point){ entry->mean, entry_cpu(entry), NAN, NAN });
	chart_put(page, &chart);
}

static bool cpu_present(const struct page *page)
{
	return entry_small(page->part, is_of) >= 0;
}

static void cpu_put(struct page *page)
{
	const struct part *part = page->part;
	int64_t size = entry_small(part, is_of);

	fputs("<p>Mean round trip across, user and system time of both sides together upwards. "
	      "Down and left is better. Sides that spin are far left, and as high as they are "
	      "wide: each keeps a CPU busy all the time, whether there are messages or not.</p>\n",
	      page->out);
	/* Of one size only, as there is a plot for each. */
	for (size_t i = 0; i < part->n; i++)
		if (part->entries[i].number[ENTRY_SIZE] == size &&
		    entry_is_first(part, &part->entries[i], is_of, VARY_ROW))
			put_one(page, &part->entries[i]);
}

const struct section section_cpu = {
	.id = "cpu",
	.title = "CPU time against latency",
	.missing = "CPU time against latency; <code>ipcx bench lat</code>",
	.present = cpu_present,
	.put = cpu_put,
};
