// SPDX-License-Identifier: GPL-2.0-only
/* The page: what weakens it first, then part by part and section by section. */
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "page.h"

#define SECTION(name)	extern const struct section section_##name;
#include "sections.def"
#undef SECTION

#define SECTION(name)	&section_##name,
static const struct section *const sections[] = {
#include "sections.def"
	NULL
};
#undef SECTION

enum plot_axis page_unit_axis(const struct page *page)
{
	return page->report->instructions ? PLOT_NUMBER : PLOT_DURATION;
}

const char *page_unit(const struct page *page)
{
	return page->report->instructions ? "instructions" : "time";
}

void page_heading(const struct page *page, unsigned int depth, const char *id, const char *text)
{
	unsigned int level = 2 + depth + (page->report->nparts > 1);

	fprintf(page->out, "<h%u", level);
	if (id)
		fprintf(page->out, " id=\"p%u-%s\"", page->number + 1, id);
	fputs(">", page->out);
	html_text(page->out, text);
	fprintf(page->out, "</h%u>\n", level);
}

/* What a part is called if there are several. */
static void put_part_title(const struct page *page, FILE *out)
{
	const struct source *source = page->report->sources;
	const json_t *host;

	while (source->part != page->number)
		source++;
	host = json_object_get(source->root, "host");
	fprintf(out, "Host %u: ", page->number + 1);
	html_text(out, *json_text(host, "kernel") ? json_text(host, "kernel") : "kernel not known");
	fputs(", ", out);
	html_text(out, *json_text(host, "cpu") ? json_text(host, "cpu") : "CPU not known");
}

static void put_missing(struct page *page)
{
	bool any = false;

	for (const struct section *const *s = sections; *s; s++) {
		if (!(*s)->missing || (*s)->present(page))
			continue;
		fputs(any ? "; " : "<p class=\"dim\">Not in these results, with what measures it: ",
		      page->out);
		fputs((*s)->missing, page->out);
		any = true;
	}
	if (any)
		fputs(".</p>\n", page->out);
}

static void put_part(struct page *page)
{
	if (page->report->nparts > 1) {
		fprintf(page->out, "<h2 class=\"part\" id=\"p%u\">", page->number + 1);
		put_part_title(page, page->out);
		fputs("</h2>\n", page->out);
	}
	for (const struct section *const *s = sections; *s; s++) {
		if (!(*s)->present(page))
			continue;
		fputs("<section>\n", page->out);
		page_heading(page, 0, (*s)->id, (*s)->title);
		(*s)->put(page);
		fputs("</section>\n", page->out);
		/* The answer first, then what the rest of the page cannot tell. */
		if (s == sections)
			put_missing(page);
	}
}

static void put_contents(struct page *page, FILE *out)
{
	fputs("<nav aria-label=\"Contents\">\n", out);
	for (page->number = 0; page->number < page->report->nparts; page->number++) {
		page->part = &page->report->parts[page->number];
		fputs("<p>", out);
		if (page->report->nparts > 1) {
			fprintf(out, "<a href=\"#p%u\">", page->number + 1);
			put_part_title(page, out);
			fputs("</a><br>", out);
		}
		for (const struct section *const *s = sections; *s; s++)
			if ((*s)->present(page))
				fprintf(out, "<a href=\"#p%u-%s\">%s</a>\n", page->number + 1,
					(*s)->id, (*s)->title);
		fputs("</p>\n", out);
	}
	fputs("</nav>\n", out);
}

static void put_introduction(const struct page *page, FILE *out)
{
	fputs("<h1>IPC mechanisms compared</h1>\n<p>What it takes to bring a message from one "
	      "process to another. Every mechanism does the same work: each message is filled, "
	      "carried, read and checked whole. ", out);
	if (page->report->instructions)
		fputs("The figures are <strong>instructions</strong>, counted by the clock of an "
		      "emulated machine: how much work it is, the same on every host. They know "
		      "nothing of caches, memory and several CPUs, and are no latency.</p>\n", out);
	else
		fputs("The figures are time, on the machine that is told below and on no other.</p>"
		      "\n", out);
}

void page_write(struct page *page)
{
	FILE *out = page->out;
	char *body = NULL;
	size_t len = 0;

	/* What has gone wrong by its end stands at its beginning. */
	page->out = open_memstream(&body, &len);
	if (!page->out)
		report_no_memory();
	for (page->number = 0; page->number < page->report->nparts; page->number++) {
		page->part = &page->report->parts[page->number];
		put_part(page);
	}
	if (fclose(page->out))
		report_no_memory();
	page->out = out;
	html_head(out, "IPC mechanisms compared");
	put_introduction(page, out);
	page_warnings(page, out);
	put_contents(page, out);
	fwrite(body, 1, len, out);
	html_foot(out);
	free(body);
}
