// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting for a message or for room: how long, and in which order.
 */
#include "box.h"

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
	ASSERT_EQ(0, sender(&child, fd, 2, 5000, 1));
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

TEST_HARNESS_MAIN
