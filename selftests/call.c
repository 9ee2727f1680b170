// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls: a request, its reply, and all that can come between.
 */
#include <pthread.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "harness.h"

/* A request as it was received */
struct request {
	struct ipcx_recv recv;
	uint8_t data[8192];
};

static int64_t take(int fd, struct request *request)
{
	return get_into(fd, &request->recv, request->data, sizeof(request->data), 0);
}

static int reply_to(int fd, const struct request *request)
{
	return answer(fd, request->recv.token, request->recv.msg.type, request->recv.msg.len);
}

FIXTURE(call)
{
	const char *name;
	int fd;
	int client;
};

FIXTURE_SETUP(call)
{
	self->name = fresh_name();
	self->fd = mailbox(self->name, O_RDWR | O_CREAT);
	self->client = mailbox(self->name, O_WRONLY);
	ASSERT_GE(self->client, 0);
}

FIXTURE_TEARDOWN(call)
{
	close(self->fd);
	close(self->client);
}

/* A child that calls, with a message of @len bytes */
static void caller(struct child *child, int fd, uint64_t type, size_t len)
{
	if (child_start(child))
		child_done(child, ask(fd, type, len, 0));
}

/* The same, which can be interrupted: SIGUSR1 comes with SA_RESTART or without. */
static void interruptible_caller(struct child *child, int fd, int flags)
{
	if (child_start(child)) {
		handle(SIGUSR1, flags);
		child_done(child, ask(fd, 1, 10, 0));
	}
}

/* Request and reply */

TEST_F(call, returns_the_reply)
{
	static const size_t lengths[] = { 0, 1, 255, 256, 257, 900, 1000, 4096, 4097, 8192 };
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
		{ 0, 0 }, { 1, 1 }, { 100, 100 }, { 65536, 65536 }, { 65537, 65536 }, { 100000, 65536 },
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

/* The server goes. It opens its endpoint after the callers were forked, who would have it, too. */

TEST_F(call, is_reset_when_the_endpoint_that_received_it_is_closed)
{
	struct request request;
	struct child child;
	int server;

	caller(&child, self->client, 1, 10);
	server = mailbox(self->name, O_RDONLY);
	ASSERT_EQ(1, take(server, &request));
	close(server);
	EXPECT_EQ(-ECONNRESET, child_join(&child));
	EXPECT_EQ(0, stat_of(self->fd).msgs);
}

TEST_F(call, is_reset_when_the_server_is_killed)
{
	int *taken = shared(sizeof(*taken));
	struct child client, server;

	if (child_start(&server)) {
		struct request request;
		int fd = mailbox(self->name, O_RDONLY);

		take(fd, &request);
		__atomic_store_n(taken, 1, __ATOMIC_RELEASE);
		pause();
		child_done(&server, 0);
	}
	caller(&client, self->client, 1, 3000);
	ASSERT_EQ(0, await_flag(taken));
	child_kill(&server);
	EXPECT_EQ(-ECONNRESET, child_join(&client));
}

TEST_F(call, is_reset_by_the_last_close_only)
{
	int *go = shared(sizeof(*go));
	struct child client, heir;
	struct request request;
	int server, copy;

	caller(&client, self->client, 1, 10);
	server = mailbox(self->name, O_RDONLY);
	ASSERT_EQ(1, take(server, &request));
	copy = dup(server);
	if (child_start(&heir)) {
		close(server);
		await_flag(go);
		child_done(&heir, reply_to(copy, &request));
	}
	close(server);
	close(copy);
	ASSERT_EQ(0, await_asleep(client.pid));
	__atomic_store_n(go, 1, __ATOMIC_RELEASE);
	EXPECT_EQ(0, child_join(&heir));
	EXPECT_EQ(1 + ANSWER, child_join(&client));
}

TEST_F(call, that_nobody_has_received_waits_for_the_next_server)
{
	struct request taken, queued;
	struct child child[2];
	int server;

	caller(&child[0], self->client, 1, 10);
	ASSERT_EQ(0, await_msgs(self->fd, 1));
	caller(&child[1], self->client, 2, 10);
	ASSERT_EQ(0, await_msgs(self->fd, 2));
	server = mailbox(self->name, O_RDONLY);
	ASSERT_EQ(1, take(server, &taken));
	close(server);
	EXPECT_EQ(-ECONNRESET, child_join(&child[0]));
	EXPECT_EQ(1, stat_of(self->fd).msgs);
	ASSERT_EQ(2, take(self->fd, &queued));
	EXPECT_EQ(0, reply_to(self->fd, &queued));
	EXPECT_EQ(2 + ANSWER, child_join(&child[1]));
}

TEST_F(call, is_reset_when_read_takes_the_request)
{
	struct child child;
	uint8_t buf[10];

	caller(&child, self->client, 1, 10);
	ASSERT_EQ(10, read(self->fd, buf, 10));
	EXPECT_TRUE(filled(buf, 10, 1));
	EXPECT_EQ(-ECONNRESET, child_join(&child));
	EXPECT_EQ(0, stat_of(self->fd).msgs);
}

TEST_F(call, resets_all_that_the_endpoint_held)
{
	struct request request[8];
	struct child child[8];
	unsigned int i;
	int server;

	for (i = 0; i < 8; i++)
		caller(&child[i], self->client, i, i * 100);
	server = mailbox(self->name, O_RDONLY);
	for (i = 0; i < 8; i++)
		ASSERT_LE(0, take(server, &request[i]));
	EXPECT_EQ(0, reply_to(server, &request[3]));
	EXPECT_EQ(request[3].recv.msg.type + ANSWER,
		  child_join(&child[request[3].recv.msg.type]));
	close(server);
	for (i = 0; i < 8; i++)
		if (i != request[3].recv.msg.type)
			EXPECT_EQ(-ECONNRESET, child_join(&child[i]));
}

/* The caller goes */

TEST_F(call, is_withdrawn_when_the_caller_is_killed)
{
	struct child child;

	caller(&child, self->client, 1, 3000);
	ASSERT_EQ(0, await_msgs(self->fd, 1));
	child_kill(&child);
	EXPECT_EQ(0, stat_of(self->fd).msgs);
	EXPECT_EQ(0, stat_of(self->fd).bytes);
	EXPECT_EQ(-EAGAIN, get(self->fd, IPCX_DONTWAIT));
}

TEST_F(call, is_withdrawn_at_the_deadline)
{
	uint64_t deadline = after_ms(30);

	EXPECT_EQ(-ETIMEDOUT, ask_until(self->client, 1, 10, deadline));
	EXPECT_LE(deadline, now_ns());
	EXPECT_EQ(0, stat_of(self->fd).msgs);
	EXPECT_EQ(-ETIMEDOUT, ask_until(self->client, 1, 5000, 1));
	EXPECT_EQ(0, stat_of(self->fd).bytes);
}

TEST_F(call, that_is_withdrawn_makes_room)
{
	int fd = mailbox_of(1, 0, 0);
	struct child client, sender;

	caller(&client, fd, 1, 10);
	ASSERT_EQ(0, await_msgs(fd, 1));
	if (child_start(&sender))
		child_done(&sender, put(fd, 2, 10, 0));
	ASSERT_EQ(0, await_senders(fd, 1));
	child_kill(&client);
	EXPECT_EQ(0, child_join(&sender));
	EXPECT_EQ(2, get(fd, IPCX_DONTWAIT));
}

TEST_F(call, whose_caller_was_killed_cannot_be_answered)
{
	struct request request;
	struct child child;

	caller(&child, self->client, 1, 10);
	ASSERT_EQ(1, take(self->fd, &request));
	child_kill(&child);
	EXPECT_EQ(-ESRCH, reply_to(self->fd, &request));
}

TEST_F(call, whose_deadline_has_passed_cannot_be_answered)
{
	struct request request;
	struct child child;

	if (child_start(&child))
		child_done(&child, ask_until(self->client, 1, 10, after_ms(300)));
	ASSERT_EQ(1, take(self->fd, &request));
	EXPECT_EQ(-ETIMEDOUT, child_join(&child));
	EXPECT_EQ(-ESRCH, reply_to(self->fd, &request));
}

/* Signals */

TEST_F(call, that_a_signal_interrupts_before_it_is_received_is_withdrawn)
{
	struct child child;

	interruptible_caller(&child, self->client, 0);
	ASSERT_EQ(0, await_msgs(self->fd, 1));
	ASSERT_EQ(0, await_asleep(child.pid));
	kill(child.pid, SIGUSR1);
	EXPECT_EQ(-EINTR, child_join(&child));
	EXPECT_EQ(0, stat_of(self->fd).msgs);
}

TEST_F(call, that_a_signal_interrupts_before_it_is_received_is_sent_again)
{
	struct request request;
	struct child child;
	unsigned int i;

	interruptible_caller(&child, self->client, SA_RESTART);
	ASSERT_EQ(0, await_msgs(self->fd, 1));
	for (i = 0; i < 5; i++) {
		ASSERT_EQ(0, await_asleep(child.pid));
		kill(child.pid, SIGUSR1);
		usleep(2000);
		ASSERT_EQ(0, await_msgs(self->fd, 1));
	}
	ASSERT_EQ(1, take(self->fd, &request));
	EXPECT_EQ(0, stat_of(self->fd).msgs);
	EXPECT_EQ(0, reply_to(self->fd, &request));
	EXPECT_EQ(1 + ANSWER, child_join(&child));
}

TEST_F(call, that_a_signal_interrupts_after_it_was_received_is_never_sent_again)
{
	int flags[] = { 0, SA_RESTART };
	struct request request;
	struct child child;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		interruptible_caller(&child, self->client, flags[i]);
		ASSERT_EQ(1, take(self->fd, &request));
		ASSERT_EQ(0, await_asleep(child.pid));
		kill(child.pid, SIGUSR1);
		EXPECT_EQ(-EINTR, child_join(&child));
		EXPECT_EQ(-ESRCH, reply_to(self->fd, &request));
		EXPECT_EQ(0, stat_of(self->fd).msgs);
	}
}

TEST(a_call_to_oneself_can_be_interrupted)
{
	int fd = mailbox(NULL, O_RDWR);
	struct child child;

	EXPECT_EQ(-ETIMEDOUT, ask_until(fd, 1, 10, after_ms(10)));
	interruptible_caller(&child, fd, 0);
	ASSERT_EQ(0, await_msgs(fd, 1));
	ASSERT_EQ(0, await_asleep(child.pid));
	kill(child.pid, SIGUSR1);
	EXPECT_EQ(-EINTR, child_join(&child));

	caller(&child, fd, 1, 10);
	ASSERT_EQ(0, await_msgs(fd, 1));
	child_kill(&child);
	EXPECT_EQ(0, stat_of(fd).msgs);
}

TEST(calls_in_a_circle_can_be_interrupted)
{
	int fd[2] = { mailbox(NULL, O_RDWR), mailbox(NULL, O_RDWR) };
	struct child child[2];
	unsigned int i;

	/* Each serves one request by calling the other. */
	for (i = 0; i < 2; i++) {
		if (child_start(&child[i])) {
			struct request request;

			take(fd[i], &request);
			child_done(&child[i], ask(fd[!i], 2, 1, 0));
		}
	}
	EXPECT_EQ(-ETIMEDOUT, ask_until(fd[0], 1, 1, after_ms(300)));
	child_kill(&child[0]);
	child_kill(&child[1]);
}

/* Two mailboxes with one process in the middle, which answers with what it was answered. */
TEST(a_server_may_call_another)
{
	int front = mailbox(NULL, O_RDWR), back = mailbox(NULL, O_RDWR);
	struct child middle, end;
	unsigned int i;

	if (child_start(&middle)) {
		struct request request;
		int64_t err = 0;

		for (i = 0; i < 20 && err >= 0; i++) {
			err = take(front, &request);
			if (err >= 0)
				err = ask(back, request.recv.msg.type, request.recv.msg.len, 0);
			if (err >= 0)
				err = reply_to(front, &request);
		}
		child_done(&middle, err);
	}
	if (child_start(&end)) {
		for (i = 0; i < 20; i++)
			if (serve(back) < 0)
				break;
		child_done(&end, i);
	}
	for (i = 0; i < 20; i++)
		EXPECT_EQ(i + ANSWER, ask(front, i, i * 50, 0));
	EXPECT_EQ(0, child_join(&middle));
	EXPECT_EQ(20, child_join(&end));
}

/* Many */

enum { clients = 6, servers = 3, calls = 150 };

struct crowd {
	int fd;
	unsigned int number;
	int64_t result;
};

static void *client_thread(void *arg)
{
	struct crowd *crowd = arg;
	uint64_t type;
	unsigned int i;

	for (i = 0; i < calls; i++) {
		type = crowd->number * calls + i;
		crowd->result = ask(crowd->fd, type, type * 37 % 3000, 0);
		if (crowd->result != (int64_t)(type + ANSWER))
			return NULL;
	}
	crowd->result = 0;
	return NULL;
}

/* Until it is asked for type 0xdead */
static void *server_thread(void *arg)
{
	struct crowd *crowd = arg;
	static _Thread_local uint8_t in[4096], out[4096];
	struct ipcx_reply reply = { .flags = IPCX_REPLY_RECV };

	for (;;) {
		reply.next = (struct ipcx_recv) { .msg = msg_of(in, sizeof(in), 0) };
		crowd->result = command(crowd->fd, IPCX_IOC_REPLY, &reply);
		if (crowd->result || reply.next.msg.type == 0xdead)
			return NULL;
		if (!filled(in, reply.next.msg.len, reply.next.msg.type)) {
			crowd->result = -EBADMSG;
			return NULL;
		}
		reply.msg = msg_of(out, reply.next.msg.len, reply.next.msg.type + ANSWER);
		fill(out, reply.msg.len, reply.msg.type);
		reply.token = reply.next.token;
	}
}

TEST_F(call, gets_its_own_reply_however_many_there_are)
{
	struct crowd client[clients], server[servers];
	pthread_t client_id[clients], server_id[servers];
	unsigned int i;

	/* One server has an endpoint of its own, the others share one. */
	for (i = 0; i < servers; i++) {
		server[i] = (struct crowd) { .fd = i ? self->fd : mailbox(self->name, O_RDONLY) };
		ASSERT_EQ(0, pthread_create(&server_id[i], NULL, server_thread, &server[i]));
	}
	for (i = 0; i < clients; i++) {
		client[i] = (struct crowd) { .fd = self->client, .number = i };
		ASSERT_EQ(0, pthread_create(&client_id[i], NULL, client_thread, &client[i]));
	}
	for (i = 0; i < clients; i++) {
		pthread_join(client_id[i], NULL);
		EXPECT_EQ(0, client[i].result);
	}
	for (i = 0; i < servers; i++)
		EXPECT_EQ(0, put(self->client, 0xdead, 0, 0));
	for (i = 0; i < servers; i++) {
		pthread_join(server_id[i], NULL);
		EXPECT_EQ(0, server[i].result);
	}
	EXPECT_EQ(0, stat_of(self->fd).msgs);
	EXPECT_EQ(0, stat_of(self->fd).receivers);
}

TEST_HARNESS_MAIN
