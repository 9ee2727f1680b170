// SPDX-License-Identifier: GPL-2.0-only
/* Throughput by size: how many bytes a second get through, one way. */
#include "curve.h"

/* From the mean, which has an interval; what takes less time has more throughput. */
static void throughput_point(const struct entry *entry, struct plot_point *point)
{
	curve_rate(entry, (double)entry->number[ENTRY_SIZE] * 1e9 / 1e6, point);
}

static const struct curve throughput = {
	.mode = "bw",
	.along = ENTRY_SIZE,
	.what = "Throughput by size",
	.about = "Lines are bytes a second, one way; bands are intervals of the mean.",
	.x_title = "bytes of a message",
	.y_title = "MB/s",
	.x_axis = PLOT_SIZE,
	.point = throughput_point,
};

static bool throughput_present(const struct page *page)
{
	return curve_present(page, &throughput);
}

static void throughput_put(struct page *page)
{
	fputs("<p>Millions of bytes a second, one way, until the receiver has checked the last "
	      "message; with its 95&nbsp;% interval as a band. More is better.", page->out);
	if (page->report->instructions)
		fputs(" The second is one of the guest’s clock, 10<sup>9</sup> instructions.",
		      page->out);
	fputs("</p>\n", page->out);
	curve_put(page, &throughput);
}

const struct section section_throughput = {
	.id = "throughput",
	.title = "Throughput by size",
	.missing = "throughput by size; <code>ipcx bench bw -s 1,64,1K,4K,64K,1M</code>",
	.present = throughput_present,
	.put = throughput_put,
};
