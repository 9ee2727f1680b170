// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls: a request and its reply, the token that stands for the right to give it, and the next
 * request received in the same command.
 */
#include "call.h"

/* Request and reply */

TEST_F(call, returns_the_reply)
{
	static const size_t lengths[] = { 0, 1, 255, 256, 257, 1000, 3900, 4096, 4097, 8192 };
	struct request request;
	struct child child;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		caller(&child, self->client, i, lengths[i]);
		ASSERT_EQ(i, take(self->fd, &request));
		EXPECT_NE(0, request.recv.token);
		EXPECT_EQ(child.pid, request.recv.from.pid);
		EXPECT_EQ(lengths[i], request.recv.msg.len);
		EXPECT_EQ(0, reply_to(self->fd, &request));
		EXPECT_EQ(i + ANSWER, child_join(&child));
	}
	EXPECT_EQ(0, stat_of(self->fd).msgs);
}

TEST_F(call, finds_a_server_that_waits)
{
	static const size_t lengths[] = { 0, 1, 256, 257, 5000, 65536 };
	struct child child;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		if (child_start(&child))
			child_done(&child, serve(self->fd));
		ASSERT_EQ(0, await_receivers(self->fd, 1));
		EXPECT_EQ(i + ANSWER, ask(self->client, i, lengths[i], 0));
		EXPECT_EQ(i, child_join(&child));
	}
}

TEST_F(call, tells_who_replied_and_carries_type_and_priority)
{
	struct ipcx_call call = { .flags = 0 };
	struct child child;

	if (child_start(&child)) {
		struct ipcx_reply reply = { .msg = { .type = UINT64_MAX, .prio = 31 } };
		struct ipcx_recv recv = { .flags = 0 };

		if (command(self->fd, IPCX_IOC_RECV, &recv) || recv.msg.prio != 17)
			child_done(&child, -1);
		reply.token = recv.token;
		child_done(&child, command(self->fd, IPCX_IOC_REPLY, &reply));
	}
	call.request.prio = 17;
	memset(&call.from, 0xa5, sizeof(call.from));
	ASSERT_EQ(0, command(self->client, IPCX_IOC_CALL, &call));
	EXPECT_EQ(UINT64_MAX, call.reply.type);
	EXPECT_EQ(31, call.reply.prio);
	EXPECT_EQ(0, call.reply.len);
	EXPECT_EQ(child.pid, call.from.pid);
	EXPECT_EQ(geteuid(), call.from.uid);
	EXPECT_EQ(getegid(), call.from.gid);
	EXPECT_EQ(0, call.from.pad);
	EXPECT_EQ(0, child_join(&child));
}

TEST_F(call, may_use_the_same_memory_for_both)
{
	uint8_t buf[5000];
	struct ipcx_call call = {
		.request = msg_of(buf, 5000, 1),
		.reply = msg_of(buf, 5000, 0),
	};
	struct child child;

	if (child_start(&child))
		child_done(&child, serve(self->fd));
	fill(buf, 5000, 1);
	ASSERT_EQ(0, command(self->client, IPCX_IOC_CALL, &call));
	EXPECT_TRUE(filled(buf, 5000, 1 + ANSWER));
	EXPECT_EQ(1, child_join(&child));
}

TEST_F(call, goes_by_priority_like_any_message)
{
	struct request request;
	struct child child;

	caller(&child, self->client, 1, 1);
	ASSERT_EQ(0, await_msgs(self->fd, 1));
	ASSERT_EQ(0, put_prio(self->client, 2, 1, 9));
	EXPECT_EQ(2, take(self->fd, &request));
	EXPECT_EQ(0, request.recv.token);
	EXPECT_EQ(1, take(self->fd, &request));
	EXPECT_EQ(0, reply_to(self->fd, &request));
	EXPECT_EQ(1 + ANSWER, child_join(&child));
}

TEST_F(call, of_a_nonblocking_descriptor_still_waits_for_the_reply)
{
	struct request request;
	struct child child;

	ASSERT_EQ(0, fcntl(self->client, F_SETFL, O_NONBLOCK));
	caller(&child, self->client, 1, 1);
	ASSERT_EQ(1, take(self->fd, &request));
	ASSERT_EQ(0, await_asleep(child.pid));
	EXPECT_EQ(0, reply_to(self->fd, &request));
	EXPECT_EQ(1 + ANSWER, child_join(&child));
}

TEST_F(call, can_be_answered_out_of_order)
{
	struct request request[3];
	struct child child[3];
	unsigned int i;

	for (i = 0; i < 3; i++)
		caller(&child[i], self->client, i, 10);
	for (i = 0; i < 3; i++)
		ASSERT_LE(0, take(self->fd, &request[i]));
	for (i = 3; i--; )
		EXPECT_EQ(0, reply_to(self->fd, &request[i]));
	for (i = 0; i < 3; i++)
		EXPECT_EQ(i + ANSWER, child_join(&child[i]));
}

/* Reply and receive in one */

TEST_F(call, is_answered_and_the_next_received_at_once)
{
	struct ipcx_reply reply = { .flags = IPCX_REPLY_RECV };
	struct child child[2];
	uint8_t buf[100], out[100];

	caller(&child[0], self->client, 5, 10);
	ASSERT_EQ(0, await_msgs(self->fd, 1));
	caller(&child[1], self->client, 6, 20);
	ASSERT_EQ(0, await_msgs(self->fd, 2));

	reply.next.msg = msg_of(buf, sizeof(buf), 0);
	ASSERT_EQ(0, command(self->fd, IPCX_IOC_REPLY, &reply));
	EXPECT_EQ(5, reply.next.msg.type);
	EXPECT_EQ(10, reply.next.msg.len);

	fill(out, 7, 5 + ANSWER);
	reply.token = reply.next.token;
	reply.msg = msg_of(out, 7, 5 + ANSWER);
	reply.next = (struct ipcx_recv) { .msg = msg_of(buf, sizeof(buf), 0) };
	ASSERT_EQ(0, command(self->fd, IPCX_IOC_REPLY, &reply));
	EXPECT_EQ(0, reply.token);
	EXPECT_EQ(6, reply.next.msg.type);
	EXPECT_TRUE(filled(buf, 20, 6));
	EXPECT_EQ(5 + ANSWER, child_join(&child[0]));

	fill(out, 7, 6 + ANSWER);
	reply.token = reply.next.token;
	reply.msg = msg_of(out, 7, 6 + ANSWER);
	reply.next = (struct ipcx_recv) { .flags = IPCX_DONTWAIT };
	EXPECT_EQ(-EAGAIN, command(self->fd, IPCX_IOC_REPLY, &reply));
	EXPECT_EQ(0, reply.token);
	EXPECT_EQ(6 + ANSWER, child_join(&child[1]));
}

TEST_F(call, is_answered_even_if_the_next_does_not_fit)
{
	struct ipcx_reply reply = { .flags = IPCX_REPLY_RECV };
	struct request request;
	struct child child;

	caller(&child, self->client, 5, 0);
	ASSERT_EQ(5, take(self->fd, &request));
	ASSERT_EQ(0, put(self->client, 6, 50, 0));
	reply.token = request.recv.token;
	reply.msg.type = 5 + ANSWER;
	EXPECT_EQ(-EMSGSIZE, command(self->fd, IPCX_IOC_REPLY, &reply));
	EXPECT_EQ(0, reply.token);
	EXPECT_EQ(50, reply.next.msg.len);
	EXPECT_EQ(5 + ANSWER, child_join(&child));
	EXPECT_EQ(6, get(self->fd, 0));
}

TEST_F(call, that_cannot_be_answered_lets_nothing_be_received)
{
	struct ipcx_reply reply = { .flags = IPCX_REPLY_RECV, .token = 1 };
	uint8_t buf[100];

	ASSERT_EQ(0, put(self->client, 6, 50, 0));
	reply.next.msg = msg_of(buf, sizeof(buf), 0);
	EXPECT_EQ(-ESRCH, command(self->fd, IPCX_IOC_REPLY, &reply));
	EXPECT_EQ(1, reply.token);
	EXPECT_EQ(1, stat_of(self->fd).msgs);
}

TEST_F(call, is_not_answered_twice_when_a_signal_interrupts_the_next)
{
	int flags[] = { 0, SA_RESTART };
	struct request request;
	struct child server, client;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		caller(&client, self->client, 5, 0);
		ASSERT_EQ(5, take(self->fd, &request));
		if (child_start(&server)) {
			struct ipcx_reply reply = {
				.flags = IPCX_REPLY_RECV,
				.token = request.recv.token,
				.msg.type = 5 + ANSWER,
			};
			int err;

			handle(SIGUSR1, flags[i]);
			err = command(self->fd, IPCX_IOC_REPLY, &reply);
			child_done(&server, reply.token ? -1 : err);
		}
		EXPECT_EQ(5 + ANSWER, child_join(&client));
		ASSERT_EQ(0, await_receivers(self->fd, 1));
		ASSERT_EQ(0, await_asleep(server.pid));
		kill(server.pid, SIGUSR1);
		if (!flags[i]) {
			EXPECT_EQ(-EINTR, child_join(&server));
			continue;
		}
		usleep(5000);
		ASSERT_EQ(0, await_receivers(self->fd, 1));
		ASSERT_EQ(0, put(self->client, 6, 0, 0));
		EXPECT_EQ(0, child_join(&server));
	}
}

/* Tokens */

TEST_F(call, is_answered_once)
{
	struct request request;
	struct child child;

	caller(&child, self->client, 1, 10);
	ASSERT_EQ(1, take(self->fd, &request));
	EXPECT_EQ(0, reply_to(self->fd, &request));
	EXPECT_EQ(-ESRCH, reply_to(self->fd, &request));
	EXPECT_EQ(1 + ANSWER, child_join(&child));
	EXPECT_EQ(-ESRCH, reply_to(self->fd, &request));
}

TEST_F(call, writes_back_that_the_token_is_spent)
{
	struct request request;
	struct ipcx_reply reply = { .flags = 0 };
	struct child child;

	caller(&child, self->client, 1, 10);
	ASSERT_EQ(1, take(self->fd, &request));
	reply.token = request.recv.token;
	reply.msg.type = 1 + ANSWER;
	EXPECT_EQ(0, command(self->fd, IPCX_IOC_REPLY, &reply));
	EXPECT_EQ(0, reply.token);
	EXPECT_EQ(1 + ANSWER, child_join(&child));
}

TEST_F(call, is_answered_by_the_endpoint_that_received_it_only)
{
	int other = mailbox(self->name, O_RDWR);
	int elsewhere = mailbox(NULL, O_RDWR);
	int copy = dup(self->fd);
	struct request request;
	struct child child;

	caller(&child, self->client, 1, 10);
	ASSERT_EQ(1, take(self->fd, &request));
	EXPECT_EQ(-ESRCH, reply_to(other, &request));
	EXPECT_EQ(-ESRCH, reply_to(elsewhere, &request));
	EXPECT_EQ(0, reply_to(copy, &request));
	EXPECT_EQ(1 + ANSWER, child_join(&child));
}

TEST_F(call, never_gets_the_token_of_another)
{
	enum { count = 50 };
	uint64_t tokens[count];
	struct request request;
	struct child child;
	unsigned int i, j;

	for (i = 0; i < count; i++) {
		caller(&child, self->client, i, 0);
		ASSERT_EQ(i, take(self->fd, &request));
		tokens[i] = request.recv.token;
		for (j = 0; j < i; j++)
			ASSERT_NE(tokens[j], tokens[i]);
		ASSERT_EQ(0, reply_to(self->fd, &request));
		ASSERT_EQ(i + ANSWER, child_join(&child));
	}
}

TEST_F(call, that_two_answer_gets_one_of_the_replies)
{
	unsigned int round, won;
	struct request request;
	struct child client, rival;
	int *go = shared(sizeof(*go));
	int64_t a, b;

	for (round = 0; round < 50; round++) {
		caller(&client, self->client, 1, 10);
		ASSERT_EQ(1, take(self->fd, &request));
		__atomic_store_n(go, 0, __ATOMIC_RELEASE);
		if (child_start(&rival)) {
			await_flag(go);
			child_done(&rival, reply_to(self->fd, &request));
		}
		__atomic_store_n(go, 1, __ATOMIC_RELEASE);
		if (round % 2)
			usleep(round * 4);
		a = reply_to(self->fd, &request);
		b = child_join(&rival);
		won = (a == 0) + (b == 0);
		EXPECT_EQ(1, won);
		EXPECT_EQ(-ESRCH, a ?: b);
		EXPECT_EQ(1 + ANSWER, child_join(&client));
	}
}

/* Room for the reply */

TEST_F(call, tells_the_server_how_long_the_reply_may_be)
{
	static const uint32_t rooms[][2] = {
		{ 0, 0 }, { 1, 1 }, { 100, 100 }, { 65536, 65536 }, { 65537, 65536 },
		{ 100000, 65536 },
	};
	static uint8_t buf[100000];
	struct request request;
	struct child child;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rooms); i++) {
		if (child_start(&child)) {
			struct ipcx_call call = { .reply = msg_of(buf, rooms[i][0], 0) };

			child_done(&child, command(self->client, IPCX_IOC_CALL, &call));
		}
		ASSERT_EQ(0, take(self->fd, &request));
		EXPECT_EQ(rooms[i][1], request.recv.reply_room);
		EXPECT_EQ(0, answer(self->fd, request.recv.token, 0, rooms[i][1]));
		EXPECT_EQ(0, child_join(&child));
	}
}

TEST_F(call, can_be_answered_again_after_a_reply_that_was_too_long)
{
	uint8_t buf[100];
	struct request request;
	struct child child;

	if (child_start(&child)) {
		struct ipcx_call call = { .reply = msg_of(buf, 100, 0) };
		int err = command(self->client, IPCX_IOC_CALL, &call);

		child_done(&child, err ?: (int)call.reply.len);
	}
	ASSERT_EQ(0, take(self->fd, &request));
	EXPECT_EQ(-EMSGSIZE, answer(self->fd, request.recv.token, 0, 101));
	EXPECT_EQ(-EMSGSIZE, answer(self->fd, request.recv.token, 0, 5000));
	EXPECT_EQ(0, answer(self->fd, request.recv.token, 0, 99));
	EXPECT_EQ(99, child_join(&child));
}

TEST_HARNESS_MAIN
