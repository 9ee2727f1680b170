// SPDX-License-Identifier: GPL-2.0-only
/*
 * What any file descriptor has: FIONREAD and TIOCOUTQ, /proc/PID/fdinfo, the access mode of its
 * open, preadv2(2).
 */
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "box.h"

/* FIONREAD and TIOCOUTQ: the number, or a negative errno */

static int number(int fd, unsigned long cmd)
{
	int value = -12345;

	return ioctl(fd, cmd, &value) ? -errno : value;
}

TEST_F(box, tells_how_long_the_message_is_that_read_would_return)
{
	char buf[100];

	EXPECT_EQ(0, number(self->fd, FIONREAD));
	ASSERT_EQ(0, put(self->fd, 1, 70, 0));
	ASSERT_EQ(0, put(self->fd, 2, 5000, 0));
	EXPECT_EQ(70, number(self->fd, FIONREAD));
	ASSERT_EQ(0, put_prio(self->fd, 3, 3, 9));
	EXPECT_EQ(3, number(self->fd, FIONREAD));
	EXPECT_EQ(3, read(self->fd, buf, sizeof(buf)));
	EXPECT_EQ(70, number(self->fd, FIONREAD));
	EXPECT_EQ(70, read(self->fd, buf, 70));
	EXPECT_EQ(5000, number(self->fd, FIONREAD));
	ASSERT_EQ(2, get(self->fd, 0));
	EXPECT_EQ(0, number(self->fd, FIONREAD));
	/* As of a datagram socket, 0 is no message or an empty one. */
	ASSERT_EQ(0, put(self->fd, 4, 0, 0));
	EXPECT_EQ(0, number(self->fd, FIONREAD));
}

TEST_F(box, tells_how_many_bytes_are_queued)
{
	EXPECT_EQ(0, number(self->fd, TIOCOUTQ));
	ASSERT_EQ(0, put(self->fd, 1, 70, 0));
	ASSERT_EQ(0, put(self->fd, 2, 5000, 0));
	EXPECT_EQ(5070, number(self->fd, TIOCOUTQ));
	EXPECT_EQ(stat_of(self->fd).bytes, number(self->fd, TIOCOUTQ));
	ASSERT_EQ(1, get(self->fd, 0));
	EXPECT_EQ(5000, number(self->fd, TIOCOUTQ));
	ASSERT_EQ(2, get(self->fd, 0));
	EXPECT_EQ(0, number(self->fd, TIOCOUTQ));
}

TEST(numbers_are_told_of_mailboxes_only_and_of_the_next_message_to_receivers_only)
{
	const char *name = fresh_name();
	int reader = mailbox(name, O_RDONLY | O_CREAT);
	int writer = mailbox(name, O_WRONLY);
	int page = region(NULL, O_RDWR, 4096);

	ASSERT_EQ(0, put(writer, 1, 10, 0));
	EXPECT_EQ(10, number(reader, FIONREAD));
	EXPECT_EQ(-EBADF, number(writer, FIONREAD));
	EXPECT_EQ(10, number(reader, TIOCOUTQ));
	EXPECT_EQ(10, number(writer, TIOCOUTQ));

	EXPECT_EQ(-ENOTCONN, number(endpoint(O_RDWR), FIONREAD));
	EXPECT_EQ(-ENOTCONN, number(endpoint(O_RDWR), TIOCOUTQ));
	EXPECT_EQ(-ENOTTY, number(page, FIONREAD));
	EXPECT_EQ(-ENOTTY, number(page, TIOCOUTQ));
	EXPECT_EQ(-ENOTTY, number(reader, TCGETS));
	EXPECT_FALSE(isatty(reader));
	EXPECT_EQ(-EFAULT, command(reader, FIONREAD, UNMAPPED));
	EXPECT_EQ(-EFAULT, command(reader, TIOCOUTQ, KERNEL_ADDRESS));
}

/* fdinfo */

/* The value of a line of a process's fdinfo, or NULL if there is none; until the next call */
static const char *info_of(pid_t pid, int fd, const char *key)
{
	static char line[256];
	size_t len = strlen(key);
	bool found = false;
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", pid, fd);
	file = fopen(path, "r");
	if (!file)
		return NULL;
	while (!found && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		found = !strncmp(line, "ipcx-", 5) && !strncmp(line + 5, key, len) &&
			!strncmp(line + 5 + len, ":\t", 2);
	}
	fclose(file);
	return found ? line + 5 + len + 2 : NULL;
}

static const char *info(int fd, const char *key)
{
	return info_of(getpid(), fd, key);
}

static long info_number(int fd, const char *key)
{
	const char *text = info(fd, key);

	return text ? strtol(text, NULL, 10) : -1;
}

TEST(fdinfo_tells_what_a_mailbox_is_and_holds)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), IPCX_BIND_CREATE | IPCX_BIND_PERSIST);
	struct child child;
	int fd;

	bind.mode = 0640;
	bind.max_msgs = 2;
	bind.max_msg_size = 100;
	bind.max_bytes = 150;
	umask(0);
	fd = bound(O_RDWR, &bind);
	ASSERT_GE(fd, 0);
	EXPECT_STREQ("mailbox", info(fd, "kind"));
	EXPECT_STREQ(bind.name, info(fd, "name"));
	EXPECT_EQ(stat_of(fd).id, info_number(fd, "id"));
	EXPECT_STREQ("0640", info(fd, "mode"));
	EXPECT_EQ(geteuid(), info_number(fd, "uid"));
	EXPECT_EQ(getegid(), info_number(fd, "gid"));
	EXPECT_EQ(1, info_number(fd, "persist"));
	EXPECT_EQ(0, info_number(fd, "removed"));
	EXPECT_EQ(1, info_number(fd, "endpoints"));
	EXPECT_EQ(2, info_number(fd, "max-msgs"));
	EXPECT_EQ(150, info_number(fd, "max-bytes"));
	EXPECT_EQ(100, info_number(fd, "max-msg-size"));

	EXPECT_EQ(0, info_number(fd, "msgs"));
	ASSERT_EQ(0, put(fd, 1, 60, 0));
	ASSERT_EQ(0, put(fd, 1, 7, 0));
	EXPECT_EQ(2, info_number(fd, "msgs"));
	EXPECT_EQ(67, info_number(fd, "bytes"));
	EXPECT_EQ(0, info_number(fd, "senders"));
	if (child_start(&child))
		child_done(&child, put(fd, 2, 1, 0));
	ASSERT_EQ(0, await_senders(fd, 1));
	EXPECT_EQ(1, info_number(fd, "senders"));
	EXPECT_STREQ("1", info_of(child.pid, fd, "senders"));
	child_kill(&child);

	ASSERT_EQ(0, unlink_name(bind.name));
	EXPECT_EQ(1, info_number(fd, "removed"));
	EXPECT_EQ(0, info_number(fd, "persist"));
}

TEST_F(box, tells_in_fdinfo_who_waits_for_a_message)
{
	struct child child;

	EXPECT_STREQ("", info(self->fd, "name"));
	EXPECT_EQ(0, info_number(self->fd, "receivers"));
	if (child_start(&child))
		child_done(&child, get(self->fd, 0));
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	EXPECT_EQ(1, info_number(self->fd, "receivers"));
	child_kill(&child);
	EXPECT_EQ(0, info_number(self->fd, "receivers"));
}

TEST(fdinfo_tells_what_a_region_is_and_what_is_bound_to_nothing)
{
	const char *name = fresh_name();
	int fd = region(name, O_RDWR | O_CREAT, 12345);

	EXPECT_STREQ("region", info(fd, "kind"));
	EXPECT_STREQ(name, info(fd, "name"));
	EXPECT_STREQ("0600", info(fd, "mode"));
	EXPECT_EQ(12345, info_number(fd, "size"));
	EXPECT_EQ(0, info_number(fd, "huge"));
	EXPECT_EQ(0, info_number(fd, "receivers"));
	EXPECT_EQ(NULL, info(fd, "msgs"));

	fd = endpoint(O_RDWR);
	EXPECT_STREQ("none", info(fd, "kind"));
	EXPECT_EQ(NULL, info(fd, "name"));
}

/* Access mode */

static short ready(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN | POLLOUT };

	return poll(&poll_fd, 1, 0) == 1 ? poll_fd.revents : 0;
}

TEST(an_endpoint_does_what_it_was_opened_for_and_tells_so_by_poll)
{
	struct ipcx_bind bind = mailbox_bind(fresh_name(), IPCX_BIND_CREATE);
	int reader, writer;
	char buf[4] = "abc";

	bind.max_msgs = 1;
	reader = bound(O_RDONLY, &bind);
	writer = bound(O_WRONLY, &bind);
	EXPECT_EQ(0, ready(reader));
	EXPECT_EQ(POLLOUT, ready(writer));
	EXPECT_EQ(-1, write(reader, buf, 3));
	EXPECT_EQ(EBADF, errno);
	ASSERT_EQ(3, write(writer, buf, 3));
	EXPECT_EQ(POLLIN, ready(reader));
	EXPECT_EQ(0, ready(writer));
	EXPECT_EQ(-1, read(writer, buf, sizeof(buf)));
	EXPECT_EQ(EBADF, errno);
	EXPECT_EQ(3, read(reader, buf, sizeof(buf)));
	EXPECT_EQ(0, ready(reader));
	EXPECT_EQ(POLLOUT, ready(writer));
}

/* RWF_NOWAIT */

TEST(rwf_nowait_does_not_wait)
{
	int fd = mailbox_of(1, 0, 0);
	char buf[8] = "message";
	struct iovec vec = { buf, sizeof(buf) };

	EXPECT_EQ(-1, preadv2(fd, &vec, 1, -1, RWF_NOWAIT));
	EXPECT_EQ(EAGAIN, errno);
	ASSERT_EQ(8, pwritev2(fd, &vec, 1, -1, RWF_NOWAIT));
	EXPECT_EQ(-1, pwritev2(fd, &vec, 1, -1, RWF_NOWAIT));
	EXPECT_EQ(EAGAIN, errno);
	memset(buf, 0, sizeof(buf));
	EXPECT_EQ(8, preadv2(fd, &vec, 1, -1, RWF_NOWAIT));
	EXPECT_STREQ("message", buf);
}

TEST_HARNESS_MAIN
