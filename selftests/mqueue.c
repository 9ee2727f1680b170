// SPDX-License-Identifier: GPL-2.0-only
/*
 * POSIX message queues: names, rights, attributes, messages, waiting.
 */
#include <limits.h>
#include <poll.h>
#include <sys/wait.h>

#include "mq_test.h"

/* Names and rights */

TEST_F(queue, opens_by_name)
{
	mqd_t mqd = mq_old(self->name, O_RDWR);

	ASSERT_GE(mqd, 0);
	ASSERT_EQ(0, mq_put(mqd, "a", 0));
	EXPECT_EQ('a', mq_get(self->mqd));
	EXPECT_EQ(0, mq_close(mqd));
	EXPECT_EQ(-EEXIST, mq_new(self->name, O_CREAT | O_EXCL | O_RDWR, MSGS, SIZE));
	EXPECT_EQ(-EEXIST, mq_new(self->name, O_CREAT | O_EXCL | O_RDWR, 0, 0));
	mqd = mq_new(self->name, O_CREAT | O_RDWR, 0, 0);
	EXPECT_GE(mqd, 0);
	mq_close(mqd);
}

TEST(names_that_cannot_be)
{
	EXPECT_EQ(-ENOENT, mq_old("/test-mq-that-is-not", O_RDWR));
	EXPECT_EQ(-EINVAL, mq_old("test-mq", O_RDWR));
	EXPECT_EQ(-EINVAL, mq_old("", O_RDWR));
	EXPECT_EQ(-ENOENT, mq_old("/", O_RDWR));
	EXPECT_EQ(-EACCES, mq_old("/a/b", O_RDWR));
	EXPECT_EQ(-EACCES, mq_new("/a/b", O_CREAT | O_RDWR, MSGS, SIZE));
	EXPECT_EQ(-EACCES, mq_new("/.", O_CREAT | O_RDWR, MSGS, SIZE));
	EXPECT_EQ(-ENOENT, mq_gone("/test-mq-that-is-not"));
	EXPECT_EQ(-EINVAL, mq_gone("test-mq"));
	EXPECT_EQ(-ENOENT, mq_gone("/"));
}

TEST(attributes_that_cannot_be)
{
	static const char name[] = "/test-mq-attributes";

	EXPECT_EQ(-EINVAL, mq_new(name, O_CREAT | O_RDWR, 0, SIZE));
	EXPECT_EQ(-EINVAL, mq_new(name, O_CREAT | O_RDWR, MSGS, 0));
	EXPECT_EQ(-EINVAL, mq_new(name, O_CREAT | O_RDWR, -1, SIZE));
	EXPECT_EQ(-EINVAL, mq_new(name, O_CREAT | O_RDWR, MSGS, -1));
	EXPECT_EQ(-EINVAL, mq_new(name, O_CREAT | O_RDWR, LONG_MAX, SIZE));
	EXPECT_EQ(-EINVAL, mq_new(name, O_CREAT | O_RDWR, MSGS, LONG_MAX));
	EXPECT_EQ(-ENOENT, mq_old(name, O_RDWR));
}

TEST(without_attributes_it_has_the_defaults)
{
	static const char name[] = "/test-mq-defaults";
	mqd_t mqd = mq_open(name, O_CREAT | O_RDWR, 0600, NULL);
	struct mq_attr attr;

	ASSERT_GE(mqd, 0);
	ASSERT_EQ(0, mq_getattr(mqd, &attr));
	EXPECT_EQ(10, attr.mq_maxmsg);
	EXPECT_EQ(8192, attr.mq_msgsize);
	EXPECT_EQ(0, mq_gone(name));
}

TEST_F(queue, is_opened_for_reading_or_writing)
{
	mqd_t reader = mq_old(self->name, O_RDONLY);
	mqd_t writer = mq_old(self->name, O_WRONLY);

	EXPECT_EQ(-EBADF, mq_put(reader, "a", 0));
	EXPECT_EQ(0, mq_put(writer, "a", 0));
	EXPECT_EQ(-EBADF, mq_get(writer));
	EXPECT_EQ('a', mq_get(reader));
}

TEST_F(queue, belongs_to_who_made_it)
{
	struct child child;

	if (geteuid())
		SKIP(return, "not root");
	if (child_start(&child)) {
		int64_t result = setgid(65534) || setuid(65534) ? -1000 : 0;

		if (!result && mq_old(self->name, O_RDONLY) != -EACCES)
			result = 1;
		if (!result && mq_gone(self->name) != -EACCES)
			result = 2;
		child_done(&child, result);
	}
	EXPECT_EQ(0, child_join(&child));
	EXPECT_EQ(0, mq_put(self->mqd, "a", 0));
}

TEST_F(queue, stays_when_nobody_has_it_open)
{
	ASSERT_EQ(0, mq_put(self->mqd, "a", 0));
	ASSERT_EQ(0, mq_close(self->mqd));
	self->mqd = mq_old(self->name, O_RDWR);
	EXPECT_EQ(1, mq_count(self->mqd));
	EXPECT_EQ('a', mq_get(self->mqd));
}

TEST_F(queue, goes_on_without_its_name)
{
	struct child child;
	mqd_t other;

	if (child_start(&child))
		child_done(&child, mq_get(self->mqd));
	ASSERT_EQ(0, await_asleep(child.pid));
	ASSERT_EQ(0, mq_gone(self->name));
	EXPECT_EQ(-ENOENT, mq_gone(self->name));
	EXPECT_EQ(-ENOENT, mq_old(self->name, O_RDWR));
	EXPECT_EQ(0, mq_put(self->mqd, "a", 0));
	EXPECT_EQ('a', child_join(&child));
	EXPECT_EQ(-ETIMEDOUT, mq_get_until(self->mqd, realtime_after(1)));

	other = mq_new(self->name, O_CREAT | O_EXCL | O_RDWR, MSGS, SIZE);
	ASSERT_GE(other, 0);
	ASSERT_EQ(0, mq_put(self->mqd, "b", 0));
	EXPECT_EQ(0, mq_count(other));
	EXPECT_EQ('b', mq_get(self->mqd));
}

TEST_F(queue, is_closed_on_exec)
{
	EXPECT_EQ(FD_CLOEXEC, fcntl(self->mqd, F_GETFD));
}

TEST_F(queue, is_no_other_descriptor)
{
	struct mq_attr attr;
	int pipes[2];

	ASSERT_EQ(0, pipe(pipes));
	EXPECT_EQ(-EBADF, mq_put(pipes[1], "a", 0));
	EXPECT_EQ(-EBADF, mq_get(pipes[0]));
	EXPECT_EQ(-EBADF, mq_count(pipes[0]));
	EXPECT_EQ(-1, mq_setattr(pipes[0], &(struct mq_attr){ .mq_flags = 0 }, &attr));
	EXPECT_EQ(EBADF, errno);
	EXPECT_EQ(-1, mq_notify(pipes[0], NULL));
	EXPECT_EQ(EBADF, errno);

	ASSERT_EQ(0, mq_close(self->mqd));
	EXPECT_EQ(-EBADF, mq_put(self->mqd, "a", 0));
	EXPECT_EQ(-EBADF, mq_get(self->mqd));
	EXPECT_EQ(-EBADF, mq_count(self->mqd));
	EXPECT_EQ(-1, mq_close(self->mqd));
	EXPECT_EQ(EBADF, errno);
	EXPECT_EQ(-EBADF, mq_put(-1, "a", 0));
}

/* Attributes */

TEST_F(queue, tells_its_attributes)
{
	struct mq_attr attr = { .mq_flags = -1 };

	ASSERT_EQ(0, mq_put(self->mqd, "a", 0));
	ASSERT_EQ(0, mq_getattr(self->mqd, &attr));
	EXPECT_EQ(0, attr.mq_flags);
	EXPECT_EQ(MSGS, attr.mq_maxmsg);
	EXPECT_EQ(SIZE, attr.mq_msgsize);
	EXPECT_EQ(1, attr.mq_curmsgs);
}

TEST_F(queue, waits_or_not_by_description)
{
	struct mq_attr attr = { .mq_flags = O_NONBLOCK, .mq_maxmsg = 1, .mq_msgsize = 1 };
	mqd_t other = mq_old(self->name, O_RDWR | O_NONBLOCK);
	mqd_t third = mq_old(self->name, O_RDWR);
	mqd_t copy = dup(self->mqd);
	struct mq_attr old;

	EXPECT_EQ(-EAGAIN, mq_get(other));
	ASSERT_EQ(0, mq_setattr(self->mqd, &attr, &old));
	EXPECT_EQ(0, old.mq_flags);
	EXPECT_EQ(MSGS, old.mq_maxmsg);
	EXPECT_EQ(-EAGAIN, mq_get(self->mqd));
	EXPECT_EQ(-EAGAIN, mq_get(copy));
	ASSERT_EQ(0, mq_getattr(self->mqd, &attr));
	EXPECT_EQ(O_NONBLOCK, attr.mq_flags);
	EXPECT_EQ(MSGS, attr.mq_maxmsg);
	ASSERT_EQ(0, mq_getattr(third, &attr));
	EXPECT_EQ(0, attr.mq_flags);
	ASSERT_EQ(0, mq_nonblock(other, 0));
	EXPECT_EQ(-ETIMEDOUT, mq_get_until(other, realtime_after(1)));
	EXPECT_EQ(-EINVAL, mq_nonblock(other, O_NONBLOCK | 1));
}

/* Messages */

TEST_F(queue, delivers_by_priority_then_by_arrival)
{
	unsigned int prio;
	char buf[SIZE];

	ASSERT_EQ(0, mq_put(self->mqd, "c", 5));
	ASSERT_EQ(0, mq_put(self->mqd, "a", 4000));
	ASSERT_EQ(0, mq_put(self->mqd, "d", 5));
	ASSERT_EQ(0, mq_put(self->mqd, "b", 3999));
	EXPECT_EQ(1, mq_receive(self->mqd, buf, sizeof(buf), &prio));
	EXPECT_EQ('a', buf[0]);
	EXPECT_EQ(4000, prio);
	EXPECT_EQ('b', mq_get(self->mqd));
	EXPECT_EQ('c', mq_get(self->mqd));
	EXPECT_EQ('d', mq_get(self->mqd));
}

TEST_F(queue, takes_the_priorities_that_sysconf_tells)
{
	unsigned int most = (unsigned int)sysconf(_SC_MQ_PRIO_MAX);

	EXPECT_EQ(0, mq_put(self->mqd, "a", most - 1));
	EXPECT_EQ(-EINVAL, mq_put(self->mqd, "a", most));
	EXPECT_EQ(1, mq_count(self->mqd));
}

TEST_F(queue, keeps_to_its_message_size)
{
	char buf[SIZE + 1] = { 0 };

	EXPECT_EQ(-1, mq_send(self->mqd, buf, SIZE + 1, 0));
	EXPECT_EQ(EMSGSIZE, errno);
	ASSERT_EQ(0, mq_send(self->mqd, buf, SIZE, 0));
	ASSERT_EQ(0, mq_send(self->mqd, buf, 0, 0));
	EXPECT_EQ(-1, mq_receive(self->mqd, buf, SIZE - 1, NULL));
	EXPECT_EQ(EMSGSIZE, errno);
	EXPECT_EQ(2, mq_count(self->mqd));
	EXPECT_EQ(SIZE, mq_receive(self->mqd, buf, SIZE, NULL));
	/* However short the message */
	EXPECT_EQ(-1, mq_receive(self->mqd, buf, SIZE - 1, NULL));
	EXPECT_EQ(EMSGSIZE, errno);
	EXPECT_EQ(0, mq_receive(self->mqd, buf, SIZE + 1, NULL));
}

TEST_F(queue, is_full_after_so_many_messages)
{
	int i;

	ASSERT_EQ(0, mq_nonblock(self->mqd, O_NONBLOCK));
	for (i = 0; i < MSGS; i++)
		ASSERT_EQ(0, mq_put(self->mqd, "a", 0));
	EXPECT_EQ(-EAGAIN, mq_put(self->mqd, "a", 0));
	for (i = 0; i < MSGS; i++)
		ASSERT_EQ('a', mq_get(self->mqd));
	EXPECT_EQ(-EAGAIN, mq_get(self->mqd));
}

TEST_F(queue, takes_as_many_of_the_longest)
{
	static const char name[] = "/test-mq-longest";
	mqd_t mqd = mq_new(name, O_CREAT | O_RDWR | O_NONBLOCK, 8, 8192);
	static char buf[8192];
	int i;

	ASSERT_GE(mqd, 0);
	ASSERT_EQ(0, mq_gone(name));
	for (i = 0; i < 8; i++)
		EXPECT_EQ(0, mq_send(mqd, buf, sizeof(buf), 0));
	EXPECT_EQ(-1, mq_send(mqd, buf, 0, 0));
	EXPECT_EQ(EAGAIN, errno);
}

TEST_F(queue, can_be_polled)
{
	struct pollfd pollfd = { .fd = self->mqd, .events = POLLIN | POLLOUT };
	int i;

	ASSERT_EQ(1, poll(&pollfd, 1, 0));
	EXPECT_EQ(POLLOUT, pollfd.revents);
	ASSERT_EQ(0, mq_put(self->mqd, "a", 0));
	ASSERT_EQ(1, poll(&pollfd, 1, 0));
	EXPECT_EQ(POLLIN | POLLOUT, pollfd.revents);
	for (i = 1; i < MSGS; i++)
		ASSERT_EQ(0, mq_put(self->mqd, "a", 0));
	ASSERT_EQ(1, poll(&pollfd, 1, 0));
	EXPECT_EQ(POLLIN, pollfd.revents);
}

TEST_F(queue, tells_its_state_when_read)
{
	char text[200] = "";
	int file;

	ASSERT_EQ(0, mq_put(self->mqd, "abc", 0));
	ASSERT_LT(0, read(self->mqd, text, sizeof(text) - 1));
	EXPECT_EQ(0, strncmp(text, "QSIZE:3 ", 8));
	EXPECT_EQ(1, mq_count(self->mqd));

	/* Another file of the same number is read as ever. */
	file = open("/proc/self/comm", O_RDONLY);
	ASSERT_EQ(self->mqd, dup2(file, self->mqd));
	memset(text, 0, sizeof(text));
	ASSERT_LT(0, read(self->mqd, text, sizeof(text) - 1));
	EXPECT_EQ(0, strncmp(text, "mqueue\n", 7));
}

/* Waiting */

TEST_F(queue, hands_a_message_to_who_waits)
{
	struct child child;

	if (child_start(&child))
		child_done(&child, mq_get(self->mqd));
	ASSERT_EQ(0, await_asleep(child.pid));
	ASSERT_EQ(0, mq_put(self->mqd, "a", 0));
	EXPECT_EQ('a', child_join(&child));
}

TEST_F(queue, lets_in_who_waits_for_room)
{
	struct child child;
	int i;

	for (i = 0; i < MSGS; i++)
		ASSERT_EQ(0, mq_put(self->mqd, "a", 0));
	if (child_start(&child))
		child_done(&child, mq_put(self->mqd, "b", 1));
	ASSERT_EQ(0, await_asleep(child.pid));
	EXPECT_EQ('a', mq_get(self->mqd));
	EXPECT_EQ(0, child_join(&child));
	EXPECT_EQ('b', mq_get(self->mqd));
}

TEST_F(queue, does_not_wait_longer_than_it_is_told)
{
	struct timespec past = realtime_after(-1000);
	uint64_t start = now_ns();
	int i;

	EXPECT_EQ(-ETIMEDOUT, mq_get_until(self->mqd, past));
	EXPECT_EQ(-ETIMEDOUT, mq_get_until(self->mqd, (struct timespec){ .tv_sec = 0 }));
	EXPECT_EQ(-ETIMEDOUT, mq_get_until(self->mqd, realtime_after(30)));
	EXPECT_LE(start + 29 * MSEC, now_ns());

	for (i = 0; i < MSGS; i++)
		ASSERT_EQ(0, mq_put_until(self->mqd, past));
	EXPECT_EQ(-ETIMEDOUT, mq_put_until(self->mqd, past));
	start = now_ns();
	EXPECT_EQ(-ETIMEDOUT, mq_put_until(self->mqd, realtime_after(30)));
	EXPECT_LE(start + 29 * MSEC, now_ns());
	EXPECT_EQ('t', mq_get_until(self->mqd, past));
}

TEST_F(queue, wants_a_time_that_can_be)
{
	static const struct timespec wrong[] = {
		{ .tv_sec = 1, .tv_nsec = -1 },
		{ .tv_sec = 1, .tv_nsec = 1000000000 },
		{ .tv_sec = 1, .tv_nsec = LONG_MAX },
		{ .tv_sec = -1 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		EXPECT_EQ(-EINVAL, mq_get_until(self->mqd, wrong[i]));
	for (i = 0; i < MSGS; i++)
		ASSERT_EQ(0, mq_put(self->mqd, "a", 0));
	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		EXPECT_EQ(-EINVAL, mq_put_until(self->mqd, wrong[i]));
	EXPECT_EQ(MSGS, mq_count(self->mqd));
}

TEST_F(queue, waits_until_the_end_of_time)
{
	const struct timespec never = { .tv_sec = LONG_MAX, .tv_nsec = 999999999 };
	struct child child;

	if (child_start(&child))
		child_done(&child, mq_get_until(self->mqd, never));
	ASSERT_EQ(0, await_asleep(child.pid));
	ASSERT_EQ(0, mq_put(self->mqd, "a", 0));
	EXPECT_EQ('a', child_join(&child));
}

TEST_F(queue, is_interrupted_by_a_signal)
{
	struct child child;

	if (child_start(&child)) {
		handle(SIGUSR1, 0);
		child_done(&child, mq_get(self->mqd));
	}
	ASSERT_EQ(0, await_asleep(child.pid));
	kill(child.pid, SIGUSR1);
	EXPECT_EQ(-EINTR, child_join(&child));
}

TEST_F(queue, goes_on_after_a_signal_if_asked_to)
{
	struct child child;

	if (child_start(&child)) {
		handle(SIGUSR1, SA_RESTART);
		child_done(&child, mq_get(self->mqd));
	}
	ASSERT_EQ(0, await_asleep(child.pid));
	kill(child.pid, SIGUSR1);
	ASSERT_EQ(0, await_asleep(child.pid));
	ASSERT_EQ(0, mq_put(self->mqd, "a", 0));
	EXPECT_EQ('a', child_join(&child));
}

TEST_HARNESS_MAIN
