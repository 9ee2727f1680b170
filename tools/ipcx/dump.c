// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx dump: save the messages of a mailbox, all of which stay there.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "dumpfile.h"

static const char help[] =
"Usage: ipcx dump [OPTION]... NAME\n"
"\n"
"Write the messages of the mailbox NAME to standard output, or to a file, for 'ipcx restore'. All\n"
"of them stay. Others can send and receive meanwhile: what is there all the time is saved once.\n"
"\n"
"  -o, --output FILE         write FILE, which is there when it is complete, or not at all\n"
"  -s, --skip                leave out what cannot be saved, and tell how much that was: messages\n"
"                            with open descriptors, requests whose callers wait for the reply.\n"
"                            Without this, one such message makes it fail\n"
"  -h, --help                this help\n"
"\n"
"Priority, type, order and payload of messages are saved, and, for information, when and by whom\n"
"they were sent; and the limits of the mailbox. The file is for its owner only.\n";

struct dumper {
	struct object box;
	bool skip;
	uint64_t since_1970;	/* what is to be added to the clock of messages */
	char *buf;
	size_t room;
	struct dump_writer writer;
};

/* The file while it is not complete; there until it is renamed. */
static char *part;

static void remove_part(void)
{
	if (part)
		unlink(part);
}

static void open_part(struct dump_writer *w, const char *file)
{
	w->name = file;
	if (asprintf(&part, "%s.XXXXXX", file) < 0)
		fail(STATUS_FAILED, "no memory");
	/* Only its owner can read it, as with the mailbox. */
	w->fd = mkostemp(part, O_CLOEXEC);
	if (w->fd < 0)
		fail(STATUS_FAILED, "cannot make %s: %s", part, strerror(errno));
	before_failing(remove_part);
}

static void finish_part(struct dump_writer *w)
{
	if (fsync(w->fd) || close(w->fd) || rename(part, w->name))
		fail(STATUS_FAILED, "cannot write %s: %s", w->name, strerror(errno));
	free(part);
	part = NULL;
}

static uint64_t clock_of(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void put_head(struct dumper *d)
{
	const struct ipcx_stat *stat = &d->box.stat;
	struct dump_head head = {
		.time = clock_of(CLOCK_REALTIME),
		.max_bytes = stat->max_bytes,
		.max_msgs = stat->max_msgs,
		.max_msg_size = stat->max_msg_size,
		.share = stat->share,
		.mode = stat->mode,
		.flags = (stat->flags & IPCX_STAT_HANGUP ? IPCX_BIND_HANGUP : 0) |
			 (stat->flags & IPCX_STAT_MANY_PRIOS ? IPCX_BIND_MANY_PRIOS : 0),
	};

	memcpy(head.name, stat->name, sizeof(head.name));
	d->since_1970 = head.time - clock_of(CLOCK_MONOTONIC);
	dump_put_head(&d->writer, &head);
}

static void need_room(struct dumper *d, size_t room)
{
	d->buf = realloc(d->buf, room ? room : 1);
	if (!d->buf)
		fail(STATUS_FAILED, "no memory for a message of %zu bytes", room);
	d->room = room;
}

/* Looks at the next message: false if there is none. */
static bool look(struct dumper *d, struct ipcx_peek *peek)
{
	for (;;) {
		if (ipcx_peek_next(d->box.fd, peek, d->buf, d->room) >= 0)
			return true;
		switch (errno) {
		case EAGAIN:
		case EIDRM:
		case EPIPE:
			return false;
		case EMSGSIZE:
			/* The limit has been raised. */
			need_room(d, peek->msg.len);
			break;
		case EINTR:
			break;
		default:
			recv_failed(&d->box, "", NULL);
		}
	}
}

/* Can the message be saved? If not, it is counted. */
static bool can_be_saved(struct dumper *d, const struct ipcx_msg *msg)
{
	if (!msg->nfds && !(msg->flags & IPCX_MSG_AWAITED))
		return true;
	if (!d->skip)
		fail(STATUS_FAILED, "mailbox '%s' has a message %s, which cannot be saved: --skip "
		     "leaves such out", d->box.name,
		     msg->nfds ? "with open descriptors" : "whose caller waits for the reply");
	if (msg->nfds)
		d->writer.tail.with_fds++;
	else
		d->writer.tail.awaited++;
	return false;
}

static void put_message(struct dumper *d, const struct ipcx_peek *peek)
{
	dump_put_msg(&d->writer, &(struct dump_msg) {
		.data = d->buf,
		.len = peek->msg.len,
		.prio = peek->msg.prio,
		.type = peek->msg.type,
		.seq = peek->seq,
		.time = peek->from.time + d->since_1970,
		.pid = peek->from.pid,
		.uid = peek->from.uid,
		.gid = peek->from.gid,
	});
}

static void save(struct dumper *d)
{
	struct ipcx_peek peek = { .seq = 0 };

	need_room(d, d->box.stat.max_msg_size);
	put_head(d);
	while (look(d, &peek)) {
		if (can_be_saved(d, &peek.msg))
			put_message(d, &peek);
	}
	dump_put_tail(&d->writer);
	free(d->buf);
}

static int run(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "skip", no_argument, NULL, 's' },
		HELP_OPTION,
		{ 0 },
	};
	struct dumper d = { .writer = { .fd = STDOUT_FILENO, .name = "standard output" } };
	const struct dump_tail *tail = &d.writer.tail;
	const char *file = NULL;
	int c;

	while ((c = next_option(argc, argv, ":o:sh", longs)) != -1) {
		switch (c) {
		case 'o':
			file = optarg;
			break;
		case 's':
			d.skip = true;
			break;
		}
	}
	want_operands(argc, argv, 1, 1, "one NAME");
	if (!file && isatty(STDOUT_FILENO))
		usage("a dump is not for a terminal: give --output FILE, or '> FILE'");
	object_open(&d.box, argv[optind], IPCX_KIND_MAILBOX, O_RDONLY);
	if (file)
		open_part(&d.writer, file);
	save(&d);
	if (file)
		finish_part(&d.writer);
	if (tail->with_fds || tail->awaited)
		warning("left out: %u messages with open descriptors, %u requests whose callers "
			"wait; %u were saved", tail->with_fds, tail->awaited, tail->count);
	return STATUS_OK;
}

const struct command cmd_dump = {
	.name = "dump",
	.run = run,
	.summary = "save the messages of a mailbox",
	.help = help,
};
