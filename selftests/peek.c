// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looking at one message after the other, while others send, receive and give back.
 */
#include <pthread.h>

#include "batch.h"
#include "fds.h"

/* A place among messages, and what was seen there */
struct place {
	struct ipcx_peek peek;
	uint8_t data[64];
};

/* The type of the message that comes after the one that was seen, which is checked */
static int64_t peek_next(int fd, struct place *p)
{
	const struct ipcx_msg *msg = &p->peek.msg;
	int err;

	if (p->peek.seq) {
		p->peek.after = p->peek.seq;
		p->peek.after_prio = msg->prio;
	}
	p->peek.msg = msg_of(p->data, sizeof(p->data), 0);
	/* Of what was seen, if nothing is now */
	p->peek.msg.prio = p->peek.after_prio;
	p->peek.flags |= IPCX_DONTWAIT;
	err = command(fd, IPCX_IOC_PEEK, &p->peek);
	if (err)
		return err;
	if (msg->len <= sizeof(p->data) && !filled(p->data, msg->len, msg->type))
		return -EBADMSG;
	return (int64_t)msg->type;
}

/* Receives the first of a type. */
static int64_t get_type(int fd, uint64_t type)
{
	struct ipcx_recv recv = {
		.flags = IPCX_DONTWAIT,
		.select = IPCX_SELECT_TYPE,
		.select_type = type,
	};
	uint8_t buf[64];

	return get_msg(fd, &recv, buf, sizeof(buf));
}

/* The same into a buffer that cannot be written: the message comes back to its place. */
static int64_t get_type_in_vain(int fd, uint64_t type)
{
	struct ipcx_recv recv = {
		.flags = IPCX_DONTWAIT,
		.select = IPCX_SELECT_TYPE,
		.select_type = type,
	};

	return get_msg(fd, &recv, UNMAPPED, 64);
}

FIXTURE(queue)
{
	int fd;
	struct place place;
};

FIXTURE_VARIANT(queue)
{
	uint32_t flags;
	uint32_t step;
};

FIXTURE_VARIANT_ADD(queue, of_few_priorities)
{
	.flags = 0,
	.step = 1,
};

FIXTURE_VARIANT_ADD(queue, of_many_priorities)
{
	.flags = IPCX_BIND_MANY_PRIOS,
	.step = 1057,
};

FIXTURE_SETUP(queue)
{
	struct ipcx_bind bind = mailbox_bind(NULL, IPCX_BIND_CREATE | variant->flags);

	bind.max_msgs = 8192;
	self->fd = bound(O_RDWR, &bind);
	ASSERT_GE(self->fd, 0);
	memset(&self->place, 0, sizeof(self->place));
}

FIXTURE_TEARDOWN(queue)
{
	close(self->fd);
}

TEST_F(queue, is_seen_in_the_order_in_which_it_is_received)
{
	enum { count = 1000 };
	int64_t seen[count];
	unsigned int i;

	for (i = 0; i < count; i++)
		ASSERT_EQ(0, put_prio(self->fd, i, i % 64, i * 7 % 31 * variant->step));
	for (i = 0; i < count; i++)
		seen[i] = peek_next(self->fd, &self->place);
	EXPECT_EQ(-EAGAIN, peek_next(self->fd, &self->place));
	EXPECT_EQ(count, stat_of(self->fd).msgs);
	for (i = 0; i < count; i++)
		ASSERT_EQ(seen[i], get(self->fd, IPCX_DONTWAIT));
}

TEST_F(queue, is_told_with_its_senders)
{
	struct ipcx_peek *peek = &self->place.peek;
	uint64_t before = now_ns();

	ASSERT_EQ(0, put_prio(self->fd, 7, 20, 3 * variant->step));
	ASSERT_EQ(7, peek_next(self->fd, &self->place));
	EXPECT_EQ(20, peek->msg.len);
	EXPECT_EQ(3 * variant->step, peek->msg.prio);
	EXPECT_EQ(0, peek->msg.flags);
	EXPECT_EQ(1, peek->seq);
	EXPECT_EQ(getpid(), peek->from.pid);
	EXPECT_EQ(geteuid(), peek->from.uid);
	EXPECT_EQ(getegid(), peek->from.gid);
	EXPECT_LE(before, peek->from.time);
	EXPECT_GE(now_ns(), peek->from.time);
}

TEST_F(queue, goes_on_behind_what_was_received)
{
	unsigned int i;

	for (i = 1; i <= 6; i++)
		ASSERT_EQ(0, put(self->fd, i, 1, 0));
	EXPECT_EQ(1, peek_next(self->fd, &self->place));
	EXPECT_EQ(2, peek_next(self->fd, &self->place));
	/* What is behind the place, and what is before it */
	EXPECT_EQ(1, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(2, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(3, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(4, peek_next(self->fd, &self->place));
	/* From between others */
	EXPECT_EQ(5, get_type(self->fd, 5));
	EXPECT_EQ(6, peek_next(self->fd, &self->place));
	EXPECT_EQ(6, get_type(self->fd, 6));
	EXPECT_EQ(-EAGAIN, peek_next(self->fd, &self->place));
	EXPECT_EQ(4, get(self->fd, IPCX_DONTWAIT));
}

TEST_F(queue, goes_on_while_batches_come_and_go)
{
	ASSERT_EQ(100, send_batch(self->fd, 0, 100, 10, 0));
	EXPECT_EQ(0, peek_next(self->fd, &self->place));
	EXPECT_EQ(50, recv_batch(self->fd, 0, 50, 10, 0));
	EXPECT_EQ(50, peek_next(self->fd, &self->place));
	ASSERT_EQ(100, send_batch(self->fd, 100, 100, 10, 0));
	EXPECT_EQ(51, peek_next(self->fd, &self->place));
	EXPECT_EQ(149, recv_batch(self->fd, 50, 149, 10, 0));
	EXPECT_EQ(199, peek_next(self->fd, &self->place));
	EXPECT_EQ(1, recv_batch(self->fd, 199, 10, 10, 0));
	ASSERT_EQ(10, send_batch(self->fd, 200, 10, 10, 0));
	EXPECT_EQ(200, peek_next(self->fd, &self->place));
}

TEST_F(queue, shows_what_comes_behind_the_place_only)
{
	ASSERT_EQ(0, put_prio(self->fd, 1, 1, 5 * variant->step));
	EXPECT_EQ(1, peek_next(self->fd, &self->place));
	ASSERT_EQ(0, put_prio(self->fd, 2, 1, 6 * variant->step));
	EXPECT_EQ(-EAGAIN, peek_next(self->fd, &self->place));
	ASSERT_EQ(0, put_prio(self->fd, 4, 1, 0));
	ASSERT_EQ(0, put_prio(self->fd, 3, 1, 4 * variant->step));
	EXPECT_EQ(3, peek_next(self->fd, &self->place));
	ASSERT_EQ(0, put_prio(self->fd, 5, 1, 4 * variant->step));
	ASSERT_EQ(0, put_prio(self->fd, 6, 1, 5 * variant->step));
	EXPECT_EQ(5, peek_next(self->fd, &self->place));
	EXPECT_EQ(4, peek_next(self->fd, &self->place));
	EXPECT_EQ(-EAGAIN, peek_next(self->fd, &self->place));
}

TEST_F(queue, shows_once_what_goes_back_to_its_place)
{
	unsigned int i;

	for (i = 1; i <= 4; i++)
		ASSERT_EQ(0, put(self->fd, i, 1, 0));
	EXPECT_EQ(1, peek_next(self->fd, &self->place));
	EXPECT_EQ(-EFAULT, get_type_in_vain(self->fd, 2));
	EXPECT_EQ(2, peek_next(self->fd, &self->place));
	EXPECT_EQ(-EFAULT, get_type_in_vain(self->fd, 1));
	EXPECT_EQ(-EFAULT, get_type_in_vain(self->fd, 2));
	EXPECT_EQ(3, peek_next(self->fd, &self->place));
	EXPECT_EQ(-EFAULT, get_type_in_vain(self->fd, 4));
	EXPECT_EQ(4, peek_next(self->fd, &self->place));
	EXPECT_EQ(-EFAULT, get_type_in_vain(self->fd, 4));
	EXPECT_EQ(-EAGAIN, peek_next(self->fd, &self->place));
	EXPECT_EQ(4, stat_of(self->fd).msgs);
}

/* From a place that the endpoint does not remember, past more than it passes at once */
TEST_F(queue, is_entered_anywhere)
{
	enum { count = 1500, high = 3 };
	struct place at[count];
	unsigned int i;

	memset(at, 0, sizeof(at));
	for (i = 0; i < count; i++)
		ASSERT_EQ(0, put_prio(self->fd, i, 1, i < 10 ? high * variant->step : 1));
	for (i = 0; i < count; i++) {
		ASSERT_EQ(i, peek_next(self->fd, &self->place));
		at[i] = self->place;
	}
	EXPECT_EQ(1, peek_next(self->fd, &at[0]));
	EXPECT_EQ(1400, peek_next(self->fd, &at[1399]));
	EXPECT_EQ(10, peek_next(self->fd, &at[9]));
	EXPECT_EQ(1400, get_type(self->fd, 1400));
	EXPECT_EQ(1401, get_type(self->fd, 1401));
	EXPECT_EQ(1402, peek_next(self->fd, &at[1400]));
	EXPECT_EQ(-EAGAIN, peek_next(self->fd, &at[count - 1]));
	/* Where no message ever was */
	at[0].peek.seq = UINT64_MAX;
	at[0].peek.msg.prio = 2;
	EXPECT_EQ(10, peek_next(self->fd, &at[0]));
	at[0].peek.seq = UINT64_MAX;
	at[0].peek.msg.prio = 0;
	EXPECT_EQ(-EAGAIN, peek_next(self->fd, &at[0]));
}

TEST_F(queue, is_seen_by_each_who_looks)
{
	int other = dup(self->fd);
	struct place twice[2];
	unsigned int i;

	memset(twice, 0, sizeof(twice));
	for (i = 0; i < 100; i++)
		ASSERT_EQ(0, put(self->fd, i, 1, 0));
	for (i = 0; i < 50; i++) {
		ASSERT_EQ(2 * i, peek_next(self->fd, &twice[0]));
		ASSERT_EQ(2 * i + 1, peek_next(other, &twice[0]));
		ASSERT_EQ(i, peek_next(self->fd, &twice[1]));
	}
	close(other);
}

TEST_F(queue, keeps_the_place_when_a_message_cannot_be_had)
{
	struct ipcx_peek *peek = &self->place.peek;
	uint8_t buf[100];

	ASSERT_EQ(0, put(self->fd, 1, 10, 0));
	ASSERT_EQ(0, put(self->fd, 2, 100, 0));
	ASSERT_EQ(0, put(self->fd, 3, 10, 0));
	ASSERT_EQ(1, peek_next(self->fd, &self->place));
	EXPECT_EQ(-EMSGSIZE, peek_next(self->fd, &self->place));
	EXPECT_EQ(100, peek->msg.len);
	EXPECT_EQ(1, peek->seq);
	peek->msg = msg_of(UNMAPPED, 100, 0);
	EXPECT_EQ(-EFAULT, command(self->fd, IPCX_IOC_PEEK, peek));
	peek->msg = msg_of(buf, sizeof(buf), 0);
	ASSERT_EQ(0, command(self->fd, IPCX_IOC_PEEK, peek));
	EXPECT_EQ(2, peek->msg.type);
	EXPECT_TRUE(filled(buf, 100, 2));
	EXPECT_EQ(3, peek_next(self->fd, &self->place));
}

TEST_F(queue, is_cut_when_asked_to)
{
	struct ipcx_peek *peek = &self->place.peek;

	peek->flags = IPCX_TRUNCATE;
	ASSERT_EQ(0, put(self->fd, 1, 100, 0));
	ASSERT_EQ(0, put(self->fd, 2, 10, 0));
	EXPECT_EQ(1, peek_next(self->fd, &self->place));
	EXPECT_EQ(100, peek->msg.len);
	EXPECT_EQ(IPCX_MSG_TRUNCATED, peek->msg.flags);
	EXPECT_EQ(2, peek_next(self->fd, &self->place));
	EXPECT_EQ(0, peek->msg.flags);
	EXPECT_EQ(1, get(self->fd, IPCX_DONTWAIT));
}

TEST_F(queue, tells_of_callers)
{
	struct ipcx_peek *peek = &self->place.peek;
	struct child client;

	ASSERT_EQ(0, put(self->fd, 1, 0, 0));
	if (child_start(&client))
		child_done(&client, ask(self->fd, 2, 1, 0));
	ASSERT_EQ(0, await_msgs(self->fd, 2));
	EXPECT_EQ(1, peek_next(self->fd, &self->place));
	EXPECT_EQ(0, peek->msg.flags);
	EXPECT_EQ(2, peek_next(self->fd, &self->place));
	EXPECT_EQ(IPCX_MSG_AWAITED, peek->msg.flags);
	EXPECT_EQ(1, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(2, serve(self->fd));
	EXPECT_EQ(2 + ANSWER, child_join(&client));
}

/* Somebody who waits for what comes after a place */
static void wait_behind(struct child *child, int fd, const struct place *place, uint64_t deadline)
{
	struct place p = *place;

	if (!child_start(child))
		return;
	handle(SIGUSR1, 0);
	p.peek.after = p.peek.seq;
	p.peek.after_prio = p.peek.msg.prio;
	p.peek.msg = msg_of(p.data, sizeof(p.data), 0);
	p.peek.flags = 0;
	p.peek.deadline = deadline;
	child_done(child, command(fd, IPCX_IOC_PEEK, &p.peek) ?: (int64_t)p.peek.msg.type);
}

TEST_F(queue, is_waited_behind)
{
	struct child child;

	ASSERT_EQ(0, put_prio(self->fd, 1, 1, 1));
	ASSERT_EQ(1, peek_next(self->fd, &self->place));
	wait_behind(&child, self->fd, &self->place, after_ms(1));
	EXPECT_EQ(-ETIMEDOUT, child_join(&child));
	wait_behind(&child, self->fd, &self->place, 0);
	ASSERT_EQ(0, await_asleep(child.pid));
	ASSERT_EQ(0, put_prio(self->fd, 2, 1, 2 * variant->step));
	ASSERT_EQ(0, put_prio(self->fd, 3, 1, 1));
	EXPECT_EQ(3, child_join(&child));
	EXPECT_EQ(3, peek_next(self->fd, &self->place));
	wait_behind(&child, self->fd, &self->place, 0);
	ASSERT_EQ(0, await_asleep(child.pid));
	kill(child.pid, SIGUSR1);
	EXPECT_EQ(-EINTR, child_join(&child));
}

/* All at once */

enum { LASTING, PASSING };
enum { LASTING_COUNT = 300 };

struct traffic {
	int fd;
	uint32_t step;
	int stop;
	unsigned int seed;
};

/* Messages that come and go, of every priority, singly and in batches, and that come back */
static void *run_traffic(void *arg)
{
	struct traffic *t = arg;
	struct batch b = batch_of(40, 64);
	unsigned int i;

	while (!__atomic_load_n(&t->stop, __ATOMIC_RELAXED)) {
		for (i = 0; i < b.count; i++) {
			batch_put(&b, i, PASSING, i);
			b.out[i].prio = rand_r(&t->seed) % 31 * t->step;
		}
		batch_send(t->fd, &b, IPCX_DONTWAIT, 0);
		put_prio(t->fd, PASSING, 10, rand_r(&t->seed) % 31 * t->step);
		get_type_in_vain(t->fd, PASSING);
		while (rand_r(&t->seed) % 64 && get_type(t->fd, PASSING) == PASSING)
			;
	}
	batch_free(&b);
	return NULL;
}

/* Looks at all that is there: how many lasting messages it has seen, each once, and all in order */
static int look_through(int fd)
{
	struct place p = { .peek.seq = 0 };
	uint32_t last_prio = UINT32_MAX;
	uint64_t last_seq = 0;
	int64_t type;
	int seen = 0;

	while ((type = peek_next(fd, &p)) >= 0) {
		if (p.peek.msg.prio > last_prio ||
		    (p.peek.msg.prio == last_prio && p.peek.seq <= last_seq))
			return -EBADMSG;
		last_prio = p.peek.msg.prio;
		last_seq = p.peek.seq;
		seen += type == LASTING;
	}
	return type == -EAGAIN ? seen : (int)type;
}

TEST_F(queue, is_seen_whole_whatever_comes_and_goes)
{
	struct traffic traffic[2] = {
		{ .fd = self->fd, .step = variant->step, .seed = 1 },
		{ .fd = self->fd, .step = variant->step, .seed = 2 },
	};
	pthread_t threads[2];
	unsigned int i;

	for (i = 0; i < LASTING_COUNT; i++)
		ASSERT_EQ(0, put_prio(self->fd, LASTING, 5, i % 31 * variant->step));
	for (i = 0; i < 2; i++)
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, run_traffic, &traffic[i]));
	for (i = 0; i < often(200); i++)
		EXPECT_EQ(LASTING_COUNT, look_through(self->fd));
	for (i = 0; i < 2; i++)
		__atomic_store_n(&traffic[i].stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
}

/* What is refused */

TEST_F(box, a_place_has_a_priority_of_the_mailbox)
{
	struct place p = { .peek.after_prio = 1 };

	EXPECT_EQ(-EINVAL, peek_next(self->fd, &p));
	p.peek.after = 1;
	EXPECT_EQ(-EAGAIN, peek_next(self->fd, &p));
	p.peek.after_prio = IPCX_PRIO_COUNT;
	EXPECT_EQ(-EINVAL, peek_next(self->fd, &p));
}

TEST_F(box, flags_and_deadlines_are_checked)
{
	struct place p = { .peek.flags = IPCX_PEEK };

	EXPECT_EQ(-EINVAL, peek_next(self->fd, &p));
	p = (struct place) { .peek.flags = IPCX_NOSIGNAL };
	EXPECT_EQ(-EINVAL, peek_next(self->fd, &p));
	p = (struct place) { .peek.deadline = UINT64_MAX };
	EXPECT_EQ(-EINVAL, peek_next(self->fd, &p));
	p = (struct place) { .peek.msg.flags = 1 << 2 };
	EXPECT_EQ(-EINVAL, command(self->fd, IPCX_IOC_PEEK, &p.peek));
}

TEST_F(box, descriptors_are_counted_and_stay)
{
	int pipes[2];
	struct place p = { .peek.flags = 0 };
	struct parcel parcel;

	ASSERT_EQ(0, pipe(pipes));
	ASSERT_EQ(0, put_fds(self->fd, 0, pipes, 2));
	ASSERT_EQ(0, peek_next(self->fd, &p));
	EXPECT_EQ(2, p.peek.msg.nfds);
	EXPECT_EQ(0, get_fds(self->fd, &parcel, 2, IPCX_DONTWAIT));
	EXPECT_EQ(2, parcel.recv.msg.nfds);
}

TEST_F(box, the_end_tells_that_the_mailbox_was_removed)
{
	const char *name = fresh_name();
	int fd = mailbox(name, O_RDWR | O_CREAT);
	struct place p = { .peek.flags = 0 };

	ASSERT_EQ(0, put(fd, 1, 1, 0));
	ASSERT_EQ(0, unlink_name(name));
	EXPECT_EQ(1, peek_next(fd, &p));
	EXPECT_EQ(-EIDRM, peek_next(fd, &p));
	close(fd);
}

TEST_F(box, the_end_tells_that_the_last_sender_has_left)
{
	const char *name = fresh_name();
	struct ipcx_bind bind = mailbox_bind(name, IPCX_BIND_CREATE | IPCX_BIND_HANGUP);
	int reader = bound(O_RDONLY, &bind), writer = bound(O_WRONLY, &bind);
	struct place p = { .peek.flags = 0 };

	ASSERT_GE(reader, 0);
	ASSERT_EQ(0, put(writer, 1, 1, 0));
	close(writer);
	EXPECT_EQ(1, peek_next(reader, &p));
	EXPECT_EQ(-EPIPE, peek_next(reader, &p));
	close(reader);
}

TEST_F(box, looking_wants_an_endpoint_for_reading)
{
	struct ipcx_bind bind = mailbox_bind(NULL, IPCX_BIND_CREATE);
	int writer = bound(O_WRONLY, &bind), memory = region(NULL, O_RDWR | O_CREAT, 4096);
	struct place p = { .peek.flags = 0 };

	EXPECT_EQ(-EBADF, peek_next(writer, &p));
	EXPECT_EQ(-EOPNOTSUPP, peek_next(memory, &p));
	EXPECT_EQ(-ENOTCONN, peek_next(endpoint(O_RDWR), &p));
	close(writer);
	close(memory);
}

TEST_HARNESS_MAIN
