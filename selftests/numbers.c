// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every number that a command takes, at the ends of its range, of what may be confused with it, and
 * of its type: it means what is documented, or is refused, and then nothing has changed.
 */
#include "numbers.h"

#define NUMBER(_type, _field, _CMD, _open, _give, _took, ...)				\
	{										\
		.name = #_type "." #_field,						\
		.cmd = IPCX_IOC_##_CMD,							\
		.offset = offsetof(struct _type, _field),				\
		.size = sizeof(((struct _type *)0)->_field),				\
		.open = _open,								\
		.give = _give,								\
		.took = _took,								\
		.spans = { __VA_ARGS__ },						\
	}

/* The last is up to the end of the type. */
#define ELSE(_ret)		{ UINT64_MAX, _ret }
#define ANY(_ret)		ELSE(_ret)
#define ONLY_0(_ret)		{ 0, _ret }, ELSE(-EINVAL)
#define DEADLINE(_ret)		{ INT64_MAX, _ret }, ELSE(-EINVAL)

/* As a reply has it, so that both can be in one table */
struct received_alone {
	struct ipcx_recv next;
};

/* A receive of a message of LEN bytes that is there; and a receive that comes after a reply */
#define RECV(_type, _CMD, _give, _give_upto)					\
	NUMBER(_type, next.msg.len, _CMD, with_type_0, _give, NULL,			\
	       { LEN - 1, -EMSGSIZE }, ELSE(0)),					\
	NUMBER(_type, next.msg.prio, _CMD, with_type_0, _give, NULL, ANY(0)),		\
	NUMBER(_type, next.msg.type, _CMD, with_type_0, _give, NULL, ANY(0)),		\
	NUMBER(_type, next.msg.nfds, _CMD, with_type_0, _give, NULL, ANY(0)),		\
	NUMBER(_type, next.msg.nfds, _CMD, with_files, _give, NULL,			\
	       { 1, -EMSGSIZE }, ELSE(0)),						\
	NUMBER(_type, next.msg.flags, _CMD, with_type_0, _give, NULL,			\
	       { IPCX_MSG_TRUNCATED, 0 }, ELSE(-EINVAL)),				\
	NUMBER(_type, next.deadline, _CMD, with_type_0, _give, NULL, DEADLINE(0)),	\
	NUMBER(_type, next.flags, _CMD, with_type_0, _give, NULL,			\
	       { IPCX_DONTWAIT | IPCX_PEEK | IPCX_TRUNCATE, 0 }, ELSE(-EINVAL)),	\
	NUMBER(_type, next.select, _CMD, with_type_0, _give, NULL,			\
	       { 1, 0 }, { 2, -EAGAIN }, { 3, 0 }, ELSE(-EINVAL)),			\
	NUMBER(_type, next.select_type, _CMD, with_type_0, _give, NULL, ONLY_0(0)),	\
	NUMBER(_type, next.select_type, _CMD, with_type_high, _give_upto, NULL,		\
	       { INT64_MAX, -EAGAIN }, ELSE(0)),					\
	NUMBER(_type, next.token, _CMD, with_type_0, _give, NULL, ANY(0)),		\
	NUMBER(_type, next.reply_room, _CMD, with_type_0, _give, NULL, ANY(0)),		\
	NUMBER(_type, next.reply_nfds, _CMD, with_type_0, _give, NULL, ANY(0)),		\
	NUMBER(_type, next.from.pad, _CMD, with_type_0, _give, NULL, ANY(0))

#define KNOB(_field, _give, ...)							\
	NUMBER(ipcx_knob, _field, KNOB, box, _give, took_knob, __VA_ARGS__)

static const struct number numbers[] = {
	NUMBER(ipcx_bind, kind, BIND, unbound, give_create, NULL,
	       { 0, -EINVAL }, { IPCX_KIND_MAILBOX, 0 }, ELSE(-EINVAL)),
	NUMBER(ipcx_bind, max_msgs, BIND, unbound, give_create, took_max_msgs,
	       { MAX_MSGS, 0 }, ELSE(-E2BIG)),
	NUMBER(ipcx_bind, max_msg_size, BIND, unbound, give_create, took_max_msg_size,
	       { MAX_MSG_SIZE, 0 }, ELSE(-E2BIG)),
	NUMBER(ipcx_bind, share, BIND, unbound, give_create, took_share,
	       { IPCX_SHARE_ALL, 0 }, ELSE(-EINVAL)),
	NUMBER(ipcx_bind, max_bytes, BIND, unbound, give_create, took_max_bytes,
	       { 0, 0 }, { LONGEST - 1, -EINVAL }, { MAX_BYTES, 0 }, ELSE(-E2BIG)),
	NUMBER(ipcx_bind, size, BIND, unbound, give_create, NULL, ONLY_0(0)),
	NUMBER(ipcx_bind, size, BIND, unbound, give_create_region, took_size,
	       { 0, -EINVAL }, { MAX_REGION_SIZE, 0 }, ELSE(-E2BIG)),
	NUMBER(ipcx_unlink, flags, UNLINK, box, give_name, NULL,
	       { IPCX_UNLINK_KEEP, -ENOENT }, ELSE(-EINVAL)),
	NUMBER(ipcx_unlink, pad, UNLINK, box, give_name, NULL, ONLY_0(-ENOENT)),
	NUMBER(ipcx_limit, max_msgs, LIMIT, box, NULL, took_max_msgs,
	       { MAX_MSGS, 0 }, ELSE(-E2BIG)),
	NUMBER(ipcx_limit, max_msg_size, LIMIT, large_box, NULL, took_max_msg_size,
	       { MAX_MSG_SIZE, 0 }, ELSE(-E2BIG)),
	NUMBER(ipcx_limit, max_bytes, LIMIT, box, NULL, took_max_bytes,
	       { 0, 0 }, { LONGEST - 1, -EINVAL }, { MAX_BYTES, 0 }, ELSE(-E2BIG)),
	NUMBER(ipcx_limit, share, LIMIT, box, NULL, took_share,
	       { IPCX_SHARE_ALL, 0 }, ELSE(-EINVAL)),
	NUMBER(ipcx_limit, pad, LIMIT, box, NULL, NULL, ONLY_0(0)),
	NUMBER(ipcx_knob, set, KNOB, box, NULL, NULL, { 31, 0 }, ELSE(-EINVAL)),
	KNOB(wait, give_wait_knob, { 1000000000, 0 }, { UINT64_MAX - 1, -EINVAL }, ELSE(0)),
	KNOB(copy, give_copy_knob, { IPCX_COPY_LEND, 0 }, ELSE(-EINVAL)),
	KNOB(wake, give_wake_knob, { IPCX_WAKE_LAST, 0 }, ELSE(-EINVAL)),
	KNOB(drop, give_drop_knob, { 1000, 0 }, ELSE(-EINVAL)),
	KNOB(delay, give_delay_knob, { 1000000000, 0 }, ELSE(-EINVAL)),
	NUMBER(ipcx_reopen, flags, REOPEN, box, NULL, NULL,
	       { 0, -EINVAL }, { IPCX_REOPEN_READ | IPCX_REOPEN_WRITE, DESCRIPTOR },
	       ELSE(-EINVAL)),
	NUMBER(ipcx_reopen, pad, REOPEN, box, NULL, NULL, ELSE(-EINVAL)),

	NUMBER(ipcx_send, msg.len, SEND, box, give_send, took_len,
	       { LONGEST, 0 }, ELSE(-EMSGSIZE)),
	NUMBER(ipcx_send, msg.prio, SEND, box, give_send, took_prio,
	       { IPCX_PRIO_COUNT - 1, 0 }, ELSE(-EINVAL)),
	NUMBER(ipcx_send, msg.prio, SEND, many_prios, give_send, took_prio,
	       { IPCX_PRIO_MANY - 1, 0 }, ELSE(-EINVAL)),
	NUMBER(ipcx_send, msg.type, SEND, box, give_send, took_type, ANY(0)),
	NUMBER(ipcx_send, msg.nfds, SEND, box, give_send, took_nfds,
	       { IPCX_FDS_MAX, 0 }, ELSE(-E2BIG)),
	NUMBER(ipcx_send, msg.flags, SEND, box, give_send, NULL, ONLY_0(0)),
	NUMBER(ipcx_send, deadline, SEND, box, give_send, NULL, DEADLINE(0)),
	NUMBER(ipcx_send, flags, SEND, box, give_send, NULL,
	       { 1, 0 }, { 7, -EINVAL }, { 9, 0 }, ELSE(-EINVAL)),
	NUMBER(ipcx_send, pad, SEND, box, give_send, NULL, ONLY_0(0)),
	NUMBER(ipcx_send_batch, count, SEND_BATCH, large_box, give_send_batch, took_count,
	       { 0, -EINVAL }, { IPCX_BATCH_MAX, SO_MANY }, ELSE(-E2BIG)),
	NUMBER(ipcx_send_batch, deadline, SEND_BATCH, box, give_send_batch, NULL, DEADLINE(1)),
	NUMBER(ipcx_send_batch, flags, SEND_BATCH, box, give_send_batch, NULL,
	       { 1, 1 }, { 7, -EINVAL }, { 9, 1 }, ELSE(-EINVAL)),

	RECV(received_alone, RECV, give_recv, give_upto),
	NUMBER(ipcx_recv, select_type, RECV, with_type_7, give_type, NULL,
	       { 6, -EAGAIN }, { 7, 0 }, ELSE(-EAGAIN)),
	NUMBER(ipcx_recv, select_type, RECV, with_type_highest, give_except, NULL,
	       { UINT64_MAX - 1, 0 }, ELSE(-EAGAIN)),
	RECV(ipcx_reply, REPLY, give_next, give_next_upto),
	NUMBER(ipcx_recv_batch, count, RECV_BATCH, with_type_0, give_recv_batch, NULL,
	       { 0, -EINVAL }, { IPCX_BATCH_MAX, 1 }, ELSE(-E2BIG)),
	NUMBER(ipcx_recv_batch, min, RECV_BATCH, with_type_0, give_recv_batch, NULL,
	       { 4, 1 }, ELSE(-EINVAL)),
	NUMBER(ipcx_recv_batch, deadline, RECV_BATCH, with_type_0, give_recv_batch, NULL,
	       DEADLINE(1)),
	NUMBER(ipcx_recv_batch, flags, RECV_BATCH, with_type_0, give_recv_batch, NULL,
	       { 1, 1 }, { 3, -EINVAL }, { 5, 1 }, ELSE(-EINVAL)),
	NUMBER(ipcx_recv_batch, select, RECV_BATCH, with_type_0, give_recv_batch, NULL,
	       { 1, 1 }, { 2, -EAGAIN }, { 3, 1 }, ELSE(-EINVAL)),
	NUMBER(ipcx_recv_batch, select_type, RECV_BATCH, with_type_0, give_recv_batch, NULL,
	       ONLY_0(1)),
	NUMBER(ipcx_recv_batch, select_type, RECV_BATCH, with_type_highest,
	       give_recv_batch_of_type, NULL, { UINT64_MAX - 1, -EAGAIN }, ELSE(1)),
	NUMBER(ipcx_peek, msg.len, PEEK, with_type_0, give_peek, NULL,
	       { LEN - 1, -EMSGSIZE }, ELSE(0)),
	NUMBER(ipcx_peek, msg.nfds, PEEK, with_files, give_peek, NULL, ANY(0)),
	NUMBER(ipcx_peek, msg.flags, PEEK, with_type_0, give_peek, NULL,
	       { IPCX_MSG_TRUNCATED | IPCX_MSG_AWAITED, 0 }, ELSE(-EINVAL)),
	NUMBER(ipcx_peek, deadline, PEEK, with_type_0, give_peek, NULL, DEADLINE(0)),
	NUMBER(ipcx_peek, flags, PEEK, with_type_0, give_peek, NULL,
	       { 1, 0 }, { 3, -EINVAL }, { 5, 0 }, ELSE(-EINVAL)),
	NUMBER(ipcx_peek, after_prio, PEEK, with_type_0, give_peek, NULL, ONLY_0(0)),
	NUMBER(ipcx_peek, after_prio, PEEK, with_type_0, give_peek_behind_first, NULL,
	       { 0, -EAGAIN }, { IPCX_PRIO_COUNT - 1, 0 }, ELSE(-EINVAL)),
	NUMBER(ipcx_peek, after, PEEK, with_type_0, give_peek, NULL, { 0, 0 }, ELSE(-EAGAIN)),
	NUMBER(ipcx_peek, after, PEEK, with_type_0, give_peek_behind_high, NULL,
	       { 0, -EINVAL }, ELSE(0)),

	NUMBER(ipcx_call, request.len, CALL, hung_up, give_call, NULL,
	       { LONGEST, -EPIPE }, ELSE(-EMSGSIZE)),
	NUMBER(ipcx_call, request.prio, CALL, hung_up, give_call, NULL,
	       { IPCX_PRIO_COUNT - 1, -EPIPE }, ELSE(-EINVAL)),
	NUMBER(ipcx_call, request.type, CALL, hung_up, give_call, NULL, ANY(-EPIPE)),
	NUMBER(ipcx_call, request.nfds, CALL, hung_up, give_call, NULL,
	       { IPCX_FDS_MAX, -EPIPE }, ELSE(-E2BIG)),
	NUMBER(ipcx_call, request.flags, CALL, hung_up, give_call, NULL, ONLY_0(-EPIPE)),
	NUMBER(ipcx_call, reply.len, CALL, hung_up, give_call, NULL,
	       { LONGEST, -EPIPE }, ELSE(-EFAULT)),
	NUMBER(ipcx_call, reply.prio, CALL, hung_up, give_call, NULL, ANY(-EPIPE)),
	NUMBER(ipcx_call, reply.type, CALL, hung_up, give_call, NULL, ANY(-EPIPE)),
	NUMBER(ipcx_call, reply.nfds, CALL, hung_up, give_call, NULL, ANY(-EPIPE)),
	NUMBER(ipcx_call, reply.flags, CALL, hung_up, give_call, NULL,
	       { IPCX_MSG_TRUNCATED, -EPIPE }, ELSE(-EINVAL)),
	NUMBER(ipcx_call, deadline, CALL, hung_up, give_call, NULL, DEADLINE(-EPIPE)),
	NUMBER(ipcx_call, flags, CALL, hung_up, give_call, NULL, { 1, -EPIPE }, ELSE(-EINVAL)),
	NUMBER(ipcx_call, pad, CALL, hung_up, give_call, NULL, ONLY_0(-EPIPE)),
	NUMBER(ipcx_reply, token, REPLY, box, give_reply, NULL, { 0, -EINVAL }, ELSE(-ESRCH)),
	NUMBER(ipcx_reply, msg.len, REPLY, box, give_reply, NULL,
	       { LONGEST, -ESRCH }, ELSE(-EMSGSIZE)),
	NUMBER(ipcx_reply, msg.prio, REPLY, box, give_reply, NULL,
	       { IPCX_PRIO_COUNT - 1, -ESRCH }, ELSE(-EINVAL)),
	NUMBER(ipcx_reply, msg.type, REPLY, box, give_reply, NULL, ANY(-ESRCH)),
	NUMBER(ipcx_reply, msg.nfds, REPLY, box, give_reply, NULL,
	       { IPCX_FDS_MAX, -ESRCH }, ELSE(-E2BIG)),
	NUMBER(ipcx_reply, msg.flags, REPLY, box, give_reply, NULL, ONLY_0(-ESRCH)),
	NUMBER(ipcx_reply, flags, REPLY, box, give_reply, NULL,
	       { IPCX_REPLY_RECV, -ESRCH }, ELSE(-EINVAL)),
	NUMBER(ipcx_reply, pad, REPLY, box, give_reply, NULL, ONLY_0(-ESRCH)),

	NUMBER(ipcx_notify, kind, NOTIFY, box, NULL, NULL,
	       { IPCX_NOTIFY_NONE, 0 }, ELSE(-EINVAL)),
	NUMBER(ipcx_notify, signal, NOTIFY, box, give_signal, NULL,
	       { 0, -EINVAL }, { 64, 0 }, ELSE(-EINVAL)),
	NUMBER(ipcx_notify, signal, NOTIFY, box, NULL, NULL, ONLY_0(0)),
	NUMBER(ipcx_notify, value, NOTIFY, box, give_signal, NULL, ANY(0)),
	NUMBER(ipcx_notify, value, NOTIFY, box, NULL, NULL, ONLY_0(0)),
	NUMBER(ipcx_notify, fd, NOTIFY, box, NULL, NULL, ONLY_0(0)),
	NUMBER(ipcx_notify, pad, NOTIFY, box, NULL, NULL, ONLY_0(0)),
	NUMBER(ipcx_region_wait, seen, REGION_WAIT, some_region, give_wait, NULL,
	       { 0, 0 }, { 1, -EAGAIN }, ELSE(0)),
	NUMBER(ipcx_region_wait, deadline, REGION_WAIT, some_region, give_seen, NULL,
	       DEADLINE(-EAGAIN)),
	NUMBER(ipcx_region_wait, flags, REGION_WAIT, some_region, NULL, NULL,
	       { IPCX_DONTWAIT, 0 }, ELSE(-EINVAL)),
	NUMBER(ipcx_region_wait, pad, REGION_WAIT, some_region, give_wait, NULL, ONLY_0(0)),
};

/* All that can be told of the object, so that it can be compared */
static struct ipcx_stat state_of(int fd)
{
	struct ipcx_stat stat;

	memset(&stat, 0, sizeof(stat));
	command(fd, IPCX_IOC_STAT, &stat);
	return stat;
}

static int expected(const struct number *number, uint64_t value)
{
	const struct span *span = number->spans;

	while (value > span->last)
		span++;
	return span->ret == SO_MANY ? (int)value : span->ret;
}

/* What is told when a message does not fit */
static bool may_be_written(const struct number *number, int ret)
{
	return ret == -EMSGSIZE && _IOC_NR(number->cmd) != _IOC_NR(IPCX_IOC_SEND) &&
	       number->give != give_call && number->give != give_reply;
}

/* What is wrong when the number has that value, or NULL */
static const char *wrong(const struct number *number, uint64_t value, int *ret)
{
	union argument arg, before;
	struct ipcx_stat was, is;
	const char *what = NULL;
	int fd = number->open(), wanted = expected(number, value);

	memset(&arg, 0, sizeof(arg));
	if (number->give)
		number->give(&arg);
	memcpy(arg.bytes + number->offset, &value, number->size);
	before = arg;
	was = state_of(fd);
	*ret = command(fd, number->cmd, &arg);
	is = state_of(fd);
	if (wanted == DESCRIPTOR ? *ret < 0 : *ret != wanted)
		what = "the result";
	else if (*ret < 0 && memcmp(&was, &is, sizeof(was)))
		what = "what has changed";
	else if (*ret < 0 && !may_be_written(number, *ret) && memcmp(&arg, &before, sizeof(arg)))
		what = "the argument afterwards";
	else if (*ret >= 0 && number->took && !number->took(fd, number, value))
		what = "what it means";
	if (wanted == DESCRIPTOR && *ret >= 0)
		close(*ret);
	close(fd);
	return what;
}

static uint64_t most_of(const struct number *number)
{
	return number->size == 4 ? UINT32_MAX : UINT64_MAX;
}

/* The @nth value to try, some of them twice; false if there are no more */
static bool value_of(const struct number *number, unsigned int nth, uint64_t *value)
{
	static const uint64_t always[] = {
		0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, INT32_MAX,
		UINT64_C(1) << 31, UINT32_MAX, UINT64_C(1) << 32, (UINT64_C(1) << 32) + 1,
		INT64_MAX, UINT64_C(1) << 63, UINT64_MAX - 1, UINT64_MAX,
	};

	if (nth < ARRAY_SIZE(always)) {
		*value = always[nth];
		return true;
	}
	nth -= ARRAY_SIZE(always);
	if (nth >= 3 * ARRAY_SIZE(number->spans))
		return false;
	*value = number->spans[nth / 3].last + nth % 3 - 1;
	return true;
}

TEST(each_number_means_what_it_should_or_is_refused)
{
	unsigned int i, nth, tried = 0;
	const char *what;
	uint64_t value;
	int ret;

	numbers_prepare();
	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		const struct number *number = &numbers[i];

		for (nth = 0; value_of(number, nth, &value); nth++) {
			if (value > most_of(number))
				continue;
			what = wrong(number, value, &ret);
			EXPECT_EQ(NULL, what) {
				TH_LOG("%s %#llx: %s: %d, not %d", number->name,
				       (unsigned long long)value, what, ret,
				       expected(number, value));
			}
			tried++;
		}
	}
	TH_LOG("%u values of %zu numbers", tried, ARRAY_SIZE(numbers));
}

/* A descriptor is a number with a sign. */
TEST(no_number_of_a_descriptor_that_is_not_open_is_taken_for_one)
{
	static const int none[] = { -1, -2, 1000, INT32_MAX, INT32_MIN };
	struct ipcx_notify notify = { .kind = IPCX_NOTIFY_EVENTFD };
	struct ipcx_send send = { .msg = { .nfds = 1 } };
	int fd = mailbox(NULL, O_RDWR);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(none); i++) {
		notify.fd = none[i];
		EXPECT_EQ(-EBADF, command(fd, IPCX_IOC_NOTIFY, &notify));
		send.msg.fds = (uintptr_t)&none[i];
		EXPECT_EQ(-EBADF, command(fd, IPCX_IOC_SEND, &send));
	}
	EXPECT_EQ(0, stat_of(fd).msgs);
}

TEST_HARNESS_MAIN
