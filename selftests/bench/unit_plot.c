// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether plots are what a page can hold, whatever is to be drawn: texts that mean mischief,
 * numbers that are none, a gnuplot that is missing, fails, or hangs. How they look, page.sh tells.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "plot.h"
#include "plot_axis.h"
#include "plot_gnuplot.h"
#include "plot_inline.h"
#include "unit.h"

static char error[200];

/* The SVG, which is the caller's to free; NULL if it failed. */
static char *draw(const struct plot *plot)
{
	char *svg = NULL;
	size_t len;
	FILE *out = open_memstream(&svg, &len);
	int ret;

	*error = '\0';
	ret = plot_svg(out, plot, error, sizeof(error));
	fclose(out);
	if (!ret && *svg)
		return svg;
	free(svg);
	return NULL;
}

static const struct plot_point some[] = {
	{ 64, 5000, 4000, 8000 }, { 256, 5200, 4100, 9000 }, { 4096, 7000, NAN, NAN },
};

static const struct plot two_lines = {
	.id = "p", .title = "t", .about = "a", .x_title = "x", .y_title = "y",
	.x_axis = PLOT_SIZE, .y_axis = PLOT_DURATION, .log_x = true, .log_y = true,
};

static char *draw_points(const struct plot_point *points, size_t n, const char *name, bool log)
{
	struct plot_series series = { name, points, n, false };
	struct plot plot = two_lines;

	plot.series = &series;
	plot.nseries = 1;
	plot.log_x = plot.log_y = log;
	return draw(&plot);
}

/* Whether each tag is closed, in order, and attributes are quoted. */
static bool is_well_formed(const char *svg)
{
	const char *open[32];
	size_t depth = 0;

	while ((svg = strchr(svg, '<')) != NULL) {
		const char *end = svg + strcspn(svg, ">");
		size_t len = strcspn(svg + 1, " >/\n");
		bool closes = svg[1] == '/';

		if (!*end || memchr(svg + 1, '<', (size_t)(end - svg - 1)))
			return false;
		if (closes) {
			len = strcspn(svg + 2, ">");
			if (!depth || strncmp(open[--depth], svg + 2, len))
				return false;
		} else if (end[-1] != '/') {
			if (depth == 32)
				return false;
			open[depth++] = svg + 1;
		}
		svg = end;
	}
	return !depth;
}

static bool has(const char *svg, const char *text)
{
	return svg && strstr(svg, text);
}

static size_t count(const char *svg, const char *text)
{
	size_t n = 0;

	for (; svg && (svg = strstr(svg, text)) != NULL; svg++)
		n++;
	return n;
}

static void test_page_fit(void)
{
	char *svg = draw_points(some, 3, "pipe", true);

	check(svg && is_well_formed(svg), "a plot is well-formed %s", error);
	check(count(svg, "<svg id=\"p\" ") == 1 && count(svg, "<svg id=\"p-narrow\" ") == 1 &&
	      count(svg, "id=") == 2, "it is drawn for both widths, with no other ids");
	check(count(svg, "viewBox=\"0 0 ") == 2 && !has(svg, "<svg width") && !has(svg, "<?xml"),
	      "it is as large as the page lets it be");
	check(!has(svg, "http") && !has(svg, "href") && !has(svg, "url(") && !has(svg, "<script") &&
	      !has(svg, "font-family") && !has(svg, "rgb("),
	      "it refers to nothing, and has no fonts and no colours of its own");
	check(has(svg, "role=\"img\"") && has(svg, "<title>t</title>") &&
	      has(svg, "<desc>a</desc>"), "it can be read aloud");
	check(has(svg, "<text>64</text>") && has(svg, "<text>4K</text>") &&
	      has(svg, "<text>5 µs</text>") && has(svg, "<text>pipe</text>"),
	      "ticks and names are written as people do");
	check(count(svg, "fill-opacity") == 2, "there is a band");
	free(svg);
}

static void test_hostile_text(void)
{
	static const char *const texts[][2] = {
		{ "<script>x()</script>", "&lt;script&gt;x()&lt;/script&gt;" },
		{ "\"it's\" & more", "&quot;it&#39;s&quot; &amp; more" },
		{ "a_b^{2}@c&amp;\\n%d", "a_b^{2}@c&amp;amp;\\n%d" },
		{ "new\nline\rand\ttab\033[0m", "new line and tab [0m" },
		{ "`id` $(id) $d0 ipt1", "`id` $(id) $d0 ipt1" },
		{ "' ; system 'id' #", "&#39; ; system &#39;id&#39; #" },
		{ "\xff\xc0\xaf\xed\xa0\x80 \xc2", "?????? ?" },
		{ "1\xe2\x80\xaez", "1 z" },
		{ "ipcx → größer 日本", "ipcx → größer 日本" },
		{ "0123456789012345678901234567890", "01234567890123456…" },
		{ "%.999999999d%n%s", "%.999999999d%n%s" },
		{ "", "" },
	};
	char shown[100];

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		char *svg = draw_points(some, 3, texts[i][0], true);

		snprintf(shown, sizeof(shown), "<text>%s</text>", texts[i][1]);
		check(svg && has(svg, shown) && is_well_formed(svg), "a name of mischief: %s %s",
		      texts[i][1], error);
		free(svg);
	}
}

static void test_hostile_titles(void)
{
	struct plot_series series = { NULL, some, 3, false };
	struct plot plot = two_lines;
	char *svg;

	plot.title = plot.about = plot.x_title = plot.y_title = "</svg><i>&'\"\n";
	plot.series = &series;
	plot.nseries = 1;
	svg = draw(&plot);
	check(svg && is_well_formed(svg) &&
	      count(svg, "&lt;/svg&gt;&lt;i&gt;&amp;&#39;&quot; <") == 8,
	      "titles of mischief, and a name that is not there");
	free(svg);
	plot.title = plot.about = plot.x_title = plot.y_title = NULL;
	svg = draw(&plot);
	check(svg && is_well_formed(svg), "no titles at all");
	free(svg);
}

static void test_odd_numbers(void)
{
	static const struct plot_point none[] = {
		{ NAN, 1, NAN, NAN }, { 1, NAN, NAN, NAN }, { INFINITY, 1, 1, 1 },
		{ 1, -INFINITY, 1, 1 },
	};
	static const struct plot_point zero[] = { { 0, 0, 0, 0 }, { -1, -5, -9, 0 } };
	static const struct plot_point odd[] = {
		{ 1, 10, 0, 30 }, { 2, 20, NAN, 50 }, { 4, NAN, 1, 2 }, { 8, 10, 1, INFINITY },
		{ 0, 10, 1, 2 }, { 16, 10, 30, 5 }, { 32, 40, 0, 40 }, { 64, 40, 10, 50 },
	};
	static const struct plot_point far[] = {
		{ 1 / 1e90, 1e90, NAN, NAN }, { 1, 1 / 1e90, 0, 1e99 }, { 1e300, 1, 1, 1 },
		{ 1, 1 / 1e300, 0, 1 },
	};
	char *svg;

	check(!draw_points(none, 4, "n", true) && has(error, "nothing to draw") &&
	      !draw_points(none, 4, "n", false) && has(error, "nothing to draw"),
	      "NAN and infinity are not drawn");
	check(!draw_points(zero, 2, "n", true) && has(error, "nothing to draw"),
	      "nor are zero and less, on a logarithmic axis");
	svg = draw_points(zero, 2, "n", false);
	check(svg, "but on another they are %s", error);
	free(svg);
	svg = draw_points(odd, ARRAY_SIZE(odd), "n", true);
	check(svg && is_well_formed(svg) && !strstr(svg, "nan") && !strstr(svg, "inf"),
	      "what cannot be drawn among others is left out %s", error);
	free(svg);
	svg = draw_points(far, 4, "n", true);
	check(svg, "numbers of any size %s", error);
	free(svg);
	for (int log = 0; log < 2; log++) {
		svg = draw_points(some, 1, "n", log);
		check(svg && has(svg, "<path d="), "one point %s", error);
		free(svg);
	}
	check(!draw_points(NULL, 0, "n", true) && has(error, "nothing to draw"), "no point");
}

static void test_series(void)
{
	struct plot_point floor = { NAN, 100, NAN, NAN };
	struct plot_series series[] = {
		{ "pipe", some, 3, false }, { "empty", NULL, 0, false },
		{ "floor", &floor, 1, true },
	};
	struct plot plot = two_lines;
	char *svg;

	plot.series = series;
	plot.nseries = 3;
	svg = draw(&plot);
	check(has(svg, "<text>pipe</text>") && !has(svg, "empty"), "an empty series is left out");
	check(count(svg, "<text>floor</text>") == 2, "a floor has its name");
	free(svg);
	plot.nseries = 0;
	check(!draw(&plot) && has(error, "nothing to draw"), "no series");
	for (plot.kind = PLOT_SCATTER; plot.kind <= PLOT_BARS; plot.kind++) {
		plot.nseries = 0;
		check(!draw(&plot) && has(error, "nothing to draw"), "no series of another kind");
		plot.nseries = 3;
		svg = draw(&plot);
		check(svg && is_well_formed(svg) && has(svg, "<text>pipe</text>"),
		      "nor does an empty one disturb plots of another kind %s", error);
		free(svg);
	}
}

static void test_stacked(void)
{
	static const char *const names[] = { "a", "b<", NULL };
	static const struct plot_point one[] = { { 0, 1000, NAN, NAN }, { 0, 2000, NAN, NAN } };
	static const struct plot_point other[] = { { 0, 500, NAN, NAN }, { 0, -5, NAN, NAN } };
	struct plot_series series[] = { { "one", one, 2, false }, { "other", other, 2, false } };
	struct plot plot = {
		.id = "s", .kind = PLOT_BARS, .series = series, .nseries = 2, .names = names,
		.nnames = 2,
	};
	char *svg = draw(&plot);

	check(has(svg, "<text>1.5k</text>") && has(svg, "<text>2k</text>") &&
	      has(svg, "<text>b&lt;</text>") && has(svg, "<text>other</text>"),
	      "bars are as long as their parts together %s", error);
	check(count(svg, "<polygon") == 6, "each part is drawn, for both widths");
	free(svg);
	plot.nnames = 0;
	check(!draw(&plot) && has(error, "nothing to draw"), "no bars");
}

static void ticks_are(enum plot_axis axis, bool log, double min, double max, size_t room,
		      const char *expected)
{
	struct plot_scale scale = { .axis = axis, .log = log, .zero = true, .empty = true };
	char ticks[400] = "";

	plot_scale_see(&scale, min);
	plot_scale_see(&scale, max);
	plot_scale_make(&scale, room);
	for (size_t i = 0; i < scale.n; i++) {
		strcat(ticks, i ? ", " : "");
		strcat(ticks, scale.ticks[i].text);
	}
	check(!strcmp(ticks, expected), "ticks %s, expected %s", ticks, expected);
}

static void test_ticks(void)
{
	ticks_are(PLOT_SIZE, true, 1, 4 << 20, 12,
		  "1, 4, 16, 64, 256, 1K, 4K, 16K, 64K, 256K, 1M, 4M");
	ticks_are(PLOT_SIZE, true, 1, 4 << 20, 6, "1, 16, 256, 4K, 64K, 1M");
	ticks_are(PLOT_SIZE, true, 64, 64, 6, "32, 64, 128");
	ticks_are(PLOT_SIZE, false, 0, 5000, 6, "0, 1K, 2K, 3K, 4K, 5K");
	ticks_are(PLOT_DURATION, true, 800, 70000, 8,
		  "1 µs, 2 µs, 5 µs, 10 µs, 20 µs, 50 µs");
	ticks_are(PLOT_DURATION, true, 800, 7e9, 8,
		  "1 µs, 10 µs, 100 µs, 1 ms, 10 ms, 100 ms, 1 s");
	ticks_are(PLOT_DURATION, true, 5100, 5200, 8, "2 µs, 5 µs, 10 µs");
	ticks_are(PLOT_DURATION, false, 0, 2400, 5, "0, 500 ns, 1 µs, 1.5 µs, 2 µs");
	ticks_are(PLOT_NUMBER, false, 0, 30000, 4, "0, 10k, 20k, 30k");
	ticks_are(PLOT_NUMBER, false, -2, 2, 4, "-2, -1, 0, 1, 2");
	ticks_are(PLOT_PERCENTILE, true, 1, 1e4, 16,
		  "0 %, 90 %, 99 %, 99.9 %, 99.99 %, 50 %");
	ticks_are(PLOT_PERCENTILE, true, 1, 1e5, 6,
		  "0 %, 90 %, 99 %, 99.9 %, 99.99 %, 99.999 %");
}

static void test_inline(void)
{
	static const char *const bad[] = {
		"", "oops", "<svg></svg><x/>", "<svg><a href='x'/></svg>", "<svg><g></svg>",
		"<svg></g></svg>", "<svg><path d='M0,0&quot;'/></svg>", "<svg><path d='M0",
		"<svg><text>",
		"<svg><text>hello</text></svg>", "<svg><text>ipt1</text></svg>", "<svg", "<svg><g",
		"<svg><path stroke='red'/></svg>", "<svg><path stroke='rgb(0,0,99)'/></svg>",
		"<svg><use xlink:href='#x'/></svg>", "<svg><title>", "<svg><path d=M/></svg>",
		"<svg><script>x()</script></svg>", "<svg><text>ipt-1</text></svg>", "<?xml", "<",
		"<svg><text>ipt99999999999999999999</text></svg>",
	};
	char zero[] = "zero", *list[] = { zero };
	struct plot_texts texts = { list, 1 };
	char *svg = NULL;
	size_t len, refused = 0;
	FILE *out;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		out = open_memstream(&svg, &len);
		if (plot_inline(out, bad[i], &texts))
			refused++;
		else
			printf("# passed: %s\n", bad[i]);
		fclose(out);
		free(svg);
	}
	check(refused == ARRAY_SIZE(bad), "what gnuplot does not make is refused: %zu", refused);
	out = open_memstream(&svg, &len);
	check(!plot_inline(out, "<?xml version='1.0'?>\n<svg><g fill='none'><text>ipt0</text></g>"
			   "<g></g></svg>\n", &texts), "what it makes is not");
	fclose(out);
	check(!strcmp(svg, "<g fill=\"none\"><text>zero</text></g>\n"),
	      "and empty groups are dropped");
	free(svg);
}

/* A gnuplot that does as @script does, for the one function that is called with it on PATH. */
static void fake(const char *dir, const char *script, int patience, const char *expected)
{
	char path[200], *printed;
	struct timespec start, end;
	FILE *file;
	int ret;

	snprintf(path, sizeof(path), "%s/gnuplot", dir);
	file = fopen(path, "we");
	if (file) {
		fprintf(file, "#!/bin/sh\n%s\n", script);
		fclose(file);
	}
	chmod(path, 0755);
	clock_gettime(CLOCK_MONOTONIC, &start);
	ret = gnuplot_run("plot x", 6, patience, &printed, error, sizeof(error));
	clock_gettime(CLOCK_MONOTONIC, &end);
	check(ret && !printed && has(error, expected) && end.tv_sec - start.tv_sec < 20,
	      "a gnuplot that does \"%s\": %s", script, error);
	unlink(path);
}

static void test_gnuplot(void)
{
	char dir[] = "/tmp/ipcx-unit.XXXXXX", *path = strdup(getenv("PATH") ?: "/usr/bin:/bin");
	char left[200], *svg;

	if (!path || !mkdtemp(dir)) {
		check(false, "there is no directory for a test");
		return;
	}
	setenv("PATH", dir, 1);
	svg = draw_points(some, 3, "pipe", true);
	check(!svg && !strcmp(error, "gnuplot is not installed"), "no gnuplot: %s", error);
	fake(dir, "echo '\"-\" line 3: what?' >&2; exit 1", 20000, "gnuplot failed: line 3: what?");
	fake(dir, "echo '<svg></svg>'; echo hm >&2", 20000, "gnuplot failed: hm");
	fake(dir, "exit 3", 20000, "gnuplot failed");
	fake(dir, "exit 0", 20000, "gnuplot drew nothing");
	fake(dir, "kill -9 $$", 20000, "gnuplot was killed");
	fake(dir, "exec /bin/sleep 100", 200, "gnuplot hung, and was killed after 0.2 s");
	fake(dir, "(/bin/sleep 1; : > $0.lives) & wait", 200, "gnuplot hung");
	usleep(1500000);
	snprintf(left, sizeof(left), "%s/gnuplot.lives", dir);
	check(access(left, F_OK), "and what it started is killed, too");
	unlink(left);
	fake(dir, "trap '' TERM; echo '<svg>'; while :; do :; done", 200, "gnuplot hung");
	setenv("PATH", path, 1);
	free(path);
	rmdir(dir);
}

void unit_plot(void)
{
	char *svg = draw_points(some, 3, "pipe", true);

	test_ticks();
	test_inline();
	test_gnuplot();
	if (!svg && !strcmp(error, "gnuplot is not installed")) {
		check(true, "plots # SKIP %s", error);
		return;
	}
	free(svg);
	test_page_fit();
	test_hostile_text();
	test_hostile_titles();
	test_odd_numbers();
	test_series();
	test_stacked();
}
