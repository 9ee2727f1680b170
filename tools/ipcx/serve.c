// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx serve: answer requests, each with what a program makes of it. One system call gives an
 * answer and receives the next request.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"

static const char help[] =
"Usage: ipcx serve [OPTION]... NAME -- PROGRAM [ARG]...\n"
"       ipcx serve [OPTION]... --echo NAME\n"
"\n"
"Answer the requests that 'ipcx call' sends to the mailbox NAME, one after the other. For each\n"
"one PROGRAM is run with the request on its standard input; what it prints is the reply. If there\n"
"is no such mailbox it is made now, and goes with its last user.\n"
"\n"
"  -e, --echo                the reply is the request\n"
"  -n, --count N             end after N messages (default: never)\n"
"  -h, --help                this help\n"
"\n"
"PROGRAM finds IPCX_NAME, IPCX_TYPE, IPCX_PRIO, IPCX_PID, IPCX_UID and IPCX_GID in its\n"
"environment, and as descriptors 3 and up the IPCX_FDS that came along. Its exit status is the\n"
"type of the reply; one that is not 0 is also told on standard error. The answer to a message\n"
"whose sender waits for none ('ipcx send') goes to standard output.\n";

struct server {
	struct object box;
	struct ipcx_reply reply;	/* the answer to give, and the next message */
	char **program;			/* NULL: echo */
	char *buf;			/* for the message */
	struct payload output;		/* of the program */
};

/* Gives the answer, if there is one, and waits for the next message. */
static void receive(struct server *s)
{
	struct ipcx_reply *reply = &s->reply;

	for (;;) {
		reply->flags = IPCX_REPLY_RECV;
		reply->next = (struct ipcx_recv) {
			.msg.data = (__u64)(uintptr_t)s->buf,
			.msg.len = s->box.stat.max_msg_size,
		};
		fds_expect(&reply->next.msg);
		if (!ipcx_replymsg(s->box.fd, reply))
			return;
		if (reply->token && errno == ESRCH) {
			warning("a caller left before its reply");
			reply->token = 0;
		} else if (errno != EINTR) {
			recv_failed(&s->box, "", NULL);
		}
	}
}

/* Gives the last answer. */
static void finish(struct server *s)
{
	s->reply.flags = 0;
	memset(&s->reply.next, 0, sizeof(s->reply.next));
	while (s->reply.token && ipcx_replymsg(s->box.fd, &s->reply)) {
		if (errno == ESRCH) {
			warning("a caller left before its reply");
			return;
		}
		if (errno != EINTR)
			recv_failed(&s->box, "", NULL);
	}
}

/* No reply will do: let the caller know, instead of leaving it to wait. */
static void decline(struct server *s, size_t len)
{
	warning("a reply of %zu bytes or more is longer than the %u that the caller takes: none "
		"given", len, s->reply.next.reply_room);
	object_reopen(&s->box);
	s->reply.token = 0;
}

static void run_program(struct server *s, const struct message *m)
{
	bool wanted = m->token;
	int status;

	free(s->output.buffer);
	s->output = (struct payload) { .len = 0 };
	status = program_run(s->program, m, wanted ? &s->output : NULL, s->reply.next.reply_room);
	if (status < 0) {
		decline(s, s->output.len);
		return;
	}
	if (status)
		warning("%s ended with status %d", s->program[0], status);
	s->reply.msg.data = (__u64)(uintptr_t)s->output.data;
	s->reply.msg.len = (__u32)s->output.len;
	s->reply.msg.type = (__u64)status;
}

static void echo(struct server *s, const struct message *m)
{
	if (!m->token) {
		output_message(m, FORMAT_LINES);
		return;
	}
	if (m->msg->len > s->reply.next.reply_room) {
		decline(s, m->msg->len);
		return;
	}
	s->reply.msg.data = m->msg->data;
	s->reply.msg.len = m->msg->len;
	s->reply.msg.type = m->msg->type;
}

/* Prepares the answer to the message that has come. */
static void answer(struct server *s)
{
	struct message m = {
		.name = s->box.name,
		.data = s->buf,
		.msg = &s->reply.next.msg,
		.from = &s->reply.next.from,
		.token = s->reply.next.token,
	};

	s->reply.token = m.token;
	s->reply.msg = (struct ipcx_msg) { .prio = m.msg->prio };
	if (s->program)
		run_program(s, &m);
	else
		echo(s, &m);
	fds_close(m.msg);
}

static void serve(struct server *s, uint64_t count)
{
	s->buf = malloc((size_t)s->box.stat.max_msg_size + 1);
	if (!s->buf)
		fail(STATUS_FAILED, "no memory for %u bytes", s->box.stat.max_msg_size);
	for (uint64_t i = 0; !count || i < count; i++) {
		receive(s);
		answer(s);
	}
	finish(s);
	free(s->output.buffer);
	free(s->buf);
}

static int run(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "echo", no_argument, NULL, 'e' },
		{ "count", required_argument, NULL, 'n' },
		HELP_OPTION,
		{ 0 },
	};
	struct server s = { .program = NULL };
	bool echo = false;
	uint64_t count = 0;
	int c;

	while ((c = next_option(argc, argv, ":en:h", longs)) != -1) {
		switch (c) {
		case 'e':
			echo = true;
			break;
		case 'n':
			count = parse_number("--count", optarg, 1, UINT64_MAX);
			break;
		}
	}
	want_operands(argc, argv, 1, echo ? 1 : argc, "a NAME, and --echo or else '-- PROGRAM',");
	if (!echo && argc - optind < 2)
		usage("--echo or '-- PROGRAM' wanted: what answers the requests");
	/* Without it, options of the program would have been taken for ours. */
	if (!echo && strcmp(argv[optind - 1], "--"))
		usage("'--' goes before PROGRAM: ipcx serve %s -- %s", argv[optind],
		      argv[optind + 1]);
	if (!echo) {
		s.program = argv + optind + 1;
		if (!program_exists(s.program[0]))
			fail(STATUS_FAILED, "there is no program %s", s.program[0]);
	}

	object_open(&s.box, argv[optind], IPCX_KIND_MAILBOX, O_RDONLY | O_CREAT);
	serve(&s, count);
	return STATUS_OK;
}

const struct command cmd_serve = {
	.name = "serve",
	.run = run,
	.summary = "answer requests, with a program",
	.help = help,
};
