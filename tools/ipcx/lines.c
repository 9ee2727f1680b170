// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines, each sent as a message, as many in a system call as there are.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"

#define LEAST_ROOM 65536

/* What has been read and not sent: no more than a line that is too long */
struct lines {
	const struct object *box;
	const struct timeout *timeout;
	const char *from;
	int fd;
	char *buf;
	size_t room;
	size_t len;
	bool ended;
	struct ipcx_msg *msgs;
	unsigned int batch;
	unsigned int count;
};

static void send_batch(struct lines *l)
{
	struct ipcx_send_batch batch = { .flags = 0 };
	unsigned int sent = 0;

	apply_timeout(l->timeout, &batch.deadline, &batch.flags);
	while (sent < l->count) {
		int n;

		batch.msgs = (__u64)(uintptr_t)(l->msgs + sent);
		batch.count = l->count - sent;
		n = ipcx_sendmmsg(l->box->fd, &batch);
		if (n < 0 && errno != EINTR)
			send_failed(l->box, l->msgs[sent].len, l->timeout);
		if (n > 0)
			sent += (unsigned int)n;
	}
	l->count = 0;
}

static void add_line(struct lines *l, const char *line, size_t len)
{
	struct ipcx_msg *msg = &l->msgs[l->count];

	if (len > l->box->stat.max_msg_size) {
		send_batch(l);
		fail(STATUS_FAILED, "a line is longer than the %u bytes that mailbox '%s' takes: "
		     "it was not sent, nor what comes after it", l->box->stat.max_msg_size,
		     l->box->name);
	}
	msg->data = (__u64)(uintptr_t)line;
	msg->len = (__u32)len;
	if (++l->count == l->batch)
		send_batch(l);
}

/* Sends the lines that are complete, and keeps the rest. */
static void send_complete(struct lines *l)
{
	const char *line = l->buf, *end = l->buf + l->len, *newline;

	while (line < end && (newline = memchr(line, '\n', (size_t)(end - line)))) {
		add_line(l, line, (size_t)(newline - line));
		line = newline + 1;
	}
	/* The last may lack its newline; and one that is too long is not waited for. */
	if (line < end && (l->ended || (size_t)(end - line) > l->box->stat.max_msg_size)) {
		add_line(l, line, (size_t)(end - line));
		line = end;
	}
	send_batch(l);
	l->len = (size_t)(end - line);
	memmove(l->buf, line, l->len);
}

static void read_more(struct lines *l)
{
	struct pollfd pfd = { .fd = l->fd, .events = POLLIN };
	ssize_t n = read(l->fd, l->buf + l->len, l->room - l->len);

	if (n < 0 && errno == EAGAIN)
		poll(&pfd, 1, -1);
	else if (n < 0 && errno != EINTR)
		fail(STATUS_FAILED, "cannot read %s: %s", l->from, strerror(errno));
	else if (n == 0)
		l->ended = true;
	else if (n > 0)
		l->len += (size_t)n;
}

/* Sends each line of @file, or of standard input, with priority and type as in @as. */
void send_lines(const struct object *box, const char *file, unsigned int batch,
		const struct ipcx_msg *as, const struct timeout *timeout)
{
	bool named = file && strcmp(file, "-");
	struct lines l = {
		.box = box,
		.timeout = timeout,
		.from = named ? file : "standard input",
		.fd = named ? payload_open(file) : STDIN_FILENO,
		.room = (size_t)box->stat.max_msg_size + LEAST_ROOM,
		.batch = batch,
	};

	l.buf = malloc(l.room);
	l.msgs = calloc(batch, sizeof(*l.msgs));
	if (!l.buf || !l.msgs)
		fail(STATUS_FAILED, "no memory for %u messages", batch);
	for (unsigned int i = 0; i < batch; i++)
		l.msgs[i] = *as;
	while (!l.ended) {
		read_more(&l);
		send_complete(&l);
	}
	free(l.buf);
	free(l.msgs);
	if (named)
		close(l.fd);
}
