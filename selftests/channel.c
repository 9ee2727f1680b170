// SPDX-License-Identifier: GPL-2.0-only
/*
 * Channels of the library: messages in order and whole, slices that come back, either end killed
 * anywhere, and nonsense.
 */
#include <sys/mman.h>

#include <ipcx.h>
#include <ipcx_channel.h>

#include "../tools/lib/channel.h"
#include "step.h"

#define LONG	3000
#define SIZE	(16 * 4096)

static uint8_t text[SIZE];

FIXTURE(channel)
{
	const char *name;
	struct ipcx_channel *rx;
	struct ipcx_channel *tx;
};

FIXTURE_SETUP(channel)
{
	self->name = fresh_name();
	self->rx = ipcx_channel_open(self->name, O_RDONLY, 0);
	ASSERT_NE(NULL, self->rx);
	self->tx = ipcx_channel_open(self->name, O_WRONLY, SIZE);
	ASSERT_NE(NULL, self->tx);
}

FIXTURE_TEARDOWN(channel)
{
	ipcx_channel_close(self->rx);
	ipcx_channel_close(self->tx);
}

static int64_t send_one(struct ipcx_channel *ch, size_t len, uint64_t type, uint64_t deadline)
{
	fill(text, len, type);
	return ipcx_channel_send(ch, text, len, deadline) ? -errno : 0;
}

/* Its length */
static int64_t receive_one(struct ipcx_channel *ch, uint64_t type, uint64_t deadline)
{
	const void *data;
	ssize_t len = ipcx_channel_receive(ch, &data, deadline);
	int64_t ret = len;

	if (len < 0)
		return -errno;
	if (!filled(data, len, type))
		ret = -EILSEQ;
	return ipcx_channel_release(ch, data) ? -errno : ret;
}

TEST_F(channel, carries_messages_of_any_length_in_order)
{
	size_t lengths[] = { 0, 1, 1024, 1025, 4096, 4097, SIZE, 5, SIZE - 1, 20000 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		ASSERT_EQ(0, send_one(self->tx, lengths[i], i, 0));
		ASSERT_EQ((int64_t)lengths[i], receive_one(self->rx, i, 0));
	}
	EXPECT_EQ(NULL, ipcx_channel_reserve(self->tx, SIZE + 1, 0));
	EXPECT_EQ(EMSGSIZE, errno);
	EXPECT_EQ(NULL, ipcx_channel_open(self->name, O_RDONLY, 0));
	EXPECT_EQ(EEXIST, errno);
}

TEST_F(channel, is_written_and_read_in_place)
{
	char *place = ipcx_channel_reserve(self->tx, LONG, 0);
	const void *data, *other;

	ASSERT_NE(NULL, place);
	strcpy(place, "before");
	ASSERT_EQ(0, ipcx_channel_commit(self->tx, place, 100, 0));
	EXPECT_EQ(-1, ipcx_channel_commit(self->tx, place, 100, 0));
	EXPECT_EQ(EINVAL, errno);
	ASSERT_EQ(100, ipcx_channel_receive(self->rx, &data, 0));
	EXPECT_STREQ("before", data);
	strcpy(place, "after");
	EXPECT_STREQ("after", data);
	ASSERT_EQ(0, send_one(self->tx, 10, 1, 0));
	ASSERT_EQ(10, ipcx_channel_receive(self->rx, &other, 0));
	EXPECT_EQ(0, ipcx_channel_release(self->rx, data));
	EXPECT_EQ(-1, ipcx_channel_release(self->rx, data));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(0, ipcx_channel_release(self->rx, other));
	place = ipcx_channel_reserve(self->tx, SIZE, 0);
	ASSERT_NE(NULL, place);
	EXPECT_EQ(0, ipcx_channel_cancel(self->tx, place));
}

TEST_F(channel, holds_back_a_sender_until_a_slice_is_free)
{
	struct child child;
	const void *data;

	ASSERT_EQ(0, send_one(self->tx, SIZE, 1, 0));
	EXPECT_EQ(-ETIMEDOUT, send_one(self->tx, LONG, 2, after_ms(20)));
	if (child_start(&child))
		child_done(&child, send_one(self->tx, LONG, 2, 0));
	ASSERT_EQ(0, await_asleep(child.pid));
	ASSERT_EQ(SIZE, ipcx_channel_receive(self->rx, &data, 0));
	EXPECT_EQ(0, ipcx_channel_release(self->rx, data));
	EXPECT_EQ(0, child_join(&child));
	EXPECT_EQ(LONG, receive_one(self->rx, 2, 0));
}

/* Each waits for the other all the time: one that is not woken, and both wait for ever. */
TEST_F(channel, wakes_the_sender_each_time)
{
	unsigned int count = often(2000), i;
	struct child child;

	if (child_start(&child)) {
		for (i = 0; i < count; i++)
			if (send_one(self->tx, SIZE / 2 + 1 + i % 100, i, 0))
				child_done(&child, -errno);
		child_done(&child, 0);
	}
	for (i = 0; i < count; i++)
		ASSERT_EQ(SIZE / 2 + 1 + i % 100, receive_one(self->rx, i, 0));
	EXPECT_EQ(0, child_join(&child));
}

TEST_F(channel, tells_a_sender_that_waits_that_the_receiver_was_killed)
{
	struct child sender, receiver;
	const void *data;

	ASSERT_EQ(0, send_one(self->tx, SIZE, 1, 0));
	if (child_start(&receiver)) {
		ipcx_channel_receive(self->rx, &data, 0);
		pause();
	}
	ipcx_channel_close(self->rx);
	self->rx = NULL;
	if (child_start(&sender))
		child_done(&sender, send_one(self->tx, LONG, 2, 0));
	ASSERT_EQ(0, await_asleep(receiver.pid));
	/* The sender's child has the receiver's end closed, as its parent had. */
	ASSERT_EQ(0, await_asleep(sender.pid));
	child_kill(&receiver);
	EXPECT_EQ(-EPIPE, child_join(&sender));
	EXPECT_EQ(-EPIPE, send_one(self->tx, 10, 2, 0));
}

TEST_F(channel, ends_when_the_sender_has_gone_or_the_name)
{
	ASSERT_EQ(0, send_one(self->tx, LONG, 1, 0));
	ipcx_channel_close(self->tx);
	self->tx = NULL;
	EXPECT_EQ(LONG, receive_one(self->rx, 1, 0));
	EXPECT_EQ(-EPIPE, receive_one(self->rx, 2, 0));
	/* Another may come. */
	self->tx = ipcx_channel_open(self->name, O_WRONLY, SIZE);
	ASSERT_EQ(0, send_one(self->tx, LONG, 3, 0));
	EXPECT_EQ(LONG, receive_one(self->rx, 3, 0));
	ASSERT_EQ(0, unlink_name(self->name));
	EXPECT_EQ(-EIDRM, receive_one(self->rx, 4, 0));
}

static struct ipcx_quota quota(void)
{
	struct ipcx_usage usage = { .user.objects = 0 };
	int fd = endpoint(O_RDWR);

	command(fd, IPCX_IOC_USAGE, &usage);
	close(fd);
	return usage.user;
}

static struct ipcx_channel *open_end(const char *name, int oflag)
{
	return ipcx_channel_open(name, oflag, SIZE);
}

static int64_t receive_raw(struct ipcx_channel *ch)
{
	const void *data;

	if (ipcx_channel_receive(ch, &data, 0) < 0)
		return -errno;
	return ipcx_channel_release(ch, data) ? -errno : 0;
}

TEST(a_receiver_that_is_killed_anywhere_leaves_nothing)
{
	unsigned int points = step_points(), steps = 0, i;
	struct ipcx_quota before = quota();
	const char *name = fresh_name();
	struct child child;

	step_on_one_cpu();
	for (i = 0; i < points; i++) {
		struct ipcx_channel *rx = open_end(name, O_RDONLY), *tx = open_end(name, O_WRONLY);

		ASSERT_NE(NULL, rx);
		ASSERT_NE(NULL, tx);
		ASSERT_EQ(0, send_one(tx, LONG, 1, 0));
		ASSERT_EQ(0, send_one(tx, LONG, 2, 0));
		if (child_start(&child)) {
			step_from_here();
			receive_raw(rx);
			receive_raw(rx);
			_exit(0);
		}
		ipcx_channel_close(rx);
		steps = step_next(steps, step_and_kill(&child, steps), i);
		ASSERT_EQ(-EPIPE, send_one(tx, SIZE, 3, after_ms(60000)));
		ipcx_channel_close(tx);
	}
	EXPECT_EQ(before.region_bytes, quota().region_bytes);
	EXPECT_EQ(before.objects, quota().objects);
}

TEST(a_sender_that_is_killed_anywhere_leaves_whole_messages)
{
	unsigned int points = step_points(), steps = 0, i;
	struct ipcx_quota before = quota();
	const char *name = fresh_name();
	int64_t got, seen[3] = { 0 };
	struct child child;

	step_on_one_cpu();
	fill(text, LONG, 7);
	for (i = 0; i < points; i++) {
		struct ipcx_channel *rx = open_end(name, O_RDONLY), *tx = open_end(name, O_WRONLY);
		unsigned int count = 0;

		ASSERT_NE(NULL, rx);
		ASSERT_NE(NULL, tx);
		if (child_start(&child)) {
			step_from_here();
			ipcx_channel_send(tx, text, LONG, 0);
			ipcx_channel_send(tx, text, LONG, 0);
			_exit(0);
		}
		ipcx_channel_close(tx);
		steps = step_next(steps, step_and_kill(&child, steps), i);
		while ((got = receive_one(rx, 7, after_ms(60000))) == LONG)
			count++;
		ASSERT_EQ(-EPIPE, got);
		ASSERT_GE(2, count);
		seen[count]++;
		ipcx_channel_close(rx);
	}
	EXPECT_LT(0, seen[0]);
	EXPECT_LT(0, seen[1]);
	EXPECT_EQ(before.region_bytes, quota().region_bytes);
	EXPECT_EQ(before.objects, quota().objects);
}

/* A sender that means harm: whatever it writes, what the receiver is told lies in the region. */
TEST_F(channel, takes_no_nonsense)
{
	int fd = ipcx_channel_fd(self->tx);
	unsigned int i, bad = 0, good = 0;
	struct channel_slice slice;
	struct ipcx_send send = { .msg = msg_of(&slice, sizeof(slice), CHANNEL_IS_SLICE) };
	const void *data;

	ASSERT_EQ(0, send_one(self->tx, LONG, 1, 0));
	ASSERT_EQ(LONG, receive_one(self->rx, 1, 0));
	srand(1);
	for (i = 0; i < 5000; i++) {
		uint64_t around[] = { 0, 4095, 4096, SIZE, SIZE + 4096, UINT64_MAX - 4095,
				      UINT64_MAX, rand() };
		ssize_t len;

		slice = (struct channel_slice) {
			.region = rand() % 8 ? stat_of(self->tx->region).id : 1,
			.lease = rand() % 4,
			.offset = around[rand() % ARRAY_SIZE(around)],
			.len = around[rand() % ARRAY_SIZE(around)],
			.slot = rand() % 8 ? rand() % 70 : rand(),
		};
		send.msg.len = rand() % 16 ? sizeof(slice) : rand() % sizeof(slice);
		ASSERT_EQ(0, command(fd, IPCX_IOC_SEND, &send));
		len = ipcx_channel_receive(self->rx, &data, 0);
		if (len < 0) {
			ASSERT_EQ(EBADMSG, errno);
			bad++;
			continue;
		}
		good++;
		ASSERT_LE(4096, (const char *)data - self->rx->base);
		ASSERT_LE((const char *)data - self->rx->base + len, SIZE + 4096);
		ASSERT_EQ(0, ipcx_channel_release(self->rx, data));
	}
	EXPECT_LT(0, bad);
	EXPECT_LT(0, good);
}

TEST_HARNESS_MAIN
