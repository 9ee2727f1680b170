// SPDX-License-Identifier: GPL-2.0-only
/*
 * What becomes of a message whose receiver is stopped in the middle of its fault.
 */
#include "harness.h"
#include "stuck.h"

FIXTURE(slow_fault)
{
	struct stuck stuck;
	const char *name;
	bool ready;
	int fd;
};

/* Whether the message was in the queue, or the receiver had waited for it */
FIXTURE_VARIANT(slow_fault)
{
	bool waiting;
	size_t len;
};

FIXTURE_VARIANT_ADD(slow_fault, queued_100) { .waiting = false, .len = 100 };
FIXTURE_VARIANT_ADD(slow_fault, queued_9000) { .waiting = false, .len = 9000 };
FIXTURE_VARIANT_ADD(slow_fault, handed_over_100) { .waiting = true, .len = 100 };
FIXTURE_VARIANT_ADD(slow_fault, handed_over_9000) { .waiting = true, .len = 9000 };

FIXTURE_SETUP(slow_fault)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), IPCX_BIND_CREATE);

	bind.max_msgs = 4;
	self->fd = bound(O_RDWR, &bind);
	self->name = strdup(bind.name);
	ASSERT_GE(self->fd, 0);
	if (!variant->waiting)
		ASSERT_EQ(0, put(self->fd, 1, variant->len, 0));
	self->ready = stuck_start(&self->stuck, self->fd);
	if (!self->ready)
		return;
	if (variant->waiting) {
		ASSERT_EQ(0, await_receivers(self->fd, 1));
		ASSERT_EQ(0, put(self->fd, 1, variant->len, 0));
	}
	ASSERT_EQ(0, stuck_await(&self->stuck));
}

FIXTURE_TEARDOWN(slow_fault)
{
	close(self->fd);
}

TEST_F(slow_fault, puts_the_message_back_before_those_that_came_meanwhile)
{
	if (!self->ready)
		SKIP(return, "no userfaultfd for kernel faults");
	ASSERT_EQ(0, put(self->fd, 2, 10, 0));
	ASSERT_EQ(0, put_prio(self->fd, 3, 5000, 0));
	EXPECT_EQ(-EFAULT, stuck_end(&self->stuck, true));
	EXPECT_EQ(3, stat_of(self->fd).msgs);
	EXPECT_EQ(1, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(2, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(3, get(self->fd, IPCX_DONTWAIT));
}

TEST_F(slow_fault, puts_the_message_back_into_its_priority)
{
	if (!self->ready)
		SKIP(return, "no userfaultfd for kernel faults");
	ASSERT_EQ(0, put_prio(self->fd, 2, 10, 1));
	ASSERT_EQ(0, put_prio(self->fd, 3, 10, 0));
	EXPECT_EQ(-EFAULT, stuck_end(&self->stuck, true));
	EXPECT_EQ(2, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(1, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(3, get(self->fd, IPCX_DONTWAIT));
}

TEST_F(slow_fault, puts_the_message_back_although_the_mailbox_is_full)
{
	unsigned int sent, i;

	if (!self->ready)
		SKIP(return, "no userfaultfd for kernel faults");
	for (sent = 1; !put(self->fd, sent + 1, 10, IPCX_DONTWAIT); sent++)
		;
	EXPECT_LE(4, sent);
	EXPECT_EQ(-EFAULT, stuck_end(&self->stuck, true));
	EXPECT_EQ(sent, stat_of(self->fd).msgs);
	EXPECT_EQ(-EAGAIN, put(self->fd, 99, 10, IPCX_DONTWAIT));
	for (i = 1; i <= sent; i++)
		EXPECT_EQ(i, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(0, stat_of(self->fd).msgs);
	EXPECT_EQ(0, stat_of(self->fd).bytes);
}

TEST_F(slow_fault, delivers_the_message_once_if_it_succeeds_after_all)
{
	if (!self->ready)
		SKIP(return, "no userfaultfd for kernel faults");
	ASSERT_EQ(0, put(self->fd, 2, 10, 0));
	EXPECT_EQ(1, stuck_end(&self->stuck, false));
	EXPECT_EQ(2, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(0, stat_of(self->fd).msgs);
	EXPECT_EQ(0, stat_of(self->fd).bytes);
}

TEST_F(slow_fault, lets_others_receive_meanwhile)
{
	if (!self->ready)
		SKIP(return, "no userfaultfd for kernel faults");
	ASSERT_EQ(0, put(self->fd, 2, 10, 0));
	EXPECT_EQ(2, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(-EFAULT, stuck_end(&self->stuck, true));
	EXPECT_EQ(1, get(self->fd, IPCX_DONTWAIT));
}

TEST_F(slow_fault, keeps_the_message_of_a_mailbox_unlinked_meanwhile)
{
	if (!self->ready)
		SKIP(return, "no userfaultfd for kernel faults");
	ASSERT_EQ(0, unlink_name(self->name));
	EXPECT_EQ(-EFAULT, stuck_end(&self->stuck, true));
	EXPECT_EQ(1, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(-EIDRM, get(self->fd, IPCX_DONTWAIT));
}

/* The receivers' hands are full of two messages, which come back in either order. */
TEST_F(slow_fault, of_two_receivers_keeps_the_order)
{
	struct stuck other;

	if (!self->ready)
		SKIP(return, "no userfaultfd for kernel faults");
	ASSERT_EQ(0, put(self->fd, 2, 10, 0));
	ASSERT_TRUE(stuck_start(&other, self->fd));
	ASSERT_EQ(0, stuck_await(&other));
	ASSERT_EQ(0, put(self->fd, 3, 10, 0));
	if (variant->len == 100) {
		EXPECT_EQ(-EFAULT, stuck_end(&other, true));
		EXPECT_EQ(-EFAULT, stuck_end(&self->stuck, true));
	} else {
		EXPECT_EQ(-EFAULT, stuck_end(&self->stuck, true));
		EXPECT_EQ(-EFAULT, stuck_end(&other, true));
	}
	EXPECT_EQ(1, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(2, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(3, get(self->fd, IPCX_DONTWAIT));
}

TEST(a_request_whose_caller_left_during_the_fault_is_gone)
{
	int fd = mailbox(NULL, O_RDWR);
	struct stuck stuck;
	struct child client;
	unsigned int waiting;

	for (waiting = 0; waiting < 2; waiting++) {
		if (waiting) {
			ASSERT_TRUE(stuck_start(&stuck, fd));
			ASSERT_EQ(0, await_receivers(fd, 1));
		}
		if (child_start(&client))
			child_done(&client, ask(fd, 1, 100, 0));
		if (!waiting) {
			ASSERT_EQ(0, await_msgs(fd, 1));
			if (!stuck_start(&stuck, fd))
				SKIP(return, "no userfaultfd for kernel faults");
		}
		ASSERT_EQ(0, stuck_await(&stuck));
		child_kill(&client);
		EXPECT_EQ(-EFAULT, stuck_end(&stuck, true));
		EXPECT_EQ(0, stat_of(fd).msgs);
		EXPECT_EQ(0, stat_of(fd).bytes);
		EXPECT_EQ(-EAGAIN, get(fd, IPCX_DONTWAIT));
	}
}

/* Copying the reply in takes long; meanwhile there is nobody left to have it. */

static void *reply_thread(void *arg)
{
	struct stuck *stuck = arg;
	struct ipcx_recv recv = { .flags = 0 };
	struct ipcx_reply reply = { .flags = 0 };
	char request[10];

	stuck->result = get_into(stuck->fd, &recv, request, sizeof(request), 0);
	if (stuck->result != 1)
		return NULL;
	reply.token = recv.token;
	reply.msg = msg_of(stuck->buf, stuck->len, 1);
	stuck->result = command(stuck->fd, IPCX_IOC_REPLY, &reply);
	return NULL;
}

TEST(a_reply_whose_caller_left_during_the_fault_finds_nobody)
{
	struct ipcx_call call = { .flags = 0 };
	int fd = mailbox(NULL, O_RDWR);
	static char data[10000];
	struct child client;
	struct stuck stuck;
	unsigned int interrupted;

	handle(SIGUSR1, 0);
	for (interrupted = 0; interrupted < 2; interrupted++) {
		stuck.fd = fd;
		stuck.len = sizeof(data);
		if (!stuck_map(&stuck))
			SKIP(return, "no userfaultfd for kernel faults");
		if (child_start(&client)) {
			fill(data, 10, 1);
			call.request = msg_of(data, 10, 1);
			call.reply = msg_of(data, sizeof(data), 0);
			child_done(&client, command(fd, IPCX_IOC_CALL, &call));
		}
		ASSERT_EQ(0, await_msgs(fd, 1));
		ASSERT_EQ(0, pthread_create(&stuck.thread, NULL, reply_thread, &stuck));
		ASSERT_EQ(0, stuck_await(&stuck));
		if (interrupted) {
			ASSERT_EQ(0, kill(client.pid, SIGUSR1));
			EXPECT_EQ(-EINTR, child_join(&client));
		} else {
			child_kill(&client);
		}
		EXPECT_EQ(-ESRCH, stuck_end(&stuck, false));
		EXPECT_EQ(0, stat_of(fd).msgs);
	}
}

/*
 * With the manners of a pipe: who receives is not told of the end as long as somebody else may give
 * back what he has. Whether that had been queued or not, there are two ways for it to go on.
 */
TEST(the_end_waits_for_a_message_that_may_come_back)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), IPCX_BIND_CREATE | IPCX_BIND_HANGUP);
	struct pollfd poll_fd = { .events = POLLIN };
	struct child receiver;
	struct stuck stuck;
	unsigned int round;
	int slow, other, wr;

	for (round = 0; round < 4; round++) {
		bool handed = round & 1, fails = round & 2;

		slow = bound(O_RDONLY, &bind);
		other = bound(O_RDONLY, &bind);
		wr = bound(O_WRONLY, &bind);
		ASSERT_GE(wr, 0);
		if (!handed)
			ASSERT_EQ(0, put(wr, 1, 100, 0));
		if (!stuck_start(&stuck, slow))
			SKIP(return, "no userfaultfd for kernel faults");
		if (handed) {
			ASSERT_EQ(0, await_receivers(slow, 1));
			ASSERT_EQ(0, put(wr, 1, 100, 0));
		}
		ASSERT_EQ(0, stuck_await(&stuck));
		close(wr);
		ASSERT_EQ(-EAGAIN, get(other, IPCX_DONTWAIT));
		poll_fd.fd = other;
		EXPECT_EQ(0, poll(&poll_fd, 1, 0));
		if (child_start(&receiver))
			child_done(&receiver, get(other, 0));
		ASSERT_EQ(0, await_receivers(other, 1));
		EXPECT_EQ(fails ? -EFAULT : 1, stuck_end(&stuck, fails));
		EXPECT_EQ(fails ? 1 : -EPIPE, child_join(&receiver));
		EXPECT_EQ(-EPIPE, get(other, IPCX_DONTWAIT));
		EXPECT_EQ(1, poll(&poll_fd, 1, 0));
		EXPECT_EQ(POLLHUP, poll_fd.revents);
		close(slow);
		close(other);
	}
}

TEST_HARNESS_MAIN
