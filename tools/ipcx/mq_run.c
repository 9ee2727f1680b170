// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx mq-run: run a program whose POSIX message queues are mailboxes.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"

#define SHIM "libipcx-mqueue.so"

static const char help[] =
"Usage: ipcx mq-run -- PROGRAM [ARG]...\n"
"\n"
"Run PROGRAM, and what it starts, with its POSIX message queues on ipcx: mq_open(\"/x\") opens or\n"
"makes the mailbox x, which stays until mq_unlink(), or 'ipcx rm x'. The exit status is that of\n"
"PROGRAM.\n"
"\n"
"  -h, --help                this help\n"
"\n"
"It does so by LD_PRELOAD, which programs that are set-user-ID or linked statically do not heed.\n";

/* Beside this command's own library, wherever that is, or where it was to be installed */
static bool find_shim(char path[PATH_MAX])
{
	ssize_t len = readlink("/proc/self/exe", path, PATH_MAX - 1);
	char *slash;

	if (len > 0) {
		path[len] = 0;
		slash = strrchr(path, '/');
		snprintf(slash, PATH_MAX - (size_t)(slash - path), "/../lib/" SHIM);
		if (!access(path, R_OK))
			return true;
	}
	snprintf(path, PATH_MAX, "%s/" SHIM, IPCX_LIBDIR);
	return !access(path, R_OK);
}

static void preload(const char *path)
{
	const char *others = getenv("LD_PRELOAD");
	char *list;

	if (strpbrk(path, " :"))
		fail(STATUS_FAILED, "%s cannot be preloaded: its path has a space or a colon",
		     path);
	if (asprintf(&list, "%s%s%s", path, others ? ":" : "", others ? others : "") < 0 ||
	    setenv("LD_PRELOAD", list, 1))
		fail(STATUS_FAILED, "no memory");
	free(list);
}

static int run(int argc, char **argv)
{
	static const struct option longs[] = {
		HELP_OPTION,
		{ 0 },
	};
	char path[PATH_MAX];

	while (next_option(argc, argv, "+:h", longs) != -1)
		;
	want_operands(argc, argv, 1, argc, "a PROGRAM");

	close(device_open(O_RDWR));
	if (!find_shim(path))
		fail(STATUS_FAILED, "there is no " SHIM ", neither beside this command nor in "
		     IPCX_LIBDIR ": was all of ipcx installed?");
	if (!program_exists(argv[optind]))
		fail(STATUS_FAILED, "there is no program %s", argv[optind]);
	preload(path);
	execvp(argv[optind], argv + optind);
	fail(STATUS_FAILED, "cannot start %s: %s", argv[optind], strerror(errno));
}

const struct command cmd_mq_run = {
	.name = "mq-run",
	.run = run,
	.summary = "run a program with its POSIX message queues on ipcx",
	.help = help,
};
