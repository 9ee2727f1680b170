// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx stats: what has happened to a mailbox or region so far.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "cmd.h"
#include "stats_print.h"

static const char help[] =
"Usage: ipcx stats [OPTION]... NAME...\n"
"\n"
"Tell what has happened to the mailbox or region NAME since it was made: how many messages were\n"
"sent and received, how they went, how its users waited, and how long messages were queued. It is\n"
"always counted, and never reset.\n"
"\n"
"  -j, --json                tell it as JSON, one line for each NAME\n"
"  -h, --help                this help\n"
"\n"
"Who may send to it, or receive from it, or map it, may look.\n";

static bool parse(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },
		HELP_OPTION,
		{ 0 },
	};
	bool json = false;

	while (next_option(argc, argv, ":jh", longs) != -1)
		json = true;
	want_operands(argc, argv, 1, INT16_MAX, "at least one NAME");
	return json;
}

static bool try_open(struct object *obj, const char *name, uint32_t kind, int oflag)
{
	struct ipcx_bind bind = { .kind = kind };
	int fd = device_open(oflag);
	int err;

	if (object_bind(fd, name, &bind)) {
		err = errno;
		close(fd);
		errno = err;
		return false;
	}
	close(fd);
	object_open(obj, name, kind, oflag);
	return true;
}

/* Either right will do; for a region, only that to read is needed to have it open. */
static void open_any(struct object *obj, const char *name)
{
	check_name(name);
	if (try_open(obj, name, IPCX_KIND_MAILBOX, O_RDONLY))
		return;
	if (errno == EACCES && try_open(obj, name, IPCX_KIND_MAILBOX, O_WRONLY))
		return;
	if (errno == EPROTOTYPE && try_open(obj, name, IPCX_KIND_REGION, O_RDONLY))
		return;
	if (errno == ENOENT)
		fail(STATUS_FAILED, "there is no mailbox or region named '%s'", name);
	if (errno == EACCES)
		fail(STATUS_FAILED, "'%s' is another user's: you may neither read nor write it",
		     name);
	device_failed();
}

static int run(int argc, char **argv)
{
	bool json = parse(argc, argv);

	for (int i = optind; i < argc; i++) {
		struct ipcx_stats stats;
		struct object obj;

		open_any(&obj, argv[i]);
		if (ipcx_stats(obj.fd, &stats))
			device_failed();
		if (json)
			output_json(stats_json(argv[i], obj.stat.kind, &stats));
		else
			stats_print(argv[i], obj.stat.kind, &stats);
		close(obj.fd);
	}
	return STATUS_OK;
}

const struct command cmd_stats = {
	.name = "stats",
	.run = run,
	.summary = "tell what has happened to a mailbox or region",
	.help = help,
};
