// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx ls: what mailboxes and regions there are.
 */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "cmd.h"
#include "control.h"
#include "filter.h"
#include "sight.h"

static const char help[] =
"Usage: ipcx ls [OPTION]... [PATTERN]...\n"
"\n"
"List the mailboxes and regions of this network namespace, oldest first: all, or those whose name\n"
"matches a PATTERN, as the shell's: 'web-*'. Those that have no name, or have lost it, are listed\n"
"for their owner and root, by id.\n"
"\n"
"  -k, --kind KIND           only mailboxes (mailbox) or only regions (region)\n"
"  -o, --owner USER          only those of USER, a name or a number\n"
"  -f, --full                only mailboxes that have no room for a message of any length\n"
"  -w, --watch[=DURATION]    list again and again, every second or DURATION\n"
"  -j, --json                each as one line of JSON, without counters that are 0\n"
"  -h, --help                this help\n"
"\n"
"MSGS and BYTES are what is queued, of what may be; of a region, BYTES is its size. RECV and SEND\n"
"are receivers and senders that sleep now, OPEN are endpoints. A '-' is what you may not see.\n";

struct list {
	struct filter filter;
	bool full;
	bool json;
};

static bool is_full(const struct sight *sight)
{
	const struct ipcx_stat *stat = &sight->stat;

	return stat->kind == IPCX_KIND_MAILBOX && sight->whole &&
	       (stat->msgs >= stat->max_msgs ||
		stat->bytes + stat->max_msg_size > stat->max_bytes);
}

static void print_counts(const struct ipcx_stat *stat)
{
	char msgs[32], bytes[48];

	snprintf(msgs, sizeof(msgs), "%u/%u", stat->msgs, stat->max_msgs);
	snprintf(bytes, sizeof(bytes), "%llu/%llu", stat->bytes, stat->max_bytes);
	if (stat->kind == IPCX_KIND_MAILBOX)
		printf("%12s %17s %4u %4u %4u", msgs, bytes, stat->receivers, stat->senders,
		       stat->endpoints);
	else
		printf("%12s %17llu %4s %4s %4u", "", stat->size, "", "", stat->endpoints);
}

static void print_row(const struct sight *sight)
{
	const struct ipcx_stat *stat = &sight->stat;
	char owner[OWNER_NAME_MAX], name[SIGHT_NAME_MAX];

	owner_name(owner, stat->uid);
	sight_name(name, stat);
	printf("%-7s ", kind_name(stat->kind));
	if (sight->whole)
		print_counts(stat);
	else
		printf("%12s %17s %4s %4s %4s", "-", "-", "-", "-", "-");
	printf(" %04o %-8s %s\n", stat->mode, owner, name);
}

/* Into the buffer, as there may be very many. */
static void print_json(const struct sight *sight)
{
	json_t *value = sight_json(sight, false);

	json_dumpf(value, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(value);
}

static void list_one(const struct sight *sight, void *data)
{
	const struct list *list = data;

	if (!filter_matches(&list->filter, sight) || (list->full && !is_full(sight)))
		return;
	if (list->json)
		print_json(sight);
	else
		print_row(sight);
}

static void list_all(struct control *control, struct list *list)
{
	if (!list->json)
		printf("%-7s %12s %17s %4s %4s %4s %4s %-8s %s\n", "KIND", "MSGS", "BYTES", "RECV",
		       "SEND", "OPEN", "MODE", "OWNER", "NAME");
	control_dump(control, list_one, list);
	fflush(stdout);
}

static void watch(struct control *control, struct list *list, uint64_t period)
{
	const struct timespec pause = {
		.tv_sec = (time_t)(period / 1000000000),
		.tv_nsec = (long)(period % 1000000000),
	};

	for (;;) {
		/* Home, and clear what is below */
		if (isatty(STDOUT_FILENO))
			printf("\033[H\033[J");
		list_all(control, list);
		if (ferror(stdout))
			return;
		nanosleep(&pause, NULL);
		if (!list->json && !isatty(STDOUT_FILENO))
			putchar('\n');
	}
}

static int run(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "kind", required_argument, NULL, 'k' },
		{ "owner", required_argument, NULL, 'o' },
		{ "full", no_argument, NULL, 'f' },
		{ "watch", optional_argument, NULL, 'w' },
		{ "json", no_argument, NULL, 'j' },
		HELP_OPTION,
		{ 0 },
	};
	struct list list = { .full = false };
	struct control control;
	uint64_t period = 0;
	int c;

	while ((c = next_option(argc, argv, ":k:o:fw::jh", longs)) != -1) {
		switch (c) {
		case 'k':
			filter_kind(&list.filter, optarg);
			break;
		case 'o':
			filter_owner(&list.filter, optarg);
			break;
		case 'f':
			list.full = true;
			break;
		case 'w':
			period = optarg ? parse_duration("--watch", optarg) : 1000000000;
			if (!period)
				usage("--watch '%s' is no time at all", optarg);
			break;
		case 'j':
			list.json = true;
			break;
		}
	}
	list.filter.patterns = argv + optind;
	control_open(&control);
	if (period)
		watch(&control, &list, period);
	else
		list_all(&control, &list);
	control_close(&control);
	return STATUS_OK;
}

const struct command cmd_ls = {
	.name = "ls",
	.run = run,
	.summary = "list mailboxes and regions",
	.help = help,
};
