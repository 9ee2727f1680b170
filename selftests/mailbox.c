// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages: content, order, limits, waiting for one or for room, readiness.
 */
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/uio.h>

#include "harness.h"

FIXTURE(box)
{
	int fd;
};

FIXTURE_SETUP(box)
{
	self->fd = mailbox(NULL, O_RDWR);
	ASSERT_GE(self->fd, 0);
}

FIXTURE_TEARDOWN(box)
{
	close(self->fd);
}

/* Content */

/* Lengths at which something changes inside: inline, one allocation, pages, the default limit. */
static const size_t lengths[] = {
	0, 1, 2, 7, 8, 63, 64, 255, 256, 257, 511, 512, 800, 890, 900, 910, 920, 925, 930, 935, 940,
	945, 950, 1000, 1023, 1024, 1025, 2048, 4095, 4096, 4097, 8191, 8192, 8193, 10000, 65535, 65536,
};

TEST_F(box, carries_messages_of_every_length)
{
	struct ipcx_recv recv;
	static uint8_t buf[65536];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		ASSERT_EQ(0, put(self->fd, i, lengths[i], IPCX_DONTWAIT));
		ASSERT_EQ(i, get_into(self->fd, &recv, buf, lengths[i], IPCX_DONTWAIT));
		EXPECT_EQ(lengths[i], recv.msg.len);
	}
}

TEST_F(box, keeps_the_boundaries_of_messages)
{
	struct ipcx_recv recv;
	static uint8_t buf[65536];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++)
		ASSERT_EQ(0, put(self->fd, i, lengths[i], IPCX_DONTWAIT));
	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		ASSERT_EQ(i, get_into(self->fd, &recv, buf, sizeof(buf), IPCX_DONTWAIT));
		EXPECT_EQ(lengths[i], recv.msg.len);
	}
	EXPECT_EQ(-EAGAIN, get(self->fd, IPCX_DONTWAIT));
}

TEST_F(box, hands_messages_of_every_length_to_a_waiting_receiver)
{
	static uint8_t buf[65536];
	struct ipcx_recv recv;
	struct child child;
	size_t i;

	if (child_start(&child)) {
		for (i = 0; i < ARRAY_SIZE(lengths); i++)
			if (get_into(self->fd, &recv, buf, lengths[i], 0) != (int64_t)i ||
			    recv.msg.len != lengths[i])
				child_done(&child, i);
		child_done(&child, -1);
	}
	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		ASSERT_EQ(0, await_receivers(self->fd, 1));
		ASSERT_EQ(0, put(self->fd, i, lengths[i], IPCX_DONTWAIT));
	}
	EXPECT_EQ(-1, child_join(&child));
}

TEST(messages_of_a_mebibyte_are_carried)
{
	size_t len = 1 << 20;
	int fd = mailbox_of(0, len, 0);
	struct ipcx_recv recv;
	uint8_t *buf = malloc(len);

	ASSERT_EQ(0, put(fd, 9, len, IPCX_DONTWAIT));
	ASSERT_EQ(9, get_into(fd, &recv, buf, len, IPCX_DONTWAIT));
	EXPECT_EQ(len, recv.msg.len);
	EXPECT_EQ(-EMSGSIZE, put(fd, 9, len + 1, IPCX_DONTWAIT));
}

TEST(a_message_over_the_limit_is_refused_and_nothing_is_sent)
{
	int fd = mailbox_of(0, 100, 0);
	uint8_t buf[101] = { 0 };

	EXPECT_EQ(0, put(fd, 1, 100, 0));
	EXPECT_EQ(-EMSGSIZE, put(fd, 2, 101, 0));
	EXPECT_EQ(-1, write(fd, buf, 101));
	EXPECT_EQ(EMSGSIZE, errno);
	EXPECT_EQ(1, stat_of(fd).msgs);
	EXPECT_EQ(1, get(fd, 0));
}

TEST_F(box, carries_type_and_priority_as_given)
{
	static const uint64_t types[] = { 0, 1, 0x7fffffffffffffff, 0x8000000000000000, UINT64_MAX };
	struct ipcx_send send = { .flags = 0 };
	struct ipcx_recv recv = { .flags = 0 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		send.msg.type = types[i];
		send.msg.prio = i * 7;
		ASSERT_EQ(0, command(self->fd, IPCX_IOC_SEND, &send));
		ASSERT_EQ(0, command(self->fd, IPCX_IOC_RECV, &recv));
		EXPECT_EQ(types[i], recv.msg.type);
		EXPECT_EQ(i * 7, recv.msg.prio);
	}
}

TEST_F(box, tells_who_sent_and_when)
{
	struct ipcx_recv recv;
	struct child child;
	uint64_t before = now_ns();
	uint8_t buf[1];
	uint64_t sent;
	pid_t pid;

	if (child_start(&child)) {
		if (setresgid(-1, 4321, -1) || setresuid(-1, 1234, -1))
			child_done(&child, -errno);
		child_done(&child, put(self->fd, 1, 1, 0));
	}
	pid = child.pid;
	ASSERT_EQ(0, child_join(&child));
	sent = now_ns();
	ASSERT_EQ(1, get_into(self->fd, &recv, buf, sizeof(buf), 0));
	EXPECT_EQ(pid, recv.from.pid);
	EXPECT_EQ(1234, recv.from.uid);
	EXPECT_EQ(4321, recv.from.gid);
	EXPECT_LE(before, recv.from.time);
	EXPECT_GE(sent, recv.from.time);
}

/* Order */

TEST_F(box, delivers_in_the_order_of_sending)
{
	unsigned int i;

	for (i = 0; i < 200; i++)
		ASSERT_EQ(0, put(self->fd, i, i * 7 % 1000, IPCX_DONTWAIT));
	for (i = 0; i < 200; i++)
		ASSERT_EQ(i, get(self->fd, IPCX_DONTWAIT));
}

TEST_F(box, delivers_the_highest_priority_first)
{
	unsigned int i, prio;

	/* Three of each priority, in a mixed order; the type says priority and place. */
	for (i = 0; i < 3; i++)
		for (prio = 0; prio < IPCX_PRIO_COUNT; prio++)
			ASSERT_EQ(0, put_prio(self->fd, prio * 13 % 32 * 10 + i, 5, prio * 13 % 32));
	for (prio = IPCX_PRIO_COUNT; prio--; )
		for (i = 0; i < 3; i++)
			EXPECT_EQ(prio * 10 + i, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, get(self->fd, IPCX_DONTWAIT));
}

TEST_F(box, delivers_an_urgent_message_before_what_is_queued)
{
	ASSERT_EQ(0, put_prio(self->fd, 1, 1, 5));
	ASSERT_EQ(0, put_prio(self->fd, 2, 1, 5));
	ASSERT_EQ(1, get(self->fd, 0));
	ASSERT_EQ(0, put_prio(self->fd, 3, 1, 6));
	ASSERT_EQ(0, put_prio(self->fd, 4, 1, 4));
	EXPECT_EQ(3, get(self->fd, 0));
	EXPECT_EQ(2, get(self->fd, 0));
	EXPECT_EQ(4, get(self->fd, 0));
}

TEST_F(box, serves_the_receiver_that_waited_longest)
{
	struct child child[4];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(child); i++) {
		if (child_start(&child[i]))
			child_done(&child[i], get(self->fd, 0));
		ASSERT_EQ(0, await_receivers(self->fd, i + 1));
	}
	for (i = 0; i < ARRAY_SIZE(child); i++)
		ASSERT_EQ(0, put(self->fd, 100 + i, i * 300, 0));
	for (i = 0; i < ARRAY_SIZE(child); i++)
		EXPECT_EQ(100 + i, child_join(&child[i]));
}

/* read and write */

TEST_F(box, carries_what_is_written_to_who_reads)
{
	char buf[100];

	ASSERT_EQ(5, write(self->fd, "hello", 5));
	ASSERT_EQ(0, write(self->fd, "", 0));
	ASSERT_EQ(3, write(self->fd, "abc", 3));
	EXPECT_EQ(5, read(self->fd, buf, sizeof(buf)));
	EXPECT_EQ(0, memcmp(buf, "hello", 5));
	EXPECT_EQ(0, read(self->fd, buf, sizeof(buf)));
	EXPECT_EQ(3, read(self->fd, buf, 3));
	EXPECT_EQ(0, memcmp(buf, "abc", 3));
	EXPECT_EQ(0, stat_of(self->fd).msgs);
}

TEST_F(box, gathers_and_scatters_one_message)
{
	char a[3], b[1], c[3000];
	struct iovec out[] = { { "ab", 2 }, { "", 0 }, { "cdefg", 5 } };
	struct iovec in[] = { { a, sizeof(a) }, { b, sizeof(b) }, { c, sizeof(c) } };

	ASSERT_EQ(7, writev(self->fd, out, 3));
	EXPECT_EQ(1, stat_of(self->fd).msgs);
	ASSERT_EQ(7, readv(self->fd, in, 3));
	EXPECT_EQ(0, memcmp(a, "abc", 3));
	EXPECT_EQ('d', b[0]);
	EXPECT_EQ(0, memcmp(c, "efg", 3));
}

TEST_F(box, carries_long_messages_through_vectors)
{
	static uint8_t out[20000], in[20000];
	struct iovec parts[] = { { out, 1 }, { out + 1, 4096 }, { out + 4097, sizeof(out) - 4097 } };
	struct iovec room[] = { { in, 5000 }, { in + 5000, sizeof(in) - 5000 } };

	fill(out, sizeof(out), 3);
	ASSERT_EQ(sizeof(out), writev(self->fd, parts, 3));
	ASSERT_EQ(sizeof(out), readv(self->fd, room, 2));
	EXPECT_TRUE(filled(in, sizeof(in), 3));
}

TEST_F(box, gives_written_messages_type_and_priority_0)
{
	struct ipcx_recv recv = { .flags = 0 };

	ASSERT_EQ(0, write(self->fd, "", 0));
	recv.msg.type = recv.msg.prio = 9;
	ASSERT_EQ(0, command(self->fd, IPCX_IOC_RECV, &recv));
	EXPECT_EQ(0, recv.msg.type);
	EXPECT_EQ(0, recv.msg.prio);
	EXPECT_EQ(getpid(), recv.from.pid);
}

TEST_F(box, refuses_a_read_that_is_too_short)
{
	char buf[10];

	ASSERT_EQ(5, write(self->fd, "hello", 5));
	EXPECT_EQ(-1, read(self->fd, buf, 4));
	EXPECT_EQ(EMSGSIZE, errno);
	EXPECT_EQ(5, read(self->fd, buf, 5));
}

/* Buffers that are too short */

TEST_F(box, keeps_a_message_that_does_not_fit_and_tells_its_length)
{
	struct ipcx_recv recv;
	uint8_t buf[5000];

	ASSERT_EQ(0, put(self->fd, 1, 5000, 0));
	ASSERT_EQ(0, put(self->fd, 2, 1, 0));
	EXPECT_EQ(-EMSGSIZE, get_into(self->fd, &recv, buf, 4999, 0));
	EXPECT_EQ(5000, recv.msg.len);
	EXPECT_EQ(-EMSGSIZE, get_into(self->fd, &recv, NULL, 0, IPCX_DONTWAIT));
	EXPECT_EQ(5000, recv.msg.len);
	EXPECT_EQ(2, stat_of(self->fd).msgs);
	EXPECT_EQ(1, get_into(self->fd, &recv, buf, 5000, 0));
	EXPECT_EQ(2, get_into(self->fd, &recv, buf, 1, 0));
}

/* What a receiver with a buffer of @size gets: -EMSGSIZE minus the length told, or the type. */
static int64_t get_or_length(int fd, size_t size)
{
	struct ipcx_recv recv;
	uint8_t buf[8192];
	int64_t type = get_into(fd, &recv, buf, size, 0);

	return type == -EMSGSIZE ? -EMSGSIZE - (int64_t)recv.msg.len : type;
}

TEST_F(box, tells_a_waiting_receiver_that_its_buffer_is_too_short)
{
	static const size_t too_long[] = { 11, 300, 5000 };
	struct child child;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(too_long); i++) {
		if (child_start(&child))
			child_done(&child, get_or_length(self->fd, 10));
		ASSERT_EQ(0, await_receivers(self->fd, 1));
		ASSERT_EQ(0, put(self->fd, i, too_long[i], 0));
		EXPECT_EQ(-EMSGSIZE - (int64_t)too_long[i], child_join(&child));
		EXPECT_EQ(1, stat_of(self->fd).msgs);
		EXPECT_EQ(i, get(self->fd, IPCX_DONTWAIT));
	}
}

TEST_F(box, gives_what_is_too_long_for_one_receiver_to_the_next)
{
	struct child small, large;

	if (child_start(&small))
		child_done(&small, get_or_length(self->fd, 10));
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	if (child_start(&large))
		child_done(&large, get_or_length(self->fd, 1000));
	ASSERT_EQ(0, await_receivers(self->fd, 2));
	ASSERT_EQ(0, put(self->fd, 7, 100, 0));
	EXPECT_EQ(-EMSGSIZE - 100, child_join(&small));
	EXPECT_EQ(7, child_join(&large));
	EXPECT_EQ(0, stat_of(self->fd).msgs);
}

/* Not waiting */

TEST_F(box, when_empty_makes_nobody_wait_who_does_not_want_to)
{
	char buf[1];

	EXPECT_EQ(-EAGAIN, get(self->fd, IPCX_DONTWAIT));
	ASSERT_EQ(0, fcntl(self->fd, F_SETFL, O_NONBLOCK));
	EXPECT_EQ(-EAGAIN, get(self->fd, 0));
	EXPECT_EQ(-1, read(self->fd, buf, 1));
	EXPECT_EQ(EAGAIN, errno);
}

TEST(a_full_mailbox_makes_nobody_wait_who_does_not_want_to)
{
	int fd = mailbox_of(1, 0, 0);

	ASSERT_EQ(0, put(fd, 1, 1, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, put(fd, 2, 1, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, put(fd, 2, 0, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, ask(fd, 2, 1, IPCX_DONTWAIT));
	ASSERT_EQ(0, fcntl(fd, F_SETFL, O_NONBLOCK));
	EXPECT_EQ(-EAGAIN, put(fd, 2, 1, 0));
	EXPECT_EQ(-1, write(fd, "", 0));
	EXPECT_EQ(EAGAIN, errno);
	EXPECT_EQ(1, get(fd, 0));
	EXPECT_EQ(0, put(fd, 3, 1, 0));
}

TEST(nonblocking_belongs_to_the_open_file_description)
{
	const char *name = fresh_name();
	int fd = mailbox(name, O_RDWR | O_CREAT | O_NONBLOCK);
	int other = mailbox(name, O_RDWR);
	int copy = dup(fd);

	EXPECT_EQ(-EAGAIN, get(copy, 0));
	EXPECT_EQ(-ETIMEDOUT, get_until(other, 1));
	ASSERT_EQ(0, fcntl(copy, F_SETFL, 0));
	EXPECT_EQ(-ETIMEDOUT, get_until(fd, 1));
}

/* Limits */

TEST(a_mailbox_is_full_by_number)
{
	int fd = mailbox_of(3, 0, 0);
	unsigned int i;

	for (i = 0; i < 3; i++)
		EXPECT_EQ(0, put(fd, i, 0, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, put(fd, 3, 0, IPCX_DONTWAIT));
	EXPECT_EQ(0, get(fd, 0));
	EXPECT_EQ(0, put(fd, 3, 0, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, put(fd, 4, 0, IPCX_DONTWAIT));
}

TEST(a_mailbox_is_full_by_bytes)
{
	int fd = mailbox_of(0, 1000, 2500);

	EXPECT_EQ(0, put(fd, 1, 1000, IPCX_DONTWAIT));
	EXPECT_EQ(0, put(fd, 2, 1000, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, put(fd, 3, 501, IPCX_DONTWAIT));
	EXPECT_EQ(0, put(fd, 3, 500, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, put(fd, 4, 1, IPCX_DONTWAIT));
	/* A message without payload needs none. */
	EXPECT_EQ(0, put(fd, 4, 0, IPCX_DONTWAIT));
	EXPECT_EQ(2500, stat_of(fd).bytes);
	EXPECT_EQ(1, get(fd, 0));
	EXPECT_EQ(0, put(fd, 5, 1000, IPCX_DONTWAIT));
}

/* Deadlines */

TEST_F(box, gives_up_at_once_when_the_deadline_has_passed)
{
	EXPECT_EQ(-ETIMEDOUT, get_until(self->fd, 1));
	EXPECT_EQ(-ETIMEDOUT, get_until(self->fd, now_ns()));
	EXPECT_EQ(0, stat_of(self->fd).receivers);
}

TEST_F(box, waits_until_the_deadline_and_not_less)
{
	uint64_t deadline = after_ms(50);

	EXPECT_EQ(-ETIMEDOUT, get_until(self->fd, deadline));
	EXPECT_LE(deadline, now_ns());
}

TEST_F(box, does_not_look_at_the_deadline_when_there_is_a_message)
{
	ASSERT_EQ(0, put_until(self->fd, 1, 1, 1));
	EXPECT_EQ(1, get_until(self->fd, 1));
}

TEST(a_full_mailbox_keeps_to_the_senders_deadline)
{
	int fd = mailbox_of(1, 0, 0);
	uint64_t deadline;

	ASSERT_EQ(0, put_until(fd, 1, 1, 1));
	EXPECT_EQ(-ETIMEDOUT, put_until(fd, 2, 1, 1));
	deadline = after_ms(50);
	EXPECT_EQ(-ETIMEDOUT, put_until(fd, 2, 1, deadline));
	EXPECT_LE(deadline, now_ns());
	EXPECT_EQ(0, stat_of(fd).senders);
	EXPECT_EQ(1, get(fd, 0));
	EXPECT_EQ(-EAGAIN, get(fd, IPCX_DONTWAIT));
}

TEST_F(box, waits_without_a_deadline_or_with_one_far_away)
{
	static const uint64_t deadlines[] = { 0, INT64_MAX, INT64_MAX - 1, INT64_MAX / 2 };
	struct child child;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(deadlines); i++) {
		if (child_start(&child))
			child_done(&child, get_until(self->fd, deadlines[i]));
		ASSERT_EQ(0, await_receivers(self->fd, 1));
		ASSERT_EQ(0, await_asleep(child.pid));
		ASSERT_EQ(0, put(self->fd, 5, 1, 0));
		EXPECT_EQ(5, child_join(&child));
	}
}

TEST_F(box, refuses_a_deadline_beyond_the_end_of_time)
{
	EXPECT_EQ(-EINVAL, get_until(self->fd, UINT64_C(1) << 63));
	EXPECT_EQ(-EINVAL, get_until(self->fd, UINT64_MAX));
}

TEST_F(box, delivers_before_the_deadline_what_comes_before_it)
{
	struct child child;

	if (child_start(&child))
		child_done(&child, get_until(self->fd, after_ms(100000)));
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	ASSERT_EQ(0, put(self->fd, 5, 2000, 0));
	EXPECT_EQ(5, child_join(&child));
}

/* Waiting for room */

/* A child that sends one message and waits for room; returns when it does wait, as the @nth. */
static int sender(struct child *child, int fd, uint64_t type, size_t len, unsigned int nth)
{
	if (child_start(child))
		child_done(child, put(fd, type, len, 0));
	return await_senders(fd, nth);
}

TEST(a_sender_waits_until_there_is_room)
{
	int fd = mailbox_of(1, 0, 0);
	struct child child;

	ASSERT_EQ(0, put(fd, 1, 1, 0));
	ASSERT_EQ(0, sender(&child, fd, 2, 3000, 1));
	EXPECT_EQ(1, get(fd, 0));
	EXPECT_EQ(0, child_join(&child));
	EXPECT_EQ(2, get(fd, IPCX_DONTWAIT));
}

TEST(senders_are_let_in_first_come_first_served)
{
	int fd = mailbox_of(1, 0, 0);
	struct child child[4];
	unsigned int i;

	ASSERT_EQ(0, put(fd, 0, 1, 0));
	for (i = 0; i < ARRAY_SIZE(child); i++)
		ASSERT_EQ(0, sender(&child[i], fd, i + 1, 1, i + 1));
	for (i = 0; i <= ARRAY_SIZE(child); i++)
		EXPECT_EQ(i, get(fd, IPCX_DONTWAIT));
	for (i = 0; i < ARRAY_SIZE(child); i++)
		EXPECT_EQ(0, child_join(&child[i]));
}

TEST(a_long_message_is_not_starved_by_short_ones)
{
	int fd = mailbox_of(0, 1000, 1000);
	struct child large, small;

	ASSERT_EQ(0, put(fd, 1, 500, 0));
	ASSERT_EQ(0, put(fd, 2, 400, 0));
	ASSERT_EQ(0, sender(&large, fd, 3, 1000, 1));
	ASSERT_EQ(0, sender(&small, fd, 4, 10, 2));
	/* There is room for 100 bytes, but others were first. */
	EXPECT_EQ(-EAGAIN, put(fd, 5, 10, IPCX_DONTWAIT));
	EXPECT_EQ(-ETIMEDOUT, put_until(fd, 5, 10, 1));
	EXPECT_EQ(1, get(fd, 0));
	EXPECT_EQ(-EAGAIN, put(fd, 5, 10, IPCX_DONTWAIT));
	EXPECT_EQ(2, stat_of(fd).senders);
	EXPECT_EQ(2, get(fd, 0));
	EXPECT_EQ(0, child_join(&large));
	EXPECT_EQ(1, stat_of(fd).senders);
	EXPECT_EQ(3, get(fd, 0));
	EXPECT_EQ(0, child_join(&small));
	EXPECT_EQ(4, get(fd, 0));
}

TEST(when_a_long_message_gives_up_the_next_is_let_in)
{
	int fd = mailbox_of(0, 1000, 1000);
	struct child large, small;

	ASSERT_EQ(0, put(fd, 1, 900, 0));
	if (child_start(&large))
		child_done(&large, put_until(fd, 2, 1000, after_ms(300)));
	ASSERT_EQ(0, await_senders(fd, 1));
	if (child_start(&small))
		child_done(&small, put(fd, 3, 10, 0));
	EXPECT_EQ(-ETIMEDOUT, child_join(&large));
	EXPECT_EQ(0, child_join(&small));
	EXPECT_EQ(1, get(fd, 0));
	EXPECT_EQ(3, get(fd, 0));
}

TEST(when_the_sender_of_a_long_message_is_killed_the_next_is_let_in)
{
	int fd = mailbox_of(0, 1000, 1000);
	struct child large, small;

	ASSERT_EQ(0, put(fd, 1, 900, 0));
	ASSERT_EQ(0, sender(&large, fd, 2, 1000, 1));
	ASSERT_EQ(0, sender(&small, fd, 3, 10, 2));
	child_kill(&large);
	EXPECT_EQ(0, child_join(&small));
	EXPECT_EQ(0, stat_of(fd).senders);
	EXPECT_EQ(1, get(fd, 0));
	EXPECT_EQ(3, get(fd, 0));
}

TEST(one_long_message_that_leaves_lets_many_short_ones_in)
{
	int fd = mailbox_of(0, 1000, 1000);
	struct child child[8];
	unsigned int i;

	ASSERT_EQ(0, put(fd, 100, 1000, 0));
	for (i = 0; i < ARRAY_SIZE(child); i++)
		ASSERT_EQ(0, sender(&child[i], fd, i, 100, i + 1));
	EXPECT_EQ(100, get(fd, 0));
	for (i = 0; i < ARRAY_SIZE(child); i++) {
		EXPECT_EQ(0, child_join(&child[i]));
		EXPECT_EQ(i, get(fd, IPCX_DONTWAIT));
	}
}

/* Readiness */

static short ready(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM };

	return poll(&poll_fd, 1, 0) == 1 ? poll_fd.revents : 0;
}

#define IN	(POLLIN | POLLRDNORM)
#define OUT	(POLLOUT | POLLWRNORM)

TEST(poll_agrees_with_what_would_not_wait)
{
	int fd = mailbox_of(2, 100, 150);

	EXPECT_EQ(OUT, ready(fd));
	ASSERT_EQ(0, put(fd, 1, 50, 0));
	EXPECT_EQ(IN | OUT, ready(fd));
	/* Room for one message, but not for any: a writer must not be told that it may write. */
	ASSERT_EQ(0, put(fd, 2, 1, 0));
	EXPECT_EQ(IN, ready(fd));
	ASSERT_EQ(1, get(fd, 0));
	EXPECT_EQ(IN | OUT, ready(fd));
	ASSERT_EQ(2, get(fd, 0));
	ASSERT_EQ(0, put(fd, 3, 51, 0));
	EXPECT_EQ(IN, ready(fd));
	ASSERT_EQ(3, get(fd, 0));
	EXPECT_EQ(OUT, ready(fd));
}

TEST(poll_tells_only_what_the_endpoint_may_do)
{
	const char *name = fresh_name();
	int reader = mailbox(name, O_RDONLY | O_CREAT);
	int writer = mailbox(name, O_WRONLY);

	EXPECT_EQ(0, ready(reader));
	EXPECT_EQ(OUT, ready(writer));
	ASSERT_EQ(0, put(writer, 1, 1, 0));
	EXPECT_EQ(IN, ready(reader));
	EXPECT_EQ(OUT, ready(writer));
}

TEST(poll_tells_hang_up_when_the_name_is_gone)
{
	const char *name = fresh_name();
	int fd = mailbox(name, O_RDWR | O_CREAT);

	ASSERT_EQ(0, unlink_name(name));
	EXPECT_EQ(OUT | POLLERR | POLLHUP, ready(fd));
	EXPECT_TRUE(ready(endpoint(O_RDWR)) & POLLERR);
}

/* A child that polls for @events, asleep when this returns */
static int poller(struct child *child, int fd, short events)
{
	struct pollfd poll_fd = { .fd = fd, .events = events };

	if (child_start(child)) {
		int n = poll(&poll_fd, 1, -1);

		child_done(child, n < 0 ? -errno : poll_fd.revents);
	}
	return await_asleep(child->pid);
}

TEST(poll_wakes_for_a_message_for_room_and_for_unlink)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), IPCX_BIND_CREATE);
	struct child child;
	int fd;

	bind.max_msgs = 1;
	fd = bound(O_RDWR, &bind);
	ASSERT_EQ(0, poller(&child, fd, POLLIN));
	ASSERT_EQ(0, put(fd, 1, 1, 0));
	EXPECT_EQ(POLLIN, child_join(&child));

	ASSERT_EQ(0, poller(&child, fd, POLLOUT));
	ASSERT_EQ(1, get(fd, 0));
	EXPECT_EQ(POLLOUT, child_join(&child));

	ASSERT_EQ(0, poller(&child, fd, POLLIN));
	ASSERT_EQ(0, unlink_name(bind.name));
	EXPECT_EQ(POLLERR | POLLHUP, child_join(&child));
}

TEST(a_sender_that_waited_and_left_makes_the_mailbox_writable)
{
	int fd = mailbox_of(0, 1000, 2000);
	struct child large, small, polls;

	ASSERT_EQ(0, put(fd, 1, 1000, 0));
	ASSERT_EQ(0, put(fd, 2, 1, 0));
	ASSERT_EQ(0, sender(&large, fd, 3, 1000, 1));
	ASSERT_EQ(0, sender(&small, fd, 4, 1, 2));
	ASSERT_EQ(2, stat_of(fd).senders);
	ASSERT_EQ(0, poller(&polls, fd, POLLOUT));
	child_kill(&large);
	EXPECT_EQ(0, child_join(&small));
	ASSERT_EQ(1, get(fd, 0));
	EXPECT_EQ(POLLOUT, child_join(&polls));
}

static int watch(int fd, uint32_t events)
{
	struct epoll_event event = { .events = events };
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
	return epoll;
}

static uint32_t occurred(int epoll, int timeout)
{
	struct epoll_event event;

	return epoll_wait(epoll, &event, 1, timeout) == 1 ? event.events : 0;
}

TEST_F(box, is_watched_by_epoll_while_there_is_a_message)
{
	int epoll = watch(self->fd, EPOLLIN);

	EXPECT_EQ(0, occurred(epoll, 0));
	ASSERT_EQ(0, put(self->fd, 1, 1, 0));
	EXPECT_EQ(EPOLLIN, occurred(epoll, 0));
	EXPECT_EQ(EPOLLIN, occurred(epoll, 0));
	ASSERT_EQ(1, get(self->fd, 0));
	EXPECT_EQ(0, occurred(epoll, 0));
}

TEST_F(box, is_watched_by_edge_triggered_epoll_once_a_message)
{
	int epoll = watch(self->fd, EPOLLIN | EPOLLET);
	unsigned int i;

	EXPECT_EQ(0, occurred(epoll, 0));
	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, put(self->fd, i, 1, 0));
		EXPECT_EQ(EPOLLIN, occurred(epoll, 0));
		EXPECT_EQ(0, occurred(epoll, 0));
	}
	for (i = 0; i < 3; i++)
		EXPECT_EQ(i, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(0, occurred(epoll, 0));
}

TEST(edge_triggered_epoll_tells_that_there_is_room_again)
{
	int fd = mailbox_of(1, 0, 0);
	int epoll = watch(fd, EPOLLOUT | EPOLLET);

	EXPECT_EQ(EPOLLOUT, occurred(epoll, 0));
	ASSERT_EQ(0, put(fd, 1, 1, 0));
	EXPECT_EQ(0, occurred(epoll, 0));
	ASSERT_EQ(1, get(fd, 0));
	EXPECT_EQ(EPOLLOUT, occurred(epoll, 0));
	EXPECT_EQ(0, occurred(epoll, 0));
}

TEST(unlinking_wakes_every_epoll_even_exclusive_ones)
{
	const char *name = fresh_name();
	int fd = mailbox(name, O_RDWR | O_CREAT);
	struct child child[3];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(child); i++) {
		if (child_start(&child[i])) {
			int epoll = watch(fd, EPOLLIN | EPOLLEXCLUSIVE);

			child_done(&child[i], occurred(epoll, 5000));
		}
		ASSERT_EQ(0, await_asleep(child[i].pid));
	}
	ASSERT_EQ(0, unlink_name(name));
	for (i = 0; i < ARRAY_SIZE(child); i++)
		EXPECT_EQ(EPOLLERR | EPOLLHUP, child_join(&child[i]));
}

TEST(an_exclusive_epoll_wakes_one_for_one_message)
{
	int fd = mailbox(NULL, O_RDWR);
	int *woken = shared(sizeof(*woken));
	struct child child[3];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(child); i++) {
		if (child_start(&child[i])) {
			int epoll = watch(fd, EPOLLIN | EPOLLEXCLUSIVE);

			occurred(epoll, -1);
			__atomic_add_fetch(woken, 1, __ATOMIC_RELEASE);
			child_done(&child[i], get(fd, IPCX_DONTWAIT));
		}
		ASSERT_EQ(0, await_asleep(child[i].pid));
	}
	for (i = 0; i < ARRAY_SIZE(child); i++) {
		ASSERT_EQ(0, put(fd, 1, 1, 0));
		ASSERT_EQ(0, await_msgs(fd, 0));
	}
	for (i = 0; i < ARRAY_SIZE(child); i++)
		EXPECT_EQ(1, child_join(&child[i]));
	EXPECT_EQ(3, *woken);
}

TEST_F(box, is_watched_by_select)
{
	struct timeval now = { 0 };
	fd_set in, out;

	FD_ZERO(&in);
	FD_ZERO(&out);
	FD_SET(self->fd, &in);
	FD_SET(self->fd, &out);
	EXPECT_EQ(1, select(self->fd + 1, &in, &out, NULL, &now));
	EXPECT_FALSE(FD_ISSET(self->fd, &in));
	EXPECT_TRUE(FD_ISSET(self->fd, &out));

	ASSERT_EQ(0, put(self->fd, 1, 1, 0));
	FD_SET(self->fd, &in);
	EXPECT_EQ(2, select(self->fd + 1, &in, &out, NULL, &now));
	EXPECT_TRUE(FD_ISSET(self->fd, &in));
}

TEST_HARNESS_MAIN
