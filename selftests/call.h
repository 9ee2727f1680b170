/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests of calls share: a mailbox with an endpoint to serve and one to call.
 */
#ifndef _IPCX_CALL_H
#define _IPCX_CALL_H

#include "harness.h"

/* A request as it was received */
struct request {
	struct ipcx_recv recv;
	uint8_t data[8192];
};

static inline int64_t take(int fd, struct request *request)
{
	return get_into(fd, &request->recv, request->data, sizeof(request->data), 0);
}

static inline int reply_to(int fd, const struct request *request)
{
	return answer(fd, request->recv.token, request->recv.msg.type, request->recv.msg.len);
}

FIXTURE(call)
{
	const char *name;
	int fd;
	int client;
};

FIXTURE_SETUP(call)
{
	self->name = fresh_name();
	self->fd = mailbox(self->name, O_RDWR | O_CREAT);
	self->client = mailbox(self->name, O_WRONLY);
	ASSERT_GE(self->client, 0);
}

FIXTURE_TEARDOWN(call)
{
	close(self->fd);
	close(self->client);
}

/* A child that calls, with a message of @len bytes */
static inline void caller(struct child *child, int fd, uint64_t type, size_t len)
{
	if (child_start(child))
		child_done(child, ask(fd, type, len, 0));
}

/* The same, which can be interrupted: SIGUSR1 comes with SA_RESTART or without. */
static inline void interruptible_caller(struct child *child, int fd, int flags)
{
	if (child_start(child)) {
		handle(SIGUSR1, flags);
		child_done(child, ask(fd, 1, 10, 0));
	}
}

#endif
