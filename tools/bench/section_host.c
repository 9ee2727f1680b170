// SPDX-License-Identifier: GPL-2.0-only
/* Where the figures are from: the host of each file. */
#include "html.h"
#include "page.h"
#include "results.h"

static void put_fact(FILE *out, const json_t *host, const char *key, const char *title)
{
	const json_t *value = json_object_get(host, key);

	fprintf(out, "<dt>%s</dt><dd>", title);
	if (json_is_integer(value))
		fprintf(out, "%lld", (long long)json_integer_value(value));
	else
		html_text(out, json_is_string(value) ? json_string_value(value) : "not known");
	fputs("</dd>\n", out);
}

static void put_source(FILE *out, const struct source *source)
{
	static const char *const facts[][2] = {
		{ "kernel", "Kernel" }, { "cpu", "CPU" }, { "cpus", "CPUs" },
		{ "clocksource", "Clock" }, { "mitigations", "Mitigations" },
		{ "module_version", "ipcx module" }, { "git_commit", "Commit" }, { "date", "Date" },
	};
	const json_t *host = json_object_get(source->root, "host");

	fputs("<dl>\n<dt>File</dt><dd><code>", out);
	html_text(out, source->path);
	fputs("</code></dd>\n", out);
	for (size_t i = 0; i < ARRAY_SIZE(facts); i++)
		put_fact(out, host, facts[i][0], facts[i][1]);
	fputs("</dl>\n", out);
}

static bool host_present(const struct page *page)
{
	return page->report->nsources;
}

static void host_put(struct page *page)
{
	const struct report *report = page->report;

	for (size_t i = 0; i < report->nsources; i++)
		if (report->sources[i].part == page->number)
			put_source(page->out, &report->sources[i]);
}

const struct section section_host = {
	.id = "host",
	.title = "Where",
	.present = host_present,
	.put = host_put,
};
