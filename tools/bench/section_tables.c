// SPDX-License-Identifier: GPL-2.0-only
/* The tables: mechanisms down, sizes across; and what was not measured, and why. */
#include <math.h>
#include <string.h>

#include "entry.h"
#include "html.h"
#include "page.h"
#include "results.h"

#define VARIES	(VARY(MECHANISM) | VARY(SIZE))

static bool any_entry(const struct entry *entry)
{
	return entry->json;
}

static const char *mode_title(const struct entry *entry)
{
	const json_t *list = json_object_get(entry->source->root, "modes"), *mode;
	size_t i;

	json_array_foreach(list, i, mode)
		if (!strcmp(json_text(mode, "mode"), entry->text[ENTRY_MODE]) &&
		    *json_text(mode, "title"))
			return json_text(mode, "title");
	return entry->text[ENTRY_MODE];
}

static void put_reason(FILE *out, const struct entry *entry)
{
	const char *reason = entry ? entry_reason(entry) : "";

	fputs("<td class=\"none\" title=\"", out);
	html_text(out, reason);
	fprintf(out, "\">%s</td>", !entry ? "–" : *json_text(entry->json, "refused") ? "refused" :
		*reason ? "unavailable" :
		json_figure(entry->json, "n") > 0 ? "all lost" : "not measured");
}

/* The mean, and how many times that of a pipe it is. */
static void put_mean(FILE *out, const struct part *part, const struct entry *entry)
{
	const struct entry *base = NULL;
	char text[32];
	double ratio;

	if (!entry || isnan(entry->mean)) {
		put_reason(out, entry);
		return;
	}
	fprintf(out, "<td>%s", number_text(text, sizeof(text), entry->mean));
	if (entry_damaged(entry))
		fputs(" <abbr title=\"lost, reordered or corrupt messages\">!</abbr>", out);
	for (size_t i = 0; i < part->n && !base; i++)
		if (!strcmp(part->entries[i].text[ENTRY_MECHANISM], "pipe") &&
		    entry_same(&part->entries[i], entry, VARY(MECHANISM)))
			base = &part->entries[i];
	if (base && !isnan(base->mean)) {
		ratio = entry->mean / base->mean;
		fprintf(out, " <span class=\"ratio%s\">× %.2f</span>",
			ratio < 0.995 ? " less" : ratio >= 1.005 ? " more" : "", ratio);
	}
	fputs("</td>", out);
}

static bool in_table(const struct part *part, const struct entry *entry, const struct entry *first,
		     unsigned int but)
{
	return entry_same(entry, first, VARIES) &&
	       entry_is_first(part, entry, any_entry, VARIES & ~but);
}

static void put_head(FILE *out, const struct part *part, const struct entry *first)
{
	char size[32];

	fputs("<div class=\"wide\"><table><thead><tr><th class=\"text\">mechanism</th>", out);
	for (size_t i = 0; i < part->n; i++)
		if (in_table(part, &part->entries[i], first, VARY(SIZE)))
			fprintf(out, "<th>%s B <span class=\"ratio\">/ pipe</span></th>",
				entry_size(size, sizeof(size), &part->entries[i]));
	fputs("</tr></thead><tbody>\n", out);
}

/* The table that @first is the first cell of. */
static void put_table(struct page *page, const struct entry *first)
{
	const struct part *part = page->part;
	char axes[ENTRY_NAME], title[2 * ENTRY_NAME];
	FILE *out = page->out;

	snprintf(title, sizeof(title), "%s, %s", mode_title(first),
		 entry_axes(axes, sizeof(axes), first, 0));
	page_heading(page, 1, NULL, title);
	put_head(out, part, first);
	for (size_t i = 0; i < part->n; i++) {
		const struct entry *row = &part->entries[i];

		if (!in_table(part, row, first, VARY(MECHANISM)))
			continue;
		fputs("<tr><th scope=\"row\">", out);
		html_text(out, row->text[ENTRY_MECHANISM]);
		fputs("</th>", out);
		for (size_t j = 0; j < part->n; j++)
			if (in_table(part, &part->entries[j], first, VARY(SIZE)))
				put_mean(out, part, entry_find(part, row, VARY(SIZE),
							       &part->entries[j]));
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table></div>\n", out);
}

static bool tables_present(const struct page *page)
{
	return page->part->n;
}

static void tables_put(struct page *page)
{
	const struct part *part = page->part;

	fprintf(page->out, "<p>Mean %s a message, and how many times <code>pipe</code>’s that "
		"is. Less is better.</p>\n", page->report->instructions ? "instructions" : "ns");
	for (size_t i = 0; i < part->n; i++)
		if (entry_is_first(part, &part->entries[i], any_entry, VARIES))
			put_table(page, &part->entries[i]);
}

const struct section section_tables = {
	.id = "tables",
	.title = "All means",
	.present = tables_present,
	.put = tables_put,
};

static bool refused_present(const struct page *page)
{
	for (size_t i = 0; i < page->part->n; i++)
		if (*entry_reason(&page->part->entries[i]))
			return true;
	return false;
}

static void refused_put(struct page *page)
{
	char axes[ENTRY_NAME], size[32];
	FILE *out = page->out;

	fputs("<p>A size over a mechanism’s limit is refused, never cut down.</p>\n"
	      HTML_FOLDED "<ul>\n", out);
	for (size_t i = 0; i < page->part->n; i++) {
		const struct entry *entry = &page->part->entries[i];

		if (!*entry_reason(entry))
			continue;
		fputs("<li><strong>", out);
		html_text(out, entry->text[ENTRY_MECHANISM]);
		fputs("</strong>, ", out);
		html_text(out, entry->text[ENTRY_MODE]);
		fprintf(out, ", %s B, ", entry_size(size, sizeof(size), entry));
		html_text(out, entry_axes(axes, sizeof(axes), entry, 0));
		fputs(": ", out);
		html_text(out, entry_reason(entry));
		fputs("</li>\n", out);
	}
	fputs("</ul></details>\n", out);
}

const struct section section_refused = {
	.id = "refused",
	.title = "Not measured",
	.present = refused_present,
	.put = refused_put,
};
