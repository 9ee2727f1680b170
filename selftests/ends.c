// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mailboxes with the manners of a pipe: each side is told when the other has gone.
 */
#include <poll.h>
#include <sys/eventfd.h>

#include "batch.h"
#include "fds.h"

static int end_of(const char *name, int oflag)
{
	struct ipcx_bind bind = mailbox_bind(name, 0);

	return bound(oflag, &bind);
}

static short polled(int fd, short events, int timeout)
{
	struct pollfd poll_fd = { .fd = fd, .events = events };

	return poll(&poll_fd, 1, timeout) < 0 ? -1 : poll_fd.revents;
}

FIXTURE(ends)
{
	const char *name;
	int rd, wr;
};

FIXTURE_SETUP(ends)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), IPCX_BIND_CREATE | IPCX_BIND_HANGUP);

	bind.max_msgs = 4;
	self->name = strdup(bind.name);
	self->rd = bound(O_RDONLY, &bind);
	ASSERT_GE(self->rd, 0);
	self->wr = end_of(self->name, O_WRONLY);
	ASSERT_GE(self->wr, 0);
}

FIXTURE_TEARDOWN(ends)
{
	close(self->rd);
	close(self->wr);
}

TEST_F(ends, the_receiver_gets_what_is_left_and_then_the_end)
{
	struct ipcx_reply reply = { .flags = IPCX_REPLY_RECV };
	char byte;

	ASSERT_EQ(0, put(self->wr, 1, 10, 0));
	ASSERT_EQ(0, put(self->wr, 2, 0, 0));
	close(self->wr);
	EXPECT_EQ(1, get(self->rd, 0));
	EXPECT_EQ(2, get(self->rd, 0));
	EXPECT_EQ(-EPIPE, get(self->rd, 0));
	EXPECT_EQ(-EPIPE, get(self->rd, IPCX_DONTWAIT));
	EXPECT_EQ(0, read(self->rd, &byte, 1));
	EXPECT_EQ(-EPIPE, recv_batch(self->rd, 3, 2, 10, 0));
	EXPECT_EQ(-EPIPE, command(self->rd, IPCX_IOC_REPLY, &reply));
}

TEST_F(ends, a_receiver_that_waits_is_told)
{
	struct child receiver, reader, peeker;
	char byte;

	if (child_start(&receiver)) {
		close(self->wr);
		child_done(&receiver, get(self->rd, 0));
	}
	if (child_start(&reader)) {
		close(self->wr);
		child_done(&reader, read(self->rd, &byte, 1) ? -errno : 77);
	}
	ASSERT_EQ(0, await_receivers(self->rd, 2));
	if (child_start(&peeker)) {
		close(self->wr);
		child_done(&peeker, get(self->rd, IPCX_PEEK));
	}
	ASSERT_EQ(0, await_asleep(peeker.pid));
	close(self->wr);
	EXPECT_EQ(-EPIPE, child_join(&receiver));
	EXPECT_EQ(77, child_join(&reader));
	EXPECT_EQ(-EPIPE, child_join(&peeker));
}

TEST_F(ends, a_receiver_that_chooses_is_told_although_others_are_left)
{
	struct ipcx_recv recv = { .select = IPCX_SELECT_TYPE, .select_type = 5 };
	char buf[16];

	ASSERT_EQ(0, put(self->wr, 1, 10, 0));
	close(self->wr);
	EXPECT_EQ(-EPIPE, get_msg(self->rd, &recv, buf, sizeof(buf)));
	EXPECT_EQ(1, get(self->rd, 0));
}

TEST_F(ends, a_sender_is_told_by_a_signal)
{
	struct child sender;

	ASSERT_EQ(0, put(self->wr, 1, 10, 0));
	close(self->rd);
	if (child_start(&sender))
		child_done(&sender, put(self->wr, 2, 10, 0));
	EXPECT_EQ(KILLED_BY(SIGPIPE), child_join(&sender));
	if (child_start(&sender))
		child_done(&sender, write(self->wr, "x", 1));
	EXPECT_EQ(KILLED_BY(SIGPIPE), child_join(&sender));
}

TEST_F(ends, a_sender_is_told_by_an_errno)
{
	close(self->rd);
	EXPECT_EQ(-EPIPE, put(self->wr, 1, 10, IPCX_NOSIGNAL));
	signal(SIGPIPE, SIG_IGN);
	EXPECT_EQ(-EPIPE, put(self->wr, 1, 10, 0));
	EXPECT_EQ(-1, write(self->wr, "x", 1));
	EXPECT_EQ(EPIPE, errno);
	EXPECT_EQ(0, stat_of(self->wr).msgs);
}

/* Whatever it sends, and however */
TEST_F(ends, a_sender_of_descriptors_or_of_a_batch_is_told)
{
	int event = eventfd(0, EFD_CLOEXEC);
	struct ipcx_send send = fds_send(&event, 1, 1);
	struct child sender;

	ASSERT_GE(event, 0);
	close(self->rd);
	if (child_start(&sender))
		child_done(&sender, command(self->wr, IPCX_IOC_SEND, &send));
	EXPECT_EQ(KILLED_BY(SIGPIPE), child_join(&sender));
	if (child_start(&sender))
		child_done(&sender, send_batch(self->wr, 1, 2, 10, 0));
	EXPECT_EQ(KILLED_BY(SIGPIPE), child_join(&sender));

	send.flags = IPCX_NOSIGNAL;
	EXPECT_EQ(-EPIPE, command(self->wr, IPCX_IOC_SEND, &send));
	EXPECT_EQ(-EPIPE, send_batch(self->wr, 1, 2, 10, IPCX_NOSIGNAL));
	EXPECT_EQ(0, stat_of(self->wr).msgs);
}

TEST_F(ends, a_sender_that_waits_is_told)
{
	struct child sender;
	unsigned int i;

	for (i = 0; i < 4; i++)
		ASSERT_EQ(0, put(self->wr, i, 10, 0));
	if (child_start(&sender)) {
		close(self->rd);
		child_done(&sender, put(self->wr, 9, 10, IPCX_NOSIGNAL));
	}
	ASSERT_EQ(0, await_senders(self->wr, 1));
	close(self->rd);
	EXPECT_EQ(-EPIPE, child_join(&sender));
	EXPECT_EQ(4, stat_of(self->wr).msgs);
}

/* Without a signal: a call is not a stream. */
TEST_F(ends, a_caller_is_told)
{
	struct child caller;

	if (child_start(&caller)) {
		close(self->rd);
		child_done(&caller, ask(self->wr, 1, 10, 0));
	}
	ASSERT_EQ(0, await_msgs(self->wr, 1));
	close(self->rd);
	EXPECT_EQ(-EPIPE, child_join(&caller));
	EXPECT_EQ(0, stat_of(self->wr).msgs);
	EXPECT_EQ(-EPIPE, ask(self->wr, 2, 10, 0));
}

TEST_F(ends, a_caller_whose_server_has_gone_gets_a_reset)
{
	struct ipcx_recv recv = { 0 };
	struct child caller;
	char buf[16];

	if (child_start(&caller)) {
		close(self->rd);
		child_done(&caller, ask(self->wr, 1, 10, 0));
	}
	ASSERT_EQ(1, get_msg(self->rd, &recv, buf, sizeof(buf)));
	close(self->rd);
	EXPECT_EQ(-ECONNRESET, child_join(&caller));
}

TEST_F(ends, poll_tells)
{
	EXPECT_EQ(0, polled(self->rd, POLLIN, 0));
	EXPECT_EQ(POLLOUT, polled(self->wr, POLLOUT, 0));
	ASSERT_EQ(0, put(self->wr, 1, 10, 0));
	close(self->wr);
	EXPECT_EQ(POLLIN | POLLHUP, polled(self->rd, POLLIN, 0));
	ASSERT_EQ(1, get(self->rd, 0));
	EXPECT_EQ(POLLHUP, polled(self->rd, POLLIN, 0));
	self->wr = end_of(self->name, O_WRONLY);
	EXPECT_EQ(0, polled(self->rd, POLLIN, 0));
	close(self->rd);
	EXPECT_EQ(POLLOUT | POLLERR, polled(self->wr, POLLOUT, 0));
}

TEST_F(ends, poll_wakes)
{
	struct child poller;

	if (child_start(&poller)) {
		close(self->wr);
		child_done(&poller, polled(self->rd, POLLIN, -1));
	}
	ASSERT_EQ(0, await_asleep(poller.pid));
	close(self->wr);
	EXPECT_EQ(POLLHUP, child_join(&poller));

	self->wr = end_of(self->name, O_WRONLY);
	if (child_start(&poller)) {
		close(self->rd);
		child_done(&poller, polled(self->wr, 0, -1));
	}
	ASSERT_EQ(0, await_asleep(poller.pid));
	close(self->rd);
	EXPECT_EQ(POLLERR, child_join(&poller));
}

TEST_F(ends, who_comes_back_is_there_again)
{
	close(self->rd);
	ASSERT_EQ(-EPIPE, put(self->wr, 1, 10, IPCX_NOSIGNAL));
	self->rd = end_of(self->name, O_RDONLY);
	EXPECT_EQ(0, put(self->wr, 2, 10, 0));
	EXPECT_EQ(2, get(self->rd, 0));
	close(self->wr);
	ASSERT_EQ(-EPIPE, get(self->rd, 0));
	self->wr = end_of(self->name, O_WRONLY);
	EXPECT_EQ(-EAGAIN, get(self->rd, IPCX_DONTWAIT));
}

TEST_F(ends, only_the_last_close_counts)
{
	int again = dup(self->wr), both = end_of(self->name, O_RDWR);

	close(self->wr);
	close(again);
	EXPECT_EQ(-EAGAIN, get(self->rd, IPCX_DONTWAIT));
	close(self->rd);
	EXPECT_EQ(0, put(both, 1, 10, 0));
	EXPECT_EQ(1, get(both, 0));
	EXPECT_EQ(-EAGAIN, get(both, IPCX_DONTWAIT));
	close(both);
}

TEST_F(ends, a_killed_sender_has_gone)
{
	struct child sender;

	if (child_start(&sender)) {
		if (put(self->wr, 1, 10, 0))
			child_done(&sender, -1);
		for (;;)
			pause();
	}
	close(self->wr);
	ASSERT_EQ(1, get(self->rd, 0));
	child_kill(&sender);
	EXPECT_EQ(-EPIPE, get(self->rd, 0));
}

TEST_F(ends, unlinking_comes_first)
{
	ASSERT_EQ(0, unlink_name(self->name));
	close(self->wr);
	EXPECT_EQ(-EIDRM, get(self->rd, 0));
}

TEST(a_side_that_has_not_come_has_not_gone)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), IPCX_BIND_CREATE | IPCX_BIND_HANGUP);
	int wr = bound(O_WRONLY, &bind), rd;

	ASSERT_GE(wr, 0);
	EXPECT_EQ(IPCX_STAT_HANGUP, stat_of(wr).flags);
	EXPECT_EQ(0, put(wr, 1, 10, 0));
	EXPECT_EQ(POLLOUT, polled(wr, POLLOUT, 0));
	close(wr);

	rd = bound(O_RDONLY, &bind);
	ASSERT_GE(rd, 0);
	EXPECT_EQ(-EAGAIN, get(rd, IPCX_DONTWAIT));
	EXPECT_EQ(0, polled(rd, POLLIN, 0));
	close(rd);
}

TEST(who_comes_after_all_have_gone_waits_for_the_other_side)
{
	const uint32_t flags = IPCX_BIND_CREATE | IPCX_BIND_HANGUP | IPCX_BIND_PERSIST;
	struct ipcx_bind bind = mailbox_bind(fresh_name(), flags);
	int fd = bound(O_RDWR, &bind);

	ASSERT_GE(fd, 0);
	close(fd);
	fd = bound(O_RDONLY, &bind);
	EXPECT_EQ(-EAGAIN, get(fd, IPCX_DONTWAIT));
	close(fd);
	fd = bound(O_WRONLY, &bind);
	EXPECT_EQ(0, put(fd, 1, 10, 0));
	close(fd);

	/* Whoever has left a message was there. */
	fd = bound(O_RDONLY, &bind);
	EXPECT_EQ(1, get(fd, IPCX_DONTWAIT));
	EXPECT_EQ(-EPIPE, get(fd, IPCX_DONTWAIT));
	close(fd);
	EXPECT_EQ(0, unlink_name(bind.name));
}

TEST(other_mailboxes_have_no_ends)
{
	const char *name = fresh_name();
	int wr = mailbox(name, O_WRONLY | O_CREAT), rd = end_of(name, O_RDONLY);

	close(rd);
	EXPECT_EQ(0, put(wr, 1, 10, 0));
	rd = end_of(name, O_RDONLY);
	close(wr);
	EXPECT_EQ(1, get(rd, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, get(rd, IPCX_DONTWAIT));
	close(rd);
}

TEST(a_region_has_no_ends)
{
	struct ipcx_bind bind = region_bind(NULL, IPCX_BIND_CREATE | IPCX_BIND_HANGUP, 4096);

	EXPECT_EQ(-EINVAL, try_bind(&bind));
	bind = mailbox_bind(fresh_name(), IPCX_BIND_HANGUP);
	EXPECT_EQ(-EINVAL, try_bind(&bind));
}

TEST_HARNESS_MAIN
