// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx send: send one message, or each line as one.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "cmd.h"

static const char help[] =
"Usage: ipcx send [OPTION]... NAME [MESSAGE]\n"
"\n"
"Send MESSAGE, or else all of standard input, as one message to the mailbox NAME. It is sent as\n"
"it is, byte by byte. While the mailbox is full, wait.\n"
"\n"
"  -f, --file FILE           send the contents of FILE ('-': standard input)\n"
"  -b, --batch N             send each line as a message of its own, without its newline; up to N\n"
"                            of them, 1 to 1024, in one system call, as they come\n"
"  -t, --type N              a number to go with the message (default 0)\n"
"  -p, --prio N              priority, 0 (default) to 31: the highest is received first\n"
"      --fd N|FILE           a descriptor to go with the message: that which ipcx has as N, or FILE\n"
"                            opened for reading; up to 16\n"
"  -T, --timeout DURATION    wait for room no longer than this: 500ms, 2s, 1m; 0: do not wait\n"
"  -h, --help                this help\n"
"\n"
"A MESSAGE that starts with '-' goes after '--': ipcx send box -- -1\n"
"A FILE whose name is a number is ./1; 'ipcx send --fd 3 box 3<>file' sends one to write, too.\n";

static void send_payload(const struct object *box, struct ipcx_send *send,
			 const struct timeout *timeout)
{
	apply_timeout(timeout, &send->deadline, &send->flags);
	while (ipcx_sendmsg(box->fd, send)) {
		if (errno != EINTR)
			send_failed(box, send->msg.len, timeout);
	}
}

enum { OPT_FD = 0x100 };

static int run(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "file", required_argument, NULL, 'f' },
		{ "batch", required_argument, NULL, 'b' },
		{ "type", required_argument, NULL, 't' },
		{ "prio", required_argument, NULL, 'p' },
		{ "fd", required_argument, NULL, OPT_FD },
		{ "timeout", required_argument, NULL, 'T' },
		HELP_OPTION,
		{ 0 },
	};
	struct ipcx_send send = { .flags = 0 };
	struct timeout timeout = { 0 };
	struct payload payload;
	const char *file = NULL;
	unsigned int batch = 0;
	struct object box;
	int c;

	while ((c = next_option(argc, argv, ":f:b:t:p:T:h", longs)) != -1) {
		switch (c) {
		case 'f':
			file = optarg;
			break;
		case 'b':
			batch = (unsigned int)parse_number("--batch", optarg, 1, IPCX_BATCH_MAX);
			break;
		case 't':
			send.msg.type = parse_number("--type", optarg, 0, UINT64_MAX);
			break;
		case 'p':
			send.msg.prio = (__u32)parse_number("--prio", optarg, 0,
							    IPCX_PRIO_COUNT - 1);
			break;
		case OPT_FD:
			fds_add(&send.msg, optarg);
			break;
		case 'T':
			parse_timeout(&timeout, optarg);
			break;
		}
	}
	want_operands(argc, argv, 1, 2, "a NAME and at most one MESSAGE");

	if (batch && argv[optind + 1])
		usage("--batch sends lines of standard input or of a file, and no MESSAGE");

	object_open(&box, argv[optind], IPCX_KIND_MAILBOX, O_WRONLY);
	if (batch) {
		send_lines(&box, file, batch, &send.msg, &timeout);
		return STATUS_OK;
	}
	if (!payload_load(&payload, argv[optind + 1], file, box.stat.max_msg_size)) {
		errno = EMSGSIZE;
		send_failed(&box, payload.len, &timeout);
	}
	send.msg.data = (__u64)(uintptr_t)payload.data;
	send.msg.len = (__u32)payload.len;
	send_payload(&box, &send, &timeout);
	free(payload.buffer);
	return STATUS_OK;
}

const struct command cmd_send = {
	.name = "send",
	.run = run,
	.summary = "send a message",
	.help = help,
};
