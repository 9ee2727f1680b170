// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx create: make a mailbox that stays until it is removed.
 */
#include "cmd.h"

static const char help[] =
"Usage: ipcx create [OPTION]... NAME\n"
"\n"
"Make a mailbox. It stays until 'ipcx rm NAME', with its messages, whoever comes and goes.\n"
"\n"
"  -n, --max-msgs N          most messages queued at a time\n"
"  -s, --max-msg-size SIZE   longest message\n"
"  -b, --max-bytes SIZE      most payload bytes queued at a time\n"
"  -S, --share PERCENT       most of that room that messages of one user may take (default 100)\n"
"  -m, --mode MODE           octal permission bits, less the umask (default 0600): read is to\n"
"                            receive, write is to send\n"
"  -H, --hang-up             as a pipe, tell receivers when the last sender has left, and senders\n"
"                            when the last receiver has\n"
"  -h, --help                this help\n"
"\n"
"A NAME has 1 to 63 bytes, no '/' and no control characters, and is known in this network\n"
"namespace. A SIZE is in bytes, or 64K, 1M and so on, of 1024. 'ipcx doctor' tells the defaults\n"
"and the most that the module allows; 'ipcx limits' changes limits later.\n";

static int run(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "max-msgs", required_argument, NULL, 'n' },
		{ "max-msg-size", required_argument, NULL, 's' },
		{ "max-bytes", required_argument, NULL, 'b' },
		{ "share", required_argument, NULL, 'S' },
		{ "mode", required_argument, NULL, 'm' },
		{ "hang-up", no_argument, NULL, 'H' },
		HELP_OPTION,
		{ 0 },
	};
	struct ipcx_bind bind = { .kind = IPCX_KIND_MAILBOX };
	int c;

	while ((c = next_option(argc, argv, ":n:s:b:S:m:Hh", longs)) != -1) {
		switch (c) {
		case 'n':
			bind.max_msgs = (__u32)parse_number("--max-msgs", optarg, 1, UINT32_MAX);
			break;
		case 's':
			bind.max_msg_size = (__u32)parse_size("--max-msg-size", optarg, 1,
							      UINT32_MAX);
			break;
		case 'b':
			bind.max_bytes = parse_size("--max-bytes", optarg, 1, UINT64_MAX);
			break;
		case 'S':
			bind.share = parse_share(optarg);
			break;
		case 'm':
			bind.mode = parse_mode(optarg);
			break;
		case 'H':
			bind.flags |= IPCX_BIND_HANGUP;
			break;
		}
	}
	want_operands(argc, argv, 1, 1, "one NAME");
	object_create(argv[optind], &bind);
	return STATUS_OK;
}

const struct command cmd_create = {
	.name = "create",
	.run = run,
	.summary = "make a mailbox that stays until it is removed",
	.help = help,
};
