// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx stat: all that there is to see of a mailbox or region.
 */
#include <stdio.h>

#include "cmd.h"
#include "control.h"
#include "knob_text.h"
#include "sight.h"
#include "stats_print.h"

static const char help[] =
"Usage: ipcx stat [OPTION]... NAME\n"
"       ipcx stat [OPTION]... --id N\n"
"\n"
"Tell about the mailbox or region NAME. Unlike 'ipcx limits', this opens nothing, and so needs no\n"
"right: but without the right to receive or to send, what is in it is not told, nor what has\n"
"happened to it since it was made: how many messages were sent and received, how they went, how\n"
"its users waited, and how long messages were queued. Of a region: how often it was mapped, and\n"
"what became of notices.\n"
"\n"
"  -i, --id N                that which 'ipcx ls --json' shows with this id\n"
"  -j, --json                tell it as one line of JSON\n"
"  -h, --help                this help\n";

static void print_knobs(const struct ipcx_knob *knob)
{
	const char *name, *comma = "";
	char value[32];

	printf("knobs      %s", knob->set ? "" : "none turned");
	for (unsigned int i = 0; (name = knob_nth(knob, i, value, sizeof(value))); i++) {
		if (!knob_is_set(knob, i))
			continue;
		printf("%s%s %s", comma, name, value);
		comma = ", ";
	}
	putchar('\n');
}

static void print_state(const struct ipcx_stat *stat)
{
	printf("endpoints  %u\n", stat->endpoints);
	if (stat->kind == IPCX_KIND_REGION) {
		printf("size       %llu\n", stat->size);
		printf("asleep     %u who wait for news\n", stat->receivers);
		return;
	}
	printf("messages   %u of %u\n", stat->msgs, stat->max_msgs);
	printf("bytes      %llu of %llu\n", stat->bytes, stat->max_bytes);
	printf("longest    %u bytes\n", stat->max_msg_size);
	printf("share      %u %% for a user\n", stat->share);
	printf("asleep     %u receivers, %u senders\n", stat->receivers, stat->senders);
}

static void print(const struct sight *sight)
{
	const struct ipcx_stat *stat = &sight->stat;
	char owner[OWNER_NAME_MAX], name[SIGHT_NAME_MAX];
	const char *flag;

	owner_name(owner, stat->uid);
	sight_name(name, stat);
	printf("%-10s %s\n", kind_name(stat->kind), name);
	printf("id         %llu\n", stat->id);
	printf("owner      %s, group %u, mode %04o\n", owner, stat->gid, stat->mode);
	printf("flags      %s", stat->flags ? "" : "none");
	for (unsigned int i = 0; (flag = sight_flag(stat->flags, i)); i++)
		printf("%s%s", i ? ", " : "", flag);
	putchar('\n');
	if (!sight->whole) {
		printf("           and what you may not see\n");
		return;
	}
	print_state(stat);
	if (stat->kind == IPCX_KIND_MAILBOX)
		print_knobs(&sight->knob);
	stats_print(stat->kind, &sight->stats);
}

static int run(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "id", required_argument, NULL, 'i' },
		{ "json", no_argument, NULL, 'j' },
		HELP_OPTION,
		{ 0 },
	};
	struct object_key key = { .id = 0 };
	struct control control;
	struct sight sight;
	bool json = false;
	int c;

	while ((c = next_option(argc, argv, ":i:jh", longs)) != -1) {
		switch (c) {
		case 'i':
			key.id = parse_number("--id", optarg, 1, UINT64_MAX);
			break;
		case 'j':
			json = true;
			break;
		}
	}
	want_operands(argc, argv, key.id ? 0 : 1, 1, "one NAME");
	key.name = argv[optind];
	if (key.name)
		check_name(key.name);
	control_open(&control);
	control_get(&control, &key, &sight);
	if (json)
		output_json(sight_json(&sight, true));
	else
		print(&sight);
	control_close(&control);
	return STATUS_OK;
}

const struct command cmd_stat = {
	.name = "stat",
	.run = run,
	.summary = "tell all about a mailbox or region",
	.help = help,
};
