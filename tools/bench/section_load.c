// SPDX-License-Identifier: GPL-2.0-only
/* Under load: the delay of messages that come at a rate, whoever is ready for them or not. */
#include "curve.h"

static void load_point(const struct entry *entry, struct plot_point *point)
{
	curve_quantile(entry, "p99", point);
}

static const struct curve load = {
	.mode = "load",
	.along = ENTRY_RATE,
	.what = "99th percentile of the delay by rate",
	.about = "Lines are what 1 of 100 messages is delayed by at least.",
	.x_title = "messages/s",
	.x_axis = PLOT_NUMBER,
	.time = true,
	.point = load_point,
};

static bool load_present(const struct page *page)
{
	return curve_present(page, &load);
}

static void load_put(struct page *page)
{
	fputs("<p>The 99th percentile, with its interval, of the time from when a message was "
	      "<em>due</em> to when it had been checked. Where a line turns upwards, messages come "
	      "faster than they go; beyond that, the figure says how long was measured, and "
	      "nothing else.</p>\n", page->out);
	curve_put(page, &load);
}

const struct section section_load = {
	.id = "load",
	.title = "Under load",
	.missing = "delay under load; <code>ipcx bench load --rate 1K,10K,100K</code>",
	.present = load_present,
	.put = load_put,
};
