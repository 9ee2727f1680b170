// SPDX-License-Identifier: GPL-2.0-only
/* How the figures came about. */
#include <math.h>

#include "html.h"
#include "page.h"
#include "results.h"

static void put_work(FILE *out, const json_t *cost)
{
	double size = json_figure(cost, "size");
	char text[32], fill[32], check[32];

	if (!(size >= 0))
		return;
	fprintf(out, "; filling and checking %s B costs %s and %s",
		size_text(text, sizeof(text), (uint64_t)size),
		number_text(fill, sizeof(fill), json_figure(cost, "fill")),
		number_text(check, sizeof(check), json_figure(cost, "check")));
}

static void put_overhead(FILE *out, const struct source *source)
{
	const json_t *overhead = json_object_get(source->root, "overhead"), *cost;
	size_t i;

	if (!json_is_object(overhead))
		return;
	fputs("<li>Measured in the same run, <code>", out);
	html_text(out, source->path);
	fprintf(out, "</code>: reading the clock costs %.0f", json_figure(overhead, "clock"));
	json_array_foreach(json_object_get(overhead, "work"), i, cost)
		put_work(out, cost);
	fputs(".</li>\n", out);
}

static bool method_present(const struct page *page)
{
	return page->report->nsources;
}

static void method_put(struct page *page)
{
	const struct report *report = page->report;
	FILE *out = page->out;

	fputs("<ul>\n<li>Two processes, unless a table says otherwise. Each message is filled by "
	      "one, carried, and read and checked whole by the other: sequence number and every "
	      "byte.</li>\n"
	      "<li>Round trip: strict ping-pong; the whole message is echoed, and the echo "
	      "checked. One way: the clock stops when the receiver has checked the last "
	      "message; there is only a mean, because nothing times a single message. Under "
	      "load, a message’s time is taken from when it was due, however late it was "
	      "sent.</li>\n"
	      "<li>In shared memory, messages are filled and checked in place; the echo is copied "
	      "from one direction’s memory to the other’s.</li>\n"
	      "<li>Both sides sleep while they wait, unless a table says otherwise.</li>\n"
	      "<li>Several rounds over all cells, each in another order, each with fresh channels "
	      "and a warm-up; more rounds of cells whose mean is not sure yet. The mean is that "
	      "of the middle half of the rounds, percentiles and maximum are of all round "
	      "trips.</li>\n"
	      "<li>Buffers and queues are as the system makes them; their sizes stand in the "
	      "results file.</li>\n"
	      "<li>The figures are gross. A round trip fills once, checks twice and reads the "
	      "clock once.</li>\n", out);
	for (size_t i = 0; i < report->nsources; i++)
		if (report->sources[i].part == page->number)
			put_overhead(out, &report->sources[i]);
	if (report->instructions)
		fputs("<li>The unit is executed instructions, counted by the machine’s clock. "
		      "They are the same on every host, and say nothing of caches, memory, or several "
		      "CPUs: they are no latency.</li>\n", out);
	fputs("</ul>\n", out);
}

const struct section section_method = {
	.id = "method",
	.title = "How",
	.present = method_present,
	.put = method_put,
};
