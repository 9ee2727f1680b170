// SPDX-License-Identifier: GPL-2.0-only
/*
 * News of a region: who waits or polls hears of it, once for however many notices, and never not.
 */
#include <poll.h>
#include <sys/epoll.h>
#include <sys/mman.h>

#include "harness.h"

static int notify(int fd)
{
	struct ipcx_region_notify notify;

	return command(fd, IPCX_IOC_REGION_NOTIFY, &notify);
}

/* What the count is then, or a negative errno */
static int64_t hear(int fd, uint64_t seen, uint64_t deadline, uint32_t flags)
{
	struct ipcx_region_wait wait = { .seen = seen, .deadline = deadline, .flags = flags };
	int err = command(fd, IPCX_IOC_REGION_WAIT, &wait);

	return err ?: (int64_t)wait.seen;
}

static short ready(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN | POLLOUT };

	return poll(&poll_fd, 1, 0) == 1 ? poll_fd.revents : 0;
}

FIXTURE(bell)
{
	const char *name;
	int fd;
	int other;
};

FIXTURE_SETUP(bell)
{
	self->name = fresh_name();
	self->fd = region(self->name, O_RDWR | O_CREAT, 4096);
	ASSERT_GE(self->fd, 0);
	self->other = region(self->name, O_RDWR, 0);
	ASSERT_GE(self->other, 0);
}

FIXTURE_TEARDOWN(bell)
{
	close(self->fd);
	close(self->other);
}

TEST_F(bell, is_heard_by_who_comes_later)
{
	int64_t seen = hear(self->fd, 0, 0, IPCX_DONTWAIT);

	ASSERT_EQ(1, seen);
	EXPECT_EQ(-EAGAIN, hear(self->fd, seen, 0, IPCX_DONTWAIT));
	EXPECT_EQ(0, notify(self->other));
	EXPECT_EQ(0, notify(self->other));
	EXPECT_EQ(seen + 2, hear(self->fd, seen, 0, 0));
	EXPECT_EQ(-EAGAIN, hear(self->fd, seen + 2, 0, IPCX_DONTWAIT));
}

TEST_F(bell, wakes_all_who_wait)
{
	struct child child[3];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(child); i++)
		if (child_start(&child[i]))
			child_done(&child[i], hear(i ? self->fd : self->other, 1, 0, 0));
	ASSERT_EQ(0, await_receivers(self->fd, ARRAY_SIZE(child)));
	EXPECT_EQ(0, notify(self->fd));
	for (i = 0; i < ARRAY_SIZE(child); i++)
		EXPECT_EQ(2, child_join(&child[i]));
	EXPECT_EQ(0, stat_of(self->fd).receivers);
}

TEST_F(bell, is_polled_for_by_each_endpoint)
{
	EXPECT_EQ(POLLOUT, ready(self->fd));
	EXPECT_EQ(0, notify(self->other));
	EXPECT_EQ(POLLIN | POLLOUT, ready(self->fd));
	EXPECT_EQ(POLLIN | POLLOUT, ready(self->other));
	EXPECT_EQ(2, hear(self->fd, 1, 0, 0));
	EXPECT_EQ(POLLOUT, ready(self->fd));
	EXPECT_EQ(POLLIN | POLLOUT, ready(self->other));
	/* What was before an endpoint was bound is no news to it. */
	EXPECT_EQ(0, ready(region(self->name, O_RDONLY, 0)));
	EXPECT_EQ(POLLOUT, ready(region(self->name, O_WRONLY, 0)));
}

TEST_F(bell, wakes_epoll)
{
	struct epoll_event event = { .events = EPOLLIN }, got;
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	struct child child;

	ASSERT_EQ(0, epoll_ctl(epoll, EPOLL_CTL_ADD, self->fd, &event));
	if (child_start(&child))
		child_done(&child, epoll_wait(epoll, &got, 1, -1));
	ASSERT_EQ(0, await_asleep(child.pid));
	EXPECT_EQ(0, notify(self->other));
	EXPECT_EQ(1, child_join(&child));
	EXPECT_EQ(1, epoll_wait(epoll, &got, 1, 0));
	EXPECT_EQ(2, hear(self->fd, 1, 0, 0));
	EXPECT_EQ(0, epoll_wait(epoll, &got, 1, 0));
}

TEST_F(bell, is_waited_for_until_the_deadline)
{
	uint64_t deadline = after_ms(20);

	EXPECT_EQ(-ETIMEDOUT, hear(self->fd, 1, 1, 0));
	EXPECT_EQ(-ETIMEDOUT, hear(self->fd, 1, deadline, 0));
	EXPECT_LE(deadline, now_ns());
	EXPECT_EQ(0, notify(self->fd));
	EXPECT_EQ(2, hear(self->fd, 1, 1, 0));
	EXPECT_EQ(-EINVAL, hear(self->fd, 1, UINT64_MAX, 0));
	EXPECT_EQ(-EINVAL, hear(self->fd, 1, 0, 1 << 9));
	ASSERT_EQ(0, fcntl(self->fd, F_SETFL, O_NONBLOCK));
	EXPECT_EQ(-EAGAIN, hear(self->fd, 2, 0, 0));
}

TEST_F(bell, can_be_interrupted_and_goes_on)
{
	struct child child;
	int flags;

	for (flags = 0; flags <= SA_RESTART; flags += SA_RESTART) {
		if (child_start(&child)) {
			handle(SIGUSR1, flags);
			child_done(&child, hear(self->fd, 1, 0, 0));
		}
		ASSERT_EQ(0, await_receivers(self->fd, 1));
		ASSERT_EQ(0, kill(child.pid, SIGUSR1));
		if (!flags) {
			EXPECT_EQ(-EINTR, child_join(&child));
			continue;
		}
		EXPECT_EQ(0, notify(self->other));
		EXPECT_EQ(2, child_join(&child));
	}
	EXPECT_EQ(0, stat_of(self->fd).receivers);
}

TEST_F(bell, tells_that_the_region_was_unlinked)
{
	struct child child;

	if (child_start(&child))
		child_done(&child, hear(self->fd, 1, 0, 0));
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	ASSERT_EQ(0, unlink_name(self->name));
	EXPECT_EQ(-EIDRM, child_join(&child));
	EXPECT_EQ(POLLOUT | POLLERR | POLLHUP, ready(self->fd));
	EXPECT_EQ(-EIDRM, hear(self->fd, 1, 0, IPCX_DONTWAIT));
	EXPECT_EQ(0, notify(self->other));
	EXPECT_EQ(2, hear(self->fd, 1, 0, 0));
}

TEST_F(bell, is_for_who_has_the_right)
{
	int reader = region(self->name, O_RDONLY, 0), writer = region(self->name, O_WRONLY, 0);

	EXPECT_EQ(-EBADF, notify(reader));
	EXPECT_EQ(-EBADF, hear(writer, 0, 0, 0));
	EXPECT_EQ(0, notify(writer));
	EXPECT_EQ(2, hear(reader, 1, 0, 0));
	EXPECT_EQ(-EOPNOTSUPP, notify(mailbox(NULL, O_RDWR)));
	EXPECT_EQ(-EOPNOTSUPP, hear(mailbox(NULL, O_RDWR), 0, 0, 0));
}

/*
 * Two that take turns: each stores, notifies, and waits for what the other stores. One notice that
 * is lost, and both wait for ever. Every other turn polls.
 */
static int64_t take_turns(int fd, volatile unsigned int *turn, unsigned int me, unsigned int turns)
{
	struct pollfd news = { .fd = fd, .events = POLLIN };
	int64_t seen = hear(fd, 0, 0, 0);
	unsigned int i;

	for (i = me; i < turns; i += 2) {
		while (__atomic_load_n(turn, __ATOMIC_ACQUIRE) != i) {
			if (i % 4 > 1 && poll(&news, 1, -1) != 1)
				return -errno;
			seen = hear(fd, seen, 0, 0);
			if (seen < 0)
				return seen;
		}
		__atomic_store_n(turn, i + 1, __ATOMIC_RELEASE);
		if (notify(fd))
			return -errno;
	}
	return 0;
}

TEST_F(bell, is_never_lost)
{
	unsigned int turns = often(40000);
	volatile unsigned int *turn;
	struct child child;

	turn = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, self->fd, 0);
	ASSERT_NE(MAP_FAILED, (void *)turn);
	if (child_start(&child))
		child_done(&child, take_turns(self->other, turn, 1, turns));
	EXPECT_EQ(0, take_turns(self->fd, turn, 0, turns));
	EXPECT_EQ(0, child_join(&child));
	EXPECT_EQ(turns, *turn);
}

/* Statistics */

/* Is that what has become of the notices? */
static bool news(int fd, uint64_t heard, uint64_t coalesced, uint64_t unheard)
{
	struct ipcx_stats stats = stats_of(fd);

	printf("# heard %llu, coalesced %llu, unheard %llu, of %llu\n", stats.heard,
	       stats.coalesced, stats.unheard, stats.notices);
	return stats.heard == heard && stats.coalesced == coalesced &&
	       stats.unheard == unheard && stats.notices == heard + coalesced + unheard;
}

/* ... and of waits? */
static bool counted(int fd, uint64_t all, uint64_t slept, uint64_t vain)
{
	struct ipcx_stats stats = stats_of(fd);

	printf("# waits %llu, slept %llu, in vain %llu\n", stats.waits, stats.waits_slept,
	       stats.waits_vain);
	return stats.waits == all && stats.waits_slept == slept && stats.waits_vain == vain;
}

TEST_F(bell, counts_what_is_heard_as_one)
{
	EXPECT_TRUE(news(self->fd, 0, 0, 0));
	EXPECT_EQ(1, hear(self->fd, 0, 0, 0));
	EXPECT_TRUE(news(self->fd, 0, 0, 0));
	EXPECT_EQ(0, notify(self->fd));
	EXPECT_EQ(0, notify(self->other));
	EXPECT_EQ(0, notify(self->other));
	EXPECT_TRUE(news(self->fd, 0, 0, 3));
	EXPECT_EQ(4, hear(self->fd, 1, 0, 0));
	EXPECT_TRUE(news(self->fd, 1, 2, 0));
	/* It is no news to anybody else that others hear of it, too. */
	EXPECT_EQ(4, hear(self->other, 1, 0, 0));
	EXPECT_EQ(4, hear(self->other, 2, 0, 0));
	EXPECT_TRUE(news(self->fd, 1, 2, 0));
	EXPECT_EQ(0, notify(self->fd));
	EXPECT_TRUE(news(self->fd, 1, 2, 1));
	EXPECT_EQ(5, hear(self->other, 4, 0, 0));
	EXPECT_TRUE(news(self->fd, 2, 2, 0));
	EXPECT_EQ(0, stats_of(mailbox(NULL, O_RDWR)).notices);
}

TEST_F(bell, counts_waits)
{
	struct child child;

	EXPECT_EQ(1, hear(self->fd, 0, 0, 0));
	EXPECT_TRUE(counted(self->fd, 1, 0, 0));
	EXPECT_EQ(-EAGAIN, hear(self->fd, 1, 0, IPCX_DONTWAIT));
	EXPECT_TRUE(counted(self->fd, 2, 0, 1));
	EXPECT_EQ(-ETIMEDOUT, hear(self->fd, 1, after_ms(20), 0));
	EXPECT_TRUE(counted(self->fd, 3, 1, 2));
	/* Not what is no wait at all */
	EXPECT_EQ(-EINVAL, hear(self->fd, 1, UINT64_MAX, 0));
	EXPECT_TRUE(counted(self->fd, 3, 1, 2));
	if (child_start(&child))
		child_done(&child, hear(self->other, 1, 0, 0));
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	ASSERT_EQ(0, await_asleep(child.pid));
	EXPECT_EQ(0, notify(self->fd));
	EXPECT_EQ(2, child_join(&child));
	EXPECT_TRUE(counted(self->fd, 4, 2, 2));
	EXPECT_TRUE(news(self->fd, 1, 0, 0));
	ASSERT_EQ(0, unlink_name(self->name));
	EXPECT_EQ(-EIDRM, hear(self->fd, 2, 0, 0));
	EXPECT_TRUE(counted(self->fd, 5, 2, 3));
}

/* Hears until the count is @last: how often it waited, or a negative errno */
static int64_t hear_until(int fd, uint64_t last)
{
	int64_t seen = 1, waits = 0;

	while (seen >= 0 && (uint64_t)seen < last) {
		seen = hear(fd, seen, 0, 0);
		waits++;
	}
	return seen < 0 ? seen : waits;
}

/* Two notify and two hear, while somebody looks whether it adds up. */
TEST_F(bell, adds_up_at_every_moment)
{
	uint64_t each = often(20000), waited = 0, last = 1 + 2 * each, i;
	struct child hearer[2], child;
	struct ipcx_stats stats;

	for (i = 0; i < 2; i++)
		if (child_start(&hearer[i]))
			child_done(&hearer[i], hear_until(i ? self->fd : self->other, last));
	if (child_start(&child)) {
		for (i = 0; i < each; i++)
			notify(self->other);
		child_done(&child, 0);
	}
	for (i = 0; i < each; i++) {
		EXPECT_EQ(0, notify(self->fd));
		stats = stats_of(self->fd);
		ASSERT_EQ(stats.notices, stats.heard + stats.coalesced + stats.unheard);
		ASSERT_LE(i + 1, stats.notices);
		ASSERT_LE(stats.notices, 2 * each);
		ASSERT_LE(stats.unheard, stats.notices);
		ASSERT_LE(stats.coalesced, stats.notices);
		ASSERT_LE(stats.heard + stats.waits_vain, stats.waits);
		ASSERT_LE(stats.waits_slept, stats.waits);
	}
	EXPECT_EQ(0, child_join(&child));
	for (i = 0; i < 2; i++)
		waited += child_join(&hearer[i]);
	stats = stats_of(self->fd);
	EXPECT_EQ(2 * each, stats.notices);
	EXPECT_EQ(0, stats.unheard);
	EXPECT_EQ(2 * each, stats.heard + stats.coalesced);
	EXPECT_EQ(waited, stats.waits);
	EXPECT_EQ(0, stats.waits_vain);
}

TEST_HARNESS_MAIN
