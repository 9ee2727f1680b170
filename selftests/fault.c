// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bad addresses, wherever a command takes one: EFAULT, and no message is lost, doubled or moved.
 */
#include <sys/mman.h>
#include <sys/uio.h>

#include "harness.h"

enum place { NOWHERE, KERNEL, NOT_WRITABLE, STRADDLING, LAST_BYTE };

/* A buffer of @len bytes that cannot be written, or not to its end */
static void *bad_buffer(enum place place, size_t len)
{
	switch (place) {
	case NOWHERE:
		return UNMAPPED;
	case KERNEL:
		return KERNEL_ADDRESS;
	case NOT_WRITABLE:
		return read_only();
	case STRADDLING:
		return cliff() - len / 2;
	case LAST_BYTE:
		return cliff() - (len - 1);
	}
	return NULL;
}

static int get_bad(int fd, void *buf, size_t len, uint32_t flags)
{
	struct ipcx_recv recv = { .msg = msg_of(buf, len, 0), .flags = flags };

	return command(fd, IPCX_IOC_RECV, &recv);
}

FIXTURE(fault)
{
	int fd;
	void *bad;
};

FIXTURE_VARIANT(fault)
{
	enum place place;
	size_t len;
};

#define FAULT(_name, _place, _len)	\
	FIXTURE_VARIANT_ADD(fault, _name) { .place = _place, .len = _len }
FAULT(nowhere_10, NOWHERE, 10);
FAULT(nowhere_300, NOWHERE, 300);
FAULT(nowhere_5000, NOWHERE, 5000);
FAULT(nowhere_40000, NOWHERE, 40000);
FAULT(kernel_10, KERNEL, 10);
FAULT(kernel_300, KERNEL, 300);
FAULT(kernel_40000, KERNEL, 40000);
FAULT(not_writable_10, NOT_WRITABLE, 10);
FAULT(not_writable_300, NOT_WRITABLE, 300);
FAULT(not_writable_40000, NOT_WRITABLE, 40000);
FAULT(straddling_10, STRADDLING, 10);
FAULT(straddling_300, STRADDLING, 300);
FAULT(straddling_5000, STRADDLING, 5000);
FAULT(straddling_40000, STRADDLING, 40000);
FAULT(last_byte_256, LAST_BYTE, 256);
FAULT(last_byte_40000, LAST_BYTE, 40000);

FIXTURE_SETUP(fault)
{
	self->fd = mailbox(NULL, O_RDWR);
	ASSERT_GE(self->fd, 0);
	self->bad = bad_buffer(variant->place, variant->len);
}

FIXTURE_TEARDOWN(fault)
{
	close(self->fd);
}

TEST_F(fault, in_receiving_keeps_the_message_in_its_place)
{
	unsigned int i;

	ASSERT_EQ(0, put_prio(self->fd, 1, variant->len, 5));
	ASSERT_EQ(0, put_prio(self->fd, 2, variant->len, 5));
	ASSERT_EQ(0, put_prio(self->fd, 4, 1, 4));
	for (i = 0; i < 3; i++)
		EXPECT_EQ(-EFAULT, get_bad(self->fd, self->bad, variant->len, 0));
	ASSERT_EQ(0, put_prio(self->fd, 3, 1, 5));
	EXPECT_EQ(4, stat_of(self->fd).msgs);
	EXPECT_EQ(2 * variant->len + 2, stat_of(self->fd).bytes);
	for (i = 1; i <= 4; i++)
		EXPECT_EQ(i, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(0, stat_of(self->fd).bytes);
}

TEST_F(fault, in_read_keeps_the_message_in_its_place)
{
	struct iovec iov[2] = { { cliff() - 1, 1 }, { self->bad, variant->len } };

	ASSERT_EQ(0, put(self->fd, 1, variant->len + 1, 0));
	ASSERT_EQ(0, put(self->fd, 2, variant->len, 0));
	EXPECT_EQ(-1, read(self->fd, self->bad, variant->len + 1));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, readv(self->fd, iov, 2));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(1, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(2, get(self->fd, IPCX_DONTWAIT));
}

TEST_F(fault, of_a_waiting_receiver_leaves_the_message_to_the_next)
{
	struct child child;

	if (child_start(&child))
		child_done(&child, get_bad(self->fd, self->bad, variant->len, 0));
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	ASSERT_EQ(0, put(self->fd, 1, variant->len, 0));
	ASSERT_EQ(0, put(self->fd, 2, variant->len, 0));
	EXPECT_EQ(-EFAULT, child_join(&child));
	EXPECT_EQ(2, stat_of(self->fd).msgs);
	EXPECT_EQ(2 * variant->len, stat_of(self->fd).bytes);
	EXPECT_EQ(1, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(2, get(self->fd, IPCX_DONTWAIT));
}

TEST_F(fault, of_one_receiver_serves_the_other_that_waits)
{
	struct child unlucky, lucky;

	if (child_start(&unlucky))
		child_done(&unlucky, get_bad(self->fd, self->bad, variant->len, 0));
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	if (child_start(&lucky))
		child_done(&lucky, get(self->fd, 0));
	ASSERT_EQ(0, await_receivers(self->fd, 2));
	ASSERT_EQ(0, put(self->fd, 1, variant->len, 0));
	EXPECT_EQ(-EFAULT, child_join(&unlucky));
	EXPECT_EQ(1, child_join(&lucky));
	EXPECT_EQ(0, stat_of(self->fd).msgs);
	EXPECT_EQ(0, stat_of(self->fd).bytes);
}

TEST_F(fault, in_receiving_a_request_leaves_it_to_be_answered)
{
	struct child client, unlucky;

	/* Queued */
	if (child_start(&client))
		child_done(&client, ask(self->fd, 1, variant->len, 0));
	ASSERT_EQ(0, await_msgs(self->fd, 1));
	EXPECT_EQ(-EFAULT, get_bad(self->fd, self->bad, variant->len, 0));
	EXPECT_EQ(-1, read(self->fd, self->bad, variant->len));
	EXPECT_EQ(1, stat_of(self->fd).msgs);
	EXPECT_EQ(1, serve(self->fd));
	EXPECT_EQ(1 + ANSWER, child_join(&client));

	/* Handed over */
	if (child_start(&unlucky))
		child_done(&unlucky, get_bad(self->fd, self->bad, variant->len, 0));
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	if (child_start(&client))
		child_done(&client, ask(self->fd, 2, variant->len, 0));
	EXPECT_EQ(-EFAULT, child_join(&unlucky));
	EXPECT_EQ(2, serve(self->fd));
	EXPECT_EQ(2 + ANSWER, child_join(&client));
	EXPECT_EQ(0, stat_of(self->fd).msgs);
}

TEST_F(fault, in_receiving_after_a_reply_keeps_the_message)
{
	struct ipcx_reply reply = { .flags = IPCX_REPLY_RECV };
	struct ipcx_recv recv;
	struct child client;
	uint8_t buf[1];

	if (child_start(&client))
		child_done(&client, ask(self->fd, 1, 1, 0));
	ASSERT_EQ(1, get_into(self->fd, &recv, buf, 1, 0));
	ASSERT_EQ(0, put(self->fd, 2, variant->len, 0));
	reply.token = recv.token;
	reply.msg.type = 1 + ANSWER;
	reply.next.msg = msg_of(self->bad, variant->len, 0);
	EXPECT_EQ(-EFAULT, command(self->fd, IPCX_IOC_REPLY, &reply));
	EXPECT_EQ(0, reply.token);
	EXPECT_EQ(1 + ANSWER, child_join(&client));
	EXPECT_EQ(2, get(self->fd, IPCX_DONTWAIT));
}

/* Buffers that cannot even be read: for what goes out, and what is looked at beforehand */

FIXTURE(unreadable)
{
	int fd;
	void *bad;
};

FIXTURE_VARIANT(unreadable)
{
	enum place place;
	size_t len;
};

#define UNREADABLE(_name, _place, _len)	\
	FIXTURE_VARIANT_ADD(unreadable, _name) { .place = _place, .len = _len }
UNREADABLE(nowhere_10, NOWHERE, 10);
UNREADABLE(nowhere_300, NOWHERE, 300);
UNREADABLE(nowhere_40000, NOWHERE, 40000);
UNREADABLE(kernel_10, KERNEL, 10);
UNREADABLE(kernel_300, KERNEL, 300);
UNREADABLE(kernel_40000, KERNEL, 40000);
UNREADABLE(straddling_10, STRADDLING, 10);
UNREADABLE(straddling_300, STRADDLING, 300);
UNREADABLE(straddling_5000, STRADDLING, 5000);
UNREADABLE(straddling_40000, STRADDLING, 40000);
UNREADABLE(last_byte_256, LAST_BYTE, 256);
UNREADABLE(last_byte_40000, LAST_BYTE, 40000);

FIXTURE_SETUP(unreadable)
{
	self->fd = mailbox(NULL, O_RDWR);
	ASSERT_GE(self->fd, 0);
	self->bad = bad_buffer(variant->place, variant->len);
}

FIXTURE_TEARDOWN(unreadable)
{
	close(self->fd);
}

TEST_F(unreadable, in_sending_sends_nothing)
{
	struct ipcx_send send = { .msg = msg_of(self->bad, variant->len, 0) };
	struct iovec iov[2] = { { "a", 1 }, { self->bad, variant->len } };
	struct child child;

	EXPECT_EQ(-EFAULT, command(self->fd, IPCX_IOC_SEND, &send));
	EXPECT_EQ(-1, write(self->fd, self->bad, variant->len));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, writev(self->fd, iov, 2));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(0, stat_of(self->fd).msgs);
	EXPECT_EQ(0, stat_of(self->fd).bytes);

	/* Nor to somebody who waits */
	if (child_start(&child))
		child_done(&child, get(self->fd, 0));
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	EXPECT_EQ(-EFAULT, command(self->fd, IPCX_IOC_SEND, &send));
	EXPECT_EQ(1, stat_of(self->fd).receivers);
	ASSERT_EQ(0, put(self->fd, 1, 1, 0));
	EXPECT_EQ(1, child_join(&child));
}

TEST_F(unreadable, in_a_call_sends_nothing)
{
	uint8_t buf[64];
	struct ipcx_call bad_request = {
		.request = msg_of(self->bad, variant->len, 0),
		.reply = msg_of(buf, sizeof(buf), 0),
		.deadline = 1,
	};
	struct ipcx_call bad_reply = {
		.request = msg_of("", 0, 0),
		.reply = msg_of(self->bad, variant->len, 0),
		.deadline = 1,
	};

	EXPECT_EQ(-EFAULT, command(self->fd, IPCX_IOC_CALL, &bad_request));
	EXPECT_EQ(-EFAULT, command(self->fd, IPCX_IOC_CALL, &bad_reply));
	EXPECT_EQ(0, stat_of(self->fd).msgs);
}

TEST_F(unreadable, in_a_reply_keeps_the_token)
{
	struct ipcx_reply reply = { .msg = msg_of(self->bad, variant->len, 0) };
	struct ipcx_recv recv;
	struct child client;
	uint8_t buf[1];

	if (child_start(&client))
		child_done(&client, ask(self->fd, 1, 1, 0));
	ASSERT_EQ(1, get_into(self->fd, &recv, buf, 1, 0));
	reply.token = recv.token;
	EXPECT_EQ(-EFAULT, command(self->fd, IPCX_IOC_REPLY, &reply));
	EXPECT_EQ(recv.token, reply.token);
	EXPECT_EQ(0, answer(self->fd, recv.token, 1, variant->len));
	EXPECT_EQ(1 + ANSWER, child_join(&client));
}

/*
 * Of memory that cannot be written the call knows only when the reply is there. That can be taken
 * only once, so it is lost; but nobody is left waiting.
 */
TEST(a_fault_in_taking_a_reply_ends_the_call)
{
	static const size_t lengths[] = { 1, 300, 5000 };
	int fd = mailbox(NULL, O_RDWR);
	uint8_t request[5000];
	struct child client;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		fill(request, lengths[i], i);
		if (child_start(&client)) {
			struct ipcx_call call = {
				.request = msg_of(request, lengths[i], i),
				.reply = msg_of(read_only(), lengths[i], 0),
			};

			child_done(&client, command(fd, IPCX_IOC_CALL, &call));
		}
		EXPECT_EQ(i, serve(fd));
		EXPECT_EQ(-EFAULT, child_join(&client));
		EXPECT_EQ(0, stat_of(fd).msgs);
	}
}

/* The argument itself; what can be said before anything happens is in abi.c. */

TEST(an_argument_that_cannot_be_written_keeps_the_message)
{
	int fd = mailbox(NULL, O_RDWR);
	struct ipcx_recv *recv = shared(4096);
	struct child child;
	uint8_t buf[100];

	recv->msg = msg_of(buf, sizeof(buf), 0);
	ASSERT_EQ(0, mprotect(recv, 4096, PROT_READ));
	ASSERT_EQ(0, put(fd, 1, 100, 0));
	ASSERT_EQ(0, put(fd, 2, 100, 0));
	EXPECT_EQ(-EFAULT, command(fd, IPCX_IOC_RECV, recv));
	EXPECT_EQ(1, get(fd, IPCX_DONTWAIT));
	EXPECT_EQ(2, get(fd, IPCX_DONTWAIT));

	if (child_start(&child))
		child_done(&child, command(fd, IPCX_IOC_RECV, recv));
	ASSERT_EQ(0, await_receivers(fd, 1));
	ASSERT_EQ(0, put(fd, 3, 100, 0));
	EXPECT_EQ(-EFAULT, child_join(&child));
	EXPECT_EQ(3, get(fd, IPCX_DONTWAIT));
	EXPECT_EQ(-EFAULT, command(fd, IPCX_IOC_STAT, recv));
	EXPECT_EQ(-EFAULT, command(fd, IPCX_IOC_INFO, recv));
}

TEST(a_token_that_cannot_be_written_keeps_the_token)
{
	struct ipcx_reply *reply = shared(4096);
	int fd = mailbox(NULL, O_RDWR);
	struct ipcx_recv recv;
	struct child client;
	uint8_t buf[1];

	if (child_start(&client))
		child_done(&client, ask(fd, 1, 1, 0));
	ASSERT_EQ(1, get_into(fd, &recv, buf, 1, 0));
	reply->token = recv.token;
	reply->msg = msg_of(buf, 1, 0);
	ASSERT_EQ(0, mprotect(reply, 4096, PROT_READ));
	EXPECT_EQ(-EFAULT, command(fd, IPCX_IOC_REPLY, reply));
	EXPECT_EQ(recv.token, reply->token);
	EXPECT_EQ(0, answer(fd, recv.token, 1, 1));
	EXPECT_EQ(1 + ANSWER, child_join(&client));
}

TEST(an_argument_that_ends_too_early_keeps_the_message)
{
	int fd = mailbox(NULL, O_RDWR);
	char *end = cliff();

	ASSERT_EQ(0, put(fd, 1, 0, 0));
	memset(end - 200, 0, 200);
	EXPECT_EQ(-EFAULT, command(fd, IPCX_IOC_RECV, end - sizeof(struct ipcx_recv) + 8));
	EXPECT_EQ(0, command(fd, IPCX_IOC_RECV, end - sizeof(struct ipcx_recv)));
}

TEST(a_message_without_payload_needs_no_buffer)
{
	int fd = mailbox(NULL, O_RDWR);
	struct ipcx_send send = { .msg = msg_of(UNMAPPED, 0, 0) };

	ASSERT_EQ(0, command(fd, IPCX_IOC_SEND, &send));
	EXPECT_EQ(0, get_bad(fd, UNMAPPED, 0, 0));
	ASSERT_EQ(0, command(fd, IPCX_IOC_SEND, &send));
	EXPECT_EQ(0, get_bad(fd, UNMAPPED, 100, 0));
}

TEST_HARNESS_MAIN
