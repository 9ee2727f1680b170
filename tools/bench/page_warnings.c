// SPDX-License-Identifier: GPL-2.0-only
/* What weakens the figures: said before any of them. */
#include <math.h>
#include <string.h>

#include "entry.h"
#include "html.h"
#include "page.h"

/**
 * struct notes - a list that is begun with the first note
 * @out: where to
 * @any: whether it has been
 */
struct notes {
	FILE *out;
	bool any;
};

static void note_begin(struct notes *notes, bool error)
{
	if (!notes->any)
		fputs("<section class=\"warn\" id=\"warnings\"><h2>Before you rely on it</h2>\n"
		      "<ul>\n", notes->out);
	notes->any = true;
	fprintf(notes->out, "<li%s>", error ? " class=\"bad\"" : "");
}

static void note_file(struct notes *notes, const struct source *source)
{
	fputs("<code>", notes->out);
	html_text(notes->out, source->path);
	fputs("</code>", notes->out);
}

static void note_interrupted(struct notes *notes, const struct report *report)
{
	for (size_t s = 0; s < report->nsources; s++) {
		if (!json_is_false(json_object_get(report->sources[s].root, "complete")))
			continue;
		note_begin(notes, true);
		note_file(notes, &report->sources[s]);
		fputs(" is not complete: the comparison was interrupted, so that cells are "
		      "missing, or had fewer rounds.</li>\n", notes->out);
	}
}

/* Whether an earlier file has told of the same. */
static bool told_before(const struct report *report, size_t before, const json_t *spoiler)
{
	for (size_t s = 0; s < before; s++) {
		const json_t *host = json_object_get(report->sources[s].root, "host"), *other;
		size_t i;

		json_array_foreach(json_object_get(host, "spoilers"), i, other)
			if (report->sources[s].part == report->sources[before].part &&
			    !strcmp(json_text(other, "what"), json_text(spoiler, "what")))
				return true;
	}
	return false;
}

static void note_spoilers(struct notes *notes, const struct report *report)
{
	for (size_t s = 0; s < report->nsources; s++) {
		const json_t *host = json_object_get(report->sources[s].root, "host"), *spoiler;
		size_t i;

		json_array_foreach(json_object_get(host, "spoilers"), i, spoiler) {
			if (!*json_text(spoiler, "what") || told_before(report, s, spoiler))
				continue;
			note_begin(notes, !strcmp(json_text(spoiler, "level"), "error"));
			note_file(notes, &report->sources[s]);
			fputs(": ", notes->out);
			html_text(notes->out, json_text(spoiler, "what"));
			if (*json_text(spoiler, "do")) {
				fputs(" (", notes->out);
				html_text(notes->out, json_text(spoiler, "do"));
				fputs(")", notes->out);
			}
			fputs("</li>\n", notes->out);
		}
	}
}

static void note_debug_kernels(struct notes *notes, const struct report *report)
{
	for (size_t s = 0; s < report->nsources; s++) {
		const json_t *host = json_object_get(report->sources[s].root, "host");
		const char *kernel = json_text(host, "kernel");

		if (!strstr(kernel, "-debug") && !strstr(kernel, "-dbg") &&
		    !strstr(kernel, "-races"))
			continue;
		note_begin(notes, true);
		note_file(notes, &report->sources[s]);
		fputs(" is from a kernel that is built to find faults (", notes->out);
		html_text(notes->out, kernel);
		fputs("), and several times slower, not evenly.</li>\n", notes->out);
	}
}

static void note_hosts(struct notes *notes, const struct report *report)
{
	const struct source *first = report->sources;

	for (size_t s = 1; s < report->nsources; s++) {
		const struct source *source = &report->sources[s];

		if (!report_host_differs(first, source))
			continue;
		note_begin(notes, false);
		fputs("The hosts of ", notes->out);
		note_file(notes, first);
		fputs(" and ", notes->out);
		note_file(notes, source);
		fprintf(notes->out, " differ (%s): each host has a part of its own, and figures of "
			"one are not to be held against those of another.</li>\n",
			report_host_differs(first, source));
	}
}

static void note_commits(struct notes *notes, const struct report *report)
{
	for (size_t s = 1; s < report->nsources; s++) {
		const struct source *source = &report->sources[s], *before = source - 1;
		const json_t *host = json_object_get(source->root, "host");
		const json_t *other = json_object_get(before->root, "host");

		if (source->part != before->part ||
		    (!strcmp(json_text(host, "git_commit"), json_text(other, "git_commit")) &&
		     !strcmp(json_text(host, "module_version"),
			     json_text(other, "module_version"))))
			continue;
		note_begin(notes, false);
		note_file(notes, before);
		fputs(" and ", notes->out);
		note_file(notes, source);
		fputs(" were measured by different versions.</li>\n", notes->out);
	}
}

static void note_replaced(struct notes *notes, const struct report *report)
{
	for (size_t s = 0; s < report->nsources; s++) {
		const struct source *source = &report->sources[s];
		const struct part *part = &report->parts[source->part];
		size_t n = 0;

		for (size_t i = 0; i < part->n; i++)
			n += part->entries[i].source == source && part->entries[i].instead;
		if (!n)
			continue;
		note_begin(notes, false);
		fprintf(notes->out, "%zu cell%s of ", n, n == 1 ? "" : "s");
		note_file(notes, source);
		fprintf(notes->out, " %s in a file that was named before it, too; the later "
			"figures are taken.</li>\n", n == 1 ? "is" : "are");
	}
}

/* Damage, each mechanism of a part once. */
static void note_damage(struct notes *notes, const struct part *part)
{
	const unsigned int vary = ~(VARY(MECHANISM) | VARY(MODE));

	for (size_t i = 0; i < part->n; i++) {
		const struct entry *entry = &part->entries[i];
		double lost = 0, reordered = 0, corrupt = 0;

		if (!entry_is_first(part, entry, entry_damaged, vary))
			continue;
		for (size_t j = i; j < part->n; j++) {
			const struct entry *other = &part->entries[j];

			if (!entry_same(other, entry, vary))
				continue;
			lost += fmax(0, json_figure(other->json, "lost"));
			reordered += fmax(0, json_figure(other->json, "reordered"));
			corrupt += fmax(0, json_figure(other->json, "corrupt"));
		}
		note_begin(notes, corrupt > 0 || !entry_is(entry, TRAIT_LOSSY));
		fputs("Messages of <strong>", notes->out);
		html_text(notes->out, entry->text[ENTRY_MECHANISM]);
		fputs("</strong> in ", notes->out);
		html_text(notes->out, entry->text[ENTRY_MODE]);
		fprintf(notes->out, ": %.0f lost, %.0f reordered, %.0f corrupt%s.</li>\n", lost,
			reordered, corrupt, entry_is(entry, TRAIT_LOSSY) ?
			"; it is allowed to lose some" : ", and it must not");
	}
}

static void note_one_round(struct notes *notes, const struct part *part)
{
	size_t n = 0, measured = 0;

	for (size_t i = 0; i < part->n; i++) {
		measured += !isnan(part->entries[i].mean);
		n += !isnan(part->entries[i].mean) && isnan(part->entries[i].low);
	}
	if (!n)
		return;
	note_begin(notes, false);
	fprintf(notes->out, "%zu of %zu means have no interval: there was but one round, or "
		"nothing is known of them, and nobody can tell how sure they are.</li>\n", n,
		measured);
}

void page_warnings(struct page *page, FILE *out)
{
	struct notes notes = { .out = out };

	note_interrupted(&notes, page->report);
	note_debug_kernels(&notes, page->report);
	note_spoilers(&notes, page->report);
	note_hosts(&notes, page->report);
	note_commits(&notes, page->report);
	note_replaced(&notes, page->report);
	for (size_t i = 0; i < page->report->nparts; i++) {
		note_damage(&notes, &page->report->parts[i]);
		note_one_round(&notes, &page->report->parts[i]);
	}
	if (page->failed) {
		note_begin(&notes, false);
		fprintf(out, "%u of %u plots could not be drawn; the tables have their figures. ",
			page->failed, page->plots);
		html_text(out, page->error);
		fputs(".</li>\n", out);
	}
	if (notes.any)
		fputs("</ul></section>\n", out);
}
