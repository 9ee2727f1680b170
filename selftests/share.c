// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shares: one user cannot fill a mailbox that others use, too.
 */
#include <poll.h>
#include <sys/epoll.h>

#include "users.h"

static int shared_mailbox(uint32_t max_msgs, uint64_t max_bytes, uint32_t share)
{
	struct ipcx_bind bind = mailbox_bind(NULL, IPCX_BIND_CREATE);

	bind.max_msgs = max_msgs;
	bind.max_msg_size = max_bytes;
	bind.max_bytes = max_bytes;
	bind.share = share;
	return bound(O_RDWR, &bind);
}

static int set_share(int fd, uint32_t share)
{
	struct ipcx_limit limit = { .share = share };

	return command(fd, IPCX_IOC_LIMIT, &limit);
}

static bool writable(uid_t uid, int fd)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLOUT };
	int ready;

	become(uid);
	ready = poll(&pollfd, 1, 0);
	become(0);
	return ready == 1;
}

TEST_F(namespace, without_shares_one_user_can_fill_a_mailbox)
{
	int fd = shared_mailbox(4, 1000, 0);
	unsigned int i;

	EXPECT_EQ(IPCX_SHARE_ALL, stat_of(fd).share);
	for (i = 0; i < 4; i++)
		EXPECT_EQ(0, put_as(ALICE, fd, i, 1, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, put_as(BOB, fd, i, 1, IPCX_DONTWAIT));
}

TEST_F(namespace, a_share_of_messages_leaves_room_for_others)
{
	int fd = shared_mailbox(5, 1000, 50);
	unsigned int i;

	EXPECT_EQ(50, stat_of(fd).share);
	for (i = 0; i < 2; i++)
		EXPECT_EQ(0, put_as(ALICE, fd, i, 1, IPCX_DONTWAIT));
	/* Half of 5 is 2. */
	EXPECT_EQ(-EAGAIN, put_as(ALICE, fd, 9, 1, IPCX_DONTWAIT));
	become(ALICE);
	EXPECT_EQ(-ETIMEDOUT, put_until(fd, 9, 1, after_ms(10)));
	become(0);
	for (; i < 4; i++)
		EXPECT_EQ(0, put_as(BOB, fd, i, 1, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, put_as(BOB, fd, 9, 1, IPCX_DONTWAIT));
	EXPECT_EQ(0, put_as(0, fd, i, 1, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, put_as(0, fd, 9, 1, IPCX_DONTWAIT));
	/* What was received leaves room to who had sent it. */
	EXPECT_EQ(0, get(fd, 0));
	EXPECT_EQ(-EAGAIN, put_as(BOB, fd, 9, 1, IPCX_DONTWAIT));
	EXPECT_EQ(0, put_as(ALICE, fd, 5, 1, IPCX_DONTWAIT));
	for (i = 1; i < 6; i++)
		EXPECT_EQ(i, get(fd, 0));
}

TEST_F(namespace, a_share_of_bytes_does_too)
{
	int fd = shared_mailbox(100, 1000, 30);

	EXPECT_EQ(0, put_as(ALICE, fd, 1, 200, IPCX_DONTWAIT));
	EXPECT_EQ(0, put_as(ALICE, fd, 2, 100, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, put_as(ALICE, fd, 3, 1, IPCX_DONTWAIT));
	EXPECT_EQ(0, put_as(ALICE, fd, 3, 0, IPCX_DONTWAIT));
	/* Who has nothing there may send one of any length that there is room for. */
	EXPECT_EQ(-EAGAIN, put_as(BOB, fd, 4, 701, IPCX_DONTWAIT));
	EXPECT_EQ(0, put_as(BOB, fd, 4, 700, IPCX_DONTWAIT));
	EXPECT_EQ(1000, stat_of(fd).bytes);
}

TEST_F(namespace, the_smallest_share_is_one_message)
{
	int fd = shared_mailbox(3, 1000, 1);

	EXPECT_EQ(0, put_as(ALICE, fd, 1, 500, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, put_as(ALICE, fd, 2, 0, IPCX_DONTWAIT));
	EXPECT_EQ(0, put_as(BOB, fd, 3, 500, IPCX_DONTWAIT));
	EXPECT_EQ(1, get(fd, 0));
	EXPECT_EQ(0, put_as(ALICE, fd, 2, 0, IPCX_DONTWAIT));
}

TEST_F(namespace, who_is_over_his_share_does_not_block_others)
{
	int fd = shared_mailbox(4, 1000, 50);
	struct child alice[2], bob;

	ASSERT_EQ(0, put_as(ALICE, fd, 1, 1, 0));
	ASSERT_EQ(0, put_as(ALICE, fd, 2, 1, 0));
	ASSERT_EQ(0, waiting_sender(&alice[0], ALICE, fd, 3, 1, 1));
	ASSERT_EQ(0, waiting_sender(&alice[1], ALICE, fd, 4, 1, 2));
	EXPECT_EQ(0, put_as(BOB, fd, 5, 1, IPCX_DONTWAIT));
	EXPECT_EQ(0, put_as(BOB, fd, 6, 1, IPCX_DONTWAIT));
	ASSERT_EQ(0, waiting_sender(&bob, BOB, fd, 7, 1, 3));
	/* Room of Bob's is not for her, though she came first. */
	EXPECT_EQ(1, get(fd, 0));
	EXPECT_EQ(0, child_join(&alice[0]));
	EXPECT_EQ(2, stat_of(fd).senders);
	EXPECT_EQ(2, get(fd, 0));
	EXPECT_EQ(0, child_join(&alice[1]));
	EXPECT_EQ(5, get(fd, 0));
	EXPECT_EQ(0, child_join(&bob));
	EXPECT_EQ(6, get(fd, 0));
	EXPECT_EQ(3, get(fd, 0));
	EXPECT_EQ(4, get(fd, 0));
	EXPECT_EQ(7, get(fd, 0));
}

TEST_F(namespace, who_waits_for_room_within_his_share_is_not_overtaken)
{
	int fd = shared_mailbox(100, 1000, 60);
	struct child alice, bob;

	ASSERT_EQ(0, put_as(ALICE, fd, 1, 600, 0));
	ASSERT_EQ(0, put_as(BOB, fd, 2, 100, 0));
	ASSERT_EQ(0, waiting_sender(&alice, ALICE, fd, 3, 1, 1));
	ASSERT_EQ(0, waiting_sender(&bob, BOB, fd, 4, 400, 2));
	/* There is room for 300. */
	EXPECT_EQ(-EAGAIN, put_as(0, fd, 9, 10, IPCX_DONTWAIT));
	EXPECT_FALSE(writable(0, fd));
	/* She leaves room for both; her own is less than his, but she came first. */
	EXPECT_EQ(1, get(fd, 0));
	EXPECT_EQ(0, child_join(&alice));
	EXPECT_EQ(0, child_join(&bob));
	EXPECT_EQ(2, get(fd, 0));
	EXPECT_EQ(3, get(fd, 0));
	EXPECT_EQ(4, get(fd, 0));
}

TEST_F(namespace, poll_tells_everybody_of_his_own_room)
{
	int fd = shared_mailbox(4, 100, 50);
	struct child alice;

	EXPECT_TRUE(writable(ALICE, fd));
	ASSERT_EQ(0, put_as(ALICE, fd, 1, 0, 0));
	/* A message of any length would exceed her share. */
	EXPECT_FALSE(writable(ALICE, fd));
	EXPECT_TRUE(writable(BOB, fd));
	ASSERT_EQ(0, put_as(ALICE, fd, 2, 0, 0));
	ASSERT_EQ(0, waiting_sender(&alice, ALICE, fd, 3, 0, 1));
	EXPECT_FALSE(writable(ALICE, fd));
	EXPECT_TRUE(writable(BOB, fd));
	EXPECT_EQ(1, get(fd, 0));
	EXPECT_EQ(0, child_join(&alice));
	EXPECT_EQ(2, get(fd, 0));
	EXPECT_EQ(3, get(fd, 0));
	EXPECT_TRUE(writable(ALICE, fd));
}

/* The first of those that poll exclusively has no room; the second must not be left asleep. */
TEST_F(namespace, who_polls_in_vain_does_not_keep_the_news_from_others)
{
	struct epoll_event event = { .events = EPOLLOUT | EPOLLEXCLUSIVE };
	const uid_t uids[] = { ALICE, BOB, ALICE };
	int fd = shared_mailbox(4, 4, 50);
	struct child child[3];
	int epoll[3];
	unsigned int i;

	/* Two of hers would be too many for her share of 2 bytes, and there is room for none. */
	ASSERT_EQ(0, put_as(0, fd, 1, 2, 0));
	ASSERT_EQ(0, put_as(ALICE, fd, 2, 2, 0));
	for (i = 0; i < ARRAY_SIZE(child); i++) {
		epoll[i] = epoll_create1(EPOLL_CLOEXEC);
		ASSERT_EQ(0, epoll_ctl(epoll[i], EPOLL_CTL_ADD, fd, &event));
		if (child_start(&child[i])) {
			become(uids[i]);
			child_done(&child[i], epoll_wait(epoll[i], &event, 1, -1));
		}
		ASSERT_EQ(0, await_asleep(child[i].pid));
	}
	EXPECT_EQ(1, get(fd, 0));
	ASSERT_EQ(0, command(fd, IPCX_IOC_LIMIT, &(struct ipcx_limit) { .max_msg_size = 2 }));
	EXPECT_EQ(1, child_join(&child[1]));
	EXPECT_EQ(2, get(fd, 0));
	EXPECT_EQ(1, child_join(&child[0]));
	EXPECT_EQ(1, child_join(&child[2]));
}

TEST_F(namespace, a_share_can_be_set_and_changed_later)
{
	int fd = shared_mailbox(10, 1000, 0);
	struct child alice, late;
	unsigned int i;

	for (i = 0; i < 5; i++)
		ASSERT_EQ(0, put_as(ALICE, fd, i, 1, 0));
	ASSERT_EQ(0, set_share(fd, 20));
	/* What was there before does not count. */
	for (; i < 7; i++)
		EXPECT_EQ(0, put_as(ALICE, fd, i, 1, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, put_as(ALICE, fd, 9, 1, IPCX_DONTWAIT));
	ASSERT_EQ(0, waiting_sender(&alice, ALICE, fd, 7, 1, 1));
	ASSERT_EQ(0, waiting_sender(&late, ALICE, fd, 8, 1, 2));
	ASSERT_EQ(0, set_share(fd, 30));
	EXPECT_EQ(0, child_join(&alice));
	EXPECT_EQ(1, stat_of(fd).senders);
	ASSERT_EQ(0, set_share(fd, IPCX_SHARE_ALL));
	EXPECT_EQ(0, child_join(&late));
	EXPECT_EQ(0, put_as(ALICE, fd, 9, 1, IPCX_DONTWAIT));
	ASSERT_EQ(0, set_share(fd, 10));
	for (i = 0; i < 10; i++)
		EXPECT_EQ(i, get(fd, 0));
	/* Nothing of the past is left. */
	EXPECT_EQ(0, put_as(ALICE, fd, 1, 1, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, put_as(ALICE, fd, 2, 1, IPCX_DONTWAIT));
}

TEST_F(namespace, senders_that_leave_leave_nothing_behind)
{
	int fd = shared_mailbox(4, 1000, 25);
	struct child alice;

	ASSERT_EQ(0, put_as(ALICE, fd, 1, 1, 0));
	ASSERT_EQ(0, waiting_sender(&alice, ALICE, fd, 2, 1, 1));
	child_kill(&alice);
	EXPECT_EQ(0, stat_of(fd).senders);
	EXPECT_EQ(1, get(fd, 0));
	EXPECT_EQ(0, put_as(ALICE, fd, 3, 1, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, put_as(ALICE, fd, 4, 1, IPCX_DONTWAIT));
}

TEST_F(namespace, what_could_not_be_delivered_keeps_its_share)
{
	int fd = shared_mailbox(4, 1000, 25);
	struct ipcx_recv recv = { .msg = msg_of(UNMAPPED, 100, 0) };

	ASSERT_EQ(0, put_as(ALICE, fd, 1, 1, 0));
	EXPECT_EQ(-EFAULT, command(fd, IPCX_IOC_RECV, &recv));
	EXPECT_EQ(-EAGAIN, put_as(ALICE, fd, 2, 1, IPCX_DONTWAIT));
	EXPECT_EQ(1, get(fd, 0));
	EXPECT_EQ(0, put_as(ALICE, fd, 2, 1, IPCX_DONTWAIT));
}

TEST_F(namespace, a_region_has_no_share)
{
	struct ipcx_bind bind = region_bind(NULL, IPCX_BIND_CREATE, 4096);

	bind.share = 50;
	EXPECT_EQ(-EINVAL, try_bind(&bind));
}

TEST_HARNESS_MAIN
