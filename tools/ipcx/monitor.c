// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx monitor: what happens to mailboxes and regions, as it happens.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <linux/ipcx_netlink.h>

#include "cmd.h"
#include "control.h"
#include "sight.h"

static const char help[] =
"Usage: ipcx monitor [OPTION]...\n"
"\n"
"Tell what happens to mailboxes and regions of this network namespace that have names:\n"
"\n"
"  created       there is a name\n"
"  removed       the name is gone\n"
"  full          a mailbox had no room for a message; again when it was half empty since\n"
"  limit         a user was refused a message or an object by a limit of net.ipcx; at most once a\n"
"                second for each user\n"
"  owner-died    who had received requests has closed the mailbox and not replied; its callers\n"
"                were told\n"
"\n"
"If they come faster than they can be told, some are missed. Then 'missed' says so, and what there\n"
"is now follows, each as 'exists'; nothing is missed after that, until 'missed' says so again.\n"
"\n"
"  -n, --count N             end after N events\n"
"  -e, --exists              tell what exists already, first\n"
"  -b, --buffer SIZE         room for events that have not been told yet\n"
"  -j, --json                each as one line of JSON; time is CLOCK_MONOTONIC in ns\n"
"  -h, --help                this help\n";

struct monitor {
	struct control control;
	bool json;
	uint64_t left;		/* events to tell until the end */
	uint64_t seq;		/* the last; 0: none */
	bool missed;		/* by what the numbers tell */
};

static const char *const event_names[] = {
	[IPCX_CMD_CREATED_NTF] = "created",
	[IPCX_CMD_REMOVED_NTF] = "removed",
	[IPCX_CMD_FULL_NTF] = "full",
	[IPCX_CMD_LIMIT_NTF] = "limit",
	[IPCX_CMD_OWNER_DIED_NTF] = "owner-died",
};

/* As sysctl has them */
static const char *const limit_names[] = {
	[IPCX_LIMIT_HIT_USER_OBJECTS] = "user_objects",
	[IPCX_LIMIT_HIT_USER_BYTES] = "user_bytes",
	[IPCX_LIMIT_HIT_USER_REGION_BYTES] = "user_region_bytes",
	[IPCX_LIMIT_HIT_MAX_OBJECTS] = "max_objects",
	[IPCX_LIMIT_HIT_MAX_BYTES] = "max_bytes",
	[IPCX_LIMIT_HIT_MAX_REGION_BYTES] = "max_region_bytes",
};

static const char *event_name(const struct event *event)
{
	const size_t count = sizeof(event_names) / sizeof(event_names[0]);

	return event->cmd < count && event_names[event->cmd] ? event_names[event->cmd] : "unknown";
}

static const char *limit_name(const struct event *event)
{
	const size_t count = sizeof(limit_names) / sizeof(limit_names[0]);

	return event->limit < count ? limit_names[event->limit] : "unknown";
}

/* The time of day of a time that CLOCK_MONOTONIC told */
static void print_time(uint64_t time)
{
	uint64_t real, then;
	struct timespec now;
	char text[16];
	time_t seconds;

	clock_gettime(CLOCK_REALTIME, &now);
	real = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	then = real - (ipcx_deadline(0) - time);
	seconds = (time_t)(then / 1000000000);
	strftime(text, sizeof(text), "%H:%M:%S", localtime(&seconds));
	printf("%s.%06u  ", text, (unsigned int)(then % 1000000000 / 1000));
}

static void print_event(const struct event *event)
{
	char owner[OWNER_NAME_MAX];

	print_time(event->time);
	printf("%-10s", event_name(event));
	if (event->id)
		printf("  %-7s  %s", kind_name(event->kind), event->name);
	if (event->limit) {
		owner_name(owner, event->uid);
		printf("  net.ipcx.%s of %s", limit_name(event), owner);
	}
	if (event->owed)
		printf("  %u %s without a reply", event->owed,
		       event->owed == 1 ? "call" : "calls");
	putchar('\n');
}

static json_t *event_json(const struct event *event)
{
	json_t *value = json_pack("{sssIsI}", "event", event_name(event),
				  "seq", (json_int_t)event->seq, "time", (json_int_t)event->time);

	if (event->id) {
		json_object_set_new(value, "id", json_integer((json_int_t)event->id));
		json_object_set_new(value, "name", json_string(event->name));
		json_object_set_new(value, "kind", json_string(kind_name(event->kind)));
	}
	if (event->limit) {
		json_object_set_new(value, "limit", json_string(limit_name(event)));
		json_object_set_new(value, "uid", json_integer(event->uid));
	}
	if (event->owed)
		json_object_set_new(value, "owed", json_integer(event->owed));
	return value;
}

static void tell(const struct event *event, void *data)
{
	struct monitor *monitor = data;

	if (monitor->seq && event->seq != monitor->seq + 1)
		monitor->missed = true;
	monitor->seq = event->seq;
	if (!monitor->left)
		return;
	monitor->left--;
	if (monitor->json)
		output_json(event_json(event));
	else
		print_event(event);
}

static void tell_existing(const struct sight *sight, void *data)
{
	const struct monitor *monitor = data;
	json_t *value;

	if (!*sight->stat.name ||
	    sight->stat.flags & (IPCX_STAT_REMOVED | IPCX_STAT_UNLINKED))
		return;
	if (!monitor->json) {
		print_time(ipcx_deadline(0));
		printf("%-10s  %-7s  %s\n", "exists", kind_name(sight->stat.kind),
		       sight->stat.name);
		return;
	}
	value = sight_json(sight, false);
	json_object_set_new(value, "event", json_string("exists"));
	output_json(value);
}

/* By a socket of its own, so that events can come meanwhile */
static void tell_all_existing(struct monitor *monitor)
{
	struct control control;

	control_open(&control);
	control_dump(&control, tell_existing, monitor);
	control_close(&control);
}

/*
 * What was not dropped is older than what there is now: first that, so that the last that is said
 * of a name is right.
 */
static void resynchronise(struct monitor *monitor)
{
	if (monitor->json) {
		output_json(json_pack("{ss}", "event", "missed"));
	} else {
		print_time(ipcx_deadline(0));
		printf("missed      events: this is what there is now\n");
	}
	while (control_hear(&monitor->control, false, tell, monitor) != HEARD_NOTHING)
		;
	monitor->missed = false;
	monitor->seq = 0;
	tell_all_existing(monitor);
}

static void watch(struct monitor *monitor)
{
	while (monitor->left && !ferror(stdout)) {
		if (control_hear(&monitor->control, true, tell, monitor) == HEARD_OVERFLOW ||
		    monitor->missed)
			resynchronise(monitor);
		fflush(stdout);
	}
}

static int run(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "count", required_argument, NULL, 'n' },
		{ "exists", no_argument, NULL, 'e' },
		{ "buffer", required_argument, NULL, 'b' },
		{ "json", no_argument, NULL, 'j' },
		HELP_OPTION,
		{ 0 },
	};
	struct monitor monitor = { .left = UINT64_MAX };
	bool exists = false;
	size_t room = 0;
	int c;

	while ((c = next_option(argc, argv, ":n:eb:jh", longs)) != -1) {
		switch (c) {
		case 'n':
			monitor.left = parse_number("--count", optarg, 1, UINT64_MAX);
			break;
		case 'e':
			exists = true;
			break;
		case 'b':
			room = parse_size("--buffer", optarg, 1, INT32_MAX);
			break;
		case 'j':
			monitor.json = true;
			break;
		}
	}
	want_operands(argc, argv, 0, 0, "no operand");
	control_open(&monitor.control);
	control_listen(&monitor.control, room);
	if (exists)
		tell_all_existing(&monitor);
	fflush(stdout);
	watch(&monitor);
	control_close(&monitor.control);
	return STATUS_OK;
}

const struct command cmd_monitor = {
	.name = "monitor",
	.run = run,
	.summary = "tell what happens, as it happens",
	.help = help,
};
