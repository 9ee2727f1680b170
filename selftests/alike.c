// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands that send, or receive, are alike: what a test elsewhere shows of one of them, that it
 * fails, why, and that nothing has changed, holds for the others, too.
 */
#include <sys/eventfd.h>

#include "batch.h"
#include "fds.h"
#include "users.h"

/* Receiving, after a reply that there is no need to give */
static int reply_recv(int fd, struct parcel *parcel, unsigned int room, uint64_t deadline)
{
	struct ipcx_reply reply = { .flags = IPCX_REPLY_RECV };

	parcel_init(parcel, room, 0);
	reply.next = parcel->recv;
	reply.next.deadline = deadline;
	return command(fd, IPCX_IOC_REPLY, &reply);
}

TEST_F(box, replying_and_receiving_ends_at_the_deadline)
{
	struct parcel parcel;

	EXPECT_EQ(-ETIMEDOUT, reply_recv(self->fd, &parcel, 0, 1));
	EXPECT_EQ(-ETIMEDOUT, reply_recv(self->fd, &parcel, 0, after_ms(20)));
	EXPECT_EQ(0, stat_of(self->fd).receivers);
}

TEST(replying_and_receiving_ends_with_the_mailbox)
{
	const char *name = fresh_name();
	int fd = mailbox(name, O_RDWR | O_CREAT);
	struct parcel parcel;
	struct child child;

	ASSERT_GE(fd, 0);
	if (child_start(&child))
		child_done(&child, reply_recv(fd, &parcel, 0, 0));
	ASSERT_EQ(0, await_receivers(fd, 1));
	ASSERT_EQ(0, unlink_name(name));
	EXPECT_EQ(-EIDRM, child_join(&child));
	EXPECT_EQ(-EIDRM, reply_recv(fd, &parcel, 0, 0));
	close(fd);
}

/* The reply was given, and is not given again; the message of the next is where it was. */
TEST_F(box, replying_and_receiving_without_descriptors_left_keeps_the_message)
{
	struct ipcx_recv request = { .flags = 0 };
	struct ipcx_reply reply = { .flags = IPCX_REPLY_RECV };
	struct parcel parcel;
	struct child client;
	uint8_t data[10];

	if (child_start(&client))
		child_done(&client, ask(self->fd, 1, sizeof(data), 0));
	ASSERT_EQ(1, get_into(self->fd, &request, data, sizeof(data), 0));
	ASSERT_EQ(0, put_fd(self->fd, 2, eventfd(0, 0)));
	parcel_init(&parcel, 1, IPCX_DONTWAIT);
	fill(data, sizeof(data), 1 + ANSWER);
	reply.token = request.token;
	reply.msg = msg_of(data, sizeof(data), 1 + ANSWER);
	reply.next = parcel.recv;
	limit_fds(0);
	EXPECT_EQ(-EMFILE, command(self->fd, IPCX_IOC_REPLY, &reply));
	unlimit_fds();
	EXPECT_EQ(0, reply.token);
	EXPECT_EQ(1 + ANSWER, child_join(&client));
	EXPECT_EQ(1, stat_of(self->fd).msgs);
	EXPECT_EQ(0, command(self->fd, IPCX_IOC_REPLY, &reply));
	EXPECT_EQ(2, reply.next.msg.type);
	EXPECT_EQ(1, reply.next.msg.nfds);
}

/* A user who has as many descriptors in messages as he may puts none into a request, or a reply. */
TEST_F(namespace, requests_and_replies_carry_no_more_descriptors_than_a_user_may_have)
{
	enum { MOST = 10 };
	const struct rlimit limit = { MOST, 1000 };
	struct ipcx_call call = { .deadline = 1 };
	struct ipcx_recv request = { .flags = 0 };
	int calls = mailbox(NULL, O_RDWR);
	int sent[MOST], event = eventfd(0, 0);
	struct ipcx_reply reply;
	struct child client;
	uint8_t data[10];
	unsigned int i;

	for (i = 0; i < MOST; i++)
		sent[i] = event;
	call.request.fds = (uintptr_t)sent;
	call.request.nfds = 1;
	if (child_start(&client))
		child_done(&client, ask(calls, 1, sizeof(data), 0));
	ASSERT_EQ(1, get_into(calls, &request, data, sizeof(data), 0));
	fill(data, sizeof(data), 1 + ANSWER);
	reply = (struct ipcx_reply) { .token = request.token };
	reply.msg = msg_of(data, sizeof(data), 1 + ANSWER);
	reply.msg.fds = (uintptr_t)sent;
	reply.msg.nfds = 1;

	become(ALICE);
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &limit));
	ASSERT_EQ(0, put_fds(self->fd, 1, sent, MOST));
	EXPECT_EQ(-ETOOMANYREFS, command(self->fd, IPCX_IOC_CALL, &call));
	EXPECT_EQ(-ETOOMANYREFS, command(calls, IPCX_IOC_REPLY, &reply));
	EXPECT_EQ(1, stat_of(self->fd).msgs);
	/* The token has stayed. */
	EXPECT_EQ(request.token, reply.token);
	reply.msg.nfds = 0;
	EXPECT_EQ(0, command(calls, IPCX_IOC_REPLY, &reply));
	unlimit_fds();
	become(0);
	EXPECT_EQ(1 + ANSWER, child_join(&client));
}

static int batch_as(uid_t uid, int fd, unsigned int count, size_t len)
{
	int sent;

	become(uid);
	sent = send_batch(fd, 1, count, len, 0);
	become(0);
	return sent;
}

static void set_bytes(const char *name, unsigned int msgs, unsigned int bytes)
{
	char text[24];

	snprintf(text, sizeof(text), "%u", msgs * IPCX_MSG_COST + bytes);
	if (set_limit(name, text))
		abort();
}

/* What there is room for in the account is sent, and then it is an error. */
TEST_F(namespace, batches_and_calls_are_held_to_the_accounts)
{
	set_bytes("user_bytes", 3, 300);
	EXPECT_EQ(3, batch_as(ALICE, self->fd, 5, 100));
	EXPECT_EQ(-EDQUOT, batch_as(ALICE, self->fd, 5, 100));
	EXPECT_EQ(3, stat_of(self->fd).msgs);

	set_bytes("max_bytes", 4, 400);
	EXPECT_EQ(1, batch_as(BOB, self->fd, 5, 100));
	EXPECT_EQ(-ENOSPC, batch_as(BOB, self->fd, 5, 100));
	become(BOB);
	EXPECT_EQ(-ENOSPC, ask(self->fd, 1, 100, 0));
	become(0);
	EXPECT_EQ(4, stat_of(self->fd).msgs);
	EXPECT_EQ(3, recv_batch(self->fd, 1, 3, 100, IPCX_DONTWAIT));
	EXPECT_EQ(1, recv_batch(self->fd, 1, 3, 100, IPCX_DONTWAIT));
	EXPECT_EQ(0, usage_of(self->fd).net.bytes);
}

/* Nothing is left in a structure of what was in the kernel's memory, or is written behind it. */

TEST_F(box, a_received_batch_hides_nothing_of_the_kernels_memory)
{
	enum { COUNT = 3, LEN = 100, SIZE = 512 };
	struct ipcx_recv_batch batch = { .count = COUNT };
	struct ipcx_received in[COUNT + 1];
	uint8_t buf[COUNT][SIZE];
	unsigned int i, j;

	memset(in, 0xa5, sizeof(in));
	memset(buf, 0xa5, sizeof(buf));
	for (i = 0; i < COUNT; i++) {
		in[i].msg = msg_of(buf[i], SIZE, 0);
		in[i].pad = 0;
	}
	ASSERT_EQ(2, send_batch(self->fd, 1, 2, LEN, 0));
	batch.msgs = (uintptr_t)in;
	ASSERT_EQ(2, command(self->fd, IPCX_IOC_RECV_BATCH, &batch));
	for (i = 0; i < 2; i++) {
		EXPECT_EQ(1 + i, in[i].msg.type);
		EXPECT_EQ(LEN, in[i].msg.len);
		EXPECT_EQ(0, in[i].token);
		EXPECT_EQ(0, in[i].reply_room);
		EXPECT_EQ(0, in[i].pad);
		EXPECT_EQ(0, in[i].from.pad);
		EXPECT_EQ(getpid(), in[i].from.pid);
	}
	for (i = 0; i < COUNT; i++)
		for (j = i < 2 ? LEN : 0; j < SIZE; j++)
			ASSERT_EQ(0xa5, buf[i][j]);
	for (j = 0; j < sizeof(in[COUNT]); j++)
		ASSERT_EQ(0xa5, ((uint8_t *)&in[COUNT])[j]);
}

TEST_F(box, a_reply_hides_nothing_of_the_kernels_memory)
{
	enum { LEN = 100, SIZE = 512 };
	struct {
		struct ipcx_call call;
		uint8_t behind[16];
	} arg;
	uint8_t request[LEN], buf[SIZE];
	struct child server;
	unsigned int i;

	if (child_start(&server))
		child_done(&server, serve(self->fd));
	memset(&arg, 0xa5, sizeof(arg));
	memset(buf, 0xa5, sizeof(buf));
	fill(request, LEN, 7);
	arg.call.request = msg_of(request, LEN, 7);
	arg.call.reply = msg_of(buf, SIZE, 0);
	arg.call.deadline = 0;
	arg.call.flags = 0;
	arg.call.pad = 0;
	ASSERT_EQ(0, command(self->fd, IPCX_IOC_CALL, &arg.call));
	EXPECT_EQ(7, child_join(&server));
	EXPECT_EQ(LEN, arg.call.reply.len);
	EXPECT_EQ(0, arg.call.reply.nfds);
	EXPECT_EQ(0, arg.call.reply.flags);
	EXPECT_EQ(0, arg.call.from.pad);
	EXPECT_EQ(server.pid, arg.call.from.pid);
	for (i = LEN; i < SIZE; i++)
		ASSERT_EQ(0xa5, buf[i]);
	for (i = 0; i < sizeof(arg.behind); i++)
		EXPECT_EQ(0xa5, arg.behind[i]);
}

TEST_HARNESS_MAIN
