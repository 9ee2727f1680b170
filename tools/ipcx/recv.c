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
"      --truncate N          print the first N bytes of a message that is longer, and throw the\n"
"                            rest away\n"
"  -b, --batch N             take up to N messages, 1 to 1024, in one system call: those that are\n"
"                            there\n"
"  -n, --count N             receive N messages (default 1)\n"
"  -f, --follow              go on until interrupted; with --timeout, until none came for so long;\n"
"                            with 'ipcx create --hang-up', until the last sender has left\n"
"  -T, --timeout DURATION    wait for each message no longer than this: 500ms, 2s, 1m; 0: do not\n"
"                            wait, so that '--follow --timeout 0' prints all there is\n"
"  -r, --raw                 print the payloads and nothing else\n"
"  -j, --json                print each message as one line of JSON: name, len, type, prio, pid,\n"
"                            uid, gid, time (CLOCK_MONOTONIC, ns), encoding (utf-8 or base64),\n"
"                            data, token if the sender waits for a reply, truncated if data is not\n"
"                            all of the len bytes, and if descriptors came: nfds, and in fds what\n"
"                            they are\n"
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
	__u32 flags;
	char **program;
	struct ipcx_received *msgs;
	unsigned int batch;	/* how many @msgs there are */
	size_t room;		/* of each */
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

/* Only single messages can be peeked at, or bring descriptors. */
static int receive_one(struct receiver *r, __u64 deadline, __u32 flags)
{
	struct ipcx_recv recv = {
		.msg = { .data = (__u64)(uintptr_t)r->buf, .len = (__u32)r->room },
		.deadline = deadline,
		.flags = flags,
		.select = r->select,
		.select_type = r->type,
	};

	if (!(flags & IPCX_PEEK))
		fds_expect(&recv.msg);
	if (ipcx_recvmsg(r->box.fd, &recv))
		return -1;
	r->msgs[0] = (struct ipcx_received) {
		.msg = recv.msg, .token = recv.token, .from = recv.from,
	};
	return 1;
}

static int receive_batch(struct receiver *r, unsigned int count, __u64 deadline, __u32 flags)
{
	const struct ipcx_recv_batch batch = {
		.msgs = (__u64)(uintptr_t)r->msgs,
		.count = count,
		.deadline = deadline,
		.flags = flags,
		.select = r->select,
		.select_type = r->type,
	};
	int n;

	for (unsigned int i = 0; i < count; i++) {
		const char *at = r->buf + i * (r->room + 1);

		r->msgs[i] = (struct ipcx_received) {
			.msg = { .data = (__u64)(uintptr_t)at, .len = (__u32)r->room },
		};
	}
	n = ipcx_recvmmsg(r->box.fd, &batch);
	if (n < 0 && errno == EMSGSIZE)
		return receive_one(r, deadline, flags);
	return n;
}

/*
 * Into a pipe, a message is taken only while somebody reads the pipe: 'ipcx recv --follow box |
 * head' ends when head does, and not with the next message, which nobody would see.
 */
static int receive(struct receiver *r, unsigned int count)
{
	__u32 flags = r->flags, now;
	__u64 deadline;

	apply_timeout(&r->timeout, &deadline, &flags);
	for (;;) {
		int n;

		now = flags;
		/* That there is a message does not tell that there is one of the right type. */
		if (r->watch && r->select == IPCX_SELECT_ANY && !(flags & IPCX_DONTWAIT)) {
			if (wait_watching(r, deadline))
				return -1;
			now |= IPCX_DONTWAIT;
		}
		n = r->batch == 1 ? receive_one(r, deadline, now) :
				    receive_batch(r, count, deadline, now);
		if (n > 0)
			return n;
		/* Another receiver may have been quicker. */
		if (errno == EAGAIN && now != flags)
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
static int deliver(const struct receiver *r, const struct ipcx_received *received,
		   enum format format)
{
	int status = STATUS_OK;

	struct message m = {
		.name = r->box.name,
		.data = (char *)(uintptr_t)received->msg.data,
		.msg = &received->msg,
		.from = &received->from,
		.token = received->token,
		.room = r->room,
	};

	if (r->program)
		status = program_run(r->program, &m, NULL, 0);
	else
		output_message(&m, format);
	if (!(r->flags & IPCX_PEEK))
		fds_close(m.msg);
	return status;
}

/* Whoever called learns at once that this is no server. */
static void reset_callers(struct receiver *r, int n)
{
	for (int i = 0; i < n; i++)
		if (r->msgs[i].token) {
			object_reopen(&r->box);
			return;
		}
}

static int receive_all(struct receiver *r, uint64_t count, bool follow, enum format format)
{
	int status = STATUS_OK;

	while (follow || count) {
		unsigned int most = follow || count > r->batch ? r->batch : (unsigned int)count;
		int n = receive(r, most);

		if (n < 0) {
			if (follow && (errno == ETIMEDOUT || errno == EAGAIN || errno == EPIPE))
				break;
			recv_failed(&r->box, which(r), &r->timeout);
		}
		reset_callers(r, n);
		for (int i = 0; i < n; i++)
			status = deliver(r, &r->msgs[i], format);
		count -= follow ? 0 : (unsigned int)n;
	}
	return status;
}

static void buffers(struct receiver *r)
{
	if (!(r->flags & IPCX_TRUNCATE) || r->room > r->box.stat.max_msg_size)
		r->room = r->box.stat.max_msg_size;
	/* Each with room for the newline that may be put behind it */
	r->buf = calloc(r->batch, r->room + 1);
	r->msgs = calloc(r->batch, sizeof(*r->msgs));
	if (!r->buf || !r->msgs)
		fail(STATUS_FAILED, "no memory for %u messages of %zu bytes", r->batch, r->room);
}

static void take_program(struct receiver *r, char **argv)
{
	/* Without it, options of the program would have been taken for ours. */
	if (strcmp(argv[optind - 1], "--"))
		usage("'%s' is one too many, or a PROGRAM without '--' before it",
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

enum { OPT_EXCEPT = 0x100, OPT_UPTO, OPT_TRUNCATE };

static int run(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "type", required_argument, NULL, 't' },
		{ "except", required_argument, NULL, OPT_EXCEPT },
		{ "upto", required_argument, NULL, OPT_UPTO },
		{ "peek", no_argument, NULL, 'p' },
		{ "truncate", required_argument, NULL, OPT_TRUNCATE },
		{ "batch", required_argument, NULL, 'b' },
		{ "count", required_argument, NULL, 'n' },
		{ "follow", no_argument, NULL, 'f' },
		{ "timeout", required_argument, NULL, 'T' },
		{ "raw", no_argument, NULL, 'r' },
		{ "json", no_argument, NULL, 'j' },
		HELP_OPTION,
		{ 0 },
	};
	bool follow = false, raw = false, json = false;
	struct receiver r = { .watch = output_is_pipe(), .batch = 1 };
	enum format format = FORMAT_TTY;
	uint64_t count = 0;
	int c;

	while ((c = next_option(argc, argv, ":t:pb:n:fT:rjh", longs)) != -1) {
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
			r.flags |= IPCX_PEEK;
			break;
		case OPT_TRUNCATE:
			r.flags |= IPCX_TRUNCATE;
			r.room = parse_size("--truncate", optarg, 0, UINT32_MAX);
			break;
		case 'b':
			r.batch = (unsigned int)parse_number("--batch", optarg, 1, IPCX_BATCH_MAX);
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
	if (r.flags & IPCX_PEEK && (follow || count || r.batch > 1))
		usage("--peek prints one message, so without --follow, --count and --batch");
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
	buffers(&r);
	c = receive_all(&r, count ? count : 1, follow, format);
	free(r.buf);
	free(r.msgs);
	return c;
}

const struct command cmd_recv = {
	.name = "recv",
	.run = run,
	.summary = "receive messages and print them",
	.help = help,
};
