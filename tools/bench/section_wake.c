// SPDX-License-Identifier: GPL-2.0-only
/* After a gap: what a round trip takes when nothing has happened for a while. */
#include "curve.h"

static void wake_point(const struct entry *entry, struct plot_point *point)
{
	point->y = json_figure(entry->json, "p50");
	point->low = point->y;
	point->high = json_figure(entry->json, "p99");
}

static const struct curve wake = {
	.mode = "wake",
	.along = ENTRY_GAP,
	.what = "Round trip after a gap",
	.about = "Lines are the median of a round trip, bands reach to its 99th percentile.",
	.x_title = "gap before a message",
	.x_axis = PLOT_DURATION,
	.time = true,
	.point = wake_point,
};

static bool wake_present(const struct page *page)
{
	return curve_present(page, &wake);
}

static void wake_put(struct page *page)
{
	fputs("<p>Median, and the band to the 99th percentile, of a round trip before which "
	      "nothing has happened for so long. CPUs fall asleep and caches forget: it is the "
	      "kernel’s and the machine’s figure more than the mechanism’s. A gap of 0 has no "
	      "place on a logarithmic axis; it is in the table.</p>\n", page->out);
	curve_put(page, &wake);
}

const struct section section_wake = {
	.id = "wake",
	.title = "After idling",
	.missing = "latency after idling; <code>ipcx bench wake</code>",
	.present = wake_present,
	.put = wake_put,
};
