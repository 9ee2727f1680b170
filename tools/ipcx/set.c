// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx set: change a mailbox that is in use.
 */
#include <string.h>

#include "cmd.h"
#include "control.h"
#include "knob_text.h"

static const char help[] =
"Usage: ipcx set [OPTION]... NAME SETTING=VALUE...\n"
"       ipcx set --id N SETTING=VALUE...\n"
"\n"
"Change limits of the mailbox NAME, or turn its knobs, which its owner and root can do at any\n"
"time, without opening it. Limits:\n"
"\n"
"  max-msgs=N                most messages queued at a time\n"
"  max-msg-size=SIZE         longest message\n"
"  max-bytes=SIZE            most payload bytes queued at a time\n"
"  share=PERCENT             most of that room that messages of one user may take\n"
"\n"
"What is queued stays, and senders that wait are let in as far as there is room then. Knobs, for\n"
"experiments; they stay until they are turned back:\n"
"\n"
"  wait=TIME                 how long those who wait stay awake before they sleep, at most 1s;\n"
"                            0: they sleep at once; 'adaptive': as long as it pays, the default\n"
"  copy=HOW                  how messages are copied to a receiver that waits: 'heap', 'inline',\n"
"                            'lend' or 'default'\n"
"  wake=HOW                  whom messages wake, and how: 'sync', 'last' or 'default'\n"
"  drop=N                    lose N of 1000 messages, by chance; root only\n"
"  delay=TIME                sending takes that much longer, at most 1s; root only\n"
"\n"
"All that are given are changed, or none is. 'ipcx stat' shows them.\n"
"\n"
"  -i, --id N                that which 'ipcx ls --json' shows with this id\n"
"  -h, --help                this help\n";

static void parse_assignment(struct ipcx_limit *limit, struct ipcx_knob *knob, const char *text)
{
	size_t len = strcspn(text, "=");
	char name[32];

	if (!text[len])
		usage("'%s' is not SETTING=VALUE", text);
	if (len >= sizeof(name))
		len = sizeof(name) - 1;
	memcpy(name, text, len);
	name[len] = 0;
	text += strcspn(text, "=") + 1;
	if (!parse_limit(limit, name, text) && !knob_parse(knob, name, text))
		usage("there is no limit or knob '%s'", name);
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
	struct ipcx_knob knob = { .set = 0 };
	struct control control;
	int c;

	while ((c = next_option(argc, argv, ":i:h", longs)) != -1) {
		if (c == 'i')
			key.id = parse_number("--id", optarg, 1, UINT64_MAX);
	}
	want_operands(argc, argv, key.id ? 1 : 2, argc, "a NAME and SETTING=VALUE");
	if (!key.id) {
		key.name = argv[optind++];
		check_name(key.name);
	}
	for (; optind < argc; optind++)
		parse_assignment(&limit, &knob, argv[optind]);
	control_open(&control);
	control_set(&control, &key, &limit, &knob);
	control_close(&control);
	return STATUS_OK;
}

const struct command cmd_set = {
	.name = "set",
	.run = run,
	.summary = "change limits of a mailbox, turn its knobs",
	.help = help,
};
