// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls that one side leaves: it dies, closes, is interrupted or has no more time. And many calls.
 */
#include <pthread.h>

#include "call.h"

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
		crowd->result = ask(crowd->fd, type, type * 37 % 6000, 0);
		if (crowd->result != (int64_t)(type + ANSWER))
			return NULL;
	}
	crowd->result = 0;
	return NULL;
}

/* Until it is asked for type 0xdead */
static void *server_thread(void *arg)
{
	static _Thread_local uint8_t in[8192], out[8192];
	struct crowd *crowd = arg;
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
