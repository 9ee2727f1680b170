// SPDX-License-Identifier: GPL-2.0-only
/*
 * Limits of a mailbox that are changed while it is in use.
 */
#include <poll.h>
#include <sys/epoll.h>

#include "users.h"

static int set(int fd, struct ipcx_limit limit)
{
	return command(fd, IPCX_IOC_LIMIT, &limit);
}

static short polled(int fd)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN | POLLOUT };

	return poll(&pollfd, 1, 0) == 1 ? pollfd.revents : 0;
}

TEST(what_is_not_given_stays)
{
	int fd = mailbox_of(10, 100, 1000);
	struct ipcx_stat stat;

	ASSERT_EQ(0, set(fd, (struct ipcx_limit) { .max_msgs = 20 }));
	stat = stat_of(fd);
	EXPECT_EQ(20, stat.max_msgs);
	EXPECT_EQ(100, stat.max_msg_size);
	EXPECT_EQ(1000, stat.max_bytes);
	EXPECT_EQ(IPCX_SHARE_ALL, stat.share);
	ASSERT_EQ(0, set(fd, (struct ipcx_limit) { .max_msg_size = 50, .share = 30 }));
	ASSERT_EQ(0, set(fd, (struct ipcx_limit) { .max_bytes = 50 }));
	ASSERT_EQ(0, set(fd, (struct ipcx_limit) { .max_bytes = 50 }));
	ASSERT_EQ(0, set(fd, (struct ipcx_limit) { .pad = 0 }));
	stat = stat_of(fd);
	EXPECT_EQ(20, stat.max_msgs);
	EXPECT_EQ(50, stat.max_msg_size);
	EXPECT_EQ(50, stat.max_bytes);
	EXPECT_EQ(30, stat.share);
}

TEST_F(namespace, only_the_owner_or_a_capable_user_changes_them)
{
	struct ipcx_limit limit = { .max_msgs = 7 };
	int fd;

	become(ALICE);
	fd = mailbox(NULL, O_RDONLY);
	ASSERT_GE(fd, 0);
	EXPECT_EQ(0, set(fd, limit));
	become(BOB);
	limit.max_msgs = 8;
	EXPECT_EQ(-EPERM, set(fd, limit));
	EXPECT_EQ(7, stat_of(fd).max_msgs);
	become(0);
	EXPECT_EQ(0, set(fd, limit));
	EXPECT_EQ(8, stat_of(fd).max_msgs);
}

TEST(lower_ones_keep_what_is_queued)
{
	int fd = mailbox_of(4, 0, 0);
	unsigned int i;

	for (i = 1; i <= 4; i++)
		ASSERT_EQ(0, put(fd, i, 100, 0));
	ASSERT_EQ(0, set(fd, (struct ipcx_limit) {
		.max_msgs = 2, .max_msg_size = 50, .max_bytes = 60,
	}));
	EXPECT_EQ(4, stat_of(fd).msgs);
	EXPECT_EQ(400, stat_of(fd).bytes);
	EXPECT_EQ(-EMSGSIZE, put(fd, 5, 51, 0));
	for (i = 1; i <= 4; i++) {
		EXPECT_EQ(-EAGAIN, put(fd, 5, 10, IPCX_DONTWAIT));
		EXPECT_EQ(i, get(fd, 0));
	}
	EXPECT_EQ(0, put(fd, 5, 50, 0));
	EXPECT_EQ(0, put(fd, 6, 10, 0));
	EXPECT_EQ(-EAGAIN, put(fd, 7, 0, IPCX_DONTWAIT));
}

TEST(higher_ones_let_in_who_waits_in_order)
{
	int fd = mailbox_of(1, 1000, 1000);
	struct child child[6];
	unsigned int i;

	ASSERT_EQ(0, put(fd, 0, 1000, 0));
	for (i = 0; i < ARRAY_SIZE(child); i++)
		ASSERT_EQ(0, waiting_sender(&child[i], 0, fd, i + 1, 500, i + 1));
	/* More messages, but no more bytes */
	ASSERT_EQ(0, set(fd, (struct ipcx_limit) { .max_msgs = 100 }));
	EXPECT_EQ(6, stat_of(fd).senders);
	ASSERT_EQ(0, set(fd, (struct ipcx_limit) { .max_bytes = 3500 }));
	for (i = 0; i < 5; i++)
		EXPECT_EQ(0, child_join(&child[i]));
	EXPECT_EQ(1, stat_of(fd).senders);
	ASSERT_EQ(0, set(fd, (struct ipcx_limit) { .max_bytes = 4000 }));
	EXPECT_EQ(0, child_join(&child[5]));
	for (i = 0; i <= ARRAY_SIZE(child); i++)
		EXPECT_EQ(i, get(fd, IPCX_DONTWAIT));
}

TEST(a_longer_message_can_be_sent_when_it_may)
{
	int fd = mailbox_of(0, 100, 0);

	EXPECT_EQ(-EMSGSIZE, put(fd, 1, 5000, 0));
	ASSERT_EQ(0, set(fd, (struct ipcx_limit) { .max_msg_size = 5000 }));
	EXPECT_EQ(0, put(fd, 1, 5000, 0));
	EXPECT_EQ(1, get(fd, 0));
}

/* Level and edge: somebody who waits in epoll hears of it. */
TEST(room_that_comes_of_a_higher_limit_is_told_to_pollers)
{
	struct epoll_event event = { .events = EPOLLOUT | EPOLLET };
	int fd = mailbox_of(1, 100, 100);
	struct child child;
	int epoll;

	ASSERT_EQ(0, put(fd, 1, 1, 0));
	EXPECT_EQ(POLLIN, polled(fd));
	epoll = epoll_create1(EPOLL_CLOEXEC);
	ASSERT_EQ(0, epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
	if (child_start(&child))
		child_done(&child, epoll_wait(epoll, &event, 1, -1) == 1 ? (int)event.events : -1);
	ASSERT_EQ(0, await_asleep(child.pid));
	/* Room for a message, but not for one of any length */
	ASSERT_EQ(0, set(fd, (struct ipcx_limit) { .max_msgs = 2 }));
	EXPECT_EQ(POLLIN, polled(fd));
	ASSERT_EQ(0, set(fd, (struct ipcx_limit) { .max_bytes = 101 }));
	EXPECT_EQ(EPOLLOUT, child_join(&child));
	EXPECT_EQ(POLLIN | POLLOUT, polled(fd));
}

TEST(room_for_any_message_may_come_of_a_lower_limit)
{
	int fd = mailbox_of(2, 100, 100);

	ASSERT_EQ(0, put(fd, 1, 60, 0));
	EXPECT_EQ(POLLIN, polled(fd));
	ASSERT_EQ(0, set(fd, (struct ipcx_limit) { .max_msg_size = 40 }));
	EXPECT_EQ(POLLIN | POLLOUT, polled(fd));
}

TEST(who_waits_with_what_is_too_long_now_is_refused)
{
	int fd = mailbox_of(1, 1000, 1000);
	struct child longer, shorter, call;

	ASSERT_EQ(0, put(fd, 1, 1, 0));
	ASSERT_EQ(0, waiting_sender(&longer, 0, fd, 2, 600, 1));
	ASSERT_EQ(0, waiting_sender(&shorter, 0, fd, 3, 500, 2));
	if (child_start(&call))
		child_done(&call, ask(fd, 4, 501, 0));
	ASSERT_EQ(0, await_senders(fd, 3));
	ASSERT_EQ(0, set(fd, (struct ipcx_limit) { .max_msg_size = 500 }));
	EXPECT_EQ(-EMSGSIZE, child_join(&longer));
	EXPECT_EQ(-EMSGSIZE, child_join(&call));
	EXPECT_EQ(1, stat_of(fd).senders);
	EXPECT_EQ(1, get(fd, 0));
	EXPECT_EQ(0, child_join(&shorter));
	EXPECT_EQ(3, get(fd, 0));
	EXPECT_EQ(0, stat_of(fd).msgs);
}

TEST(a_reply_is_as_long_as_was_promised)
{
	int fd = mailbox_of(0, 1000, 0);
	struct ipcx_recv recv;
	struct child call;
	uint8_t buf[1000];

	if (child_start(&call))
		child_done(&call, ask(fd, 1, 10, 0));
	ASSERT_EQ(1, get_into(fd, &recv, buf, sizeof(buf), 0));
	EXPECT_EQ(1000, recv.reply_room);
	ASSERT_EQ(0, set(fd, (struct ipcx_limit) { .max_msg_size = 100 }));
	EXPECT_EQ(-EMSGSIZE, answer(fd, recv.token, 1, 1001));
	EXPECT_EQ(0, answer(fd, recv.token, 1, 1000));
	EXPECT_EQ(1 + ANSWER, child_join(&call));

	if (child_start(&call))
		child_done(&call, ask(fd, 2, 10, 0));
	ASSERT_EQ(2, get_into(fd, &recv, buf, sizeof(buf), 0));
	EXPECT_EQ(100, recv.reply_room);
	/* It was asked for with less room. */
	ASSERT_EQ(0, set(fd, (struct ipcx_limit) { .max_msg_size = 2000 }));
	EXPECT_EQ(-EMSGSIZE, answer(fd, recv.token, 2, 101));
	EXPECT_EQ(0, answer(fd, recv.token, 2, 100));
	EXPECT_EQ(2 + ANSWER, child_join(&call));
}

/* Senders and receivers at work while the limits change all the time: everything arrives. */
TEST(nothing_is_lost_while_they_change)
{
	enum { SENDERS = 3 };
	unsigned int each = often(3000), i, round;
	int fd = mailbox_of(2, 1000, 2000);
	int64_t next[SENDERS] = { 0 };
	struct child sender[SENDERS];
	struct child changer;

	for (i = 0; i < SENDERS; i++) {
		if (child_start(&sender[i])) {
			int err = 0;

			for (round = 0; round < each && !err; round++)
				err = put(fd, (uint64_t)i << 32 | round, round % 500, 0);
			child_done(&sender[i], err);
		}
	}
	if (child_start(&changer)) {
		for (round = 0;; round++)
			set(fd, (struct ipcx_limit) {
				.max_msgs = 1 + round % 5,
				.max_msg_size = 500 + round % 7 * 100,
				.max_bytes = 1500 + round % 3 * 1000,
				.share = 1 + round % IPCX_SHARE_ALL,
			});
	}
	for (round = 0; round < SENDERS * each; round++) {
		int64_t type = get(fd, 0);

		ASSERT_LE(0, type);
		ASSERT_EQ(next[type >> 32]++, type & 0xffffffff);
	}
	for (i = 0; i < SENDERS; i++)
		EXPECT_EQ(0, child_join(&sender[i]));
	child_kill(&changer);
	EXPECT_EQ(0, stat_of(fd).msgs);
	EXPECT_EQ(0, stat_of(fd).bytes);
	EXPECT_EQ(0, stat_of(fd).senders);
}

TEST_HARNESS_MAIN
