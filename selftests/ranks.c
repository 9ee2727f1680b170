// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mailboxes with many priorities, and names that go while their objects stay.
 */
#include "harness.h"

#define HIGHEST (IPCX_PRIO_MANY - 1)

FIXTURE(ranks)
{
	int fd;
};

FIXTURE_SETUP(ranks)
{
	struct ipcx_bind bind = mailbox_bind(NULL, IPCX_BIND_CREATE | IPCX_BIND_MANY_PRIOS);

	bind.max_msgs = 4096;
	self->fd = bound(O_RDWR, &bind);
	ASSERT_GE(self->fd, 0);
}

FIXTURE_TEARDOWN(ranks)
{
	close(self->fd);
}

TEST_F(ranks, take_every_priority_and_no_other)
{
	struct ipcx_recv recv;
	uint8_t byte;

	EXPECT_TRUE(stat_of(self->fd).flags & IPCX_STAT_MANY_PRIOS);
	ASSERT_EQ(0, put_prio(self->fd, 1, 1, HIGHEST));
	ASSERT_EQ(1, get_into(self->fd, &recv, &byte, 1, IPCX_DONTWAIT));
	EXPECT_EQ(HIGHEST, recv.msg.prio);
	EXPECT_EQ(-EINVAL, put_prio(self->fd, 1, 1, HIGHEST + 1));
	EXPECT_EQ(-EINVAL, put_prio(self->fd, 1, 1, UINT32_MAX));
}

TEST_F(ranks, deliver_by_priority_then_by_arrival)
{
	enum { count = 2000 };
	uint32_t last_prio = HIGHEST, seen = 0, prio = 1;
	int64_t last_type = -1;
	struct ipcx_recv recv;
	uint8_t byte;
	int64_t type;

	for (type = 0; type < count; type++) {
		prio = prio * 1103515245 + 12345;
		ASSERT_EQ(0, put_prio(self->fd, type, 1, (prio >> 16) % 300 * 109));
	}
	while ((type = get_into(self->fd, &recv, &byte, 1, IPCX_DONTWAIT)) >= 0) {
		ASSERT_LE(recv.msg.prio, last_prio);
		if (recv.msg.prio == last_prio)
			ASSERT_LT(last_type, type);
		last_prio = recv.msg.prio;
		last_type = type;
		seen++;
	}
	EXPECT_EQ(-EAGAIN, type);
	EXPECT_EQ(count, seen);
}

TEST_F(ranks, keep_the_place_of_what_could_not_be_delivered)
{
	struct ipcx_recv recv;

	ASSERT_EQ(0, put_prio(self->fd, 1, 1, 1000));
	ASSERT_EQ(0, put_prio(self->fd, 2, 1, 1000));
	ASSERT_EQ(0, put_prio(self->fd, 3, 1, 999));
	EXPECT_EQ(-EFAULT, get_into(self->fd, &recv, UNMAPPED, 1, IPCX_DONTWAIT));
	EXPECT_EQ(1, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(2, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(3, get(self->fd, IPCX_DONTWAIT));
}

TEST_F(ranks, leave_nothing_behind)
{
	unsigned int i;

	for (i = 0; i < 1000; i++)
		ASSERT_EQ(0, put_prio(self->fd, i, i % 3 ? 10 : 2000, i * 31));
	/* The teardown closes it with all that is in it. */
	EXPECT_EQ(1000, stat_of(self->fd).msgs);
}

TEST_F(ranks, withdraw_a_call_that_is_given_up)
{
	EXPECT_EQ(-ETIMEDOUT, ask_until(self->fd, 1, 1, after_ms(1)));
	EXPECT_EQ(-EAGAIN, get(self->fd, IPCX_DONTWAIT));
}

TEST(few_priorities_are_the_default)
{
	int fd = mailbox(NULL, O_RDWR);

	EXPECT_FALSE(stat_of(fd).flags & IPCX_STAT_MANY_PRIOS);
	EXPECT_EQ(-EINVAL, put_prio(fd, 1, 1, IPCX_PRIO_COUNT));
}

TEST(regions_have_no_priorities)
{
	struct ipcx_bind bind = region_bind(NULL, IPCX_BIND_CREATE | IPCX_BIND_MANY_PRIOS, 4096);

	EXPECT_EQ(-EINVAL, bound(O_RDWR, &bind));
}

/* Names */

static int unlink_keeping(int fd, const char *name)
{
	struct ipcx_unlink unlink = { .flags = IPCX_UNLINK_KEEP };

	strcpy(unlink.name, name);
	return command(fd, IPCX_IOC_UNLINK, &unlink);
}

TEST(a_mailbox_without_its_name_goes_on)
{
	const char *name = fresh_name();
	struct ipcx_bind bind = mailbox_bind(name, IPCX_BIND_CREATE | IPCX_BIND_PERSIST);
	long references = module_references();
	int fd = bound(O_RDWR, &bind);
	struct child child;

	ASSERT_GE(fd, 0);
	if (child_start(&child))
		child_done(&child, get(fd, 0));
	ASSERT_EQ(0, await_receivers(fd, 1));
	ASSERT_EQ(0, unlink_keeping(fd, name));
	EXPECT_FALSE(exists(name));
	EXPECT_EQ(0, stat_of(fd).flags & (IPCX_STAT_REMOVED | IPCX_STAT_PERSIST));
	EXPECT_EQ(1, stat_of(fd).receivers);
	ASSERT_EQ(0, put(fd, 7, 1, 0));
	EXPECT_EQ(7, child_join(&child));
	EXPECT_EQ(-ETIMEDOUT, get_until(fd, after_ms(1)));
	close(fd);
	EXPECT_EQ(references, module_references());
}

TEST_HARNESS_MAIN
