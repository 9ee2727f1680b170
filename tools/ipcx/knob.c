// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx knob: turn the knobs of a mailbox, for experiments.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "cmd.h"
#include "knob_text.h"

static const char help[] =
"Usage: ipcx knob [OPTION]... NAME\n"
"\n"
"Tell how the knobs of the mailbox NAME are, or turn some: how it does what it would else choose\n"
"for itself, and what it does wrong. For experiments; they stay until they are turned back.\n"
"\n"
"  -w, --wait TIME           how long those who wait stay awake before they sleep, at most 1s;\n"
"                            0: they sleep at once; 'adaptive': as long as it pays, the default\n"
"  -c, --copy HOW            how messages are copied to a receiver that waits: 'heap', 'inline',\n"
"                            'lend' or 'default'\n"
"  -k, --wake HOW            whom messages wake: 'sync': as 'default', telling the scheduler that\n"
"                            who wakes is about to sleep; 'last': the receiver that came last\n"
"  -d, --drop N              lose N of 1000 messages, by chance; root only\n"
"  -D, --delay TIME          sending takes that much longer, at most 1s; root only\n"
"  -j, --json                tell it as JSON\n"
"  -h, --help                this help\n"
"\n"
"A TIME is in seconds, or 20us, 5ms and so on. Knobs are for the mailbox's owner and root.\n";

static void parse_option(struct ipcx_knob *knob, int c)
{
	static const struct {
		int option;
		const char *name;
	} names[] = {
		{ 'w', "--wait" }, { 'c', "--copy" }, { 'k', "--wake" }, { 'd', "--drop" },
		{ 'D', "--delay" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].option == c)
			knob_parse(knob, names[i].name, optarg);
}

static bool parse(struct ipcx_knob *knob, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "wait", required_argument, NULL, 'w' },
		{ "copy", required_argument, NULL, 'c' },
		{ "wake", required_argument, NULL, 'k' },
		{ "drop", required_argument, NULL, 'd' },
		{ "delay", required_argument, NULL, 'D' },
		{ "json", no_argument, NULL, 'j' },
		HELP_OPTION,
		{ 0 },
	};
	bool json = false;
	int c;

	while ((c = next_option(argc, argv, ":w:c:k:d:D:jh", longs)) != -1) {
		json |= c == 'j';
		parse_option(knob, c);
	}
	want_operands(argc, argv, 1, 1, "one NAME");
	if (json && knob->set)
		usage("--json is for telling knobs, not for turning them");
	return json;
}

static void turn(int fd, struct ipcx_knob *knob, const char *name)
{
	if (!ipcx_knob(fd, knob))
		return;
	if (errno == EPERM)
		fail(STATUS_FAILED, "the knobs of '%s' are for its owner and root, and --drop and "
		     "--delay only for root", name);
	if (errno == EINVAL)
		fail(STATUS_FAILED, "no knob can be turned to more than a second");
	device_failed();
}

static void tell(const struct ipcx_knob *knob)
{
	const char *name;
	char value[32];

	for (unsigned int i = 0; (name = knob_nth(knob, i, value, sizeof(value))); i++)
		printf("%-6s %s\n", name, value);
}

static void tell_json(struct ipcx_knob *knob)
{
	knob->set = KNOB_ALL;
	output_json(knob_json(knob));
}

static int run(int argc, char **argv)
{
	struct ipcx_knob knob = { .set = 0 };
	bool json = parse(&knob, argc, argv);
	bool told = !knob.set;
	struct object box;

	object_open(&box, argv[optind], IPCX_KIND_MAILBOX, O_RDONLY);
	turn(box.fd, &knob, box.name);
	if (json)
		tell_json(&knob);
	else if (told)
		tell(&knob);
	close(box.fd);
	return STATUS_OK;
}

const struct command cmd_knob = {
	.name = "knob",
	.run = run,
	.summary = "turn the knobs of a mailbox, for experiments",
	.help = help,
};
