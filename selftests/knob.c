// SPDX-License-Identifier: GPL-2.0-only
/*
 * Knobs: each does what it says, to its mailbox only, and for whom it is meant.
 */
#include "box.h"
#include "users.h"

enum { SIZE = 100, LONG_SIZE = 40000 };

static int turn(int fd, struct ipcx_knob knob)
{
	return command(fd, IPCX_IOC_KNOB, &knob);
}

static struct ipcx_knob knobs_of(int fd)
{
	struct ipcx_knob knob = { .set = 0 };

	if (command(fd, IPCX_IOC_KNOB, &knob))
		knob.set = 1;
	return knob;
}

static const struct ipcx_knob as_made = { .wait = IPCX_WAIT_ADAPTIVE };

TEST_F(box, has_knobs_that_nobody_has_turned)
{
	struct ipcx_knob knob = knobs_of(self->fd);

	EXPECT_EQ(0, memcmp(&as_made, &knob, sizeof(knob)));
}

TEST_F(box, tells_how_its_knobs_are)
{
	struct ipcx_knob knob = { .set = IPCX_KNOB_WAIT, .wait = 5000, .copy = 1, .drop = 7 };

	ASSERT_EQ(0, command(self->fd, IPCX_IOC_KNOB, &knob));
	/* Only what is to change has changed. */
	EXPECT_EQ(5000, knob.wait);
	EXPECT_EQ(IPCX_COPY_DEFAULT, knob.copy);
	EXPECT_EQ(0, knob.drop);
	ASSERT_EQ(0, turn(self->fd, (struct ipcx_knob) {
			  .set = IPCX_KNOB_COPY | IPCX_KNOB_DROP | IPCX_KNOB_DELAY | IPCX_KNOB_WAKE,
			  .copy = IPCX_COPY_LEND, .drop = 9, .delay = 10,
			  .wake = IPCX_WAKE_SYNC }));
	knob = knobs_of(self->fd);
	EXPECT_EQ(5000, knob.wait);
	EXPECT_EQ(IPCX_COPY_LEND, knob.copy);
	EXPECT_EQ(9, knob.drop);
	EXPECT_EQ(10, knob.delay);
	EXPECT_EQ(IPCX_WAKE_SYNC, knob.wake);
}

TEST_F(box, refuses_what_no_knob_can_be_turned_to)
{
	static const struct ipcx_knob bad[] = {
		{ .set = 1U << 5 },
		{ .set = IPCX_KNOB_WAIT, .wait = SEC + 1 },
		{ .set = IPCX_KNOB_COPY, .copy = IPCX_COPY_LEND + 1 },
		{ .set = IPCX_KNOB_DROP, .drop = 1001 },
		{ .set = IPCX_KNOB_WAKE, .wake = IPCX_WAKE_LAST + 1 },
		{ .set = IPCX_KNOB_DELAY, .delay = SEC + 1 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT_EQ(-EINVAL, turn(self->fd, bad[i]));
	EXPECT_EQ(IPCX_WAIT_ADAPTIVE, knobs_of(self->fd).wait);
}

TEST(regions_have_none)
{
	EXPECT_EQ(-EOPNOTSUPP, turn(region(NULL, O_RDWR, 4096), as_made));
}

/* Who may */

static int64_t turn_as_nobody(const char *name, struct ipcx_knob knob)
{
	struct child child;
	int fd;

	if (child_start(&child)) {
		become(ALICE);
		fd = mailbox(name, O_RDWR);
		child_done(&child, fd < 0 ? fd : turn(fd, knob));
	}
	return child_join(&child);
}

static const char *open_to_all(int *fd)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), IPCX_BIND_CREATE);
	static char name[IPCX_NAME_SIZE];

	umask(0);
	bind.mode = 0666;
	*fd = bound(O_RDWR, &bind);
	return strcpy(name, bind.name);
}

TEST(others_may_look_and_not_turn)
{
	int fd;
	const char *name = open_to_all(&fd);

	EXPECT_EQ(0, turn_as_nobody(name, as_made));
	EXPECT_EQ(-EPERM, turn_as_nobody(name, (struct ipcx_knob) { .set = IPCX_KNOB_WAIT }));
	EXPECT_EQ(IPCX_WAIT_ADAPTIVE, knobs_of(fd).wait);
}

TEST(only_the_administrator_may_do_harm)
{
	struct child child;

	if (child_start(&child)) {
		struct ipcx_knob drop = { .set = IPCX_KNOB_DROP }, wait = { .set = IPCX_KNOB_WAIT };
		struct ipcx_knob delay = { .set = IPCX_KNOB_DELAY };
		int fd;

		become(ALICE);
		fd = mailbox(NULL, O_RDWR);
		child_done(&child, turn(fd, wait) == 0 && turn(fd, drop) == -EPERM &&
			   turn(fd, delay) == -EPERM);
	}
	EXPECT_EQ(1, child_join(&child));
}

/* What they do */

static int ask_often(int fd, unsigned int times)
{
	struct child server;
	unsigned int i;
	int err = 0;

	if (child_start(&server)) {
		for (i = 0; i < times; i++)
			serve(fd);
		child_done(&server, 0);
	}
	for (i = 0; i < times && !err; i++)
		err = ask(fd, i, SIZE, 0) == (int64_t)(i + ANSWER) ? 0 : -EIO;
	return err ?: child_join(&server);
}

TEST_F(box, never_waits_awake_without_a_budget)
{
	struct ipcx_stats stats;

	ASSERT_EQ(0, turn(self->fd, (struct ipcx_knob) { .set = IPCX_KNOB_WAIT, .wait = 0 }));
	ASSERT_EQ(0, ask_often(self->fd, often(200)));
	stats = stats_of(self->fd);
	EXPECT_EQ(0, stats.yielded);
	EXPECT_LT(0, stats.slept);
}

TEST_F(box, waits_awake_for_as_long_as_it_is_told)
{
	uint64_t start = now_ns();
	struct ipcx_stats stats;

	ASSERT_EQ(0, turn(self->fd, (struct ipcx_knob) { .set = IPCX_KNOB_WAIT, .wait = SEC }));
	ASSERT_EQ(0, ask_often(self->fd, often(200)));
	stats = stats_of(self->fd);
	/* A second is enough for an answer, so nobody sleeps; deadlines hold all the same. */
	if (now_ns() - start < SEC)
		EXPECT_EQ(0, stats.slept);
	EXPECT_LT(0, stats.spun + stats.yielded);
	start = now_ns();
	EXPECT_EQ(-ETIMEDOUT, get_until(self->fd, start + 10 * MSEC));
	EXPECT_LE(start + 10 * MSEC, now_ns());
}

static int64_t receive_long(int fd)
{
	static char buf[LONG_SIZE];
	struct ipcx_recv recv;

	return get_into(fd, &recv, buf, sizeof(buf), 0);
}

/* Sends to a receiver that waits. Returns how many messages were lent */
static int64_t lent(int fd, uint32_t copy, size_t len)
{
	const struct ipcx_knob knob = { .set = IPCX_KNOB_COPY, .copy = copy };
	uint64_t before = stats_of(fd).lent;
	struct child child;

	if (turn(fd, knob))
		return -EINVAL;
	if (child_start(&child))
		child_done(&child, receive_long(fd));
	if (await_receivers(fd, 1) || put(fd, 5, len, 0))
		return -EIO;
	if (child_join(&child) != 5)
		return -EBADMSG;
	return stats_of(fd).lent - before;
}

TEST_F(box, copies_as_it_is_told)
{
	EXPECT_EQ(0, lent(self->fd, IPCX_COPY_DEFAULT, SIZE));
	EXPECT_EQ(1, lent(self->fd, IPCX_COPY_DEFAULT, LONG_SIZE));
	EXPECT_EQ(0, lent(self->fd, IPCX_COPY_LEND, SIZE));
	EXPECT_EQ(0, lent(self->fd, IPCX_COPY_LEND, 128));
	EXPECT_EQ(1, lent(self->fd, IPCX_COPY_LEND, 129));
	EXPECT_EQ(1, lent(self->fd, IPCX_COPY_LEND, LONG_SIZE));
	EXPECT_EQ(0, lent(self->fd, IPCX_COPY_HEAP, SIZE));
	EXPECT_EQ(0, lent(self->fd, IPCX_COPY_HEAP, LONG_SIZE));
	EXPECT_EQ(0, lent(self->fd, IPCX_COPY_INLINE, SIZE));
	EXPECT_EQ(0, lent(self->fd, IPCX_COPY_INLINE, LONG_SIZE));
}

/* Two receivers wait, and a message comes for each: 1 for the first to wait, or for the other? */
static int64_t received_by_first(int fd, uint32_t wake)
{
	const struct ipcx_knob knob = { .set = IPCX_KNOB_WAKE, .wake = wake };
	struct child first, second;
	int64_t got;

	if (turn(fd, knob))
		return -EINVAL;
	if (child_start(&first))
		child_done(&first, get(fd, 0));
	if (await_receivers(fd, 1) || await_asleep(first.pid))
		return -EIO;
	if (child_start(&second))
		child_done(&second, get(fd, 0));
	if (await_receivers(fd, 2) || await_asleep(second.pid) ||
	    put(fd, 1, SIZE, 0) || put(fd, 2, SIZE, 0))
		return -EIO;
	got = child_join(&first);
	return got + child_join(&second) == 3 ? got : -EBADMSG;
}

TEST_F(box, wakes_whom_it_is_told_to)
{
	EXPECT_EQ(1, received_by_first(self->fd, IPCX_WAKE_DEFAULT));
	EXPECT_EQ(2, received_by_first(self->fd, IPCX_WAKE_LAST));
	EXPECT_EQ(1, received_by_first(self->fd, IPCX_WAKE_SYNC));
	EXPECT_EQ(0, ask_often(self->fd, 10));
	EXPECT_EQ(1, received_by_first(self->fd, IPCX_WAKE_DEFAULT));
}

TEST_F(box, loses_what_it_is_told_to)
{
	struct ipcx_stats stats;
	unsigned int i;

	ASSERT_EQ(0, turn(self->fd, (struct ipcx_knob) { .set = IPCX_KNOB_DROP, .drop = 500 }));
	for (i = 0; i < 200; i++)
		ASSERT_EQ(0, put(self->fd, i, SIZE, IPCX_DONTWAIT));
	stats = stats_of(self->fd);
	EXPECT_EQ(200, stats.sent);
	EXPECT_EQ(200, stats.msgs + stats.dropped);
	/* That it is not within these has a chance of less than one in 10^9. */
	EXPECT_LT(50, stats.dropped);
	EXPECT_GT(150, stats.dropped);
	EXPECT_EQ(stats.msgs, stat_of(self->fd).msgs);

	ASSERT_EQ(0, turn(self->fd, (struct ipcx_knob) { .set = IPCX_KNOB_DROP, .drop = 0 }));
	for (i = 0; i < 20; i++)
		ASSERT_EQ(0, put(self->fd, i, SIZE, IPCX_DONTWAIT));
	EXPECT_EQ(stats.dropped, stats_of(self->fd).dropped);
}

TEST_F(box, loses_no_request)
{
	ASSERT_EQ(0, turn(self->fd, (struct ipcx_knob) { .set = IPCX_KNOB_DROP, .drop = 1000 }));
	EXPECT_EQ(0, ask_often(self->fd, 10));
}

TEST_F(box, loses_messages_of_batches)
{
	struct ipcx_msg msgs[8] = { 0 };
	struct ipcx_send_batch batch = { .msgs = (uintptr_t)msgs, .count = 8 };

	ASSERT_EQ(0, turn(self->fd, (struct ipcx_knob) { .set = IPCX_KNOB_DROP, .drop = 1000 }));
	EXPECT_EQ(8, command(self->fd, IPCX_IOC_SEND_BATCH, &batch));
	EXPECT_EQ(8, stats_of(self->fd).dropped);
	EXPECT_EQ(0, stat_of(self->fd).msgs);
}

TEST_F(box, takes_longer_when_it_is_told_to)
{
	const struct ipcx_knob half_a_second = { .set = IPCX_KNOB_DELAY, .delay = SEC / 2 };
	int other = mailbox(NULL, O_RDWR);
	uint64_t start;

	ASSERT_EQ(0, turn(self->fd, half_a_second));
	start = now_ns();
	EXPECT_EQ(0, put(self->fd, 1, SIZE, IPCX_DONTWAIT));
	EXPECT_LE(start + SEC / 2, now_ns());
	EXPECT_EQ(1, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(0, knobs_of(other).delay);
}

TEST_F(box, can_be_interrupted_while_it_takes_longer)
{
	struct child child;

	ASSERT_EQ(0, turn(self->fd, (struct ipcx_knob) { .set = IPCX_KNOB_DELAY, .delay = SEC }));
	if (child_start(&child)) {
		handle(SIGUSR1, 0);
		child_done(&child, put(self->fd, 1, SIZE, 0));
	}
	ASSERT_EQ(0, await_asleep(child.pid));
	while (kill(child.pid, SIGUSR1) == 0 && !stats_of(self->fd).refused && now_ns())
		usleep(1000);
	EXPECT_EQ(-EINTR, child_join(&child));
	EXPECT_EQ(0, stats_of(self->fd).sent);
}

TEST_HARNESS_MAIN
