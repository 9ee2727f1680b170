// SPDX-License-Identifier: GPL-2.0-only
/*
 * Batches: what is sent arrives, and the count is exact, wherever a batch has to stop.
 */
#include <sys/mman.h>

#include "batch.h"

TEST_F(box, carries_batches_of_every_length)
{
	unsigned int counts[] = { 1, 2, 7, 15, 16, 17, 64, 250 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		EXPECT_EQ(counts[i], send_batch(self->fd, 1, counts[i], 64, 0));
		EXPECT_EQ(counts[i], stat_of(self->fd).msgs);
		EXPECT_EQ(counts[i] * 64, stat_of(self->fd).bytes);
		EXPECT_EQ(counts[i], recv_batch(self->fd, 1, counts[i], 64, 0));
		EXPECT_EQ(0, stat_of(self->fd).msgs);
		EXPECT_EQ(0, stat_of(self->fd).bytes);
	}
}

TEST(the_largest_batch_is_of_1024)
{
	int fd = mailbox_of(IPCX_BATCH_MAX, 0, 0);

	EXPECT_EQ(1024, send_batch(fd, 1, 1024, 10, 0));
	EXPECT_EQ(1024, recv_batch(fd, 1, 1024, 10, 0));
	EXPECT_EQ(-E2BIG, send_batch(fd, 1, 1025, 10, 0));
	EXPECT_EQ(0, stat_of(fd).msgs);
	ASSERT_EQ(0, put(fd, 1, 1, 0));
	EXPECT_EQ(-E2BIG, recv_batch(fd, 1, 1025, 10, IPCX_DONTWAIT));
	EXPECT_EQ(1, stat_of(fd).msgs);
}

TEST_F(box, carries_short_and_long_messages_in_one_batch)
{
	static const size_t lens[] = { 0, 1, 7, 8, 31, 32, 33, 63, 64, 119, 120, 121, 128, 255, 256,
				       1000, 3900, 3960, 3961, 4095, 4096, 4097, 20000, 65536,
				       0, 64 };
	struct batch b = batch_of(ARRAY_SIZE(lens), 65536);
	unsigned int i;

	for (i = 0; i < b.count; i++)
		batch_put(&b, i, i, lens[i]);
	EXPECT_EQ(b.count, batch_send(self->fd, &b, 0, 0));
	batch_clear(&b);
	EXPECT_EQ(b.count, batch_recv(self->fd, &b, b.count, 0, 0));
	for (i = 0; i < b.count; i++) {
		EXPECT_EQ(lens[i], b.in[i].msg.len);
		EXPECT_TRUE(batch_has(&b, i, i)) {
			TH_LOG("message %u", i);
		}
	}
}

TEST_F(box, carries_what_is_not_aligned)
{
	struct batch b = batch_of(40, 77);

	batch_fill(&b, 5, 77);
	ASSERT_EQ(40, batch_send(self->fd, &b, 0, 0));
	batch_clear(&b);
	ASSERT_EQ(40, batch_recv(self->fd, &b, 0, 0, 0));
	EXPECT_TRUE(batch_has(&b, 0, 5) && batch_has(&b, 3, 8) && batch_has(&b, 39, 44));
}

TEST_F(box, takes_batches_for_single_messages_and_the_other_way_round)
{
	unsigned int i;

	ASSERT_EQ(20, send_batch(self->fd, 0, 20, 64, 0));
	for (i = 0; i < 20; i++)
		EXPECT_EQ(i, get(self->fd, IPCX_DONTWAIT));
	for (i = 0; i < 20; i++)
		ASSERT_EQ(0, put(self->fd, i, 64, 0));
	EXPECT_EQ(20, recv_batch(self->fd, 0, 20, 64, 0));
	EXPECT_EQ(-EAGAIN, recv_batch(self->fd, 0, 20, 64, IPCX_DONTWAIT));
}

TEST_F(box, orders_a_batch_by_priority_then_as_it_was)
{
	struct batch b = batch_of(30, 8);
	unsigned int i;

	batch_fill(&b, 0, 8);
	for (i = 0; i < 30; i++)
		b.out[i].prio = i % 3 * 15;
	ASSERT_EQ(30, batch_send(self->fd, &b, 0, 0));
	batch_clear(&b);
	ASSERT_EQ(30, batch_recv(self->fd, &b, 0, 0, 0));
	for (i = 0; i < 30; i++) {
		EXPECT_EQ(30 - i / 10 * 15, b.in[i].msg.prio);
		EXPECT_TRUE(batch_has(&b, i, 2 - i / 10 + i % 10 * 3));
	}
}

TEST(a_batch_knows_many_priorities)
{
	struct ipcx_bind bind = mailbox_bind(NULL, IPCX_BIND_CREATE | IPCX_BIND_MANY_PRIOS);
	int fd = bound(O_RDWR, &bind);
	struct batch b = batch_of(40, 8);
	unsigned int i;

	batch_fill(&b, 0, 8);
	for (i = 0; i < 40; i++)
		b.out[i].prio = i / 2 * 1000;
	ASSERT_EQ(40, batch_send(fd, &b, 0, 0));
	batch_clear(&b);
	ASSERT_EQ(40, batch_recv(fd, &b, 0, 0, 0));
	for (i = 0; i < 40; i++)
		EXPECT_TRUE(batch_has(&b, i, (38 - i / 2 * 2) + i % 2));
}

TEST_F(box, chooses_a_batch_by_type)
{
	struct ipcx_recv_batch recv = { .select = IPCX_SELECT_TYPE, .select_type = 7 };
	struct batch b = batch_of(60, 8);
	unsigned int i;

	for (i = 0; i < 60; i++)
		batch_put(&b, i, i % 2 ? 7 : 100 + i, 8);
	ASSERT_EQ(60, batch_send(self->fd, &b, 0, 0));
	batch_clear(&b);
	recv.msgs = (uintptr_t)b.in;
	recv.count = 20;
	recv.flags = IPCX_DONTWAIT;
	ASSERT_EQ(20, command(self->fd, IPCX_IOC_RECV_BATCH, &recv));
	EXPECT_TRUE(batch_has(&b, 0, 7) && batch_has(&b, 19, 7));
	ASSERT_EQ(10, command(self->fd, IPCX_IOC_RECV_BATCH, &recv));
	EXPECT_EQ(-EAGAIN, command(self->fd, IPCX_IOC_RECV_BATCH, &recv));
	recv.select = IPCX_SELECT_UPTO;
	recv.select_type = 102;
	ASSERT_EQ(2, command(self->fd, IPCX_IOC_RECV_BATCH, &recv));
	EXPECT_TRUE(batch_has(&b, 0, 100) && batch_has(&b, 1, 102));
	EXPECT_EQ(28, stat_of(self->fd).msgs);
}

TEST_F(box, tells_of_each_message_who_sent_it_and_when)
{
	uint64_t before = now_ns();
	struct batch b = batch_of(6, 8);
	struct child child;
	unsigned int i;

	ASSERT_EQ(2, send_batch(self->fd, 0, 2, 8, 0));
	if (child_start(&child)) {
		int err = setgid(77) || setuid(1234) ? -errno : send_batch(self->fd, 2, 2, 8, 0);

		child_done(&child, err);
	}
	ASSERT_EQ(2, child_join(&child));
	ASSERT_EQ(2, send_batch(self->fd, 4, 2, 8, 0));
	ASSERT_EQ(6, batch_recv(self->fd, &b, 0, 0, 0));
	for (i = 0; i < 6; i++) {
		const struct ipcx_sender *from = &b.in[i].from;

		EXPECT_EQ(i / 2 == 1 ? child.pid : getpid(), from->pid);
		EXPECT_EQ(i / 2 == 1 ? 1234 : geteuid(), from->uid);
		EXPECT_EQ(i / 2 == 1 ? 77 : getegid(), from->gid);
		EXPECT_LE(before, from->time);
		EXPECT_GE(now_ns(), from->time);
		EXPECT_EQ(0, from->pad | b.in[i].pad | b.in[i].reply_room);
		EXPECT_EQ(0, b.in[i].token);
		before = from->time;
	}
}

/* What is refused at all, and what only from some message on */

TEST(what_no_batch_can_be_is_refused)
{
	static const struct {
		struct ipcx_send_batch batch;
		int err;
	} sends[] = {
		{ { .count = 0 }, -EINVAL },
		{ { .count = 1, .flags = IPCX_PEEK }, -EINVAL },
		{ { .count = 1, .flags = 0x80000000 }, -EINVAL },
		{ { .count = 1, .deadline = UINT64_C(1) << 63 }, -EINVAL },
		{ { .count = 1025 }, -E2BIG },
		{ { .count = UINT32_MAX }, -E2BIG },
	};
	static const struct {
		struct ipcx_recv_batch batch;
		int err;
	} recvs[] = {
		{ { .count = 0 }, -EINVAL },
		{ { .count = 1, .min = 2 }, -EINVAL },
		{ { .count = 1, .flags = IPCX_PEEK }, -EINVAL },
		{ { .count = 1, .flags = 8 }, -EINVAL },
		{ { .count = 1, .deadline = UINT64_C(1) << 63 }, -EINVAL },
		{ { .count = 1, .select = 4 }, -EINVAL },
		{ { .count = 1, .select_type = 1 }, -EINVAL },
		{ { .count = 1025 }, -E2BIG },
		{ { .count = UINT32_MAX }, -E2BIG },
	};
	int fd = mailbox(NULL, O_RDWR);
	struct batch b = batch_of(1025, 8);
	size_t i;

	batch_fill(&b, 1, 8);
	for (i = 0; i < ARRAY_SIZE(sends); i++) {
		struct ipcx_send_batch batch = sends[i].batch;

		batch.msgs = (uintptr_t)b.out;
		EXPECT_EQ(sends[i].err, command(fd, IPCX_IOC_SEND_BATCH, &batch)) {
			TH_LOG("case %zu", i);
		}
	}
	ASSERT_EQ(0, stat_of(fd).msgs);
	ASSERT_EQ(0, put(fd, 1, 1, 0));
	for (i = 0; i < ARRAY_SIZE(recvs); i++) {
		struct ipcx_recv_batch batch = recvs[i].batch;

		batch.msgs = (uintptr_t)b.in;
		EXPECT_EQ(recvs[i].err, command(fd, IPCX_IOC_RECV_BATCH, &batch)) {
			TH_LOG("case %zu", i);
		}
	}
	EXPECT_EQ(1, get(fd, IPCX_DONTWAIT));
}

TEST(batches_need_the_right_endpoint)
{
	const char *name = fresh_name();
	int reader = mailbox(name, O_RDONLY | O_CREAT);
	int writer = mailbox(name, O_WRONLY);
	int memory = region(NULL, O_RDWR, 4096);
	int unbound = endpoint(O_RDWR);

	EXPECT_EQ(-EBADF, send_batch(reader, 1, 2, 8, 0));
	EXPECT_EQ(-EBADF, recv_batch(writer, 1, 2, 8, 0));
	EXPECT_EQ(-EOPNOTSUPP, send_batch(memory, 1, 2, 8, 0));
	EXPECT_EQ(-EOPNOTSUPP, recv_batch(memory, 1, 2, 8, 0));
	EXPECT_EQ(-ENOTCONN, send_batch(unbound, 1, 2, 8, 0));
	EXPECT_EQ(-ENOTCONN, recv_batch(unbound, 1, 2, 8, 0));
	EXPECT_EQ(2, send_batch(writer, 1, 2, 8, 0));
	EXPECT_EQ(2, recv_batch(reader, 1, 2, 8, 0));
}

FIXTURE(stop)
{
	struct batch b;
	int fd;
};

/* A batch of 50 whose message @at is bad */
FIXTURE_VARIANT(stop)
{
	unsigned int at;
};

FIXTURE_VARIANT_ADD(stop, at_the_first) { .at = 0 };
FIXTURE_VARIANT_ADD(stop, at_the_second) { .at = 1 };
FIXTURE_VARIANT_ADD(stop, within_a_step) { .at = 13 };
FIXTURE_VARIANT_ADD(stop, between_steps) { .at = 32 };
FIXTURE_VARIANT_ADD(stop, at_the_last) { .at = 49 };

FIXTURE_SETUP(stop)
{
	self->fd = mailbox(NULL, O_RDWR);
	ASSERT_GE(self->fd, 0);
	self->b = batch_of(50, 64);
	batch_fill(&self->b, 1, 64);
}

FIXTURE_TEARDOWN(stop)
{
	close(self->fd);
}

TEST_F(stop, sends_what_comes_before_a_bad_message)
{
	static const struct {
		struct ipcx_msg msg;
		int err;
	} bad[] = {
		{ { .data = 8, .len = 64 }, -EFAULT },
		{ { .data = 8, .len = 3000 }, -EFAULT },
		{ { .data = UINT64_C(0xffff888000000000), .len = 64 }, -EFAULT },
		{ { .prio = 32 }, -EINVAL },
		{ { .flags = 1 }, -EINVAL },
		{ { .len = 65537 }, -EMSGSIZE },
		{ { .nfds = 1 }, -EOPNOTSUPP },
	};
	unsigned int at = variant->at;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		self->b.out[at] = bad[i].msg;
		EXPECT_EQ(at ? (int)at : bad[i].err, batch_send(self->fd, &self->b, 0, 0)) {
			TH_LOG("case %zu", i);
		}
		EXPECT_EQ(at, stat_of(self->fd).msgs);
		EXPECT_EQ(at * 64, stat_of(self->fd).bytes);
		EXPECT_EQ(at ? (int)at : -EAGAIN, recv_batch(self->fd, 1, 50, 64, IPCX_DONTWAIT));
	}
}

TEST_F(stop, sends_what_comes_before_the_end_of_the_array)
{
	struct ipcx_msg *out = (struct ipcx_msg *)cliff() - variant->at;

	memcpy(out, self->b.out, variant->at * sizeof(*out));
	self->b.out = out;
	EXPECT_EQ(variant->at ? (int)variant->at : -EFAULT, batch_send(self->fd, &self->b, 0, 0));
	EXPECT_EQ(variant->at ? (int)variant->at : -EAGAIN,
		  recv_batch(self->fd, 1, 50, 64, IPCX_DONTWAIT));
}

TEST_F(stop, keeps_what_cannot_be_received_and_all_behind_it)
{
	static const struct {
		struct ipcx_received received;
		int err;
	} bad[] = {
		{ { .msg = { .data = 8, .len = 64 } }, -EFAULT },
		{ { .msg = { .data = UINT64_C(0xffff888000000000), .len = 64 } }, -EFAULT },
		{ { .msg = { .flags = 2 } }, -EINVAL },
		{ { .pad = 1 }, -EINVAL },
		{ { .msg = { .len = 63 } }, -EMSGSIZE },
		{ { .msg = { .nfds = 1 } }, -EOPNOTSUPP },
	};
	unsigned int at = variant->at, j;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		batch_fill(&self->b, 1, 64);
		ASSERT_EQ(50, batch_send(self->fd, &self->b, 0, 0));
		batch_clear(&self->b);
		self->b.in[at] = bad[i].received;
		EXPECT_EQ(at ? (int)at : bad[i].err, batch_recv(self->fd, &self->b, 50, 0, 0)) {
			TH_LOG("case %zu", i);
		}
		for (j = 0; j < at; j++)
			EXPECT_TRUE(batch_has(&self->b, j, 1 + j));
		EXPECT_EQ(50 - at, stat_of(self->fd).msgs);
		EXPECT_EQ((50 - at) * 64, stat_of(self->fd).bytes);
		if (bad[i].err == -EMSGSIZE && !at)
			EXPECT_EQ(64, self->b.in[0].msg.len);
		ASSERT_EQ(0, put_prio(self->fd, 51, 64, 0));
		EXPECT_EQ(51 - at, recv_batch(self->fd, 1 + at, 60, 64, IPCX_DONTWAIT));
	}
}

TEST_F(stop, does_not_look_where_no_descriptors_are_to_go)
{
	batch_fill(&self->b, 1, 64);
	ASSERT_EQ(50, batch_send(self->fd, &self->b, 0, 0));
	batch_clear(&self->b);
	self->b.in[variant->at].msg.fds = 1;
	EXPECT_EQ(50, batch_recv(self->fd, &self->b, 50, 0, 0));
}

TEST_F(stop, keeps_what_has_no_place_in_the_array)
{
	struct ipcx_received *in = (struct ipcx_received *)cliff() - variant->at;

	memcpy(in, self->b.in, variant->at * sizeof(*in));
	ASSERT_EQ(50, batch_send(self->fd, &self->b, 0, 0));
	self->b.in = in;
	EXPECT_EQ(variant->at ? (int)variant->at : -EFAULT,
		  batch_recv(self->fd, &self->b, 0, 0, 0));
	EXPECT_EQ(50 - variant->at, recv_batch(self->fd, 1 + variant->at, 50, 64, IPCX_DONTWAIT));
	EXPECT_EQ(0, stat_of(self->fd).bytes);
}

TEST_F(stop, keeps_what_cannot_be_told_of)
{
	const size_t size = variant->at * sizeof(struct ipcx_received);
	char *in = cliff() - CLIFF_SIZE / 2;

	/* The second half can be read, but not written. */
	memcpy(in - size, self->b.in, 50 * sizeof(struct ipcx_received));
	ASSERT_EQ(0, mprotect(in, CLIFF_SIZE / 2, PROT_READ));
	ASSERT_EQ(50, batch_send(self->fd, &self->b, 0, 0));
	self->b.in = (struct ipcx_received *)(in - size);
	EXPECT_EQ(variant->at ? (int)variant->at : -EFAULT,
		  batch_recv(self->fd, &self->b, 0, 0, 0));
	EXPECT_EQ(50 - variant->at, recv_batch(self->fd, 1 + variant->at, 50, 64, IPCX_DONTWAIT));
}

/* Limits */

TEST(of_a_batch_that_does_not_fit_the_beginning_is_sent)
{
	int fd = mailbox_of(10, 0, 0);

	EXPECT_EQ(10, send_batch(fd, 1, 100, 8, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, send_batch(fd, 11, 100, 8, IPCX_DONTWAIT));
	EXPECT_EQ(4, recv_batch(fd, 1, 4, 8, 0));
	EXPECT_EQ(4, send_batch(fd, 11, 100, 8, IPCX_DONTWAIT));
	EXPECT_EQ(10, recv_batch(fd, 5, 100, 8, 0));
	EXPECT_EQ(-EAGAIN, recv_batch(fd, 1, 100, 8, IPCX_DONTWAIT));

	/* By bytes, and on a descriptor that does not wait */
	fd = mailbox_of(0, 100, 1000);
	ASSERT_EQ(0, fcntl(fd, F_SETFL, O_NONBLOCK));
	EXPECT_EQ(15, send_batch(fd, 1, 100, 64, 0));
	EXPECT_EQ(960, stat_of(fd).bytes);
	EXPECT_EQ(-EAGAIN, send_batch(fd, 1, 100, 64, 0));
	EXPECT_EQ(15, recv_batch(fd, 1, 100, 64, 0));
	EXPECT_EQ(-EAGAIN, recv_batch(fd, 1, 100, 64, 0));
}

TEST(a_batch_of_large_messages_is_sent_whole)
{
	int fd = mailbox_of(0, 0, 64 << 20);

	EXPECT_EQ(100, send_batch(fd, 1, 100, 60000, 0));
	EXPECT_EQ(100, recv_batch(fd, 1, 100, 60000, 0));
	EXPECT_EQ(0, stat_of(fd).bytes);
}

/* A message of a batch shares memory with others, and may be looked at while they go. */
TEST_F(box, lets_messages_of_a_batch_go_one_by_one)
{
	struct ipcx_recv peeked, recv;
	uint8_t buf[64];
	unsigned int i;

	ASSERT_EQ(32, send_batch(self->fd, 0, 32, 64, 0));
	for (i = 0; i < 16; i++) {
		ASSERT_EQ(i, get_into(self->fd, &peeked, buf, 64, IPCX_PEEK));
		recv = (struct ipcx_recv) {
			.select = IPCX_SELECT_TYPE,
			.select_type = 31 - i,
			.flags = IPCX_DONTWAIT,
		};
		ASSERT_EQ(31 - i, get_msg(self->fd, &recv, buf, 64));
		ASSERT_EQ(i, get(self->fd, IPCX_DONTWAIT));
	}
	EXPECT_EQ(0, stat_of(self->fd).msgs);
}

TEST_HARNESS_MAIN
