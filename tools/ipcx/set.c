// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx set: change a mailbox that is in use.
 */
#include <string.h>

#include "cmd.h"
#include "control.h"

static const char help[] =
"Usage: ipcx set [OPTION]... NAME LIMIT=VALUE...\n"
"       ipcx set --id N LIMIT=VALUE...\n"
"\n"
"Change limits of the mailbox NAME, which its owner and root can do at any time, without opening\n"
"it:\n"
"\n"
"  max-msgs=N                most messages queued at a time\n"
"  max-msg-size=SIZE         longest message\n"
"  max-bytes=SIZE            most payload bytes queued at a time\n"
"  share=PERCENT             most of that room that messages of one user may take\n"
"\n"
"What is queued stays, and senders that wait are let in as far as there is room then.\n"
"\n"
"  -i, --id N                that which 'ipcx ls --json' shows with this id\n"
"  -h, --help                this help\n";

static void parse_assignment(struct ipcx_limit *limit, const char *text)
{
	size_t len = strcspn(text, "=");
	char name[32];

	if (!text[len])
		usage("'%s' is not LIMIT=VALUE", text);
	if (len >= sizeof(name))
		len = sizeof(name) - 1;
	memcpy(name, text, len);
	name[len] = 0;
	if (!parse_limit(limit, name, strchr(text, '=') + 1))
		usage("there is no limit '%s'", name);
}

static int run(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "id", required_argument, NULL, 'i' },
		HELP_OPTION,
		{ 0 },
	};
	struct object_key key = { .id = 0 };
	struct ipcx_limit limit = { .pad = 0 };
	struct control control;
	int c;

	while ((c = next_option(argc, argv, ":i:h", longs)) != -1) {
		if (c == 'i')
			key.id = parse_number("--id", optarg, 1, UINT64_MAX);
	}
	want_operands(argc, argv, key.id ? 1 : 2, argc, "a NAME and LIMIT=VALUE");
	if (!key.id) {
		key.name = argv[optind++];
		check_name(key.name);
	}
	for (; optind < argc; optind++)
		parse_assignment(&limit, argv[optind]);
	control_open(&control);
	control_set(&control, &key, &limit);
	control_close(&control);
	return STATUS_OK;
}

const struct command cmd_set = {
	.name = "set",
	.run = run,
	.summary = "change limits of a mailbox",
	.help = help,
};
