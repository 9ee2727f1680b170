// SPDX-License-Identifier: GPL-2.0-only
/*
 * read(2) and write(2), and their kin of several buffers, or with flags: one is as good as another,
 * for messages of every length. They do not go the same way through the kernel.
 */
#include <sys/uio.h>

#include "fds.h"

static ssize_t read_one(int fd, void *buf, size_t len)
{
	return read(fd, buf, len);
}

static ssize_t write_one(int fd, void *buf, size_t len)
{
	return write(fd, buf, len);
}

/* The first part, if there are two, is no multiple of anything. */
static void split(struct iovec parts[2], void *buf, size_t len)
{
	size_t first = len / 3;

	parts[0] = (struct iovec) { buf, first };
	parts[1] = (struct iovec) { buf + first, len - first };
}

static ssize_t read_parts(int fd, void *buf, size_t len)
{
	struct iovec parts[2];

	split(parts, buf, len);
	return readv(fd, parts, 2);
}

static ssize_t write_parts(int fd, void *buf, size_t len)
{
	struct iovec parts[2];

	split(parts, buf, len);
	return writev(fd, parts, 2);
}

static ssize_t read_flags(int fd, void *buf, size_t len)
{
	struct iovec all = { buf, len };

	return preadv2(fd, &all, 1, -1, 0);
}

static ssize_t write_flags(int fd, void *buf, size_t len)
{
	struct iovec all = { buf, len };

	return pwritev2(fd, &all, 1, -1, 0);
}

static const struct way {
	ssize_t (*read)(int fd, void *buf, size_t len);
	ssize_t (*write)(int fd, void *buf, size_t len);
} ways[] = {
	{ read_one, write_one }, { read_parts, write_parts }, { read_flags, write_flags },
};

FIXTURE(vector)
{
	int fd;
	const struct way *way;
	char *buf;
};

FIXTURE_VARIANT(vector)
{
	const struct way *way;
	size_t len;
};

#define VECTOR(name, n, bytes) \
	FIXTURE_VARIANT_ADD(vector, name) { .way = &ways[n], .len = bytes }

VECTOR(one_of_1, 0, 1);
VECTOR(one_of_64, 0, 64);
VECTOR(one_of_128, 0, 128);
VECTOR(one_of_129, 0, 129);
VECTOR(one_of_5000, 0, 5000);
VECTOR(one_of_65536, 0, 65536);
VECTOR(parts_of_2, 1, 2);
VECTOR(parts_of_64, 1, 64);
VECTOR(parts_of_129, 1, 129);
VECTOR(parts_of_5000, 1, 5000);
VECTOR(parts_of_65536, 1, 65536);
VECTOR(flags_of_64, 2, 64);
VECTOR(flags_of_65536, 2, 65536);

FIXTURE_SETUP(vector)
{
	self->fd = mailbox_of(3, 0, 0);
	self->buf = calloc(1, variant->len + 1);
	ASSERT_GE(self->fd, 0);
	ASSERT_NE(NULL, self->buf);
}

FIXTURE_TEARDOWN(vector)
{
	free(self->buf);
	close(self->fd);
}

TEST_F(vector, what_is_written_is_read)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		fill(self->buf, variant->len, 7 + i);
		ASSERT_EQ(variant->len, variant->way->write(self->fd, self->buf, variant->len));
		memset(self->buf, 0, variant->len);
		EXPECT_EQ(variant->len, ways[i].read(self->fd, self->buf, variant->len + 1));
		EXPECT_TRUE(filled(self->buf, variant->len, 7 + i));

		ASSERT_EQ(variant->len, ways[i].write(self->fd, self->buf, variant->len));
		memset(self->buf, 0, variant->len);
		EXPECT_EQ(variant->len, variant->way->read(self->fd, self->buf, variant->len + 1));
		EXPECT_TRUE(filled(self->buf, variant->len, 7 + i));
	}
}

TEST_F(vector, what_is_written_is_read_by_who_waits)
{
	struct child reader;

	if (child_start(&reader)) {
		ssize_t len = variant->way->read(self->fd, self->buf, variant->len + 1);

		child_done(&reader, len < 0 ? -errno :
			   filled(self->buf, variant->len, 9) ? len : -EBADMSG);
	}
	fill(self->buf, variant->len, 9);
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	ASSERT_EQ(variant->len, variant->way->write(self->fd, self->buf, variant->len));
	EXPECT_EQ(variant->len, child_join(&reader));
}

TEST_F(vector, what_is_too_long_is_refused)
{
	struct ipcx_limit limit = { .max_msg_size = variant->len };

	ASSERT_EQ(variant->len, variant->way->write(self->fd, self->buf, variant->len));
	EXPECT_EQ(-1, variant->way->read(self->fd, self->buf, variant->len - 1));
	EXPECT_EQ(EMSGSIZE, errno);
	EXPECT_EQ(1, stat_of(self->fd).msgs);
	ASSERT_EQ(0, command(self->fd, IPCX_IOC_LIMIT, &limit));
	EXPECT_EQ(-1, variant->way->write(self->fd, self->buf, variant->len + 1));
	EXPECT_EQ(EMSGSIZE, errno);
	EXPECT_EQ(1, stat_of(self->fd).msgs);
}

TEST_F(vector, what_would_wait_does_not)
{
	unsigned int i;

	ASSERT_EQ(0, fcntl(self->fd, F_SETFL, O_NONBLOCK));
	EXPECT_EQ(-1, variant->way->read(self->fd, self->buf, variant->len));
	EXPECT_EQ(EAGAIN, errno);
	for (i = 0; i < 3; i++)
		ASSERT_EQ(variant->len, variant->way->write(self->fd, self->buf, variant->len));
	EXPECT_EQ(-1, variant->way->write(self->fd, self->buf, variant->len));
	EXPECT_EQ(EAGAIN, errno);
}

TEST_F(vector, what_nobody_will_read_is_a_signal)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), IPCX_BIND_CREATE | IPCX_BIND_HANGUP);
	int rd = bound(O_RDONLY, &bind), wr = mailbox(bind.name, O_WRONLY);
	struct child sender;

	ASSERT_GE(rd, 0);
	ASSERT_GE(wr, 0);
	close(rd);
	if (child_start(&sender))
		child_done(&sender, variant->way->write(wr, self->buf, variant->len));
	EXPECT_EQ(KILLED_BY(SIGPIPE), child_join(&sender));
	rd = mailbox(bind.name, O_RDONLY);
	ASSERT_GE(rd, 0);
	close(wr);
	EXPECT_EQ(0, variant->way->read(rd, self->buf, variant->len));
	close(rd);
}

TEST_F(vector, a_request_that_is_read_is_not_answered)
{
	struct child caller;

	if (child_start(&caller))
		child_done(&caller, ask(self->fd, 1, variant->len, 0));
	EXPECT_EQ(variant->len, variant->way->read(self->fd, self->buf, variant->len));
	EXPECT_TRUE(filled(self->buf, variant->len, 1));
	EXPECT_EQ(-ECONNRESET, child_join(&caller));
}

TEST_F(vector, descriptors_are_closed)
{
	int pair[2];
	char byte;

	ASSERT_EQ(0, pipe(pair));
	ASSERT_EQ(0, put_fd(self->fd, 1, pair[1]));
	close(pair[1]);
	EXPECT_EQ(0, variant->way->read(self->fd, self->buf, variant->len));
	EXPECT_EQ(0, read(pair[0], &byte, 1));
	close(pair[0]);
}

TEST_F(vector, nothing_is_read_or_written_of_nothing)
{
	int fd = endpoint(O_RDWR);

	EXPECT_EQ(-1, variant->way->read(fd, self->buf, variant->len));
	EXPECT_EQ(ENOTCONN, errno);
	EXPECT_EQ(-1, variant->way->write(fd, self->buf, variant->len));
	EXPECT_EQ(ENOTCONN, errno);
	close(fd);
	fd = region(NULL, O_RDWR, 4096);
	EXPECT_EQ(-1, variant->way->read(fd, self->buf, variant->len));
	EXPECT_EQ(EOPNOTSUPP, errno);
	close(fd);
}

TEST_HARNESS_MAIN
