// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx recv: receive messages and print them.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmd.h"

static const char help[] =
"Usage: ipcx recv [OPTION]... NAME [-- PROGRAM [ARG]...]\n"
"\n"
"Wait for a message in the mailbox NAME, take it out and print it: the highest priority first,\n"
"then the oldest. With PROGRAM, run that on it instead of printing it.\n"
"\n"
"  -t, --type N              only a message of type N\n"
"      --except N            only a message of another type than N\n"
"      --upto N              only one of the lowest type that there is, if that is at most N\n"
"  -p, --peek                print one message and leave it in the mailbox\n"
"  -n, --count N             receive N messages (default 1)\n"
"  -f, --follow              go on until interrupted; with --timeout, until none came for so long;\n"
"                            with 'ipcx create --hang-up', until the last sender has left\n"
"  -T, --timeout DURATION    wait for each message no longer than this: 500ms, 2s, 1m; 0: do not\n"
"                            wait, so that '--follow --timeout 0' prints all there is\n"
"  -r, --raw                 print the payloads and nothing else\n"
"  -j, --json                print each message as one line of JSON: name, len, type, prio, pid,\n"
"                            uid, gid, time (CLOCK_MONOTONIC, ns), encoding (utf-8 or base64),\n"
"                            data, token if the sender waits for a reply, and if descriptors\n"
"                            came: nfds, and in fds what they are\n"
"  -h, --help                this help\n"
"\n"
"A payload is printed as it is. One that does not end its line is followed by a newline if\n"
"standard output is a terminal, or if --count or --follow asks for several; --raw never adds one.\n"
"A sender that waits for a reply is told that there will be none.\n"
"\n"
"PROGRAM gets the payload on its standard input, descriptors that came with it as 3 and up, how many\n"
"in $IPCX_FDS, and the rest as 'ipcx serve' gives it. Its exit status is that of ipcx. Without it,\n"
"descriptors are closed.\n";

struct receiver {
	struct object box;
	struct timeout timeout;
	enum ipcx_select select;
	uint64_t type;
	bool peek;
	char **program;
	struct ipcx_recv recv;
	char *buf;
	bool watch;	/* standard output is a pipe, whose reader may leave */
};

/* Waits for a message or for the end of whoever reads our output: 0, or -1 with errno. */
static int wait_watching(const struct receiver *r, uint64_t deadline)
{
	struct pollfd pfds[] = {
		{ .fd = r->box.fd, .events = POLLIN },
		{ .fd = STDOUT_FILENO },
	};
	int ready = 0;

	while (!ready) {
		struct timespec left;
		uint64_t now = ipcx_deadline(0);

		if (deadline != IPCX_NO_DEADLINE && now >= deadline) {
			errno = ETIMEDOUT;
			return -1;
		}
		left.tv_sec = (time_t)((deadline - now) / 1000000000);
		left.tv_nsec = (long)((deadline - now) % 1000000000);
		ready = ppoll(pfds, 2, deadline == IPCX_NO_DEADLINE ? NULL : &left, NULL);
		if (ready < 0 && errno != EINTR)
			return -1;
		if (ready < 0)
			ready = 0;
	}
	if (pfds[1].revents)
		output_lost();
	return 0;
}

/*
 * Into a pipe, a message is taken only while somebody reads the pipe: 'ipcx recv --follow box |
 * head' ends when head does, and not with the next message, which nobody would see.
 */
static int receive(struct receiver *r)
{
	struct ipcx_recv *recv = &r->recv;
	__u32 flags = r->peek ? IPCX_PEEK : 0;
	__u64 deadline;

	apply_timeout(&r->timeout, &deadline, &flags);
	for (;;) {
		*recv = (struct ipcx_recv) {
			.msg.data = (__u64)(uintptr_t)r->buf,
			.msg.len = r->box.stat.max_msg_size,
			.deadline = deadline,
			.flags = flags,
			.select = r->select,
			.select_type = r->type,
		};
		if (!r->peek)
			fds_expect(&recv->msg);
		/* That there is a message does not tell that there is one of the right type. */
		if (r->watch && r->select == IPCX_SELECT_ANY && !(flags & IPCX_DONTWAIT)) {
			if (wait_watching(r, deadline))
				return -1;
			recv->flags |= IPCX_DONTWAIT;
		}
		if (!ipcx_recvmsg(r->box.fd, recv))
			return 0;
		/* Another receiver may have been quicker. */
		if (errno == EAGAIN && recv->flags != flags)
			continue;
		if (errno != EINTR)
			return -1;
	}
}

/* What kind of message is wanted, in words that follow "message" */
static const char *which(const struct receiver *r)
{
	static const char *const texts[] = {
		[IPCX_SELECT_ANY] = "",
		[IPCX_SELECT_TYPE] = " of type %llu",
		[IPCX_SELECT_EXCEPT] = " of another type than %llu",
		[IPCX_SELECT_UPTO] = " of a type up to %llu",
	};
	static char text[64];

	snprintf(text, sizeof(text), texts[r->select], (unsigned long long)r->type);
	return text;
}

/* Prints the message, or runs the program on it: the exit status */
static int deliver(struct receiver *r, enum format format)
{
	int status = STATUS_OK;

	struct message m = {
		.name = r->box.name,
		.data = r->buf,
		.msg = &r->recv.msg,
		.from = &r->recv.from,
		.token = r->recv.token,
	};

	/* Whoever called learns at once that this is no server. */
	if (m.token)
		object_reopen(&r->box);
	if (r->program)
		status = program_run(r->program, &m, NULL, 0);
	else
		output_message(&m, format);
	if (!r->peek)
		fds_close(m.msg);
	return status;
}

static int receive_all(struct receiver *r, uint64_t count, bool follow, enum format format)
{
	int status = STATUS_OK;

	for (uint64_t i = 0; follow || i < count; i++) {
		if (receive(r)) {
			if (follow && (errno == ETIMEDOUT || errno == EAGAIN || errno == EPIPE))
				break;
			recv_failed(&r->box, which(r), &r->timeout);
		}
		status = deliver(r, format);
	}
	return status;
}

static void take_program(struct receiver *r, char **argv)
{
	/* Without it, options of the program would have been taken for ours. */
	if (strcmp(argv[optind - 1], "--"))
		usage("'--' goes before PROGRAM: ipcx recv %s -- %s", argv[optind],
		      argv[optind + 1]);
	r->program = argv + optind + 1;
	if (!program_exists(r->program[0]))
		fail(STATUS_FAILED, "there is no program %s", r->program[0]);
	/* What it prints, and whether anybody reads that, is its own affair. */
	r->watch = false;
}

static void select_type(struct receiver *r, enum ipcx_select how, const char *option,
			const char *arg)
{
	if (r->select != IPCX_SELECT_ANY)
		usage("one of --type, --except and --upto, and once");
	r->select = how;
	r->type = parse_number(option, arg, 0, UINT64_MAX);
}

enum { OPT_EXCEPT = 0x100, OPT_UPTO };

static int run(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "type", required_argument, NULL, 't' },
		{ "except", required_argument, NULL, OPT_EXCEPT },
		{ "upto", required_argument, NULL, OPT_UPTO },
		{ "peek", no_argument, NULL, 'p' },
		{ "count", required_argument, NULL, 'n' },
		{ "follow", no_argument, NULL, 'f' },
		{ "timeout", required_argument, NULL, 'T' },
		{ "raw", no_argument, NULL, 'r' },
		{ "json", no_argument, NULL, 'j' },
		HELP_OPTION,
		{ 0 },
	};
	bool follow = false, raw = false, json = false;
	struct receiver r = { .watch = output_is_pipe() };
	enum format format = FORMAT_TTY;
	uint64_t count = 0;
	int c;

	while ((c = next_option(argc, argv, ":t:pn:fT:rjh", longs)) != -1) {
		switch (c) {
		case 't':
			select_type(&r, IPCX_SELECT_TYPE, "--type", optarg);
			break;
		case OPT_EXCEPT:
			select_type(&r, IPCX_SELECT_EXCEPT, "--except", optarg);
			break;
		case OPT_UPTO:
			select_type(&r, IPCX_SELECT_UPTO, "--upto", optarg);
			break;
		case 'p':
			r.peek = true;
			break;
		case 'n':
			count = parse_number("--count", optarg, 1, UINT64_MAX);
			break;
		case 'f':
			follow = true;
			break;
		case 'T':
			parse_timeout(&r.timeout, optarg);
			break;
		case 'r':
			raw = true;
			break;
		case 'j':
			json = true;
			break;
		}
	}
	want_operands(argc, argv, 1, argc, "a NAME");
	if (argc - optind > 1)
		take_program(&r, argv);
	if (raw && json)
		usage("--raw or --json, not both");
	if (r.peek && (follow || count))
		usage("--peek prints one message, so without --follow and --count");
	if (follow && count)
		usage("--follow or --count, not both");
	if (follow || count > 1)
		format = FORMAT_LINES;
	if (raw)
		format = FORMAT_RAW;
	if (json)
		format = FORMAT_JSON;

	if (!r.program)
		output_check();
	object_open(&r.box, argv[optind], IPCX_KIND_MAILBOX, O_RDONLY);
	r.buf = malloc((size_t)r.box.stat.max_msg_size + 1);
	if (!r.buf)
		fail(STATUS_FAILED, "no memory for %u bytes", r.box.stat.max_msg_size);
	c = receive_all(&r, count ? count : 1, follow, format);
	free(r.buf);
	return c;
}

const struct command cmd_recv = {
	.name = "recv",
	.run = run,
	.summary = "receive messages and print them",
	.help = help,
};
