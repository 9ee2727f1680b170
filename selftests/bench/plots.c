// SPDX-License-Identifier: GPL-2.0-only
/* A page with a plot of every kind, for selftests/bench/page.sh; with names that mean mischief. */
#include <math.h>
#include <stdio.h>

#include "html.h"
#include "plot.h"
#include "unit.h"

#define SERIES	8
#define SIZES	12
#define FLOOR	SERIES

static const char *const names[SERIES + 1] = {
	"pipe", "unix-stream", "posix-mq <script>console.error(1)</script>", "a_b^{2}@c&amp;\\n%d",
	"\"it's\"\n`reboot`", "ipcx-region", "posix-shm", "process_vm_readv", "system call",
};

static struct plot_point points[SERIES + 1][SIZES];
static struct plot_series series[SERIES + 1];
static int failures;

static void show(const struct plot *plot)
{
	char error[200];

	printf("<h2>");
	html_text(stdout, plot->title);
	printf("</h2>\n");
	if (plot_svg(stdout, plot, error, sizeof(error))) {
		fprintf(stderr, "%s: %s\n", plot->id, error);
		failures++;
	}
}

/* Some end early, as what has a limit does. */
static void lines(void)
{
	for (size_t s = 0; s < SERIES; s++) {
		series[s] = (struct plot_series){ names[s], points[s], s == 2 ? 5 : SIZES, false };
		for (size_t i = 0; i < SIZES; i++) {
			double size = pow(4, (double)i);
			double least = s == 6 ? 300 : 3000 + 700 * (double)s;
			double time = least + size * (s < 5 ? 0.4 : 0.05);

			points[s][i] = (struct plot_point){
				size, time, s % 3 ? NAN : time * 0.8, time * 1.5
			};
		}
	}
	points[FLOOR][0] = (struct plot_point){ NAN, 180, NAN, NAN };
	series[FLOOR] = (struct plot_series){ names[FLOOR], points[FLOOR], 1, true };
	show(&(struct plot){
		.id = "lines", .title = "Latency by size", .about = "Eight lines & a floor.",
		.x_title = "message, bytes", .y_title = "round trip, median, and 5 to 95 %",
		.x_axis = PLOT_SIZE, .y_axis = PLOT_DURATION, .log_x = true, .log_y = true,
		.series = series, .nseries = SERIES + 1,
	});
	points[0][3].y = NAN;
	points[0][5].y = 0;
	points[1][0].y = INFINITY;
	show(&(struct plot){
		.id = "few", .title = "Three lines, one with gaps, from zero on",
		.x_title = "message, bytes", .y_title = "round trip",
		.x_axis = PLOT_SIZE, .y_axis = PLOT_DURATION, .log_x = true,
		.series = series, .nseries = 3,
	});
}

static void percentiles(void)
{
	static struct plot_point tail[3][60];
	struct plot_series tails[3];

	for (size_t s = 0; s < 3; s++) {
		tails[s] = (struct plot_series){ names[s], tail[s], 60, false };
		for (size_t i = 0; i < 60; i++)
			tail[s][i] = (struct plot_point){
				pow(10, (double)i / 12),
				5000 * (1 + (double)((s + 1) * i * i) / 300), NAN, NAN
			};
	}
	show(&(struct plot){
		.id = "percentiles", .title = "Percentiles", .x_title = "percentile",
		.y_title = "round trip", .x_axis = PLOT_PERCENTILE, .y_axis = PLOT_DURATION,
		.log_y = true, .series = tails, .nseries = 3,
	});
}

/* Two at the same place, and a crowd */
static void scatter(void)
{
	for (size_t s = 0; s < SERIES; s++) {
		series[s].n = 1;
		points[s][0] = (struct plot_point){
			4000 + (s > 5 ? 900 * (double)s : 60 * (double)(s / 2)),
			3000 + (double)(s * 5 % 3) * 200, NAN, NAN
		};
	}
	show(&(struct plot){
		.id = "scatter", .title = "CPU time against latency", .kind = PLOT_SCATTER,
		.x_title = "round trip", .y_title = "CPU time a message", .x_axis = PLOT_DURATION,
		.y_axis = PLOT_DURATION, .series = series, .nseries = SERIES + 1,
	});
	for (size_t s = 0; s < SERIES; s++)
		points[s][0] = (struct plot_point){ pow(10, 2 + (double)s / 3), 1 << s, NAN, NAN };
	points[SERIES - 1][0].x = 77e3;
	show(&(struct plot){
		.id = "edge", .title = "Ticks at the edge", .kind = PLOT_SCATTER,
		.x_title = "round trip", .y_title = "copies", .x_axis = PLOT_DURATION,
		.log_x = true, .log_y = true, .series = series, .nseries = SERIES,
	});
}

static void bars(void)
{
	static const char *const parts[] = { "fill and check", "transport", "wake-up <b>" };
	static struct plot_point lengths[3][SERIES];
	struct plot_series stacked[3];

	show(&(struct plot){
		.id = "bars", .title = "Set-up", .kind = PLOT_BARS, .x_title = "time",
		.y_axis = PLOT_DURATION, .series = series, .nseries = SERIES,
	});
	for (size_t s = 0; s < 3; s++) {
		stacked[s] = (struct plot_series){ parts[s], lengths[s], SERIES, false };
		for (size_t i = 0; i < SERIES; i++)
			lengths[s][i].y = i == 4 ? NAN : (double)(400 * (s + 1) + 150 * i * s);
	}
	show(&(struct plot){
		.id = "stacked", .title = "Instructions a message", .kind = PLOT_BARS,
		.x_title = "instructions", .series = stacked, .nseries = 3, .names = names,
		.nnames = SERIES,
	});
}

int main(void)
{
	html_head(stdout, "Plots");
	puts("<h1>Plots</h1>");
	lines();
	percentiles();
	scatter();
	bars();
	html_foot(stdout);
	return failures ? 1 : 0;
}
