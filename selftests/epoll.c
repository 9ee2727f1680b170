// SPDX-License-Identifier: GPL-2.0-only
/*
 * epoll with many waiters, and in its rarer modes.
 */
#include <sys/epoll.h>

#include "harness.h"

static int watch(int fd, uint32_t events)
{
	struct epoll_event event = { .events = events };
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) ? -errno : epoll;
}

static uint32_t occurred(int epoll, int timeout)
{
	struct epoll_event event;

	return epoll_wait(epoll, &event, 1, timeout) == 1 ? event.events : 0;
}

TEST(one_shot_tells_once_until_it_is_armed_again)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLONESHOT };
	int fd = mailbox(NULL, O_RDWR);
	int epoll = watch(fd, event.events);

	ASSERT_EQ(0, put(fd, 1, 1, 0));
	EXPECT_EQ(EPOLLIN, occurred(epoll, 0));
	EXPECT_EQ(0, occurred(epoll, 0));
	ASSERT_EQ(0, put(fd, 2, 1, 0));
	EXPECT_EQ(0, occurred(epoll, 0));
	/* What came meanwhile is told as soon as somebody asks again. */
	ASSERT_EQ(0, epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event));
	EXPECT_EQ(EPOLLIN, occurred(epoll, 0));
	ASSERT_EQ(1, get(fd, 0));
	ASSERT_EQ(2, get(fd, 0));
	ASSERT_EQ(0, epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event));
	EXPECT_EQ(0, occurred(epoll, 0));
}

TEST(level_tells_as_long_as_there_is_room_and_edge_once_it_is_made)
{
	int fd = mailbox_of(2, 100, 150);
	int level = watch(fd, EPOLLOUT), edge = watch(fd, EPOLLOUT | EPOLLET);

	EXPECT_EQ(EPOLLOUT, occurred(level, 0));
	EXPECT_EQ(EPOLLOUT, occurred(level, 0));
	EXPECT_EQ(EPOLLOUT, occurred(edge, 0));
	EXPECT_EQ(0, occurred(edge, 0));
	ASSERT_EQ(0, put(fd, 1, 20, 0));
	ASSERT_EQ(0, put(fd, 2, 60, 0));
	EXPECT_EQ(0, occurred(level, 0));
	ASSERT_EQ(1, get(fd, 0));
	EXPECT_EQ(0, occurred(level, 0));
	EXPECT_EQ(0, occurred(edge, 0));
	ASSERT_EQ(2, get(fd, 0));
	EXPECT_EQ(EPOLLOUT, occurred(level, 0));
	EXPECT_EQ(EPOLLOUT, occurred(edge, 0));
	EXPECT_EQ(0, occurred(edge, 0));
}

TEST(one_epoll_tells_which_of_many_mailboxes_has_a_message)
{
	struct epoll_event event = { .events = EPOLLIN };
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	int fds[50];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fds); i++) {
		fds[i] = mailbox(NULL, O_RDWR);
		event.data.fd = fds[i];
		ASSERT_EQ(0, epoll_ctl(epoll, EPOLL_CTL_ADD, fds[i], &event));
	}
	for (i = 0; i < ARRAY_SIZE(fds); i++) {
		ASSERT_EQ(0, put(fds[i], i, 1, 0));
		ASSERT_EQ(1, epoll_wait(epoll, &event, 1, 0));
		EXPECT_EQ(fds[i], event.data.fd);
		EXPECT_EQ(i, get(fds[i], 0));
	}
	EXPECT_EQ(0, epoll_wait(epoll, &event, 1, 0));
}

/*
 * Many waiters, each with an epoll of its own, that wait for one thing. A waiter that has been
 * woken says so and stays away, so that it can be counted how many an event wakes.
 */
#define WAITERS	8

FIXTURE(crowd)
{
	int fd;
	int *woken;
	struct child child[WAITERS];
};

FIXTURE_SETUP(crowd)
{
	self->fd = mailbox_of(4, 100, 400);
	self->woken = shared(sizeof(*self->woken));
	ASSERT_GE(self->fd, 0);
}

FIXTURE_TEARDOWN(crowd)
{
	unsigned int i;

	for (i = 0; i < WAITERS; i++)
		if (self->child[i].pid)
			child_kill(&self->child[i]);
}

static int gather(struct child *child, unsigned int count, int fd, int *woken, uint32_t events)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < count && !err; i++) {
		if (child_start(&child[i])) {
			occurred(watch(fd, events), -1);
			__atomic_add_fetch(woken, 1, __ATOMIC_RELEASE);
			pause();
			child_done(&child[i], 0);
		}
		err = await_asleep(child[i].pid);
	}
	return err;
}

/*
 * Waits until so many are awake; what was woken besides has run as well when all of them, and those
 * that were not woken, sleep.
 */
static int awake(struct child *child, unsigned int count, const int *woken, int expected)
{
	unsigned int i, tries;

	for (tries = 0; tries < 10000; tries++) {
		if (__atomic_load_n(woken, __ATOMIC_ACQUIRE) >= expected)
			break;
		usleep(1000);
	}
	usleep(20000);
	for (i = 0; i < count; i++)
		if (await_asleep(child[i].pid))
			return -1;
	return __atomic_load_n(woken, __ATOMIC_ACQUIRE);
}

TEST_F(crowd, without_exclusive_all_are_woken)
{
	ASSERT_EQ(0, gather(self->child, WAITERS, self->fd, self->woken, EPOLLIN));
	ASSERT_EQ(0, put(self->fd, 1, 1, 0));
	EXPECT_EQ(WAITERS, awake(self->child, WAITERS, self->woken, WAITERS));
}

TEST_F(crowd, one_message_wakes_one_that_waits_exclusively)
{
	int i;

	ASSERT_EQ(0, gather(self->child, WAITERS, self->fd, self->woken,
			    EPOLLIN | EPOLLEXCLUSIVE));
	for (i = 1; i <= 4; i++) {
		ASSERT_EQ(0, put(self->fd, i, 1, 0));
		EXPECT_EQ(i, awake(self->child, WAITERS, self->woken, i));
	}
}

TEST_F(crowd, room_wakes_one_that_waits_for_it_exclusively)
{
	int i;

	for (i = 0; i < 4; i++)
		ASSERT_EQ(0, put(self->fd, i, 100, 0));
	ASSERT_EQ(0, gather(self->child, WAITERS, self->fd, self->woken,
			    EPOLLOUT | EPOLLEXCLUSIVE));
	for (i = 0; i < 3; i++) {
		ASSERT_EQ(i, get(self->fd, 0));
		EXPECT_EQ(i + 1, awake(self->child, WAITERS, self->woken, i + 1));
	}
}

/*
 * A long message that goes lets several short ones in at once: who waits exclusively is woken for
 * each, and not for one of them.
 */
TEST_F(crowd, several_messages_let_in_at_once_wake_as_many)
{
	int fd = mailbox_of(4, 100, 100);
	struct child sender[3];
	unsigned int i;
	char buf[100];

	ASSERT_EQ(0, put(fd, 0, 100, 0));
	for (i = 0; i < ARRAY_SIZE(sender); i++) {
		if (child_start(&sender[i]))
			child_done(&sender[i], put(fd, i + 1, 1, 0));
		ASSERT_EQ(0, await_senders(fd, i + 1));
	}
	/* The waiters are edge-triggered, and have been told of the long one. */
	for (i = 0; i < WAITERS; i++) {
		if (child_start(&self->child[i])) {
			int epoll = watch(fd, EPOLLIN | EPOLLET | EPOLLEXCLUSIVE);

			occurred(epoll, 0);
			occurred(epoll, -1);
			__atomic_add_fetch(self->woken, 1, __ATOMIC_RELEASE);
			pause();
			child_done(&self->child[i], 0);
		}
		ASSERT_EQ(0, await_asleep(self->child[i].pid));
	}
	ASSERT_EQ(100, read(fd, buf, sizeof(buf)));
	EXPECT_EQ(3, awake(self->child, WAITERS, self->woken, 3));
	for (i = 0; i < ARRAY_SIZE(sender); i++)
		EXPECT_EQ(0, child_join(&sender[i]));
}

/* A waiter with an endpoint of its own, who says when he is woken, and does nothing about it */
static int idler(struct child *child, const char *name, int oflag, uint32_t event, int *woken)
{
	if (child_start(child)) {
		occurred(watch(mailbox(name, oflag), event | EPOLLEXCLUSIVE), -1);
		__atomic_store_n(woken, 1, __ATOMIC_RELEASE);
		pause();
		child_done(child, 0);
	}
	return await_asleep(child->pid);
}

/* Which of two has been woken, -1 if neither is, for long but not as long as a test may take */
static int who_is_awake(const int *woken)
{
	unsigned int tries;

	for (tries = 0; tries < 20000; tries++) {
		if (__atomic_load_n(&woken[tries % 2], __ATOMIC_ACQUIRE))
			return tries % 2;
		usleep(500);
	}
	return -1;
}

/* Kills the one who has been woken: 0 if that wakes the other. */
static int hand_down(struct child *child, int *woken)
{
	int first = who_is_awake(woken);

	if (first < 0 || __atomic_load_n(&woken[!first], __ATOMIC_ACQUIRE))
		return -EALREADY;
	child_kill(&child[first]);
	child[first].pid = 0;
	__atomic_store_n(&woken[first], 0, __ATOMIC_RELEASE);
	return who_is_awake(woken) == !first ? 0 : -ETIMEDOUT;
}

TEST_F(crowd, who_dies_after_being_woken_leaves_the_message_to_another)
{
	const char *name = fresh_name();
	int fd = mailbox(name, O_RDWR | O_CREAT);
	int *woken = shared(2 * sizeof(*woken));
	unsigned int i;

	for (i = 0; i < 2; i++)
		ASSERT_EQ(0, idler(&self->child[i], name, O_RDONLY, EPOLLIN, &woken[i]));
	ASSERT_EQ(0, put(fd, 1, 1, 0));
	EXPECT_EQ(0, hand_down(self->child, woken));
}

TEST_F(crowd, who_dies_after_being_woken_leaves_the_room_to_another)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), IPCX_BIND_CREATE);
	int *woken = shared(2 * sizeof(*woken));
	unsigned int i;
	int fd;

	bind.max_msgs = 1;
	fd = bound(O_RDWR, &bind);
	ASSERT_EQ(0, put(fd, 1, 1, 0));
	for (i = 0; i < 2; i++)
		ASSERT_EQ(0, idler(&self->child[i], bind.name, O_WRONLY, EPOLLOUT, &woken[i]));
	ASSERT_EQ(1, get(fd, 0));
	EXPECT_EQ(0, hand_down(self->child, woken));
}

/* All of it at work: workers that wait exclusively, and nothing is left lying. */
TEST(exclusive_workers_take_everything)
{
	const unsigned int count = often(4000);
	int fd = mailbox_of(16, 100, 1600);
	struct child worker[WAITERS];
	int64_t sum = 0;
	unsigned int i;

	for (i = 0; i < WAITERS; i++) {
		if (child_start(&worker[i])) {
			int epoll = watch(fd, EPOLLIN | EPOLLEXCLUSIVE);
			int64_t taken = 0, type = 0;

			while (type != 999999) {
				if (!occurred(epoll, 60000))
					child_done(&worker[i], -ETIMEDOUT);
				type = get(fd, IPCX_DONTWAIT);
				if (type >= 0 && type != 999999)
					taken++;
			}
			child_done(&worker[i], taken);
		}
	}
	for (i = 0; i < count; i++)
		ASSERT_EQ(0, put(fd, i, 1, 0));
	for (i = 0; i < WAITERS; i++)
		ASSERT_EQ(0, put(fd, 999999, 1, 0));
	for (i = 0; i < WAITERS; i++)
		sum += child_join(&worker[i]);
	EXPECT_EQ(count, sum);
}

TEST_HARNESS_MAIN
