// SPDX-License-Identifier: GPL-2.0-only
/*
 * Batches that wait: for messages, for room; beside others, and against signals, deadlines and
 * unlinks.
 */
#include <pthread.h>

#include "batch.h"

/* A child that receives a batch, which must be types @first and so on */
static void receiver(struct child *child, int fd, uint64_t first, unsigned int count,
		     unsigned int min)
{
	if (child_start(child)) {
		struct batch b = batch_of(count, 1000);
		int i, n;

		handle(SIGUSR1, 0);
		n = batch_recv(fd, &b, min, 0, 0);
		for (i = 0; i < n; i++)
			if (!batch_has(&b, i, first + i))
				n = -EBADMSG;
		child_done(child, n);
	}
}

static void sender(struct child *child, int fd, uint64_t first, unsigned int count, int flags)
{
	if (child_start(child)) {
		handle(SIGUSR1, flags);
		child_done(child, send_batch(fd, first, count, 10, 0));
	}
}

TEST_F(box, waits_for_the_first_message_only)
{
	struct child child;

	receiver(&child, self->fd, 1, 10, 0);
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	ASSERT_EQ(0, put(self->fd, 1, 10, 0));
	EXPECT_EQ(1, child_join(&child));
}

TEST_F(box, takes_along_what_comes_with_the_first)
{
	struct child child;

	receiver(&child, self->fd, 1, 10, 0);
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	ASSERT_EQ(0, await_asleep(child.pid));
	ASSERT_EQ(20, send_batch(self->fd, 1, 20, 10, 0));
	EXPECT_EQ(10, child_join(&child));
	EXPECT_EQ(10, stat_of(self->fd).msgs);
	EXPECT_EQ(10, recv_batch(self->fd, 11, 20, 10, 0));
}

TEST_F(box, waits_for_as_many_as_wanted)
{
	struct child child;
	unsigned int i;

	receiver(&child, self->fd, 1, 10, 5);
	for (i = 1; i <= 5; i++) {
		ASSERT_EQ(0, await_receivers(self->fd, 1));
		ASSERT_EQ(0, put(self->fd, i, i * 100, 0));
	}
	EXPECT_EQ(5, child_join(&child));
	EXPECT_EQ(0, stat_of(self->fd).msgs);
	EXPECT_EQ(0, stat_of(self->fd).bytes);
}

TEST(waiting_for_more_than_fit_makes_room_for_them)
{
	int fd = mailbox_of(2, 0, 0);
	struct child child;

	receiver(&child, fd, 1, 20, 20);
	EXPECT_EQ(20, send_batch(fd, 1, 20, 10, 0));
	EXPECT_EQ(20, child_join(&child));
}

TEST_F(box, a_batch_serves_all_receivers_that_wait)
{
	struct child children[5];
	unsigned int i;

	for (i = 0; i < 5; i++) {
		if (child_start(&children[i]))
			child_done(&children[i], get(self->fd, 0));
		ASSERT_EQ(0, await_receivers(self->fd, i + 1));
		ASSERT_EQ(0, await_asleep(children[i].pid));
	}
	ASSERT_EQ(7, send_batch(self->fd, 1, 7, 10, 0));
	for (i = 0; i < 5; i++)
		EXPECT_EQ(1 + i, child_join(&children[i]));
	EXPECT_EQ(2, recv_batch(self->fd, 6, 7, 10, 0));
}

TEST_F(box, several_waiting_batches_get_a_message_each)
{
	struct child children[3];
	unsigned int i;

	for (i = 0; i < 3; i++) {
		receiver(&children[i], self->fd, 1 + i, 1, 0);
		ASSERT_EQ(0, await_receivers(self->fd, i + 1));
	}
	ASSERT_EQ(3, send_batch(self->fd, 1, 3, 500, 0));
	for (i = 0; i < 3; i++)
		EXPECT_EQ(1, child_join(&children[i]));
}

TEST_F(box, a_deadline_ends_a_batch_with_what_has_come)
{
	struct batch b = batch_of(10, 10);

	EXPECT_EQ(-ETIMEDOUT, batch_recv(self->fd, &b, 3, 0, after_ms(20)));
	ASSERT_EQ(2, send_batch(self->fd, 1, 2, 10, 0));
	EXPECT_EQ(2, batch_recv(self->fd, &b, 3, 0, after_ms(20)));
	ASSERT_EQ(2, send_batch(self->fd, 1, 2, 10, 0));
	EXPECT_EQ(2, batch_recv(self->fd, &b, 3, IPCX_DONTWAIT, 0));
	EXPECT_EQ(-EAGAIN, batch_recv(self->fd, &b, 3, IPCX_DONTWAIT, 0));
	/* It is not looked at where there is nothing to wait for. */
	ASSERT_EQ(3, send_batch(self->fd, 1, 3, 10, 0));
	EXPECT_EQ(3, batch_recv(self->fd, &b, 3, 0, 1));
}

TEST(a_deadline_ends_a_batch_that_lacks_room)
{
	int fd = mailbox_of(3, 0, 0);
	struct batch b = batch_of(10, 10);

	batch_fill(&b, 1, 10);
	EXPECT_EQ(3, batch_send(fd, &b, 0, after_ms(20)));
	EXPECT_EQ(-ETIMEDOUT, batch_send(fd, &b, 0, after_ms(20)));
	EXPECT_EQ(3, recv_batch(fd, 1, 10, 10, 0));
	EXPECT_EQ(0, stat_of(fd).bytes);
}

TEST_F(box, a_signal_ends_a_batch_with_what_has_come)
{
	struct child child;

	receiver(&child, self->fd, 1, 10, 3);
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	ASSERT_EQ(0, await_asleep(child.pid));
	kill(child.pid, SIGUSR1);
	EXPECT_EQ(-EINTR, child_join(&child));

	receiver(&child, self->fd, 1, 10, 3);
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	ASSERT_EQ(0, put(self->fd, 1, 10, 0));
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	ASSERT_EQ(0, await_asleep(child.pid));
	kill(child.pid, SIGUSR1);
	EXPECT_EQ(1, child_join(&child));
	EXPECT_EQ(0, stat_of(self->fd).receivers);
}

TEST(a_signal_ends_a_batch_that_lacks_room)
{
	int fd = mailbox_of(3, 0, 0);
	struct child child;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		/* With SA_RESTART, too: what was sent must not be sent again. */
		sender(&child, fd, 1, 10, i ? SA_RESTART : 0);
		ASSERT_EQ(0, await_senders(fd, 1));
		ASSERT_EQ(0, await_asleep(child.pid));
		kill(child.pid, SIGUSR1);
		EXPECT_EQ(3, child_join(&child));
		EXPECT_EQ(0, stat_of(fd).senders);
		EXPECT_EQ(3, recv_batch(fd, 1, 10, 10, 0));
	}
	ASSERT_EQ(3, send_batch(fd, 1, 3, 10, 0));
	sender(&child, fd, 4, 10, 0);
	ASSERT_EQ(0, await_senders(fd, 1));
	ASSERT_EQ(0, await_asleep(child.pid));
	kill(child.pid, SIGUSR1);
	EXPECT_EQ(-EINTR, child_join(&child));
	EXPECT_EQ(3, recv_batch(fd, 1, 10, 10, 0));
}

TEST(a_batch_of_which_nothing_was_done_is_restarted)
{
	int fd = mailbox_of(3, 0, 0);
	struct child child;
	unsigned int i;

	if (child_start(&child)) {
		handle(SIGUSR1, SA_RESTART);
		child_done(&child, recv_batch(fd, 1, 10, 10, 0));
	}
	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, await_receivers(fd, 1));
		ASSERT_EQ(0, await_asleep(child.pid));
		kill(child.pid, SIGUSR1);
	}
	usleep(2000);
	ASSERT_EQ(3, send_batch(fd, 1, 3, 10, 0));
	EXPECT_LE(1, child_join(&child));
	while (!recv_batch(fd, 0, 1, 10, IPCX_DONTWAIT))
		;

	fd = mailbox_of(3, 0, 0);
	ASSERT_EQ(3, send_batch(fd, 1, 3, 10, 0));
	sender(&child, fd, 4, 2, SA_RESTART);
	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, await_senders(fd, 1));
		ASSERT_EQ(0, await_asleep(child.pid));
		kill(child.pid, SIGUSR1);
	}
	EXPECT_EQ(3, recv_batch(fd, 1, 3, 10, 0));
	EXPECT_EQ(2, child_join(&child));
	EXPECT_EQ(2, recv_batch(fd, 4, 3, 10, 0));
}

static int64_t unlinked_recv(int fd)
{
	struct batch b = batch_of(10, 10);

	return batch_recv(fd, &b, 3, 0, 0);
}

TEST(unlinking_ends_batches_that_wait)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), IPCX_BIND_CREATE);
	struct child child;
	unsigned int i;
	int fd;

	bind.max_msgs = 3;
	for (i = 0; i < 2; i++) {
		fd = bound(O_RDWR, &bind);
		if (child_start(&child))
			child_done(&child, unlinked_recv(fd));
		ASSERT_EQ(0, await_receivers(fd, 1));
		if (i) {
			ASSERT_EQ(0, put(fd, 1, 1, 0));
			ASSERT_EQ(0, await_receivers(fd, 1));
		}
		ASSERT_EQ(0, unlink_name(bind.name));
		EXPECT_EQ(i ? 1 : -EIDRM, child_join(&child));
		close(fd);
	}
	for (i = 0; i < 2; i++) {
		fd = bound(O_RDWR, &bind);
		ASSERT_EQ(i ? 3 : 1, send_batch(fd, 1, i ? 3 : 1, 10, 0));
		sender(&child, fd, i ? 4 : 2, 10, 0);
		ASSERT_EQ(0, await_senders(fd, 1));
		ASSERT_EQ(0, unlink_name(bind.name));
		EXPECT_EQ(i ? -EIDRM : 2, child_join(&child));
		/* What is there can still be received, and what there is room for, sent. */
		EXPECT_EQ(3, recv_batch(fd, 1, 10, 10, 0));
		EXPECT_EQ(3, send_batch(fd, 1, 10, 10, 0));
		EXPECT_EQ(-EIDRM, send_batch(fd, 1, 10, 10, 0));
		EXPECT_EQ(3, recv_batch(fd, 1, 10, 10, 0));
		EXPECT_EQ(-EIDRM, recv_batch(fd, 1, 10, 10, 0));
		close(fd);
	}
}

/* Every message of a batch is one in the line: a single one is not kept behind the whole batch. */
TEST(a_batch_that_lacks_room_keeps_nobody_from_his_place)
{
	int fd = mailbox_of(1, 0, 0);
	struct child batch, single;

	ASSERT_EQ(0, put(fd, 100, 1, 0));
	sender(&batch, fd, 1, 3, 0);
	ASSERT_EQ(0, await_senders(fd, 1));
	if (child_start(&single))
		child_done(&single, put(fd, 50, 1, 0));
	ASSERT_EQ(0, await_senders(fd, 2));
	ASSERT_EQ(0, await_asleep(batch.pid));

	EXPECT_EQ(100, get(fd, 0));
	EXPECT_EQ(0, await_senders(fd, 2));
	EXPECT_EQ(1, get(fd, 0));
	EXPECT_EQ(50, get(fd, 0));
	EXPECT_EQ(2, get(fd, 0));
	EXPECT_EQ(3, get(fd, 0));
	EXPECT_EQ(3, child_join(&batch));
	EXPECT_EQ(0, child_join(&single));
}

/* Nor does a batch overtake those that wait already, though it would fit. */
TEST(a_batch_does_not_overtake_who_waits_for_room)
{
	int fd = mailbox_of(0, 1000, 1000);
	struct child first;

	ASSERT_EQ(0, put(fd, 1, 500, 0));
	if (child_start(&first))
		child_done(&first, put(fd, 2, 900, 0));
	ASSERT_EQ(0, await_senders(fd, 1));
	EXPECT_EQ(-EAGAIN, send_batch(fd, 3, 5, 10, IPCX_DONTWAIT));
	EXPECT_EQ(1, get(fd, 0));
	EXPECT_EQ(0, child_join(&first));
	EXPECT_EQ(5, send_batch(fd, 3, 5, 10, IPCX_DONTWAIT));
	EXPECT_EQ(2, get(fd, 0));
	EXPECT_EQ(5, recv_batch(fd, 3, 5, 10, 0));
}

/* Requests */

TEST_F(box, hands_out_the_tokens_of_requests)
{
	struct child clients[5];
	struct batch b = batch_of(10, 10);
	unsigned int i;

	ASSERT_EQ(2, send_batch(self->fd, 10, 2, 10, 0));
	for (i = 0; i < 5; i++) {
		if (child_start(&clients[i]))
			child_done(&clients[i], ask(self->fd, i, 10, 0));
		ASSERT_EQ(0, await_msgs(self->fd, 3 + i));
	}
	ASSERT_EQ(7, batch_recv(self->fd, &b, 7, 0, 0));
	EXPECT_EQ(0, b.in[0].token | b.in[1].token);
	EXPECT_EQ(0, b.in[0].reply_room);
	for (i = 5; i > 0; i--) {
		EXPECT_TRUE(batch_has(&b, 1 + i, i - 1));
		EXPECT_EQ(65536, b.in[1 + i].reply_room);
		EXPECT_EQ(0, answer(self->fd, b.in[1 + i].token, i - 1, 10));
		EXPECT_EQ(i - 1 + ANSWER, child_join(&clients[i - 1]));
	}
}

TEST_F(box, leaves_a_request_that_cannot_be_received_to_be_answered)
{
	struct child client;
	struct batch b = batch_of(3, 10);

	ASSERT_EQ(0, put(self->fd, 1, 10, 0));
	if (child_start(&client))
		child_done(&client, ask(self->fd, 2, 10, 0));
	ASSERT_EQ(0, await_msgs(self->fd, 2));
	ASSERT_EQ(0, put(self->fd, 3, 10, 0));
	b.in[1].msg.data = 8;
	ASSERT_EQ(1, batch_recv(self->fd, &b, 0, 0, 0));
	b.in[0].msg = b.in[1].msg;
	EXPECT_EQ(-EFAULT, batch_recv(self->fd, &b, 0, 0, 0));
	EXPECT_EQ(2, stat_of(self->fd).msgs);
	EXPECT_EQ(2, serve(self->fd));
	EXPECT_EQ(2 + ANSWER, child_join(&client));
	EXPECT_EQ(3, get(self->fd, 0));
}

TEST(closing_resets_the_requests_of_a_batch)
{
	const char *name = fresh_name();
	int fd = mailbox(name, O_RDWR | O_CREAT), server = mailbox(name, O_RDWR);
	struct child clients[3];
	struct batch b = batch_of(3, 10);
	unsigned int i;

	for (i = 0; i < 3; i++) {
		if (child_start(&clients[i])) {
			close(server);
			child_done(&clients[i], ask(fd, i, 10, 0));
		}
		ASSERT_EQ(0, await_msgs(fd, 1 + i));
	}
	ASSERT_EQ(3, batch_recv(server, &b, 3, 0, 0));
	close(server);
	for (i = 0; i < 3; i++)
		EXPECT_EQ(-ECONNRESET, child_join(&clients[i]));
}

/* Several at the same time */

enum { SENDERS = 2, RECEIVERS = 2, STEP = 48 };

struct crowd {
	int fd;
	unsigned int count;
	int64_t error;
	unsigned int received;
	uint64_t next[SENDERS];
	uint64_t sum;
	unsigned int index;
	pthread_t thread;
};

/* Batches of all lengths, to a mailbox that holds less: each is sent in parts. */
static void *crowd_send(void *arg)
{
	struct crowd *c = arg;
	unsigned int sent = 0, round = 0;

	while (sent < c->count && !c->error) {
		unsigned int n = 1 + round++ * 7 % STEP;
		int done;

		if (n > c->count - sent)
			n = c->count - sent;
		done = send_batch(c->fd, (uint64_t)c->index << 32 | sent, n, sent % 300, 0);
		if (done <= 0)
			c->error = done;
		else
			sent += done;
	}
	return NULL;
}

/* Of each sender, every receiver gets later and later messages. A type of -1 ends it. */
static void *crowd_receive(void *arg)
{
	struct crowd *c = arg;
	struct batch b = batch_of(STEP, 300);
	bool over = false;

	while (!over && !c->error) {
		int i, n;

		batch_clear(&b);
		n = batch_recv(c->fd, &b, 0, 0, 0);
		if (n <= 0)
			c->error = n;
		for (i = 0; i < n; i++) {
			uint64_t type = b.in[i].msg.type;
			unsigned int sender = type >> 32;

			if (type == UINT64_MAX) {
				/* One each: others of them are for others. */
				if (over)
					put(c->fd, type, 0, 0);
				over = true;
				continue;
			}
			if (!batch_has(&b, i, type) || sender >= SENDERS ||
			    (uint32_t)type < c->next[sender])
				c->error = -EBADMSG;
			else
				c->next[sender] = (uint32_t)type + 1;
			c->received++;
			c->sum += (uint32_t)type;
		}
	}
	batch_free(&b);
	return NULL;
}

TEST(several_batches_at_a_time_keep_each_senders_order)
{
	static struct crowd senders[SENDERS], receivers[RECEIVERS];
	unsigned int count = often(40000), received = 0, i;
	uint64_t sum = 0;
	int fd = mailbox_of(32, 0, 0);

	for (i = 0; i < RECEIVERS; i++) {
		receivers[i] = (struct crowd) { .fd = fd };
		pthread_create(&receivers[i].thread, NULL, crowd_receive, &receivers[i]);
	}
	for (i = 0; i < SENDERS; i++) {
		senders[i] = (struct crowd) { .fd = fd, .count = count, .index = i };
		pthread_create(&senders[i].thread, NULL, crowd_send, &senders[i]);
	}
	for (i = 0; i < SENDERS; i++) {
		pthread_join(senders[i].thread, NULL);
		EXPECT_EQ(0, senders[i].error);
	}
	for (i = 0; i < RECEIVERS; i++)
		put(fd, UINT64_MAX, 0, 0);
	for (i = 0; i < RECEIVERS; i++) {
		pthread_join(receivers[i].thread, NULL);
		EXPECT_EQ(0, receivers[i].error);
		received += receivers[i].received;
		sum += receivers[i].sum;
	}
	EXPECT_EQ(SENDERS * count, received);
	EXPECT_EQ((uint64_t)SENDERS * count * (count - 1) / 2, sum);
	EXPECT_EQ(0, stat_of(fd).msgs);
	EXPECT_EQ(0, stat_of(fd).bytes);
}

TEST_HARNESS_MAIN
