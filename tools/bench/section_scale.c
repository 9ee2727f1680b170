// SPDX-License-Identifier: GPL-2.0-only
/* Scaling: messages a second of several senders and receivers on one channel. */
#include "curve.h"

/* A mean of one message is of all of them together. */
static void scale_point(const struct entry *entry, struct plot_point *point)
{
	curve_rate(entry, 1e9, point);
}

static const struct curve scale = {
	.mode = "scale",
	.along = ENTRY_PRODUCERS,
	.what = "Messages a second by senders",
	.about = "Lines are messages a second of all senders together.",
	.x_title = "senders",
	.y_title = "messages/s",
	.x_axis = PLOT_SIZE,
	.point = scale_point,
};

static bool scale_present(const struct page *page)
{
	return curve_present(page, &scale);
}

static void scale_put(struct page *page)
{
	fputs("<p>Messages a second through one channel, of all senders together, with the "
	      "95&nbsp;% interval. More is better. A line that stays level shares what one sender "
	      "had; one that falls pays for sharing. More senders than CPUs take turns.</p>\n",
	      page->out);
	curve_put(page, &scale);
}

const struct section section_scale = {
	.id = "scale",
	.title = "Several senders and receivers",
	.missing = "several senders and receivers; <code>ipcx bench scale</code>",
	.present = scale_present,
	.put = scale_put,
};
