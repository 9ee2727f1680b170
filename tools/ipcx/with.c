// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx with: run a program that knows nothing of mailboxes with mailboxes for its standard input
 * and output.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"

static const char help[] =
"Usage: ipcx with [OPTION]... NAME -- PROGRAM [ARG]...\n"
"       ipcx with [OPTION]... [--in NAME] [--out NAME] -- PROGRAM [ARG]...\n"
"\n"
"Run PROGRAM with the mailbox NAME for both its standard input and output, or with one or another\n"
"for either. Each read receives one message, each write sends one. The exit status is PROGRAM's.\n"
"\n"
"  -i, --in NAME             only the standard input: what PROGRAM receives\n"
"  -o, --out NAME            only the standard output: what PROGRAM sends\n"
"  -c, --create              make a mailbox that is not there; it goes with its last user\n"
"  -h, --help                this help\n"
"\n"
"A message that is longer than what PROGRAM reads at a time stays where it is, and the read fails;\n"
"an empty one is what programs take for the end of their input. Two mailboxes on a socket, one for\n"
"each way:\n"
"\n"
"  ipcx with --in there --out back -- socat -b 65536 STDIO UNIX-LISTEN:/tmp/socket\n";

struct request {
	const char *in;
	const char *out;
	int oflag;	/* O_CREAT or 0 */
};

static void put_in_place(int fd, int standard)
{
	if (dup2(fd, standard) < 0)
		fail(STATUS_FAILED, "cannot use descriptor %d: %s", standard, strerror(errno));
}

static void redirect(const struct request *r, const char *both)
{
	struct object box;

	if (both) {
		object_open(&box, both, IPCX_KIND_MAILBOX, O_RDWR | r->oflag);
		put_in_place(box.fd, STDIN_FILENO);
		put_in_place(box.fd, STDOUT_FILENO);
	}
	if (r->in) {
		object_open(&box, r->in, IPCX_KIND_MAILBOX, O_RDONLY | r->oflag);
		put_in_place(box.fd, STDIN_FILENO);
	}
	if (r->out) {
		object_open(&box, r->out, IPCX_KIND_MAILBOX, O_WRONLY | r->oflag);
		put_in_place(box.fd, STDOUT_FILENO);
	}
}

static _Noreturn void become(char **program)
{
	execvp(program[0], program);
	fail(STATUS_FAILED, "cannot run %s: %s", program[0], strerror(errno));
}

static void parse_options(struct request *r, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "in", required_argument, NULL, 'i' },
		{ "out", required_argument, NULL, 'o' },
		{ "create", no_argument, NULL, 'c' },
		HELP_OPTION,
		{ 0 },
	};
	int c;

	while ((c = next_option(argc, argv, ":i:o:ch", longs)) != -1) {
		switch (c) {
		case 'i':
			r->in = optarg;
			break;
		case 'o':
			r->out = optarg;
			break;
		case 'c':
			r->oflag = O_CREAT;
			break;
		}
	}
}

static int run(int argc, char **argv)
{
	struct request r = { .in = NULL };
	const char *both = NULL;
	char **program;

	parse_options(&r, argc, argv);
	if (r.in || r.out) {
		want_operands(argc, argv, 1, argc, "'-- PROGRAM'");
	} else {
		want_operands(argc, argv, 2, argc, "a NAME, --in or --out, and '-- PROGRAM',");
		both = argv[optind];
	}
	program = argv + optind + !!both;
	/* Without it, options of the program would have been taken for ours. */
	if (strcmp(argv[optind - 1], "--"))
		usage("'--' goes before PROGRAM: -- %s", program[0]);
	if (!program_exists(program[0]))
		fail(STATUS_FAILED, "there is no program %s", program[0]);

	redirect(&r, both);
	become(program);
}

const struct command cmd_with = {
	.name = "with",
	.run = run,
	.summary = "run a program with mailboxes for its standard input and output",
	.help = help,
};
