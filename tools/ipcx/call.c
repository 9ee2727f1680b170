// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx call: send a request and print its reply.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "cmd.h"

static const char help[] =
"Usage: ipcx call [OPTION]... NAME [MESSAGE]\n"
"\n"
"Send MESSAGE, or else all of standard input, as one request to the mailbox NAME, wait for the\n"
"reply and print it. 'ipcx serve' is a server.\n"
"\n"
"  -f, --file FILE           send the contents of FILE ('-': standard input)\n"
"  -t, --type N              a number to go with the request (default 0)\n"
"  -p, --prio N              priority, 0 (default) to 31: the highest is received first\n"
"  -T, --timeout DURATION    give up after this long: 500ms, 2s, 1m\n"
"  -r, --raw                 print the reply and nothing else\n"
"  -j, --json                print the reply as JSON, as 'ipcx recv --json' does; pid, uid and\n"
"                            gid are the server's\n"
"  -h, --help                this help\n"
"\n"
"The reply is printed as it is, followed on a terminal by a newline if it does not end its line.\n"
"A MESSAGE that starts with '-' goes after '--': ipcx call box -- -1\n";

struct caller {
	struct object box;
	struct timeout timeout;
	struct ipcx_call call;
	struct payload request;
	const char *file;
	char *reply;
	enum format format;
};

static void exchange(struct caller *c)
{
	struct ipcx_call *call = &c->call;
	__u32 room = c->box.stat.max_msg_size;

	c->reply = malloc((size_t)room + 1);
	if (!c->reply)
		fail(STATUS_FAILED, "no memory for %u bytes", room);

	call->request.data = (__u64)(uintptr_t)c->request.data;
	call->request.len = (__u32)c->request.len;
	call->reply.data = (__u64)(uintptr_t)c->reply;
	call->reply.len = room;
	apply_timeout(&c->timeout, &call->deadline, &call->flags);
	/* Not repeated after EINTR: the request was carried out. */
	if (ipcx_callmsg(c->box.fd, call))
		call_failed(&c->box, c->request.len, &c->timeout);
}

static void parse_options(struct caller *caller, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "file", required_argument, NULL, 'f' },
		{ "type", required_argument, NULL, 't' },
		{ "prio", required_argument, NULL, 'p' },
		{ "timeout", required_argument, NULL, 'T' },
		{ "raw", no_argument, NULL, 'r' },
		{ "json", no_argument, NULL, 'j' },
		HELP_OPTION,
		{ 0 },
	};
	bool raw = false, json = false;
	int c;

	while ((c = next_option(argc, argv, ":f:t:p:T:rjh", longs)) != -1) {
		switch (c) {
		case 'f':
			caller->file = optarg;
			break;
		case 't':
			caller->call.request.type = parse_number("--type", optarg, 0, UINT64_MAX);
			break;
		case 'p':
			caller->call.request.prio = (__u32)parse_number("--prio", optarg, 0,
									IPCX_PRIO_COUNT - 1);
			break;
		case 'T':
			parse_timeout(&caller->timeout, optarg);
			break;
		case 'r':
			raw = true;
			break;
		case 'j':
			json = true;
			break;
		}
	}
	if (raw && json)
		usage("--raw or --json, not both");
	if (caller->timeout.text && !caller->timeout.ns)
		usage("--timeout 0 leaves no time for a reply");
	caller->format = json ? FORMAT_JSON : raw ? FORMAT_RAW : FORMAT_TTY;
}

static int run(int argc, char **argv)
{
	struct caller caller = { .file = NULL };
	struct object *box = &caller.box;
	struct message m = {
		.msg = &caller.call.reply,
		.from = &caller.call.from,
	};

	parse_options(&caller, argc, argv);
	want_operands(argc, argv, 1, 2, "a NAME and at most one MESSAGE");

	output_check();
	object_open(box, argv[optind], IPCX_KIND_MAILBOX, O_WRONLY);
	if (!payload_load(&caller.request, argv[optind + 1], caller.file, box->stat.max_msg_size)) {
		errno = EMSGSIZE;
		call_failed(box, caller.request.len, &caller.timeout);
	}
	exchange(&caller);

	m.name = box->name;
	m.data = caller.reply;
	output_message(&m, caller.format);
	free(caller.request.buffer);
	free(caller.reply);
	return STATUS_OK;
}

const struct command cmd_call = {
	.name = "call",
	.run = run,
	.summary = "send a request and print its reply",
	.help = help,
};
