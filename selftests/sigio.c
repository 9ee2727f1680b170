// SPDX-License-Identifier: GPL-2.0-only
/*
 * O_ASYNC: signals tell what poll would. They are queued real-time signals here, blocked and
 * fetched one by one, so that each is seen and none comes late: what sends one does so before it
 * returns.
 */
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>

#include "harness.h"

#define SIGNAL	(SIGRTMIN + 1)

static int block(int signal)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal);
	return sigprocmask(SIG_BLOCK, &set, NULL);
}

/* O_ASYNC on or off: 0 or a negative errno */
static int async(int fd, bool on)
{
	int flags = fcntl(fd, F_GETFL);

	flags = on ? flags | O_ASYNC : flags & ~O_ASYNC;
	return fcntl(fd, F_SETFL, flags) ? -errno : 0;
}

static int watch(int fd)
{
	if (block(SIGNAL) || fcntl(fd, F_SETSIG, SIGNAL) || fcntl(fd, F_SETOWN, getpid()))
		return -errno;
	return async(fd, true);
}

/* What the next signal says (POLL_IN, ...), 0 if there is none, -1 if it is another descriptor's */
static int told(int fd)
{
	struct timespec now = { 0 };
	siginfo_t info;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGNAL);
	if (sigtimedwait(&set, &info, &now) != SIGNAL)
		return 0;
	return info.si_fd == fd ? info.si_code : -1;
}

FIXTURE(watched)
{
	const char *name;
	int reader;
	int writer;
	int fd;		/* both; it is the test's */
};

FIXTURE_SETUP(watched)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), IPCX_BIND_CREATE);

	bind.max_msgs = 2;
	bind.max_msg_size = 100;
	bind.max_bytes = 150;
	self->name = strdup(bind.name);
	self->fd = bound(O_RDWR, &bind);
	self->reader = mailbox(self->name, O_RDONLY);
	self->writer = mailbox(self->name, O_WRONLY);
	ASSERT_GE(self->fd, 0);
	ASSERT_GE(self->reader, 0);
	ASSERT_GE(self->writer, 0);
}

FIXTURE_TEARDOWN(watched)
{
}

TEST_F(watched, receivers_are_told_of_every_message_that_is_queued)
{
	ASSERT_EQ(0, watch(self->reader));
	EXPECT_EQ(0, told(self->reader));
	ASSERT_EQ(0, put(self->fd, 1, 1, 0));
	EXPECT_EQ(POLL_IN, told(self->reader));
	ASSERT_EQ(0, put(self->fd, 2, 1, 0));
	EXPECT_EQ(POLL_IN, told(self->reader));
	EXPECT_EQ(-EAGAIN, put(self->fd, 3, 1, IPCX_DONTWAIT));
	EXPECT_EQ(0, told(self->reader));
	/* Nor are they of room, which is not theirs. */
	ASSERT_EQ(1, get(self->fd, 0));
	EXPECT_EQ(0, told(self->reader));
}

TEST_F(watched, senders_are_told_when_there_is_room_for_any_message)
{
	ASSERT_EQ(0, watch(self->writer));
	ASSERT_EQ(0, put(self->fd, 1, 20, 0));
	ASSERT_EQ(0, put(self->fd, 2, 60, 0));
	EXPECT_EQ(0, told(self->writer));
	/* Room for one of 90 bytes, but not for one of 100: poll says so, too. */
	ASSERT_EQ(1, get(self->fd, 0));
	EXPECT_EQ(0, told(self->writer));
	ASSERT_EQ(2, get(self->fd, 0));
	EXPECT_EQ(POLL_OUT, told(self->writer));
	EXPECT_EQ(0, told(self->writer));
}

TEST_F(watched, who_does_both_is_told_of_both)
{
	ASSERT_EQ(0, watch(self->fd));
	ASSERT_EQ(0, put(self->fd, 1, 100, 0));
	EXPECT_EQ(POLL_IN, told(self->fd));
	ASSERT_EQ(1, get(self->fd, 0));
	EXPECT_EQ(POLL_OUT, told(self->fd));
	EXPECT_EQ(0, told(self->fd));
}

TEST_F(watched, a_message_that_a_sender_waited_with_is_told_of_when_it_is_let_in)
{
	struct child child;

	ASSERT_EQ(0, put(self->fd, 1, 1, 0));
	ASSERT_EQ(0, put(self->fd, 2, 1, 0));
	if (child_start(&child))
		child_done(&child, put(self->fd, 3, 1, 0));
	ASSERT_EQ(0, await_senders(self->fd, 1));
	ASSERT_EQ(0, watch(self->reader));
	ASSERT_EQ(1, get(self->fd, 0));
	EXPECT_EQ(POLL_IN, told(self->reader));
	EXPECT_EQ(0, told(self->reader));
	EXPECT_EQ(0, child_join(&child));
}

TEST_F(watched, a_message_that_a_waiting_receiver_gets_is_nobody_elses_news)
{
	struct child child;

	ASSERT_EQ(0, watch(self->reader));
	if (child_start(&child))
		child_done(&child, get(self->fd, 0));
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	ASSERT_EQ(0, put(self->fd, 7, 1, 0));
	EXPECT_EQ(7, child_join(&child));
	EXPECT_EQ(0, told(self->reader));
}

TEST_F(watched, all_are_told_once_that_the_name_is_gone)
{
	ASSERT_EQ(0, watch(self->reader));
	ASSERT_EQ(0, unlink_name(self->name));
	EXPECT_EQ(POLL_HUP, told(self->reader));
	EXPECT_EQ(0, told(self->reader));
}

TEST_F(watched, nobody_is_told_after_o_async_is_cleared_or_the_last_close)
{
	int other = dup(self->reader);

	ASSERT_EQ(0, watch(self->reader));
	close(other);
	ASSERT_EQ(0, put(self->fd, 1, 1, 0));
	EXPECT_EQ(POLL_IN, told(self->reader));
	ASSERT_EQ(0, async(self->reader, false));
	ASSERT_EQ(0, put(self->fd, 2, 1, 0));
	EXPECT_EQ(0, told(self->reader));

	ASSERT_EQ(1, get(self->fd, 0));
	ASSERT_EQ(0, async(self->reader, true));
	close(self->reader);
	ASSERT_EQ(0, put(self->fd, 3, 1, 0));
	EXPECT_EQ(0, told(self->reader));
}

TEST_F(watched, the_signal_goes_to_the_owner_and_is_sigio_by_default)
{
	struct child child;

	if (child_start(&child)) {
		sigset_t set;
		int signal;

		block(SIGIO);
		fcntl(self->reader, F_SETOWN, getpid());
		async(self->reader, true);
		put(self->writer, 1, 1, 0);
		sigemptyset(&set);
		sigaddset(&set, SIGIO);
		child_done(&child, sigwait(&set, &signal) ? -errno : signal);
	}
	EXPECT_EQ(SIGIO, child_join(&child));
}

TEST_F(watched, a_handler_that_reads_until_there_is_nothing_gets_everything)
{
	const unsigned int count = often(2000);
	unsigned int received = 0;
	struct child child;

	ASSERT_EQ(0, watch(self->reader));
	if (child_start(&child)) {
		int64_t err = 0;
		unsigned int i;

		for (i = 0; i < count && !err; i++)
			err = put(self->writer, i, 1, 0);
		child_done(&child, err);
	}
	while (received < count) {
		struct timespec patience = { .tv_sec = 60 };
		sigset_t set;

		sigemptyset(&set);
		sigaddset(&set, SIGNAL);
		/* When too many are queued, the kernel says so by SIGIO; here there are never. */
		ASSERT_EQ(SIGNAL, sigtimedwait(&set, NULL, &patience));
		while (get(self->reader, IPCX_DONTWAIT) == received)
			received++;
	}
	EXPECT_EQ(0, child_join(&child));
}

/* The signal wakes an epoll while the mailbox's own pollers are being woken. */
TEST_F(watched, an_epoll_hears_of_a_message_by_the_mailbox_and_by_a_signalfd)
{
	struct epoll_event event = { .events = EPOLLIN }, events[2];
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	sigset_t set;

	ASSERT_EQ(0, watch(self->reader));
	sigemptyset(&set);
	sigaddset(&set, SIGNAL);
	ASSERT_EQ(0, epoll_ctl(epoll, EPOLL_CTL_ADD, self->reader, &event));
	ASSERT_EQ(0, epoll_ctl(epoll, EPOLL_CTL_ADD, signalfd(-1, &set, SFD_CLOEXEC), &event));
	EXPECT_EQ(0, epoll_wait(epoll, events, ARRAY_SIZE(events), 0));
	ASSERT_EQ(0, put(self->fd, 1, 1, 0));
	EXPECT_EQ(2, epoll_wait(epoll, events, ARRAY_SIZE(events), 0));
	EXPECT_EQ(POLL_IN, told(self->reader));
	EXPECT_EQ(1, epoll_wait(epoll, events, ARRAY_SIZE(events), 0));
	ASSERT_EQ(1, get(self->fd, 0));
	EXPECT_EQ(0, epoll_wait(epoll, events, ARRAY_SIZE(events), 0));
}

TEST(what_is_no_mailbox_does_not_signal)
{
	EXPECT_EQ(-ENOTCONN, async(endpoint(O_RDWR), true));
	EXPECT_EQ(-EOPNOTSUPP, async(region(NULL, O_RDWR, 4096), true));
}

/* Setting, clearing, sending and closing at the same time: nothing is left behind. */

static int stop;

static void *toggle(void *arg)
{
	int fd = *(int *)arg;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		async(fd, true);
		async(fd, false);
	}
	return NULL;
}

TEST_F(watched, threads_that_set_and_clear_o_async_do_no_harm)
{
	const unsigned int count = often(3000);
	pthread_t thread[2];
	unsigned int i;

	signal(SIGIO, SIG_IGN);
	ASSERT_EQ(0, fcntl(self->fd, F_SETOWN, getpid()));
	for (i = 0; i < ARRAY_SIZE(thread); i++)
		ASSERT_EQ(0, pthread_create(&thread[i], NULL, toggle, &self->fd));
	for (i = 0; i < count; i++) {
		ASSERT_EQ(0, put(self->writer, i, 1, 0));
		ASSERT_EQ(i, get(self->reader, 0));
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < ARRAY_SIZE(thread); i++)
		pthread_join(thread[i], NULL);
	close(self->fd);
	EXPECT_EQ(0, put(self->writer, i, 1, 0));
}

TEST_HARNESS_MAIN
