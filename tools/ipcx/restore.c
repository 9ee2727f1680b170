// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx restore: send the messages that ipcx dump has saved.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "dumpfile.h"

static const char help[] =
"Usage: ipcx restore [OPTION]... NAME\n"
"       ipcx restore --list [--input FILE]\n"
"\n"
"Send the messages that 'ipcx dump' has written to the mailbox NAME, behind those that are there.\n"
"What is not whole, or would not fit, is refused before any message is sent.\n"
"\n"
"  -i, --input FILE          read FILE, not standard input\n"
"  -c, --create              make the mailbox, with the limits, the mode (less the umask) and the\n"
"                            priorities that the saved one had; fails if there is one\n"
"  -f, --from N              begin with message N; the first is 1\n"
"  -l, --list                tell what is in the file, as lines of JSON, and send nothing\n"
"  -h, --help                this help\n"
"\n"
"Messages get their payload, type and priority, and so their order. Sender and time are those of\n"
"their restoration.\n";

struct restorer {
	struct dump dump;
	struct object box;
	const char *file;
	uint32_t from;		/* messages that are not to be sent, at the beginning */
	bool create;
	bool list;
};

static const struct timeout no_time = { .text = "no time" };

static void list(const struct dump *dump)
{
	for (uint32_t i = 0; i < dump->tail.count; i++) {
		const struct dump_msg *saved = &dump->msgs[i];
		const struct ipcx_msg msg = {
			.len = saved->len,
			.type = saved->type,
			.prio = saved->prio,
		};
		const struct ipcx_sender from = {
			.time = saved->time,
			.pid = saved->pid,
			.uid = saved->uid,
			.gid = saved->gid,
		};
		const struct message m = {
			.name = dump->head.name,
			.data = (char *)saved->data,
			.msg = &msg,
			.from = &from,
		};

		output_message(&m, FORMAT_JSON);
	}
}

/* As it was when it was saved, but with room for what was over its limits then */
static void create(const struct dump *dump, const char *name)
{
	const struct dump_head *head = &dump->head;
	struct ipcx_bind bind = {
		.kind = IPCX_KIND_MAILBOX,
		.flags = head->flags,
		.mode = head->mode,
		.max_msgs = head->max_msgs,
		.max_msg_size = head->max_msg_size,
		.max_bytes = head->max_bytes,
	};

	for (uint32_t i = 0; i < dump->tail.count; i++) {
		if (bind.max_msg_size < dump->msgs[i].len)
			bind.max_msg_size = dump->msgs[i].len;
	}
	if (bind.max_msgs < dump->tail.count)
		bind.max_msgs = dump->tail.count;
	if (bind.max_bytes < dump->tail.bytes)
		bind.max_bytes = dump->tail.bytes;
	if (bind.max_bytes < bind.max_msg_size)
		bind.max_bytes = bind.max_msg_size;
	object_create(name, &bind);
}

/* The share is set last: all these messages are of one user now. */
static void set_share(const struct restorer *r)
{
	const struct ipcx_limit limit = { .share = r->dump.head.share };

	if (limit.share != IPCX_SHARE_ALL && ipcx_limit(r->box.fd, &limit))
		fail(STATUS_FAILED, "mailbox '%s': cannot set its share to %u %%: %s", r->box.name,
		     limit.share, strerror(errno));
}

/* Ends the program if a message could not be sent however long one waited. */
static void check_messages(const struct restorer *r)
{
	const struct ipcx_stat *stat = &r->box.stat;
	uint32_t prios = stat->flags & IPCX_STAT_MANY_PRIOS ? IPCX_PRIO_MANY : IPCX_PRIO_COUNT;

	for (uint32_t i = r->from; i < r->dump.tail.count; i++) {
		const struct dump_msg *msg = &r->dump.msgs[i];

		if (msg->len > stat->max_msg_size)
			fail(STATUS_FAILED, "message %u has %u bytes, and mailbox '%s' takes %u: "
			     "nothing was sent; 'ipcx set %s max-msg-size=%u' lets it take more",
			     i + 1, msg->len, r->box.name, stat->max_msg_size, r->box.name,
			     msg->len);
		if (msg->prio >= prios)
			fail(STATUS_FAILED, "message %u has priority %u, and mailbox '%s' has %u "
			     "at most: nothing was sent; --create makes one that has more", i + 1,
			     msg->prio, r->box.name, prios - 1);
	}
}

static void check_room(const struct restorer *r)
{
	const struct ipcx_stat *stat = &r->box.stat;
	const char *name = r->box.name;
	unsigned long long msgs = 0, bytes = 0;

	for (uint32_t i = r->from; i < r->dump.tail.count; i++) {
		msgs++;
		bytes += r->dump.msgs[i].len;
	}
	if (stat->msgs + msgs > stat->max_msgs)
		fail(STATUS_FAILED, "no room for %llu messages in mailbox '%s' (%u of %u): nothing "
		     "was sent; 'ipcx set %s max-msgs=%llu' makes it", msgs, name, stat->msgs,
		     stat->max_msgs, name, stat->msgs + msgs);
	if (stat->bytes + bytes > stat->max_bytes)
		fail(STATUS_FAILED, "no room for %llu bytes in mailbox '%s' (%llu of %llu): "
		     "nothing was sent; 'ipcx set %s max-bytes=%llu' makes it", bytes, name,
		     stat->bytes, stat->max_bytes, name, stat->bytes + bytes);
}

/* Sends some messages from @first on: how many. Ends the program if that is none. */
static uint32_t send_some(const struct restorer *r, uint32_t first)
{
	struct ipcx_msg msgs[64] = { { .len = 0 } };
	struct ipcx_send_batch batch = {
		.msgs = (__u64)(uintptr_t)msgs,
		.flags = IPCX_DONTWAIT | IPCX_NOSIGNAL,
	};
	int sent;

	while (batch.count < sizeof(msgs) / sizeof(msgs[0]) &&
	       first + batch.count < r->dump.tail.count) {
		const struct dump_msg *saved = &r->dump.msgs[first + batch.count];
		struct ipcx_msg *msg = &msgs[batch.count++];

		msg->data = (__u64)(uintptr_t)saved->data;
		msg->len = saved->len;
		msg->type = saved->type;
		msg->prio = saved->prio;
	}
	do
		sent = ipcx_sendmmsg(r->box.fd, &batch);
	while (sent < 0 && errno == EINTR);
	if (sent > 0)
		return (uint32_t)sent;
	if (first > r->from) {
		int err = errno;

		warning("messages %u to %u were sent, and of %u those from %u on were not: go on "
			"with --from %u", r->from + 1, first, r->dump.tail.count, first + 1,
			first + 1);
		errno = err;
	}
	send_failed(&r->box, r->dump.msgs[first].len, &no_time);
}

static void restore(struct restorer *r, const char *name)
{
	if (r->create)
		create(&r->dump, name);
	object_open(&r->box, name, IPCX_KIND_MAILBOX, O_WRONLY);
	check_messages(r);
	check_room(r);
	for (uint32_t i = r->from; i < r->dump.tail.count; )
		i += send_some(r, i);
	if (r->create)
		set_share(r);
}

static void parse(struct restorer *r, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "input", required_argument, NULL, 'i' },
		{ "create", no_argument, NULL, 'c' },
		{ "from", required_argument, NULL, 'f' },
		{ "list", no_argument, NULL, 'l' },
		HELP_OPTION,
		{ 0 },
	};
	int c;

	while ((c = next_option(argc, argv, ":i:cf:lh", longs)) != -1) {
		switch (c) {
		case 'i':
			r->file = optarg;
			break;
		case 'c':
			r->create = true;
			break;
		case 'f':
			r->from = (uint32_t)parse_number("--from", optarg, 1, UINT32_MAX) - 1;
			break;
		case 'l':
			r->list = true;
			break;
		}
	}
	if (r->list && (r->create || r->from))
		usage("--list sends nothing, and takes neither --create nor --from");
	if (r->list)
		want_operands(argc, argv, 0, 0, "no NAME");
	else
		want_operands(argc, argv, 1, 1, "one NAME");
}

static int run(int argc, char **argv)
{
	struct restorer r = { .from = 0 };
	const struct dump_tail *tail = &r.dump.tail;

	parse(&r, argc, argv);
	if (!r.list)
		check_name(argv[optind]);
	dump_load(&r.dump, r.file);
	if (r.from > tail->count || (r.from == tail->count && r.from))
		fail(STATUS_FAILED, "there is no message %u: the file has %u", r.from + 1,
		     tail->count);
	if (r.list)
		list(&r.dump);
	else
		restore(&r, argv[optind]);
	if (tail->with_fds || tail->awaited)
		warning("not in the file, as they could not be saved: %u messages with open "
			"descriptors, %u requests whose callers waited", tail->with_fds,
			tail->awaited);
	dump_free(&r.dump);
	return STATUS_OK;
}

const struct command cmd_restore = {
	.name = "restore",
	.run = run,
	.summary = "send the messages that were saved",
	.help = help,
};
