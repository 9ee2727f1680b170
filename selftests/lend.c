// SPDX-License-Identifier: GPL-2.0-only
/*
 * Long messages to a receiver that waits: they are copied once, out of the sender's memory, while
 * he waits for it. Nobody is to notice but by the time it takes.
 */
#include <sys/resource.h>
#include <sys/uio.h>

#include "box.h"
#include "stuck.h"

enum { LONG_SIZE = STUCK_SIZE };

static int64_t receive_long(int fd, size_t room)
{
	void *buf = malloc(room);
	struct ipcx_recv recv;
	int64_t type = get_into(fd, &recv, buf, room, 0);

	free(buf);
	return type;
}

/* Sends from an address that is no multiple of anything */
static int send_from_odd(int fd, uint64_t type, size_t len)
{
	char *buf = malloc(len + 13);
	struct ipcx_send send = { .msg = msg_of(buf + 13, len, type) };

	fill(buf + 13, len, type);
	return command(fd, IPCX_IOC_SEND, &send);
}

TEST_F(box, a_long_message_arrives_whole)
{
	static const size_t lens[] = { 32767, 32768, 32769, 40961, 65535, 65536 };
	struct child receiver;
	unsigned int i;

	for (i = 0; i < sizeof(lens) / sizeof(*lens); i++) {
		if (child_start(&receiver))
			child_done(&receiver, receive_long(self->fd, lens[i]));
		ASSERT_EQ(0, await_receivers(self->fd, 1));
		EXPECT_EQ(0, send_from_odd(self->fd, i + 1, lens[i]));
		EXPECT_EQ(i + 1, child_join(&receiver));
	}
	EXPECT_EQ(0, stat_of(self->fd).msgs);
	EXPECT_EQ(0, stat_of(self->fd).bytes);
}

TEST_F(box, a_long_message_arrives_in_parts_of_a_buffer)
{
	static char first[100], second[LONG_SIZE];
	const struct iovec parts[] = { { first, sizeof(first) }, { second, sizeof(second) } };
	static char sent[LONG_SIZE];
	struct child receiver;

	fill(sent, sizeof(sent), 7);
	if (child_start(&receiver)) {
		if (readv(self->fd, parts, 2) != LONG_SIZE)
			child_done(&receiver, -errno);
		if (memcmp(first, sent, 100) || memcmp(second, sent + 100, LONG_SIZE - 100))
			child_done(&receiver, -EBADMSG);
		child_done(&receiver, 0);
	}
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	EXPECT_EQ(LONG_SIZE, write(self->fd, sent, sizeof(sent)));
	EXPECT_EQ(0, child_join(&receiver));
}

TEST_F(box, a_long_message_that_is_too_long_for_the_receiver_stays)
{
	struct child receiver;

	if (child_start(&receiver))
		child_done(&receiver, receive_long(self->fd, 40000));
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	EXPECT_EQ(0, put(self->fd, 1, 40001, 0));
	EXPECT_EQ(-EMSGSIZE, child_join(&receiver));
	EXPECT_EQ(1, get(self->fd, IPCX_DONTWAIT));
}

/* A sender that waits until the receiver, which is stuck, has copied */
FIXTURE(lender)
{
	struct stuck stuck;
	struct child sender;
	bool ready;
	int fd;
};

FIXTURE_SETUP(lender)
{
	self->fd = mailbox(NULL, O_RDWR);
	ASSERT_GE(self->fd, 0);
	self->ready = stuck_start(&self->stuck, self->fd);
	if (!self->ready)
		SKIP(return, "no userfaultfd for kernel faults");
	ASSERT_EQ(0, await_receivers(self->fd, 1));
}

FIXTURE_TEARDOWN(lender)
{
	close(self->fd);
}

TEST_F(lender, waits_until_the_receiver_has_it)
{
	if (child_start(&self->sender))
		child_done(&self->sender, put(self->fd, 1, LONG_SIZE, 0));
	ASSERT_EQ(0, stuck_await(&self->stuck));
	ASSERT_EQ(0, await_asleep(self->sender.pid));
	EXPECT_EQ(0, stat_of(self->fd).msgs);
	EXPECT_EQ(1, stuck_end(&self->stuck, false));
	EXPECT_EQ(0, child_join(&self->sender));
	EXPECT_EQ(-EAGAIN, get(self->fd, IPCX_DONTWAIT));
}

TEST_F(lender, queues_it_if_the_receiver_cannot_have_it)
{
	if (child_start(&self->sender))
		child_done(&self->sender, put(self->fd, 1, LONG_SIZE, 0));
	ASSERT_EQ(0, stuck_await(&self->stuck));
	EXPECT_EQ(-EFAULT, stuck_end(&self->stuck, true));
	EXPECT_EQ(0, child_join(&self->sender));
	EXPECT_EQ(1, stat_of(self->fd).msgs);
	EXPECT_EQ(1, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, get(self->fd, IPCX_DONTWAIT));
}

TEST_F(lender, queues_it_at_its_deadline)
{
	if (child_start(&self->sender))
		child_done(&self->sender, put_until(self->fd, 1, LONG_SIZE, after_ms(50)));
	ASSERT_EQ(0, stuck_await(&self->stuck));
	EXPECT_EQ(0, child_join(&self->sender));
	EXPECT_EQ(1, stat_of(self->fd).msgs);
	/* What it has copied by now is not a message; it takes the one in the queue. */
	EXPECT_EQ(1, stuck_end(&self->stuck, false));
	EXPECT_EQ(-EAGAIN, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(0, stat_of(self->fd).bytes);
}

TEST_F(lender, queues_it_after_a_signal)
{
	handle(SIGUSR1, 0);
	if (child_start(&self->sender))
		child_done(&self->sender, put(self->fd, 1, LONG_SIZE, 0));
	ASSERT_EQ(0, stuck_await(&self->stuck));
	ASSERT_EQ(0, await_asleep(self->sender.pid));
	ASSERT_EQ(0, kill(self->sender.pid, SIGUSR1));
	EXPECT_EQ(0, child_join(&self->sender));
	EXPECT_EQ(1, stuck_end(&self->stuck, false));
	EXPECT_EQ(-EAGAIN, get(self->fd, IPCX_DONTWAIT));
}

/* Others may have received it meanwhile: then the receiver waits for the next. */
TEST_F(lender, lets_others_have_it_then)
{
	if (child_start(&self->sender))
		child_done(&self->sender, put_until(self->fd, 1, LONG_SIZE, after_ms(50)));
	ASSERT_EQ(0, stuck_await(&self->stuck));
	EXPECT_EQ(0, child_join(&self->sender));
	EXPECT_EQ(1, get(self->fd, IPCX_DONTWAIT));
	ASSERT_EQ(0, put(self->fd, 2, 100, 0));
	EXPECT_EQ(2, stuck_end(&self->stuck, false));
	EXPECT_EQ(-EAGAIN, get(self->fd, IPCX_DONTWAIT));
}

static void *reading_thread(void *arg)
{
	struct stuck *stuck = arg;
	ssize_t len = read(stuck->fd, stuck->buf, stuck->len);

	stuck->result = len < 0 ? -errno : len;
	return NULL;
}

/* First it cannot be copied, then its sender takes it back, then it cannot be copied again. */
TEST(a_reader_that_fails_when_the_lender_has_gone_leaves_the_message)
{
	int fd = mailbox(NULL, O_RDWR);
	struct stuck stuck;
	struct child sender;

	if (!stuck_start_thread(&stuck, fd, reading_thread))
		SKIP(return, "no userfaultfd for kernel faults");
	ASSERT_EQ(0, await_receivers(fd, 1));
	if (child_start(&sender))
		child_done(&sender, put_until(fd, 1, LONG_SIZE, after_ms(50)));
	ASSERT_EQ(0, stuck_await(&stuck));
	EXPECT_EQ(0, child_join(&sender));
	EXPECT_EQ(-EFAULT, stuck_end(&stuck, true));
	EXPECT_EQ(1, stat_of(fd).msgs);
	EXPECT_EQ(1, get(fd, IPCX_DONTWAIT));
	EXPECT_EQ(0, stat_of(fd).bytes);
	close(fd);
}

TEST_F(lender, can_be_killed)
{
	int64_t first;

	if (child_start(&self->sender))
		child_done(&self->sender, put(self->fd, 1, LONG_SIZE, 0));
	ASSERT_EQ(0, stuck_await(&self->stuck));
	ASSERT_EQ(0, await_asleep(self->sender.pid));
	child_kill(&self->sender);
	ASSERT_EQ(0, put(self->fd, 2, 100, 0));
	/* It may have been sent, or not; but not more than once. */
	first = stuck_end(&self->stuck, false);
	if (first == 1)
		first = get(self->fd, IPCX_DONTWAIT);
	EXPECT_EQ(2, first);
	EXPECT_EQ(-EAGAIN, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(0, stat_of(self->fd).bytes);
}

TEST(a_lender_gets_rid_of_its_message_although_the_mailbox_is_unlinked)
{
	const char *name = fresh_name();
	int fd = mailbox(name, O_RDWR | O_CREAT);
	struct stuck stuck;
	struct child sender;

	ASSERT_GE(fd, 0);
	ASSERT_TRUE(stuck_start(&stuck, fd));
	ASSERT_EQ(0, await_receivers(fd, 1));
	if (child_start(&sender))
		child_done(&sender, put(fd, 1, LONG_SIZE, 0));
	ASSERT_EQ(0, stuck_await(&stuck));
	ASSERT_EQ(0, unlink_name(name));
	EXPECT_EQ(1, stuck_end(&stuck, false));
	EXPECT_EQ(0, child_join(&sender));
	close(fd);
}

TEST_F(lender, does_not_wait_if_told_not_to)
{
	ASSERT_EQ(0, put(self->fd, 1, LONG_SIZE, IPCX_DONTWAIT));
	ASSERT_EQ(0, stuck_await(&self->stuck));
	EXPECT_EQ(1, stuck_end(&self->stuck, false));
}

/* Pages that are lent count as locked: who may lock none has his message copied. */
TEST_F(lender, does_not_lock_more_than_it_may)
{
	const struct rlimit none = { 0, 0 };

	if (child_start(&self->sender)) {
		if (setrlimit(RLIMIT_MEMLOCK, &none) || setuid(65534))
			child_done(&self->sender, -errno);
		child_done(&self->sender, put(self->fd, 1, LONG_SIZE, 0));
	}
	EXPECT_EQ(0, child_join(&self->sender));
	ASSERT_EQ(0, stuck_await(&self->stuck));
	EXPECT_EQ(1, stuck_end(&self->stuck, false));
}

TEST(a_message_is_not_lost_with_a_receiver_killed_while_it_copies)
{
	int *is_stuck = shared(sizeof(int));
	int fd = mailbox(NULL, O_RDWR);
	struct child receiver, sender;
	struct stuck stuck;

	if (child_start(&receiver)) {
		if (!stuck_start(&stuck, fd))
			*is_stuck = -1;
		else if (!stuck_await(&stuck))
			*is_stuck = 1;
		for (;;)
			pause();
	}
	if (!await_receivers(fd, 1)) {
		if (child_start(&sender))
			child_done(&sender, put(fd, 1, LONG_SIZE, 0));
		ASSERT_EQ(0, await_flag(is_stuck));
	}
	if (*is_stuck < 0)
		SKIP(return, "no userfaultfd for kernel faults");
	child_kill(&receiver);
	EXPECT_EQ(0, child_join(&sender));
	EXPECT_EQ(1, get(fd, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, get(fd, IPCX_DONTWAIT));
}

TEST_HARNESS_MAIN
