// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx knob: turn the knobs of a mailbox, for experiments.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"

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

static const char *const copies[] = { "default", "heap", "inline", "lend" };

#define COPIES (sizeof(copies) / sizeof(copies[0]))

static const char *const wakes[] = { "default", "sync", "last" };

#define WAKES (sizeof(wakes) / sizeof(wakes[0]))

static uint64_t parse_time(const char *text)
{
	struct timeout timeout = { .text = NULL };

	parse_timeout(&timeout, text);
	return timeout.ns;
}

static uint32_t parse_copy(const char *text)
{
	for (uint32_t i = 0; i < COPIES; i++)
		if (!strcmp(text, copies[i]))
			return i;
	usage("--copy '%s' is none of default, heap, inline and lend", text);
}

static uint32_t parse_wake(const char *text)
{
	for (uint32_t i = 0; i < WAKES; i++)
		if (!strcmp(text, wakes[i]))
			return i;
	usage("--wake '%s' is none of default, sync and last", text);
}

static void parse_option(struct ipcx_knob *knob, int c)
{
	switch (c) {
	case 'w':
		knob->set |= IPCX_KNOB_WAIT;
		knob->wait = strcmp(optarg, "adaptive") ? parse_time(optarg) : IPCX_WAIT_ADAPTIVE;
		break;
	case 'c':
		knob->set |= IPCX_KNOB_COPY;
		knob->copy = parse_copy(optarg);
		break;
	case 'k':
		knob->set |= IPCX_KNOB_WAKE;
		knob->wake = parse_wake(optarg);
		break;
	case 'd':
		knob->set |= IPCX_KNOB_DROP;
		knob->drop = (__u32)parse_number("--drop", optarg, 0, 1000);
		break;
	case 'D':
		knob->set |= IPCX_KNOB_DELAY;
		knob->delay = parse_time(optarg);
		break;
	}
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
	if (knob->wait == IPCX_WAIT_ADAPTIVE)
		printf("wait   adaptive\n");
	else
		printf("wait   %" PRIu64 " ns\n", (uint64_t)knob->wait);
	printf("copy   %s\n", knob->copy < COPIES ? copies[knob->copy] : "unknown");
	printf("wake   %s\n", knob->wake < WAKES ? wakes[knob->wake] : "unknown");
	printf("drop   %u of 1000\n", knob->drop);
	printf("delay  %" PRIu64 " ns\n", (uint64_t)knob->delay);
}

static void tell_json(const struct ipcx_knob *knob)
{
	json_t *wait = knob->wait == IPCX_WAIT_ADAPTIVE ? json_string("adaptive") :
							  json_integer((json_int_t)knob->wait);

	output_json(json_pack("{sosssssIsI}", "wait", wait, "copy",
			      knob->copy < COPIES ? copies[knob->copy] : "unknown",
			      "wake", knob->wake < WAKES ? wakes[knob->wake] : "unknown",
			      "drop", (json_int_t)knob->drop, "delay", (json_int_t)knob->delay));
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
