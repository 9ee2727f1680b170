// SPDX-License-Identifier: GPL-2.0-only
/* Latency by size: what a round trip takes, and how much that varies. */
#include "curve.h"

/* The band is what a half of all round trips take longer than, up to what 1 in 100 does. */
static void latency_point(const struct entry *entry, struct plot_point *point)
{
	point->y = json_figure(entry->json, "p50");
	point->low = point->y;
	point->high = json_figure(entry->json, "p99");
}

static const struct curve latency = {
	.mode = "lat",
	.along = ENTRY_SIZE,
	.what = "Round trip by size",
	.about = "Lines are the median of a round trip, bands reach to its 99th percentile.",
	.x_title = "bytes of a message",
	.x_axis = PLOT_SIZE,
	.time = true,
	.floors = true,
	.point = latency_point,
};

static bool latency_present(const struct page *page)
{
	return curve_present(page, &latency);
}

static void latency_put(struct page *page)
{
	fputs("<p>A line is the median of a round trip, the band above it reaches to the 99th "
	      "percentile: of 100 round trips, one is above the band. Dashed lines are what the "
	      "kernel asks for a bare system call, switch or wake-up, which is no message. Less is "
	      "better. Both axes are logarithmic, so that lines at the same distance differ by the "
	      "same factor. Panels have scales of their own, and the pipe in each to compare "
	      "with.</p>\n", page->out);
	curve_put(page, &latency);
}

const struct section section_latency = {
	.id = "latency",
	.title = "Latency by size",
	.missing = "latency by size; <code>ipcx bench lat -s 1,64,1K,4K,64K,1M</code>",
	.present = latency_present,
	.put = latency_put,
};
