// SPDX-License-Identifier: GPL-2.0-only
/*
 * Readiness: poll, epoll and select agree with what would not wait, and wake who waits.
 */
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include "box.h"

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
	if (child_start(&large))
		child_done(&large, put(fd, 3, 1000, 0));
	ASSERT_EQ(0, await_senders(fd, 1));
	if (child_start(&small))
		child_done(&small, put(fd, 4, 1, 0));
	ASSERT_EQ(0, await_senders(fd, 2));
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
