/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For each command a number of whose argument is tried: an endpoint, and the rest of the argument.
 */
#ifndef _IPCX_NUMBERS_H
#define _IPCX_NUMBERS_H

#include <sys/eventfd.h>

#include "argument.h"
#include "harness.h"

/* Results that are not one number: the number given; a new descriptor */
enum { SO_MANY = 1000001, DESCRIPTOR };

#define MAX_MSGS	(1U << 20)
#define MAX_MSG_SIZE	(1U << 20)
#define MAX_BYTES	(64U << 20)
#define MAX_REGION_SIZE	(INT64_MAX & ~UINT64_C(4095))

/* The longest message, as that of a mailbox nobody has limited */
#define LONGEST		65536

/* The length of the message that is there to be received */
#define LEN		100

/* From after the last up to and with this, the result is that. */
struct span {
	uint64_t last;
	int ret;
};

/*
 * A field, of a command to an endpoint that @open opens, with what @give says besides. @took looks
 * whether it means what it should, where that is more than the result.
 */
struct number {
	const char *name;
	unsigned long cmd;
	size_t offset;
	size_t size;
	int (*open)(void);
	void (*give)(union argument *arg);
	bool (*took)(int fd, const struct number *number, uint64_t value);
	struct span spans[6];
};

/* Memory for what is sent and received. Behind it there is nothing. */
static uint8_t *data;
static int events[IPCX_FDS_MAX];
static struct ipcx_received many[IPCX_BATCH_MAX];
static struct ipcx_msg empty[IPCX_BATCH_MAX];

static void numbers_prepare(void)
{
	unsigned int i;

	data = (uint8_t *)cliff() - LONGEST;
	events[0] = eventfd(0, EFD_CLOEXEC);
	for (i = 1; i < IPCX_FDS_MAX; i++)
		events[i] = events[0];
	for (i = 0; i < IPCX_BATCH_MAX; i++)
		many[i].msg = msg_of(data, LEN, 0);
}

/* Endpoints */

static int unbound(void)
{
	return endpoint(O_RDWR);
}

static int box(void)
{
	return mailbox(NULL, O_RDWR);
}

static int large_box(void)
{
	return mailbox_of(IPCX_BATCH_MAX, 0, MAX_BYTES);
}

static int many_prios(void)
{
	struct ipcx_bind bind = mailbox_bind(NULL, IPCX_BIND_CREATE | IPCX_BIND_MANY_PRIOS);

	return bound(O_RDWR, &bind);
}

static int box_with(uint64_t type)
{
	int fd = box();

	if (fd >= 0 && put(fd, type, LEN, IPCX_DONTWAIT))
		abort();
	return fd;
}

static int with_type_0(void)
{
	return box_with(0);
}

static int with_type_7(void)
{
	return box_with(7);
}

static int with_type_high(void)
{
	return box_with(UINT64_C(1) << 63);
}

static int with_type_highest(void)
{
	return box_with(UINT64_MAX);
}

static int with_files(void)
{
	struct ipcx_send send = { .msg = { .fds = (uintptr_t)events, .nfds = 2 } };
	int fd = box();

	if (fd >= 0 && command(fd, IPCX_IOC_SEND, &send))
		abort();
	return fd;
}

/* Nobody is left who could answer: no call waits. */
static int hung_up(void)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), IPCX_BIND_CREATE | IPCX_BIND_HANGUP);
	int reader = bound(O_RDONLY, &bind), writer = bound(O_WRONLY, &bind);

	close(reader);
	signal(SIGPIPE, SIG_IGN);
	return writer;
}

static int some_region(void)
{
	return region(NULL, O_RDWR, 4096);
}

/* What else an argument says */

static void give_create(union argument *arg)
{
	arg->bind = mailbox_bind(NULL, IPCX_BIND_CREATE);
}

static void give_create_region(union argument *arg)
{
	arg->bind = region_bind(NULL, IPCX_BIND_CREATE, 0);
}

static void give_name(union argument *arg)
{
	strcpy(arg->unlink.name, "nobody has this name");
}

static void give_send(union argument *arg)
{
	arg->send.msg = msg_of(data, 0, 0);
	arg->send.msg.fds = (uintptr_t)events;
}

static void give_recv(union argument *arg)
{
	arg->recv.msg = msg_of(data, LONGEST, 0);
	arg->recv.msg.fds = (uintptr_t)data;
	arg->recv.msg.nfds = IPCX_FDS_MAX;
	arg->recv.flags = IPCX_DONTWAIT;
}

static void give_type(union argument *arg)
{
	give_recv(arg);
	arg->recv.select = IPCX_SELECT_TYPE;
}

static void give_except(union argument *arg)
{
	give_recv(arg);
	arg->recv.select = IPCX_SELECT_EXCEPT;
}

static void give_upto(union argument *arg)
{
	give_recv(arg);
	arg->recv.select = IPCX_SELECT_UPTO;
}

static void give_next(union argument *arg)
{
	union argument recv = { .bytes = { 0 } };

	give_recv(&recv);
	arg->reply.flags = IPCX_REPLY_RECV;
	arg->reply.next = recv.recv;
}

static void give_next_upto(union argument *arg)
{
	give_next(arg);
	arg->reply.next.select = IPCX_SELECT_UPTO;
}

static void give_call(union argument *arg)
{
	arg->call.request = msg_of(data, 0, 0);
	arg->call.request.fds = (uintptr_t)events;
	arg->call.reply = msg_of(data, 0, 0);
	arg->call.reply.fds = (uintptr_t)data;
}

static void give_reply(union argument *arg)
{
	arg->reply.token = 12345678;
	arg->reply.msg = msg_of(data, 0, 0);
	arg->reply.msg.fds = (uintptr_t)events;
}

static void give_send_batch(union argument *arg)
{
	arg->send_batch.msgs = (uintptr_t)empty;
	arg->send_batch.count = 1;
}

static void give_recv_batch(union argument *arg)
{
	arg->recv_batch.msgs = (uintptr_t)many;
	arg->recv_batch.count = 4;
	arg->recv_batch.flags = IPCX_DONTWAIT;
}

static void give_recv_batch_of_type(union argument *arg)
{
	give_recv_batch(arg);
	arg->recv_batch.select = IPCX_SELECT_TYPE;
}

static void give_peek(union argument *arg)
{
	arg->peek.msg = msg_of(data, LONGEST, 0);
	arg->peek.flags = IPCX_DONTWAIT;
}

static void give_peek_behind_high(union argument *arg)
{
	give_peek(arg);
	arg->peek.after_prio = IPCX_PRIO_COUNT - 1;
}

static void give_peek_behind_first(union argument *arg)
{
	give_peek(arg);
	arg->peek.after = 1;
}

static void give_signal(union argument *arg)
{
	arg->notify.kind = IPCX_NOTIFY_SIGNAL;
	arg->notify.signal = SIGUSR1;
}

static void give_wait(union argument *arg)
{
	arg->region_wait.flags = IPCX_DONTWAIT;
}

static void give_seen(union argument *arg)
{
	give_wait(arg);
	arg->region_wait.seen = 1;
}

#define GIVE_KNOB(_name, _flag)								\
	static void give_##_name(union argument *arg)					\
	{										\
		arg->knob.set = _flag;							\
	}
GIVE_KNOB(wait_knob, IPCX_KNOB_WAIT)
GIVE_KNOB(copy_knob, IPCX_KNOB_COPY)
GIVE_KNOB(wake_knob, IPCX_KNOB_WAKE)
GIVE_KNOB(drop_knob, IPCX_KNOB_DROP)
GIVE_KNOB(delay_knob, IPCX_KNOB_DELAY)

/* What became of it */

static uint64_t number_in(const void *bytes, size_t size)
{
	uint64_t wide;
	uint32_t narrow;

	memcpy(&wide, bytes, size == 8 ? 8 : 0);
	memcpy(&narrow, bytes, 4);
	return size == 8 ? wide : narrow;
}

#define TOOK_LIMIT(_field)								\
	static bool took_##_field(int fd, const struct number *number, uint64_t value)	\
	{										\
		(void)number;								\
		return !value || value == stat_of(fd)._field;				\
	}
TOOK_LIMIT(max_msgs)
TOOK_LIMIT(max_msg_size)
TOOK_LIMIT(max_bytes)
TOOK_LIMIT(share)
TOOK_LIMIT(size)

static bool took_knob(int fd, const struct number *number, uint64_t value)
{
	union argument arg = { .bytes = { 0 } };

	return !command(fd, IPCX_IOC_KNOB, &arg.knob) &&
	       number_in(arg.bytes + number->offset, number->size) == value;
}

static bool received(int fd, struct ipcx_recv *recv)
{
	memset(recv, 0, sizeof(*recv));
	recv->msg = msg_of(data, LONGEST, 0);
	recv->msg.fds = (uintptr_t)data;
	recv->msg.nfds = IPCX_FDS_MAX;
	recv->flags = IPCX_DONTWAIT;
	return !command(fd, IPCX_IOC_RECV, recv);
}

#define TOOK_SENT(_field)								\
	static bool took_##_field(int fd, const struct number *number, uint64_t value)	\
	{										\
		struct ipcx_recv recv;							\
											\
		(void)number;								\
		return received(fd, &recv) && value == recv.msg._field;			\
	}
TOOK_SENT(len)
TOOK_SENT(prio)
TOOK_SENT(type)
TOOK_SENT(nfds)

static bool took_count(int fd, const struct number *number, uint64_t value)
{
	(void)number;
	return stat_of(fd).msgs == value;
}

#endif
