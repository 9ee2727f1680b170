// SPDX-License-Identifier: GPL-2.0-only
/*
 * io_uring on an endpoint: what must wait is completed when it can be, and no kernel thread sleeps
 * for it meanwhile.
 */
#include <dirent.h>
#include <poll.h>
#include <sys/uio.h>

#include <liburing.h>

#include "harness.h"

FIXTURE(ring)
{
	struct io_uring ring;
	int fd;		/* a mailbox that holds one message */
};

FIXTURE_SETUP(ring)
{
	int err = io_uring_queue_init(64, &self->ring, 0);

	if (err)
		SKIP(return, "no io_uring here: %s", strerror(-err));
	self->fd = mailbox_of(1, 0, 0);
	ASSERT_GE(self->fd, 0);
}

FIXTURE_TEARDOWN(ring)
{
	if (self->fd > 0)
		io_uring_queue_exit(&self->ring);
}

/* Submits @sqe, which is known as @id. */
static void submit(struct io_uring *ring, struct io_uring_sqe *sqe, uint64_t id)
{
	io_uring_sqe_set_data64(sqe, id);
	io_uring_submit(ring);
}

static void submit_read(struct io_uring *ring, int fd, void *buf, unsigned int size, uint64_t id)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(ring);

	io_uring_prep_read(sqe, fd, buf, size, 0);
	submit(ring, sqe, id);
}

static void submit_write(struct io_uring *ring, int fd, const void *buf, unsigned int len,
			 uint64_t id)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(ring);

	io_uring_prep_write(sqe, fd, buf, len, 0);
	submit(ring, sqe, id);
}

static void submit_poll(struct io_uring *ring, int fd, unsigned int events, uint64_t id)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(ring);

	io_uring_prep_poll_add(sqe, fd, events);
	submit(ring, sqe, id);
}

#define PENDING	(-100000)

/* The result of the next completion, which must be @id's; PENDING if there is none yet */
static int done(struct io_uring *ring, uint64_t id)
{
	struct io_uring_cqe *cqe;
	int res;

	/* Enters the kernel, so that what has been made possible is also done. */
	io_uring_submit_and_get_events(ring);
	if (io_uring_peek_cqe(ring, &cqe))
		return PENDING;
	res = cqe->user_data == id ? cqe->res : -EXDEV;
	io_uring_cqe_seen(ring, cqe);
	return res;
}

/* The same, waiting for it */
static int wait_for(struct io_uring *ring, uint64_t id)
{
	struct __kernel_timespec patience = { .tv_sec = 60 };
	struct io_uring_cqe *cqe;
	int res;

	res = io_uring_wait_cqe_timeout(ring, &cqe, &patience);
	if (res)
		return res;
	res = cqe->user_data == id ? cqe->res : -EXDEV;
	io_uring_cqe_seen(ring, cqe);
	return res;
}

/* How many threads the kernel runs for this process's rings */
static unsigned int workers(void)
{
	DIR *dir = opendir("/proc/self/task");
	const struct dirent *entry;
	unsigned int count = 0;

	while ((entry = readdir(dir))) {
		char path[300], comm[32] = "";
		FILE *file;

		snprintf(path, sizeof(path), "/proc/self/task/%s/comm", entry->d_name);
		file = fopen(path, "r");
		if (!file)
			continue;
		if (fgets(comm, sizeof(comm), file) && !strncmp(comm, "iou-wrk", 7))
			count++;
		fclose(file);
	}
	closedir(dir);
	return count;
}

TEST_F(ring, a_read_that_must_wait_is_completed_when_a_message_comes)
{
	char buf[16] = "";

	submit_read(&self->ring, self->fd, buf, sizeof(buf), 1);
	EXPECT_EQ(PENDING, done(&self->ring, 1));
	EXPECT_EQ(0, stat_of(self->fd).receivers);
	EXPECT_EQ(0, workers());
	ASSERT_EQ(6, write(self->fd, "hello", 6));
	EXPECT_EQ(6, wait_for(&self->ring, 1));
	EXPECT_STREQ("hello", buf);
	EXPECT_EQ(0, stat_of(self->fd).msgs);
	EXPECT_EQ(0, workers());
}

TEST_F(ring, a_write_to_a_full_mailbox_is_completed_when_there_is_room)
{
	char buf[16] = "";

	submit_write(&self->ring, self->fd, "one", 4, 1);
	EXPECT_EQ(4, wait_for(&self->ring, 1));
	submit_write(&self->ring, self->fd, "second", 7, 2);
	EXPECT_EQ(PENDING, done(&self->ring, 2));
	EXPECT_EQ(0, stat_of(self->fd).senders);
	EXPECT_EQ(0, workers());
	EXPECT_EQ(4, read(self->fd, buf, sizeof(buf)));
	EXPECT_EQ(7, wait_for(&self->ring, 2));
	EXPECT_EQ(7, read(self->fd, buf, sizeof(buf)));
	EXPECT_STREQ("second", buf);
	EXPECT_EQ(0, workers());
}

TEST_F(ring, what_need_not_wait_is_completed_at_once)
{
	char buf[16] = "";

	submit_write(&self->ring, self->fd, "now", 4, 1);
	EXPECT_EQ(4, done(&self->ring, 1));
	submit_read(&self->ring, self->fd, buf, sizeof(buf), 2);
	EXPECT_EQ(4, done(&self->ring, 2));
	EXPECT_STREQ("now", buf);
}

TEST_F(ring, many_reads_get_a_message_each)
{
	static char buf[40][8];
	unsigned int seen = 0, i;

	for (i = 0; i < ARRAY_SIZE(buf); i++)
		submit_read(&self->ring, self->fd, buf[i], sizeof(buf[i]), i);
	EXPECT_EQ(0, workers());
	for (i = 0; i < ARRAY_SIZE(buf); i++) {
		struct io_uring_cqe *cqe;

		ASSERT_EQ(1 + i % 8, write(self->fd, "message", 1 + i % 8));
		ASSERT_EQ(0, io_uring_wait_cqe(&self->ring, &cqe));
		EXPECT_EQ(1 + i % 8, cqe->res);
		EXPECT_EQ('m', buf[cqe->user_data][0]);
		/* Nobody's buffer has been written to twice, nor in vain. */
		buf[cqe->user_data][0] = 'x';
		seen++;
		io_uring_cqe_seen(&self->ring, cqe);
	}
	EXPECT_EQ(ARRAY_SIZE(buf), seen);
	EXPECT_EQ(0, workers());
}

TEST_F(ring, poll_add_tells_of_a_message_and_of_room)
{
	submit_poll(&self->ring, self->fd, POLLIN, 1);
	EXPECT_EQ(PENDING, done(&self->ring, 1));
	ASSERT_EQ(0, put(self->fd, 1, 1, 0));
	EXPECT_EQ(POLLIN, wait_for(&self->ring, 1));
	submit_poll(&self->ring, self->fd, POLLOUT, 2);
	EXPECT_EQ(PENDING, done(&self->ring, 2));
	ASSERT_EQ(1, get(self->fd, 0));
	EXPECT_EQ(POLLOUT, wait_for(&self->ring, 2));
	EXPECT_EQ(0, workers());
}

TEST_F(ring, a_read_that_is_made_to_go_to_a_worker_gets_its_message_too)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&self->ring);
	char buf[16] = "";

	io_uring_prep_read(sqe, self->fd, buf, sizeof(buf), 0);
	io_uring_sqe_set_flags(sqe, IOSQE_ASYNC);
	submit(&self->ring, sqe, 1);
	EXPECT_EQ(PENDING, done(&self->ring, 1));
	ASSERT_EQ(6, write(self->fd, "hello", 6));
	EXPECT_EQ(6, wait_for(&self->ring, 1));
	EXPECT_STREQ("hello", buf);
}

TEST_F(ring, unlinking_completes_what_waits)
{
	const char *name = fresh_name();
	int fd = mailbox(name, O_RDWR | O_CREAT);
	char buf[8];

	submit_read(&self->ring, fd, buf, sizeof(buf), 1);
	EXPECT_EQ(PENDING, done(&self->ring, 1));
	ASSERT_EQ(0, unlink_name(name));
	EXPECT_EQ(-EIDRM, wait_for(&self->ring, 1));
}

TEST_F(ring, a_read_that_is_cancelled_takes_no_message)
{
	struct io_uring_sqe *sqe;
	char buf[8];

	submit_read(&self->ring, self->fd, buf, sizeof(buf), 1);
	EXPECT_EQ(PENDING, done(&self->ring, 1));
	sqe = io_uring_get_sqe(&self->ring);
	io_uring_prep_cancel64(sqe, 1, 0);
	io_uring_sqe_set_flags(sqe, IOSQE_CQE_SKIP_SUCCESS);
	submit(&self->ring, sqe, 2);
	EXPECT_EQ(-ECANCELED, wait_for(&self->ring, 1));
	ASSERT_EQ(0, put(self->fd, 5, 1, 0));
	EXPECT_EQ(PENDING, done(&self->ring, 1));
	EXPECT_EQ(5, get(self->fd, IPCX_DONTWAIT));
}

TEST_F(ring, a_buffer_that_is_too_short_leaves_the_message)
{
	char buf[8];

	submit_read(&self->ring, self->fd, buf, sizeof(buf), 1);
	ASSERT_EQ(0, put(self->fd, 5, 9, 0));
	EXPECT_EQ(-EMSGSIZE, wait_for(&self->ring, 1));
	EXPECT_EQ(5, get(self->fd, IPCX_DONTWAIT));
}

TEST_F(ring, a_bad_buffer_leaves_the_message)
{
	submit_read(&self->ring, self->fd, UNMAPPED, 8, 1);
	ASSERT_EQ(0, put(self->fd, 5, 3, 0));
	EXPECT_EQ(-EFAULT, wait_for(&self->ring, 1));
	EXPECT_EQ(5, get(self->fd, IPCX_DONTWAIT));
}

TEST_F(ring, registered_buffers_carry_messages_too)
{
	const size_t room = 8192;
	/* Not of the program's own file, which older kernels do not register */
	char *memory = malloc(2 * room);
	struct iovec vec = { memory, 2 * room };
	struct io_uring_sqe *sqe;
	int err;

	err = io_uring_register_buffers(&self->ring, &vec, 1);
	if (err)
		SKIP(return, "no registered buffers: %s", strerror(-err));
	fill(memory, 5000, 7);
	sqe = io_uring_get_sqe(&self->ring);
	io_uring_prep_write_fixed(sqe, self->fd, memory, 5000, 0, 0);
	submit(&self->ring, sqe, 1);
	EXPECT_EQ(5000, wait_for(&self->ring, 1));
	sqe = io_uring_get_sqe(&self->ring);
	io_uring_prep_read_fixed(sqe, self->fd, memory + room, room, 0, 0);
	submit(&self->ring, sqe, 2);
	EXPECT_EQ(5000, wait_for(&self->ring, 2));
	EXPECT_TRUE(filled(memory + room, 5000, 7));
	io_uring_unregister_buffers(&self->ring);
	free(memory);
}

TEST_F(ring, waiting_reads_go_with_the_ring)
{
	char buf[8];

	submit_read(&self->ring, self->fd, buf, sizeof(buf), 1);
	submit_poll(&self->ring, self->fd, POLLIN, 2);
	EXPECT_EQ(PENDING, done(&self->ring, 1));
	io_uring_queue_exit(&self->ring);
	ASSERT_EQ(0, put(self->fd, 5, 1, 0));
	EXPECT_EQ(5, get(self->fd, IPCX_DONTWAIT));
	ASSERT_EQ(0, io_uring_queue_init(4, &self->ring, 0));
}

TEST_F(ring, two_rings_pass_everything_on_in_order)
{
	const unsigned int count = often(2000);
	struct child child;
	unsigned int i;

	if (child_start(&child)) {
		struct io_uring ring;
		int res = io_uring_queue_init(4, &ring, 0);

		for (i = 0; i < count && res >= 0; i++) {
			submit_write(&ring, self->fd, &i, sizeof(i), i);
			res = wait_for(&ring, i);
		}
		child_done(&child, res);
	}
	for (i = 0; i < count; i++) {
		unsigned int got = 0;

		submit_read(&self->ring, self->fd, &got, sizeof(got), i);
		ASSERT_EQ(4, wait_for(&self->ring, i));
		ASSERT_EQ(i, got);
	}
	EXPECT_EQ(4, child_join(&child));
}

TEST_HARNESS_MAIN
