// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx limits: what a mailbox, a user and a namespace have, and may have.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "cmd.h"

static const char help[] =
"Usage: ipcx limits [OPTION]... [NAME]\n"
"\n"
"Tell what there is and what there may be: in the mailbox NAME, of your user, and of all users of\n"
"this network namespace. With a limit, change that of the mailbox NAME, which its owner and root\n"
"can do at any time. What is queued stays, and senders that wait are let in as far as there is\n"
"room then.\n"
"\n"
"  -n, --max-msgs N          most messages queued at a time (or --messages)\n"
"  -s, --max-msg-size SIZE   longest message (or --size)\n"
"  -b, --max-bytes SIZE      most payload bytes queued at a time (or --bytes)\n"
"  -S, --share PERCENT       most of that room that messages of one user may take; 100: all\n"
"  -j, --json                tell it as JSON\n"
"  -h, --help                this help\n"
"\n"
"Limits of users and of the namespace are for its root to set:\n"
"\n"
"  sysctl net.ipcx.user_bytes=100000000\n"
"\n"
"A message counts with its payload and 128 bytes more, for its sender, until it is received.\n";

/* What is asked for; all that is 0 in @limit stays as it is. */
struct request {
	struct ipcx_limit limit;
	bool change;
	bool json;
};

static void parse(struct request *r, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "max-msgs", required_argument, NULL, 'n' },
		{ "messages", required_argument, NULL, 'n' },
		{ "max-msg-size", required_argument, NULL, 's' },
		{ "size", required_argument, NULL, 's' },
		{ "max-bytes", required_argument, NULL, 'b' },
		{ "bytes", required_argument, NULL, 'b' },
		{ "share", required_argument, NULL, 'S' },
		{ "json", no_argument, NULL, 'j' },
		HELP_OPTION,
		{ 0 },
	};
	int c;

	while ((c = next_option(argc, argv, ":n:s:b:S:jh", longs)) != -1) {
		switch (c) {
		case 'n':
			parse_limit(&r->limit, "--max-msgs", optarg);
			break;
		case 's':
			parse_limit(&r->limit, "--max-msg-size", optarg);
			break;
		case 'b':
			parse_limit(&r->limit, "--max-bytes", optarg);
			break;
		case 'S':
			parse_limit(&r->limit, "--share", optarg);
			break;
		case 'j':
			r->json = true;
			break;
		}
		r->change |= c != 'j';
	}
	if (r->change && r->json)
		usage("--json is for telling limits, not for changing them");
	if (r->change)
		want_operands(argc, argv, 1, 1, "one NAME");
	else
		want_operands(argc, argv, 0, 1, "at most one NAME");
}

/* Whoever may only send, or only receive, has the right to look. */
static void open_either_way(struct object *box, const char *name)
{
	struct ipcx_bind bind = { .kind = IPCX_KIND_MAILBOX };
	int fd;

	check_name(name);
	fd = device_open(O_RDONLY);
	if (!object_bind(fd, name, &bind) || errno != EACCES) {
		close(fd);
		object_open(box, name, IPCX_KIND_MAILBOX, O_RDONLY);
		return;
	}
	close(fd);
	object_open(box, name, IPCX_KIND_MAILBOX, O_WRONLY);
}

static void change_limits(const struct object *box, const struct ipcx_limit *limit)
{
	const struct ipcx_bind wanted = {
		.max_msgs = limit->max_msgs,
		.max_msg_size = limit->max_msg_size ? limit->max_msg_size : box->stat.max_msg_size,
		.max_bytes = limit->max_bytes ? limit->max_bytes : box->stat.max_bytes,
	};

	object_check_limits(box->fd, &wanted);
	if (!ipcx_limit(box->fd, limit))
		return;
	if (errno == EPERM)
		fail(STATUS_FAILED, "'%s' is another user's: only its owner or root can change its "
		     "limits", box->name);
	device_failed();
}

/* No sum gets there. */
static bool is_unlimited(uint64_t limit)
{
	return limit >= INT64_MAX;
}

static void print_line(const char *what, uint64_t used, uint64_t limit, const char *sysctl)
{
	char text[24] = "unlimited";

	if (!is_unlimited(limit))
		snprintf(text, sizeof(text), "%" PRIu64, limit);
	printf("  %-18s %15" PRIu64 " %15s%s%s\n", what, used, text, *sysctl ? "   " : "", sysctl);
}

static void print_box(const struct object *box)
{
	printf("mailbox %s\n", box->name);
	print_line("messages", box->stat.msgs, box->stat.max_msgs, "");
	print_line("bytes", box->stat.bytes, box->stat.max_bytes, "");
	printf("  %-18s %15s %15u\n", "longest message", "", box->stat.max_msg_size);
	printf("  %-18s %15s %13u %%\n", "share of a user", "", box->stat.share);
}

static void print_user(const struct ipcx_quota *quota)
{
	printf("your user\n");
	print_line("objects", quota->objects, quota->max_objects, "net.ipcx.user_objects");
	print_line("message bytes", quota->bytes, quota->max_bytes, "net.ipcx.user_bytes");
	print_line("region bytes", quota->region_bytes, quota->max_region_bytes,
		   "net.ipcx.user_region_bytes");
}

static void print_net(const struct ipcx_quota *quota)
{
	printf("all users of this network namespace\n");
	print_line("objects", quota->objects, quota->max_objects, "net.ipcx.max_objects");
	print_line("message bytes", quota->bytes, quota->max_bytes, "net.ipcx.max_bytes");
	print_line("region bytes", quota->region_bytes, quota->max_region_bytes,
		   "net.ipcx.max_region_bytes");
}

static json_t *json_of_box(const struct object *box)
{
	const struct ipcx_stat *stat = &box->stat;

	return json_pack("{sssIsIsIsIsIsI}", "name", box->name,
			 "msgs", (json_int_t)stat->msgs, "max_msgs", (json_int_t)stat->max_msgs,
			 "bytes", (json_int_t)stat->bytes, "max_bytes", (json_int_t)stat->max_bytes,
			 "max_msg_size", (json_int_t)stat->max_msg_size,
			 "share", (json_int_t)stat->share);
}

static json_t *json_of_limit(uint64_t limit)
{
	return is_unlimited(limit) ? json_null() : json_integer((json_int_t)limit);
}

static json_t *json_of_quota(const struct ipcx_quota *quota)
{
	return json_pack("{sIsosIsosIso}",
			 "objects", (json_int_t)quota->objects,
			 "max_objects", json_of_limit(quota->max_objects),
			 "bytes", (json_int_t)quota->bytes,
			 "max_bytes", json_of_limit(quota->max_bytes),
			 "region_bytes", (json_int_t)quota->region_bytes,
			 "max_region_bytes", json_of_limit(quota->max_region_bytes));
}

static void tell_json(const struct object *box, const struct ipcx_usage *usage)
{
	json_t *report = json_object();

	if (box)
		json_object_set_new(report, "mailbox", json_of_box(box));
	json_object_set_new(report, "user", json_of_quota(&usage->user));
	json_object_set_new(report, "namespace", json_of_quota(&usage->net));
	output_json(report);
}

static void tell(const struct object *box, const struct ipcx_usage *usage)
{
	printf("%-20s %15s %15s   sysctl\n", "", "used", "limit");
	if (box)
		print_box(box);
	print_user(&usage->user);
	print_net(&usage->net);
}

static int run(int argc, char **argv)
{
	struct request r = { .change = false };
	struct object box = { .name = NULL };
	struct ipcx_usage usage;

	parse(&r, argc, argv);
	if (optind < argc)
		open_either_way(&box, argv[optind]);
	else
		box.fd = device_open(O_RDONLY);
	if (r.change) {
		change_limits(&box, &r.limit);
		return STATUS_OK;
	}
	if (ipcx_usage(box.fd, &usage))
		device_failed();
	(r.json ? tell_json : tell)(box.name ? &box : NULL, &usage);
	return STATUS_OK;
}

const struct command cmd_limits = {
	.name = "limits",
	.run = run,
	.summary = "tell and change how much there may be",
	.help = help,
};
