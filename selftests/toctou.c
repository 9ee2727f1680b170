// SPDX-License-Identifier: GPL-2.0-only
/*
 * An argument that another thread changes while the kernel reads it: what was checked must be what
 * is used. Every field here keeps changing between a value that is good and one that is refused, so
 * that a command either is refused or does what the good one says.
 */
#include <pthread.h>

#include "batch.h"

enum { ROUNDS = 20000, LEN = 32 };

struct fickle {
	volatile uint32_t *field;
	uint32_t good;
	uint32_t bad;
	int stop;
	pthread_t thread;
};

static void *fickle_thread(void *arg)
{
	struct fickle *fickle = arg;

	while (!__atomic_load_n(&fickle->stop, __ATOMIC_RELAXED)) {
		*fickle->field = fickle->bad;
		*fickle->field = fickle->good;
	}
	return NULL;
}

static bool fickle_start(struct fickle *fickle, void *field, uint32_t good, uint32_t bad)
{
	*fickle = (struct fickle) { .field = field, .good = good, .bad = bad };
	return !pthread_create(&fickle->thread, NULL, fickle_thread, fickle);
}

static void fickle_stop(struct fickle *fickle)
{
	__atomic_store_n(&fickle->stop, 1, __ATOMIC_RELAXED);
	pthread_join(fickle->thread, NULL);
}

/* The message of type @type came as it was sent, and no other. */
static bool came(int fd, uint64_t type)
{
	struct ipcx_recv recv = { .flags = 0 };
	char buf[2 * LEN];

	return get_into(fd, &recv, buf, sizeof(buf), IPCX_DONTWAIT) == (int64_t)type &&
	       recv.msg.len == LEN && !recv.msg.prio && get(fd, IPCX_DONTWAIT) == -EAGAIN;
}

/* Which field of a message that is sent; refused with what */
FIXTURE_VARIANT(box)
{
	bool len;
	int err;
};

FIXTURE_VARIANT_ADD(box, with_changing_length) { .len = true, .err = -EMSGSIZE };
FIXTURE_VARIANT_ADD(box, with_changing_priority) { .len = false, .err = -EINVAL };

static bool start(struct fickle *fickle, struct ipcx_msg *msg, bool len)
{
	if (len)
		return fickle_start(fickle, &msg->len, LEN, 1U << 30);
	return fickle_start(fickle, &msg->prio, 0, 1U << 30);
}

TEST_F(box, send)
{
	struct ipcx_send send = { .flags = 0 };
	unsigned int times = often(ROUNDS);
	struct fickle fickle;
	char buf[LEN];
	unsigned int i;
	int err;

	fill(buf, LEN, 1);
	send.msg = msg_of(buf, LEN, 1);
	ASSERT_TRUE(start(&fickle, &send.msg, variant->len));
	for (i = 0; i < times; i++) {
		err = command(self->fd, IPCX_IOC_SEND, &send);
		if (!err)
			ASSERT_TRUE(came(self->fd, 1));
		ASSERT_TRUE(!err || err == variant->err);
	}
	fickle_stop(&fickle);
}

/* Nobody answers, so each that is sent is withdrawn at its deadline, which has passed. */
TEST_F(box, call)
{
	struct ipcx_call call = { .deadline = 1 };
	unsigned int times = often(ROUNDS);
	struct fickle fickle;
	char buf[LEN];
	unsigned int i;
	int err;

	fill(buf, LEN, 1);
	call.request = msg_of(buf, LEN, 1);
	ASSERT_TRUE(start(&fickle, &call.request, variant->len));
	for (i = 0; i < times; i++) {
		err = command(self->fd, IPCX_IOC_CALL, &call);
		ASSERT_TRUE(err == -ETIMEDOUT || err == variant->err);
		ASSERT_EQ(-EAGAIN, get(self->fd, IPCX_DONTWAIT));
	}
	fickle_stop(&fickle);
}

TEST_F(box, reply)
{
	struct ipcx_reply reply = { .flags = 0 };
	unsigned int times = often(ROUNDS / 10);
	struct child caller;
	struct fickle fickle;
	char buf[LEN];
	unsigned int i;
	int err;

	if (child_start(&caller)) {
		int64_t result = 0;

		for (i = 0; i < times && result >= 0; i++)
			result = ask(self->fd, 1, LEN, 0);
		child_done(&caller, result);
	}
	fill(buf, LEN, 1 + ANSWER);
	reply.msg = msg_of(buf, LEN, 1 + ANSWER);
	ASSERT_TRUE(start(&fickle, &reply.msg, variant->len));
	for (i = 0; i < times; i++) {
		struct ipcx_recv recv = { .flags = 0 };
		char request[LEN];

		ASSERT_EQ(1, get_into(self->fd, &recv, request, LEN, 0));
		reply.token = recv.token;
		do {
			err = command(self->fd, IPCX_IOC_REPLY, &reply);
			ASSERT_TRUE(!err || err == variant->err);
		} while (err);
	}
	fickle_stop(&fickle);
	EXPECT_EQ(1 + ANSWER, child_join(&caller));
}

/* The fickle element is the second of three: what comes before it is sent anyway. */
TEST_F(box, send_batch)
{
	struct batch b = batch_of(3, LEN);
	unsigned int times = often(ROUNDS);
	struct fickle fickle;
	unsigned int i;
	int sent;

	batch_fill(&b, 1, LEN);
	ASSERT_TRUE(start(&fickle, &b.out[1], variant->len));
	for (i = 0; i < times; i++) {
		sent = batch_send(self->fd, &b, IPCX_DONTWAIT, 0);
		ASSERT_TRUE(sent == 1 || sent == 3);
		ASSERT_EQ(sent, recv_batch(self->fd, 1, 3, LEN, IPCX_DONTWAIT));
	}
	fickle_stop(&fickle);
	batch_free(&b);
}

/* So it is with room; of a message that does not fit, nothing comes. */
TEST(a_batch_received_with_changing_room)
{
	int fd = mailbox(NULL, O_RDWR);
	struct batch b = batch_of(3, 2 * LEN);
	unsigned int times = often(ROUNDS);
	struct fickle fickle;
	unsigned int i;
	int came;

	b.in[1].msg.len = LEN;
	ASSERT_TRUE(fickle_start(&fickle, &b.in[1].msg.len, LEN, LEN / 4));
	for (i = 0; i < times; i++) {
		ASSERT_EQ(3, send_batch(fd, 1, 3, LEN, 0));
		memset(b.data, 0xa5, 6 * LEN);
		came = batch_recv(fd, &b, 0, IPCX_DONTWAIT, 0);
		ASSERT_TRUE(came == 1 || came == 3);
		ASSERT_TRUE(came == 3 ? filled(batch_place(&b, 1), LEN, 2) :
					recv_batch(fd, 2, 2, LEN, IPCX_DONTWAIT) == 2);
		ASSERT_EQ(0xa5, batch_place(&b, 1)[LEN]);
		b.in[0].msg.len = 2 * LEN;
		b.in[2].msg.len = 2 * LEN;
	}
	fickle_stop(&fickle);
	batch_free(&b);
}

/* Room that is there or not: the message comes whole, or stays. */
TEST(a_receive_with_changing_room)
{
	int fd = mailbox(NULL, O_RDWR);
	unsigned int times = often(ROUNDS);
	struct ipcx_recv recv;
	struct fickle fickle;
	char buf[2 * LEN];
	unsigned int i;
	int err;

	memset(&recv, 0, sizeof(recv));
	recv.msg = msg_of(buf, LEN, 0);
	ASSERT_TRUE(fickle_start(&fickle, &recv.msg.len, LEN, LEN / 4));
	for (i = 0; i < times; i++) {
		ASSERT_EQ(0, put(fd, 1, LEN, 0));
		memset(buf, 0xa5, sizeof(buf));
		err = command(fd, IPCX_IOC_RECV, &recv);
		if (err) {
			ASSERT_EQ(-EMSGSIZE, err);
			ASSERT_TRUE(came(fd, 1));
		} else {
			ASSERT_TRUE(filled(buf, LEN, 1));
			ASSERT_EQ((char)0xa5, buf[LEN]);
			ASSERT_EQ(-EAGAIN, get(fd, IPCX_DONTWAIT));
		}
	}
	fickle_stop(&fickle);
}

TEST_HARNESS_MAIN
