// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx rm: remove mailboxes and regions.
 */
#include "cmd.h"
#include "control.h"

static const char help[] =
"Usage: ipcx rm NAME...\n"
"       ipcx rm --id N [NAME]\n"
"\n"
"Remove the mailboxes and regions of these names, and whatever is in them. Whoever waits there is\n"
"told so; whoever has one open keeps it until it is closed.\n"
"\n"
"  -i, --id N                that which 'ipcx ls --json' shows with this id: one that has no name,\n"
"                            or NAME only as long as it is the same one\n"
"  -h, --help                this help\n";

static void remove_id(uint64_t id, const char *name)
{
	const struct object_key key = { .name = name, .id = id };
	struct control control;

	if (name)
		check_name(name);
	control_open(&control);
	control_remove(&control, &key);
	control_close(&control);
}

static int run(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "id", required_argument, NULL, 'i' },
		HELP_OPTION,
		{ 0 },
	};
	uint64_t id = 0;
	int c;

	while ((c = next_option(argc, argv, ":i:h", longs)) != -1) {
		if (c == 'i')
			id = parse_number("--id", optarg, 1, UINT64_MAX);
	}
	want_operands(argc, argv, id ? 0 : 1, id ? 1 : argc, "a NAME");
	if (id) {
		remove_id(id, argv[optind]);
		return STATUS_OK;
	}
	for (int i = optind; i < argc; i++) {
		check_name(argv[i]);
		object_remove(argv[i]);
	}
	return STATUS_OK;
}

const struct command cmd_rm = {
	.name = "rm",
	.run = run,
	.summary = "remove mailboxes and regions",
	.help = help,
};
