// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx rm: remove mailboxes and regions.
 */
#include "cmd.h"

static const char help[] =
"Usage: ipcx rm NAME...\n"
"\n"
"Remove the mailboxes and regions of these names, and whatever is in them. Whoever waits there is\n"
"told so; whoever has one open keeps it until it is closed.\n"
"\n"
"  -h, --help                this help\n";

static int run(int argc, char **argv)
{
	static const struct option longs[] = {
		HELP_OPTION,
		{ 0 },
	};

	while (next_option(argc, argv, ":h", longs) != -1)
		;
	want_operands(argc, argv, 1, argc, "a NAME");
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
