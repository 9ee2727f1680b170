// SPDX-License-Identifier: GPL-2.0-only
/* The page: the tables first, then where and how, then each cell and how to have it again. */
#include <stdbool.h>
#include <string.h>

#include "html.h"
#include "report.h"
#include "results.h"
#include "words.h"

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static json_int_t int_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static bool same_table(const json_t *a, const json_t *b)
{
	return !strcmp(text_of(a, "mode"), text_of(b, "mode")) &&
	       !strcmp(text_of(a, "placement"), text_of(b, "placement")) &&
	       !strcmp(text_of(a, "wait"), text_of(b, "wait")) &&
	       !strcmp(text_of(a, "as"), text_of(b, "as")) &&
	       json_equal(json_object_get(a, "rate"), json_object_get(b, "rate")) &&
	       json_equal(json_object_get(a, "gap"), json_object_get(b, "gap")) &&
	       int_of(a, "producers") == int_of(b, "producers") &&
	       int_of(a, "consumers") == int_of(b, "consumers") &&
	       int_of(a, "batch") == int_of(b, "batch") &&
	       int_of(a, "capacity") == int_of(b, "capacity");
}

/* The cell of @mech and @size in the same table as @like; NULL if there is none. */
static const json_t *find_cell(const json_t *cells, const json_t *like, const char *mech,
			       json_int_t size)
{
	const json_t *cell;
	size_t i;

	json_array_foreach(cells, i, cell)
		if (same_table(cell, like) && int_of(cell, "size") == size &&
		    !strcmp(text_of(cell, "mechanism"), mech))
			return cell;
	return NULL;
}

/* Whether @cell is the first of its table to have its @key. */
static bool first_with(const json_t *cells, const json_t *cell, const char *key)
{
	const json_t *other;
	size_t i;

	json_array_foreach(cells, i, other) {
		if (other == cell)
			return true;
		if (same_table(other, cell) &&
		    json_equal(json_object_get(other, key), json_object_get(cell, key)))
			return false;
	}
	return true;
}

static bool first_of_table(const json_t *cells, const json_t *cell)
{
	const json_t *other;
	size_t i;

	json_array_foreach(cells, i, other)
		if (same_table(other, cell))
			return other == cell;
	return true;
}

static const char *cell_reason(const json_t *cell)
{
	const char *refused = text_of(cell, "refused");

	return *refused ? refused : text_of(cell, "unavailable");
}

static void put_number(FILE *out, const json_t *cell, const char *key)
{
	const json_t *value = json_object_get(cell, key);
	char text[32];

	if (json_is_number(value))
		fprintf(out, "<td>%s</td>", number_text(text, sizeof(text),
							json_number_value(value)));
	else
		fputs("<td class=\"none\">–</td>", out);
}

static void put_size(FILE *out, json_int_t size)
{
	char text[32];

	fprintf(out, "%s B", size_text(text, sizeof(text), (uint64_t)size));
}

static void put_mean(FILE *out, const json_t *cells, const json_t *cell)
{
	const json_t *mean = json_object_get(cell, "mean"), *base;
	const char *reason;
	char text[32];
	double ratio;

	if (!json_is_number(mean)) {
		reason = cell ? cell_reason(cell) : "";
		fputs("<td class=\"none\" title=\"", out);
		html_text(out, reason);
		fprintf(out, "\">%s</td>", !cell ? "–" : *text_of(cell, "refused") ? "refused" :
			*reason ? "unavailable" : "all lost");
		return;
	}
	fprintf(out, "<td>%s", number_text(text, sizeof(text), json_number_value(mean)));
	if (int_of(cell, "lost") || int_of(cell, "reordered") || int_of(cell, "corrupt"))
		fputs(" <abbr title=\"lost, reordered or corrupt messages\">!</abbr>", out);
	base = json_object_get(find_cell(cells, cell, "pipe", int_of(cell, "size")), "mean");
	if (json_number_value(base) > 0) {
		ratio = json_number_value(mean) / json_number_value(base);
		fprintf(out, " <span class=\"ratio%s\">× %.2f</span>",
			ratio < 0.995 ? " less" : ratio >= 1.005 ? " more" : "", ratio);
	}
	fputs("</td>", out);
}

static const char *mode_title(const json_t *root, const char *mode)
{
	const json_t *list = json_object_get(root, "modes"), *entry;
	size_t i;

	json_array_foreach(list, i, entry)
		if (!strcmp(text_of(entry, "mode"), mode))
			return text_of(entry, "title");
	return mode;
}

/* Where @cell is on the axes that are not mechanism and size, but for what is usual. */
static void put_axes(FILE *out, const json_t *cell)
{
	char text[32];

	html_text(out, text_of(cell, "placement"));
	if (strcmp(text_of(cell, "wait"), "block")) {
		fputs(", waiting by ", out);
		html_text(out, text_of(cell, "wait"));
	}
	if (!strcmp(text_of(cell, "as"), "thread"))
		fputs(", threads", out);
	if (int_of(cell, "batch") > 1)
		fprintf(out, ", batches of %lld", (long long)int_of(cell, "batch"));
	if (int_of(cell, "capacity"))
		fprintf(out, ", to hold %s B", size_text(text, sizeof(text),
							 (uint64_t)int_of(cell, "capacity")));
	if (json_is_integer(json_object_get(cell, "rate")))
		fprintf(out, ", %lld messages/s", (long long)int_of(cell, "rate"));
	if (json_is_integer(json_object_get(cell, "gap")))
		fprintf(out, ", gap %s", word_duration(text, sizeof(text),
						       (uint64_t)int_of(cell, "gap")));
	if (!strcmp(text_of(cell, "mode"), "scale"))
		fprintf(out, ", %lld to %lld", (long long)int_of(cell, "producers"),
			(long long)int_of(cell, "consumers"));
}

static void put_table_title(FILE *out, const json_t *root, const json_t *cell)
{
	fputs("<h2>", out);
	html_text(out, mode_title(root, text_of(cell, "mode")));
	fputs(", ", out);
	put_axes(out, cell);
	fputs("</h2>\n", out);
}

/* The table that @first is the first cell of: mechanisms down, sizes across. */
static void put_table(FILE *out, const json_t *root, const json_t *first)
{
	const json_t *cells = json_object_get(root, "cells");
	const json_t *row, *column;
	size_t i, j;

	put_table_title(out, root, first);
	fputs("<div class=\"wide\"><table><thead><tr><th class=\"text\">mechanism</th>", out);
	json_array_foreach(cells, j, column) {
		if (!same_table(column, first) || !first_with(cells, column, "size"))
			continue;
		fputs("<th>", out);
		put_size(out, int_of(column, "size"));
		fputs(" <span class=\"ratio\">/ pipe</span></th>", out);
	}
	fputs("</tr></thead><tbody>\n", out);
	json_array_foreach(cells, i, row) {
		if (!same_table(row, first) || !first_with(cells, row, "mechanism"))
			continue;
		fputs("<tr><th>", out);
		html_text(out, text_of(row, "mechanism"));
		fputs("</th>", out);
		json_array_foreach(cells, j, column)
			if (same_table(column, first) && first_with(cells, column, "size"))
				put_mean(out, cells, find_cell(cells, first,
							       text_of(row, "mechanism"),
							       int_of(column, "size")));
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table></div>\n", out);
}

static void put_refused(FILE *out, const json_t *cells)
{
	const json_t *cell;
	bool any = false;
	size_t i;

	json_array_foreach(cells, i, cell) {
		if (!*cell_reason(cell))
			continue;
		if (!any)
			fputs("<h2>Not measured</h2>\n<p>A size over a mechanism's limit is "
			      "refused, never cut down.</p>\n<ul>\n", out);
		any = true;
		fputs("<li><strong>", out);
		html_text(out, text_of(cell, "mechanism"));
		fputs("</strong>, ", out);
		html_text(out, text_of(cell, "mode"));
		fputs(", ", out);
		put_size(out, int_of(cell, "size"));
		fputs(", ", out);
		put_axes(out, cell);
		fputs(": ", out);
		html_text(out, cell_reason(cell));
		fputs("</li>\n", out);
	}
	if (any)
		fputs("</ul>\n", out);
}

static void put_host(FILE *out, const json_t *host)
{
	static const char *const facts[][2] = {
		{ "kernel", "Kernel" }, { "cpu", "CPU" }, { "cpus", "CPUs" },
		{ "clocksource", "Clock" }, { "mitigations", "Mitigations" },
		{ "module_version", "ipcx module" }, { "git_commit", "Commit" }, { "date", "Date" },
	};

	fputs("<h2>Where</h2>\n<dl>\n", out);
	for (size_t i = 0; i < ARRAY_SIZE(facts); i++) {
		const json_t *value = json_object_get(host, facts[i][0]);

		fprintf(out, "<dt>%s</dt><dd>", facts[i][1]);
		if (json_is_integer(value))
			fprintf(out, "%lld", (long long)json_integer_value(value));
		else
			html_text(out, json_is_string(value) ? json_string_value(value) :
							       "not known");
		fputs("</dd>\n", out);
	}
	fputs("</dl>\n", out);
}

static void put_overhead(FILE *out, const json_t *overhead)
{
	const json_t *work = json_object_get(overhead, "work"), *cost;
	char fill[32], check[32];
	size_t i;

	if (!json_is_object(overhead))
		return;
	fprintf(out, "<li>The figures are gross. Measured in the same run: reading the clock costs "
		"%.0f", json_number_value(json_object_get(overhead, "clock")));
	json_array_foreach(work, i, cost) {
		fputs("; filling and checking ", out);
		put_size(out, int_of(cost, "size"));
		fprintf(out, " costs %s and %s",
			number_text(fill, sizeof(fill),
				    json_number_value(json_object_get(cost, "fill"))),
			number_text(check, sizeof(check),
				    json_number_value(json_object_get(cost, "check"))));
	}
	fputs(". A round trip fills once, checks twice and reads the clock once.</li>\n", out);
}

static void put_method(FILE *out, const json_t *root)
{
	bool instructions = !strcmp(text_of(root, "unit"), "instructions");

	fputs("<h2>How</h2>\n<ul>\n<li>Two processes, unless a table says otherwise. Each message "
	      "is filled by one, carried, and read and checked whole by the other: sequence number and every byte.</li>\n"
	      "<li>Round trip: strict ping-pong; the whole message is echoed, and the echo "
	      "checked. One way: the clock stops when the receiver has checked the last "
	      "message; there is only a mean, because nothing times a single message. Under "
	      "load, a message's time is taken from when it was due, however late it was "
	      "sent.</li>\n"
	      "<li>In shared memory, messages are filled and checked in place; the echo is copied "
	      "from one direction's memory to the other's.</li>\n"
	      "<li>Both sides sleep while they wait, unless a table says otherwise.</li>\n"
	      "<li>Several rounds over all cells, each in another order, each with fresh channels "
	      "and a warm-up; more rounds of cells whose mean is not sure yet. The mean is that "
	      "of the middle half of the rounds, percentiles and maximum are of all round "
	      "trips.</li>\n"
	      "<li>Buffers and queues are as the system makes them; their sizes stand in the "
	      "results file.</li>\n", out);
	put_overhead(out, json_object_get(root, "overhead"));
	if (instructions)
		fputs("<li>The unit is executed instructions, counted by the machine's clock. They "
		      "are the same on every host, and say nothing of caches, memory, or several "
		      "CPUs: they are no latency.</li>\n", out);
	fputs("</ul>\n", out);
}

static void put_mechanisms(FILE *out, const json_t *list)
{
	const json_t *mech;
	size_t i;

	if (!json_array_size(list))
		return;
	fputs("<h2>Mechanisms</h2>\n<div class=\"wide\"><table><thead><tr>"
	      "<th class=\"text\">mechanism</th><th class=\"text\">what it is</th>"
	      "<th class=\"text\">what holds a sender back</th>"
	      "<th>copies</th><th>system calls</th></tr></thead><tbody>\n", out);
	json_array_foreach(list, i, mech) {
		fputs("<tr><th>", out);
		html_text(out, text_of(mech, "mechanism"));
		fputs("</th><td class=\"text\">", out);
		html_text(out, text_of(mech, "about"));
		fputs("</td><td class=\"text\">", out);
		html_text(out, text_of(mech, "flow_control"));
		fprintf(out, "</td><td>%lld</td><td>%g</td></tr>\n",
			(long long)int_of(mech, "copies"),
			json_number_value(json_object_get(mech, "syscalls")));
	}
	fputs("</tbody></table></div>\n<p class=\"dim\">Copies and system calls are for one "
	      "message one way in a round trip, both sides together.</p>\n", out);
}

static void put_command(FILE *out, const json_t *root, const json_t *cell)
{
	if (!strcmp(text_of(root, "unit"), "instructions"))
		fputs("tools/vm/vm --icount -- ", out);
	fputs("ipcx bench ", out);
	html_text(out, text_of(cell, "mode"));
	fputs(" -m ", out);
	html_text(out, text_of(cell, "mechanism"));
	fprintf(out, " -s %lld -p ", (long long)int_of(cell, "size"));
	html_text(out, text_of(cell, "placement"));
	if (strcmp(text_of(cell, "wait"), "block")) {
		fputs(" -w ", out);
		html_text(out, text_of(cell, "wait"));
	}
	if (!strcmp(text_of(cell, "as"), "thread"))
		fputs(" --as thread", out);
	if (int_of(cell, "batch") > 1)
		fprintf(out, " --batch %lld", (long long)int_of(cell, "batch"));
	if (int_of(cell, "capacity"))
		fprintf(out, " --capacity %lld", (long long)int_of(cell, "capacity"));
	if (json_is_integer(json_object_get(cell, "rate")))
		fprintf(out, " --rate %lld", (long long)int_of(cell, "rate"));
	if (json_is_integer(json_object_get(cell, "gap")))
		fprintf(out, " --gap %lldns", (long long)int_of(cell, "gap"));
	if (!strcmp(text_of(cell, "mode"), "scale"))
		fprintf(out, " -P %lld -C %lld", (long long)int_of(cell, "producers"),
			(long long)int_of(cell, "consumers"));
	fprintf(out, " -n %lld", (long long)int_of(cell, "n"));
}

static void put_cells(FILE *out, const json_t *root, const json_t *cells)
{
	static const char *const figures[] = { "n", "mean", "p50", "p90", "p99", "p99.9", "max",
					       "lost", "reordered", "corrupt" };
	const json_t *cell;
	size_t i;

	fputs("<h2>Every cell, and how to have it again</h2>\n<details><summary>Show</summary>\n"
	      "<div class=\"wide\"><table><thead><tr><th class=\"text\">cell</th>", out);
	for (size_t f = 0; f < ARRAY_SIZE(figures); f++)
		fprintf(out, "<th>%s</th>", figures[f]);
	fputs("<th class=\"text\">command</th></tr></thead><tbody>\n", out);
	json_array_foreach(cells, i, cell) {
		if (*cell_reason(cell))
			continue;
		fputs("<tr><th>", out);
		html_text(out, text_of(cell, "mechanism"));
		fputs(" ", out);
		html_text(out, text_of(cell, "mode"));
		fputs(" ", out);
		put_size(out, int_of(cell, "size"));
		fputs(" ", out);
		put_axes(out, cell);
		fputs("</th>", out);
		for (size_t f = 0; f < ARRAY_SIZE(figures); f++)
			put_number(out, cell, figures[f]);
		fputs("<td class=\"text\"><code>", out);
		put_command(out, root, cell);
		fputs("</code></td></tr>\n", out);
	}
	fputs("</tbody></table></div>\n</details>\n", out);
}

void report_page(FILE *out, const json_t *root)
{
	const json_t *cells = json_object_get(root, "cells"), *cell;
	size_t i;

	html_head(out, "IPC mechanisms compared");
	fputs("<h1>IPC mechanisms compared</h1>\n<p>Mean ", out);
	html_text(out, text_of(root, "unit"));
	fputs(" a message, and how many times <code>pipe</code>’s that is. Less is better. Every "
	      "mechanism does the same work.</p>\n", out);
	json_array_foreach(cells, i, cell)
		if (first_of_table(cells, cell))
			put_table(out, root, cell);
	put_refused(out, cells);
	put_host(out, json_object_get(root, "host"));
	put_method(out, root);
	put_mechanisms(out, json_object_get(root, "mechanisms"));
	put_cells(out, root, cells);
	html_foot(out);
}
