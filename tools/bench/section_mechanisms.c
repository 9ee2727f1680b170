// SPDX-License-Identifier: GPL-2.0-only
/* What each mechanism is: its traits, as the files tell, and its copies as they were measured. */
#include <math.h>
#include <string.h>

#include "html.h"
#include "page.h"
#include "value.h"

/* Whether a file after @from in the same part has its own word on the mechanism @name. */
static bool told_later(const struct page *page, size_t from, const char *name)
{
	const struct report *report = page->report;

	for (size_t s = from + 1; s < report->nsources; s++) {
		const json_t *list = json_object_get(report->sources[s].root, "mechanisms"), *mech;
		size_t i;

		if (report->sources[s].part != page->number)
			continue;
		json_array_foreach(list, i, mech)
			if (!strcmp(json_text(mech, "mechanism"), name))
				return true;
	}
	return false;
}

static void put_text(FILE *out, const json_t *mech, const char *key)
{
	fputs("<td class=\"text\">", out);
	html_text(out, json_text(mech, key));
	fputs("</td>", out);
}

static void put_flag(FILE *out, const json_t *mech, const char *key)
{
	const json_t *value = json_object_get(mech, key);

	fprintf(out, "<td>%s</td>", !json_is_boolean(value) ? "–" :
		json_is_true(value) ? "yes" : "no");
}

/* What the file of @mech has measured of its copies in round trips, first of all on one CPU. */
static double measured_copies(const struct source *source, const char *name)
{
	const json_t *list = json_object_get(source->root, "copies"), *copies;
	double measured = NAN;
	size_t i;

	json_array_foreach(list, i, copies)
		if (isnan(measured) && !strcmp(json_text(copies, "mechanism"), name) &&
		    !strcmp(json_text(copies, "mode"), "lat") && !*json_text(copies, "knob"))
			measured = json_figure(copies, "measured");
	list = json_object_get(source->root, "cells");
	json_array_foreach(list, i, copies)
		if (isnan(measured) && !strcmp(json_text(copies, "mechanism"), name) &&
		    !strcmp(json_text(copies, "mode"), "lat"))
			measured = json_figure(copies, "copies");
	return measured;
}

static void put_mechanism(FILE *out, const struct source *source, const json_t *mech)
{
	const char *name = json_text(mech, "mechanism");
	double measured = measured_copies(source, name);
	char text[VALUE_TEXT];

	fputs("<tr><th scope=\"row\">", out);
	html_text(out, name);
	fputs("</th>", out);
	put_text(out, mech, "family");
	put_text(out, mech, "about");
	put_text(out, mech, "flow_control");
	put_flag(out, mech, "boundaries");
	put_flag(out, mech, "lossy");
	put_flag(out, mech, "exposed");
	fprintf(out, "<td>%s", value_text(text, PLOT_NUMBER, json_figure(mech, "copies")));
	if (!isnan(measured))
		fprintf(out, " (%.1f)", measured);
	fprintf(out, "</td><td>%s</td></tr>\n",
		value_text(text, PLOT_NUMBER, json_figure(mech, "syscalls")));
}

static bool mechanisms_present(const struct page *page)
{
	const struct report *report = page->report;

	for (size_t s = 0; s < report->nsources; s++)
		if (report->sources[s].part == page->number &&
		    json_array_size(json_object_get(report->sources[s].root, "mechanisms")))
			return true;
	return false;
}

static void mechanisms_put(struct page *page)
{
	const struct report *report = page->report;
	FILE *out = page->out;

	fputs("<div class=\"wide\"><table><thead><tr><th class=\"text\">mechanism</th>"
	      "<th class=\"text\">family</th><th class=\"text\">what it is</th>"
	      "<th class=\"text\">what holds a sender back</th><th>keeps boundaries</th>"
	      "<th>may lose</th><th>shows memory</th><th>copies</th><th>system calls</th></tr>"
	      "</thead><tbody>\n", out);
	for (size_t s = 0; s < report->nsources; s++) {
		const struct source *source = &report->sources[s];
		const json_t *mech;
		size_t i;

		if (source->part != page->number)
			continue;
		json_array_foreach(json_object_get(source->root, "mechanisms"), i, mech)
			if (!told_later(page, s, json_text(mech, "mechanism")))
				put_mechanism(out, source, mech);
	}
	fputs("</tbody></table></div>\n<p class=\"dim\">Copies and system calls are for one "
	      "message one way in a round trip, both sides together; copies in brackets are "
	      "measured.</p>\n", out);
}

const struct section section_mechanisms = {
	.id = "mechanisms",
	.title = "Mechanisms",
	.present = mechanisms_present,
	.put = mechanisms_put,
};
