// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx top: what mailboxes and regions do now, those that do most first.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cmd.h"
#include "top.h"

static const char help[] =
"Usage: ipcx top [OPTION]... [PATTERN]...\n"
"\n"
"Show what the mailboxes and regions of this network namespace do, those that do most first: all,\n"
"or those whose name matches a PATTERN, as the shell's: 'web-*'.\n"
"\n"
"  -d, --delay DURATION      an interval's length; one second by default\n"
"  -s, --sort ORDER          sent (the default), received, bytes, depth, p50, p99, asleep, full,\n"
"                            refused, faults or name; or its letter\n"
"  -r, --reverse             the other way round\n"
"  -k, --kind KIND           only mailboxes (mailbox) or only regions (region)\n"
"  -o, --owner USER          only those of USER, a name or a number\n"
"  -n, --count N             end after N intervals\n"
"  -b, --batch               print each interval, from the first on, for programs and files\n"
"  -l, --lines N             with --batch: at most N of them; 20 by default\n"
"  -j, --json                with --batch: each interval as one line of JSON, counts instead of\n"
"                            rates\n"
"  -h, --help                this help\n"
"\n"
"A letter sorts, as the last lines say, i turns the order round, q ends.\n"
"\n"
"SENT and RECVD are messages a second, each with its BYTES; what was handed over and what was\n"
"queued. DEPTH is what is queued of what may be, and of a region its size. Of the messages that\n"
"were queued before they were received, half were for less than P50, and 99 of 100 for less than\n"
"P99. RCV and SND are receivers and senders that sleep. FULL, REF and FLT are, a second, messages\n"
"that found no room at once, that were refused, and that could not be copied. A '-' is what there\n"
"is not, or you may not see.\n";

static void print(const struct top_table *table, const struct top_pick *pick)
{
	char text[TOP_TEXT_MAX];

	top_title(text, table, pick);
	printf("%s\n%s\n", text, top_header);
	for (size_t i = 0; i < pick->count; i++) {
		top_line(text, pick->rows[i], table->seconds);
		puts(text);
	}
}

static void sleep_until(uint64_t then)
{
	const struct timespec time = {
		.tv_sec = (time_t)(then / 1000000000),
		.tv_nsec = (long)(then % 1000000000),
	};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL))
		;
}

static void print_intervals(struct top *top, size_t lines, bool json)
{
	struct top_pick pick;
	struct top_table table = { .filter = &top->filter, .picks = &pick, .picks_count = 1 };
	bool first = true;

	top_pick_init(&pick, top->order, top->reverse, lines);
	top_table_take(&table, &top->control);
	while (top->left-- && !ferror(stdout)) {
		sleep_until(ipcx_deadline(top->delay));
		top_table_take(&table, &top->control);
		if (json) {
			output_json(top_json(&table, &pick));
			continue;
		}
		if (!first)
			putchar('\n');
		first = false;
		print(&table, &pick);
		fflush(stdout);
	}
	top_pick_free(&pick);
	free(table.before.pasts);
	free(table.now.pasts);
}

static const struct top_order *parse_order(const char *text)
{
	const struct top_order *order = top_order_find(text);

	if (!order)
		usage("--sort '%s' is no order: sent, received, bytes, depth, p50, p99, asleep, "
		      "full, refused, faults or name", text);
	return order;
}

static uint64_t parse_delay(const char *text)
{
	const uint64_t delay = parse_duration("--delay", text);

	/* A deadline is not to wrap. */
	if (!delay || delay > INT64_MAX)
		usage("--delay '%s' is %s", text, delay ? "too long" : "no time at all");
	return delay;
}

static const struct option longs[] = {
	{ "delay", required_argument, NULL, 'd' },
	{ "sort", required_argument, NULL, 's' },
	{ "reverse", no_argument, NULL, 'r' },
	{ "kind", required_argument, NULL, 'k' },
	{ "owner", required_argument, NULL, 'o' },
	{ "count", required_argument, NULL, 'n' },
	{ "batch", no_argument, NULL, 'b' },
	{ "lines", required_argument, NULL, 'l' },
	{ "json", no_argument, NULL, 'j' },
	HELP_OPTION,
	{ 0 },
};

static int run(int argc, char **argv)
{
	struct top top = { .order = top_orders, .delay = 1000000000, .left = UINT64_MAX };
	bool batch = false, json = false;
	size_t lines = 0;
	int c;

	while ((c = next_option(argc, argv, ":d:s:rk:o:n:bl:jh", longs)) != -1) {
		switch (c) {
		case 'd':
			top.delay = parse_delay(optarg);
			break;
		case 's':
			top.order = parse_order(optarg);
			break;
		case 'r':
			top.reverse = true;
			break;
		case 'k':
			filter_kind(&top.filter, optarg);
			break;
		case 'o':
			filter_owner(&top.filter, optarg);
			break;
		case 'n':
			top.left = parse_number("--count", optarg, 1, UINT64_MAX);
			break;
		case 'b':
			batch = true;
			break;
		case 'l':
			lines = parse_number("--lines", optarg, 1, 1000000);
			break;
		case 'j':
			json = true;
			break;
		}
	}
	if (!batch && (json || lines))
		usage("%s is for --batch", json ? "--json" : "--lines");
	if (!batch && (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)))
		usage("standard input and output are not both a terminal: --batch prints");
	top.filter.patterns = argv + optind;
	control_open(&top.control);
	if (batch)
		print_intervals(&top, lines ?: 20, json);
	else
		top_screen(&top);
	control_close(&top.control);
	return STATUS_OK;
}

const struct command cmd_top = {
	.name = "top",
	.run = run,
	.summary = "show what mailboxes do, those that do most first",
	.help = help,
};
