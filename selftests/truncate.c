// SPDX-License-Identifier: GPL-2.0-only
/*
 * Truncation: a message that is too long is cut if that is asked for, and only then; how long it
 * was is told, and the rest is gone.
 */
#include "batch.h"

/* Receives into @size bytes: what is in @recv */
static int cut(int fd, struct ipcx_recv *recv, void *buf, size_t size, uint32_t flags)
{
	*recv = (struct ipcx_recv) { .msg = msg_of(buf, size, 0), .flags = IPCX_TRUNCATE | flags };
	return command(fd, IPCX_IOC_RECV, recv);
}

/* Is it the first @size bytes of message @type of @len, and nothing else? */
static bool is_cut(const struct ipcx_msg *msg, const uint8_t *buf, size_t size, uint64_t type,
		   size_t len)
{
	uint8_t *whole = malloc(len ?: 1);
	bool is;

	fill(whole, len, type);
	is = msg->type == type && msg->len == len &&
	     msg->flags == (len > size ? IPCX_MSG_TRUNCATED : 0) &&
	     !memcmp(buf, whole, len > size ? size : len);
	free(whole);
	return is;
}

static const size_t lens[] = { 0, 1, 50, 100, 120, 250, 300, 800, 1000, 4096, 5000, 60000 };
static const size_t sizes[] = { 0, 1, 8, 49, 50, 51, 256, 900, 4096, 4097, 9000 };

TEST_F(box, cuts_messages_of_every_length)
{
	static uint8_t buf[10000];
	struct ipcx_recv recv;
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(lens); i++)
		for (j = 0; j < ARRAY_SIZE(sizes); j++) {
			memset(buf, 0xee, sizeof(buf));
			ASSERT_EQ(0, put(self->fd, i, lens[i], 0));
			EXPECT_EQ(0, cut(self->fd, &recv, buf, sizes[j], IPCX_DONTWAIT));
			EXPECT_TRUE(is_cut(&recv.msg, buf, sizes[j], i, lens[i])) {
				TH_LOG("%zu bytes into %zu", lens[i], sizes[j]);
			}
			EXPECT_EQ(0xee, buf[sizes[j]]);
			EXPECT_EQ(-EAGAIN, get(self->fd, IPCX_DONTWAIT));
			EXPECT_EQ(0, stat_of(self->fd).bytes);
		}
}

TEST_F(box, cuts_messages_of_a_batch)
{
	struct ipcx_recv_batch batch = { .count = ARRAY_SIZE(lens), .flags = IPCX_TRUNCATE };
	struct batch b = batch_of(ARRAY_SIZE(lens), 60000);
	size_t i, j;

	for (j = 0; j < ARRAY_SIZE(sizes); j++) {
		for (i = 0; i < ARRAY_SIZE(lens); i++)
			batch_put(&b, i, i, lens[i]);
		ASSERT_EQ(b.count, batch_send(self->fd, &b, 0, 0));
		batch_clear(&b);
		for (i = 0; i < b.count; i++) {
			memset(batch_place(&b, i), 0xee, b.size);
			b.in[i].msg.len = sizes[j];
		}
		batch.msgs = (uintptr_t)b.in;
		ASSERT_EQ(b.count, command(self->fd, IPCX_IOC_RECV_BATCH, &batch));
		for (i = 0; i < b.count; i++) {
			EXPECT_TRUE(is_cut(&b.in[i].msg, batch_place(&b, i), sizes[j], i, lens[i]));
			EXPECT_EQ(0xee, batch_place(&b, i)[sizes[j]]);
		}
		EXPECT_EQ(0, stat_of(self->fd).bytes);
	}
}

TEST_F(box, cuts_only_if_asked_to)
{
	struct ipcx_recv recv = { .flags = IPCX_DONTWAIT };
	uint8_t buf[10];

	ASSERT_EQ(0, put(self->fd, 1, 100, 0));
	recv.msg = msg_of(buf, 10, 0);
	EXPECT_EQ(-EMSGSIZE, command(self->fd, IPCX_IOC_RECV, &recv));
	EXPECT_EQ(100, recv.msg.len);
	EXPECT_EQ(-EMSGSIZE, recv_batch(self->fd, 1, 2, 10, 0));
	EXPECT_EQ(-1, read(self->fd, buf, 10));
	EXPECT_EQ(EMSGSIZE, errno);
	EXPECT_EQ(1, get(self->fd, IPCX_DONTWAIT));
}

TEST_F(box, cuts_what_is_peeked_at_and_keeps_it)
{
	struct ipcx_recv recv;
	uint8_t buf[10];

	ASSERT_EQ(0, put(self->fd, 1, 100, 0));
	EXPECT_EQ(0, cut(self->fd, &recv, buf, 10, IPCX_PEEK));
	EXPECT_TRUE(is_cut(&recv.msg, buf, 10, 1, 100));
	EXPECT_EQ(0, cut(self->fd, &recv, buf, 0, IPCX_PEEK));
	EXPECT_TRUE(is_cut(&recv.msg, buf, 0, 1, 100));
	EXPECT_EQ(1, get(self->fd, IPCX_DONTWAIT));
}

TEST_F(box, cuts_what_a_receiver_waited_for)
{
	static const size_t len[] = { 100, 256, 257, 5000 };
	struct child child;
	size_t i;

	for (i = 0; i < 2 * ARRAY_SIZE(len); i++) {
		if (child_start(&child)) {
			struct ipcx_recv recv;
			struct batch b = batch_of(2, 10);
			uint8_t buf[10];
			int err;

			if (i % 2) {
				err = batch_recv(self->fd, &b, 0, IPCX_TRUNCATE, 0);
				memcpy(buf, batch_place(&b, 0), 10);
				recv.msg = b.in[0].msg;
				err = err == 1 ? 0 : err;
			} else {
				err = cut(self->fd, &recv, buf, 10, 0);
			}
			child_done(&child, err ?: is_cut(&recv.msg, buf, 10, 5, len[i / 2]));
		}
		ASSERT_EQ(0, await_receivers(self->fd, 1));
		ASSERT_EQ(0, await_asleep(child.pid));
		ASSERT_EQ(0, put(self->fd, 5, len[i / 2], 0));
		EXPECT_EQ(1, child_join(&child));
		EXPECT_EQ(0, stat_of(self->fd).msgs);
	}
}

TEST_F(box, keeps_all_of_what_could_not_even_be_cut)
{
	struct ipcx_recv recv;

	ASSERT_EQ(0, put(self->fd, 1, 5000, 0));
	EXPECT_EQ(-EFAULT, cut(self->fd, &recv, UNMAPPED, 10, 0));
	EXPECT_EQ(-EFAULT, cut(self->fd, &recv, cliff() - 10, 11, 0));
	EXPECT_EQ(5000, stat_of(self->fd).bytes);
	EXPECT_EQ(1, get(self->fd, IPCX_DONTWAIT));
}

TEST_F(box, cuts_requests_which_can_be_answered)
{
	struct ipcx_recv recv;
	struct child client;
	uint8_t buf[10];

	if (child_start(&client))
		child_done(&client, ask(self->fd, 1, 100, 0));
	EXPECT_EQ(0, cut(self->fd, &recv, buf, 10, 0));
	EXPECT_TRUE(is_cut(&recv.msg, buf, 10, 1, 100));
	EXPECT_EQ(0, answer(self->fd, recv.token, 1, 100));
	EXPECT_EQ(1 + ANSWER, child_join(&client));
}

/* What the last receive has said is neither taken for a question nor left behind. */
TEST_F(box, forgets_that_the_last_message_was_cut)
{
	struct ipcx_recv recv;
	struct ipcx_send send;
	uint8_t buf[10];

	ASSERT_EQ(0, put(self->fd, 1, 100, 0));
	ASSERT_EQ(0, put(self->fd, 2, 10, 0));
	ASSERT_EQ(0, cut(self->fd, &recv, buf, 10, 0));
	ASSERT_EQ(IPCX_MSG_TRUNCATED, recv.msg.flags);
	send = (struct ipcx_send) { .msg = recv.msg };
	EXPECT_EQ(-EINVAL, command(self->fd, IPCX_IOC_SEND, &send));
	recv.msg.len = 10;
	ASSERT_EQ(0, command(self->fd, IPCX_IOC_RECV, &recv));
	EXPECT_EQ(0, recv.msg.flags);
	EXPECT_TRUE(is_cut(&recv.msg, buf, 10, 2, 10));
}

TEST_HARNESS_MAIN
