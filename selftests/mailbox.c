// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages: content, order, limits, and buffers that are too short.
 */
#include <sys/uio.h>

#include "box.h"

/* Content */

/* Lengths at which something changes inside: inline, one allocation, pages, the default limit. */
static const size_t lengths[] = {
	0, 1, 2, 7, 8, 63, 64, 255, 256, 257, 511, 512, 800, 890, 900, 910, 920, 925, 930, 935, 940,
	945, 950, 1000, 1023, 1024, 1025, 2048, 4095, 4096, 4097, 8191, 8192, 8193, 10000, 65535,
	65536,
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
	static const uint64_t types[] = { 0, 1, INT64_MAX, UINT64_C(1) << 63, UINT64_MAX };
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
	unsigned int i, n, prio;

	/* Three of each priority, in a mixed order; the type says priority and place. */
	for (i = 0; i < 3; i++) {
		for (n = 0; n < IPCX_PRIO_COUNT; n++) {
			prio = n * 13 % IPCX_PRIO_COUNT;
			ASSERT_EQ(0, put_prio(self->fd, prio * 10 + i, 5, prio));
		}
	}
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
	struct iovec parts[] = {
		{ out, 1 }, { out + 1, 4096 }, { out + 4097, sizeof(out) - 4097 },
	};
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

TEST_HARNESS_MAIN
