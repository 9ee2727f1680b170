// SPDX-License-Identifier: GPL-2.0-only
/*
 * Descriptors in messages: which may go, what arrives, and what happens if it cannot.
 */
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "../tools/lib/ipcx.h"
#include "fds.h"

/*
 * What can be sent. Of each kind there are two descriptors: one to send, and one through which
 * eight bytes are written that are then read from it.
 */

static int file_pair(int fd, int pair[2])
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	pair[0] = fd;
	pair[1] = open(path, O_WRONLY);
	return pair[1] < 0 ? -errno : 0;
}

static int regular(int pair[2])
{
	char path[] = "/tmp/ipcx-fds-XXXXXX";
	int fd = mkstemp(path), err;

	err = file_pair(fd, pair);
	unlink(path);
	return err;
}

static int memfd(int pair[2])
{
	return file_pair(memfd_create("ipcx", 0), pair);
}

static int shm(int pair[2])
{
	int fd = shm_open("/ipcx-fds", O_RDWR | O_CREAT, 0600);

	shm_unlink("/ipcx-fds");
	/* Not every guest has a /dev/shm. */
	return fd < 0 ? memfd(pair) : file_pair(fd, pair);
}

static int pipe_end(int pair[2])
{
	return pipe(pair) ? -errno : 0;
}

static int fifo_end(int pair[2])
{
	static const char path[] = "/tmp/ipcx-fds-fifo";

	unlink(path);
	if (mkfifo(path, 0600))
		return -errno;
	pair[0] = open(path, O_RDONLY | O_NONBLOCK);
	pair[1] = open(path, O_WRONLY);
	return unlink(path);
}

static int event(int pair[2])
{
	pair[0] = eventfd(0, 0);
	pair[1] = dup(pair[0]);
	return 0;
}

FIXTURE(kind)
{
	int fd;
	int pair[2];
	uint64_t word;
};

FIXTURE_VARIANT(kind)
{
	int (*make)(int pair[2]);
};

#define KIND(_name, _make)	FIXTURE_VARIANT_ADD(kind, _name) { .make = _make }
KIND(regular, regular);
KIND(memfd, memfd);
KIND(shm, shm);
KIND(pipe_end, pipe_end);
KIND(fifo, fifo_end);
KIND(event, event);

FIXTURE_SETUP(kind)
{
	self->fd = mailbox(NULL, O_RDWR);
	self->word = 0x1122334455667788;
	ASSERT_EQ(0, variant->make(self->pair));
	ASSERT_GE(self->pair[0], 0);
	ASSERT_GE(self->pair[1], 0);
}

FIXTURE_TEARDOWN(kind)
{
	close(self->fd);
	close(self->pair[0]);
	close(self->pair[1]);
}

static int write_word(int fd, uint64_t word)
{
	return write(fd, &word, sizeof(word)) == sizeof(word) ? 0 : -errno;
}

static uint64_t read_word(int fd)
{
	uint64_t word = 0;

	return read(fd, &word, sizeof(word)) == sizeof(word) ? word : 0;
}

TEST_F(kind, goes_through_the_queue)
{
	struct child child;
	int fd;

	ASSERT_EQ(0, put_fd(self->fd, 1, self->pair[0]));
	close(self->pair[0]);
	ASSERT_EQ(0, write_word(self->pair[1], self->word));
	if (child_start(&child)) {
		fd = get_fd(self->fd);
		child_done(&child, fd < 0 ? fd : (int64_t)read_word(fd));
	}
	EXPECT_EQ(self->word, child_join(&child));
}

TEST_F(kind, goes_straight_to_a_receiver_that_waits)
{
	struct parcel parcel;
	struct child child;
	int64_t type;

	close(self->pair[1]);
	close(self->pair[0]);
	if (child_start(&child)) {
		type = get_fds(self->fd, &parcel, IPCX_FDS_MAX, 0);
		if (type != 1 || parcel.recv.msg.nfds != 1 || parcel.fds[1] != -1)
			child_done(&child, type);
		child_done(&child, read_word(parcel.fds[0]));
	}
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	ASSERT_EQ(0, variant->make(self->pair));
	ASSERT_EQ(0, write_word(self->pair[1], self->word));
	ASSERT_EQ(0, put_fd(self->fd, 1, self->pair[0]));
	EXPECT_EQ(self->word, child_join(&child));
}

/* The server gets it with the request, and sends it back with the reply. */
TEST_F(kind, goes_with_a_call_and_comes_with_its_reply)
{
	struct ipcx_call call = { .request = { .fds = (uintptr_t)&self->pair[0], .nfds = 1 } };
	struct ipcx_reply reply = { .msg = { .nfds = 1 } };
	int back[2] = { -1, -1 }, next;
	struct parcel parcel;
	struct child child;

	call.reply.fds = (uintptr_t)back;
	call.reply.nfds = 2;
	if (child_start(&child)) {
		close(self->pair[0]);
		if (get_fds(self->fd, &parcel, 1, 0) || parcel.recv.msg.nfds != 1)
			child_done(&child, -ENOMSG);
		reply.token = parcel.recv.token;
		reply.msg.fds = (uintptr_t)parcel.fds;
		if (write_word(self->pair[1], self->word))
			child_done(&child, -EIO);
		child_done(&child, command(self->fd, IPCX_IOC_REPLY, &reply));
	}
	next = next_number();
	ASSERT_EQ(0, command(self->fd, IPCX_IOC_CALL, &call));
	EXPECT_EQ(0, child_join(&child));
	ASSERT_EQ(1, call.reply.nfds);
	EXPECT_EQ(next, back[0]);
	EXPECT_EQ(-1, back[1]);
	EXPECT_EQ(self->word, read_word(back[0]));
	/* What was reserved beyond that is free again. */
	EXPECT_EQ(next + 1, next_number());
	close(back[0]);
}

TEST_F(box, region_goes_with_a_message)
{
	int sent = region(NULL, O_RDWR, 4096), fd;
	char *ours, *theirs;

	ours = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, sent, 0);
	ASSERT_NE(MAP_FAILED, ours);
	ASSERT_EQ(0, put_fd(self->fd, 1, sent));
	close(sent);
	fd = get_fd(self->fd);
	ASSERT_GE(fd, 0);
	theirs = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, theirs);
	ours[100] = 77;
	EXPECT_EQ(77, theirs[100]);
	close(fd);
}

TEST_F(box, memory_of_huge_pages_goes_with_a_message)
{
	int sent = memfd_create("ipcx", MFD_HUGETLB);
	struct stat before, after;

	if (sent < 0)
		SKIP(return, "this kernel has none");
	ASSERT_EQ(0, put_fd(self->fd, 1, sent));
	ASSERT_EQ(0, fstat(sent, &before));
	ASSERT_EQ(0, fstat(get_fd(self->fd), &after));
	EXPECT_EQ(before.st_ino, after.st_ino);
}

TEST_F(box, sixteen_arrive_in_their_order_whatever_they_are)
{
	int sent[IPCX_FDS_MAX], ends[2], event = eventfd(0, EFD_NONBLOCK);
	struct parcel parcel;
	unsigned int i;

	ASSERT_EQ(0, pipe(ends));
	for (i = 0; i < IPCX_FDS_MAX; i++)
		sent[i] = i % 2 ? event : ends[1];
	ASSERT_EQ(0, put_fds(self->fd, 1, sent, IPCX_FDS_MAX));
	/* More room than can ever be needed does no harm. */
	ASSERT_EQ(1, get_fds(self->fd, &parcel, 1000, 0));
	ASSERT_EQ(IPCX_FDS_MAX, parcel.recv.msg.nfds);
	for (i = 0; i < IPCX_FDS_MAX; i++) {
		EXPECT_EQ(0, write_word(parcel.fds[i], i));
		EXPECT_EQ(i % 2 ? i : 0, read_word(event));
	}
	for (i = 0; i < IPCX_FDS_MAX; i += 2)
		EXPECT_EQ(i, read_word(ends[0]));
}

TEST_F(box, payload_and_type_come_along)
{
	struct ipcx_send send;
	struct parcel parcel;
	uint8_t data[50];

	fill(data, sizeof(data), 9);
	send = fds_send((int[]) { eventfd(0, 0) }, 1, 9);
	send.msg.data = (uintptr_t)data;
	send.msg.len = sizeof(data);
	send.msg.prio = 3;
	ASSERT_EQ(0, command(self->fd, IPCX_IOC_SEND, &send));
	ASSERT_EQ(9, get_fds(self->fd, &parcel, 1, 0));
	EXPECT_EQ(sizeof(data), parcel.recv.msg.len);
	EXPECT_EQ(3, parcel.recv.msg.prio);
	EXPECT_TRUE(filled(parcel.data, sizeof(data), 9));
	/* A message without any says so. */
	ASSERT_EQ(0, put(self->fd, 10, 10, 0));
	ASSERT_EQ(10, get_fds(self->fd, &parcel, 5, 0));
	EXPECT_EQ(0, parcel.recv.msg.nfds);
	EXPECT_EQ(-1, parcel.fds[0]);
}

TEST_F(box, what_is_received_is_closed_on_exec)
{
	int fd;

	ASSERT_EQ(0, put_fd(self->fd, 1, eventfd(0, 0)));
	fd = get_fd(self->fd);
	EXPECT_EQ(FD_CLOEXEC, fcntl(fd, F_GETFD));
}

/* The offset and the status flags are those of the open file, which both have. */
TEST_F(box, what_is_received_is_the_same_open_file)
{
	int pair[2], fd;

	ASSERT_EQ(0, regular(pair));
	ASSERT_EQ(8, pwrite(pair[1], "abcdefgh", 8, 0));
	ASSERT_EQ(0, put_fd(self->fd, 1, pair[0]));
	fd = get_fd(self->fd);
	ASSERT_EQ(3, lseek(pair[0], 3, SEEK_SET));
	EXPECT_EQ(3, lseek(fd, 0, SEEK_CUR));
	close(pair[0]);
	EXPECT_EQ(3, lseek(fd, 0, SEEK_CUR));
}

/* Too little room: the message stays, and what it needs is told. */

TEST_F(box, too_little_room_leaves_the_message_in_its_place)
{
	int sent[3] = { eventfd(0, 0), eventfd(0, 0), eventfd(0, 0) };
	int next = next_number();
	struct parcel parcel;

	ASSERT_EQ(0, put_fds(self->fd, 1, sent, 3));
	ASSERT_EQ(0, put(self->fd, 2, 1, 0));
	EXPECT_EQ(-EMSGSIZE, get_fds(self->fd, &parcel, 0, 0));
	EXPECT_EQ(3, parcel.recv.msg.nfds);
	EXPECT_EQ(-EMSGSIZE, get_fds(self->fd, &parcel, 2, 0));
	EXPECT_EQ(3, parcel.recv.msg.nfds);
	EXPECT_EQ(0, parcel.recv.msg.len);
	EXPECT_EQ(-1, parcel.fds[0]);
	EXPECT_EQ(next, next_number());
	EXPECT_EQ(1, get_fds(self->fd, &parcel, 3, 0));
	EXPECT_EQ(2, get(self->fd, 0));
}

TEST_F(box, waiting_with_too_little_room_is_told_and_the_next_is_served)
{
	struct parcel parcel;
	struct child poor, rich;

	if (child_start(&poor)) {
		int64_t err = get_fds(self->fd, &parcel, 0, 0);

		child_done(&poor, err == -EMSGSIZE ? parcel.recv.msg.nfds : err);
	}
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	if (child_start(&rich))
		child_done(&rich, get_fds(self->fd, &parcel, 1, 0));
	ASSERT_EQ(0, await_receivers(self->fd, 2));
	ASSERT_EQ(0, put_fd(self->fd, 5, eventfd(0, 0)));
	EXPECT_EQ(1, child_join(&poor));
	EXPECT_EQ(5, child_join(&rich));
}

TEST_F(box, looking_at_a_message_counts_them_and_takes_none)
{
	int sent[2] = { eventfd(0, 0), eventfd(0, 0) };
	int next = next_number();
	struct parcel parcel;

	ASSERT_EQ(0, put_fds(self->fd, 1, sent, 2));
	EXPECT_EQ(1, get_fds(self->fd, &parcel, 0, IPCX_PEEK));
	EXPECT_EQ(2, parcel.recv.msg.nfds);
	EXPECT_EQ(1, get_fds(self->fd, &parcel, 2, IPCX_PEEK));
	EXPECT_EQ(2, parcel.recv.msg.nfds);
	EXPECT_EQ(-1, parcel.fds[0]);
	EXPECT_EQ(next, next_number());
	parcel_init(&parcel, 0, IPCX_PEEK);
	ASSERT_EQ(0, put_prio(self->fd, 2, 100, 1));
	EXPECT_EQ(-EMSGSIZE, command(self->fd, IPCX_IOC_RECV, &parcel.recv));
	EXPECT_EQ(0, parcel.recv.msg.nfds);
	EXPECT_EQ(2, get(self->fd, 0));
	EXPECT_EQ(1, get_fds(self->fd, &parcel, 2, 0));
}

/* read() has no way to hand them out: as with a Unix socket, they are closed. */
TEST_F(box, reading_takes_the_message_and_closes_them)
{
	int out = put_pipe(self->fd, 1), next = next_number();
	uint8_t byte;

	ASSERT_GE(out, 0);
	ASSERT_TRUE(held(out));
	EXPECT_EQ(0, read(self->fd, &byte, 1));
	EXPECT_TRUE(hung_up(out));
	EXPECT_EQ(next, next_number());
	EXPECT_EQ(0, stat_of(self->fd).msgs);
}

TEST_F(box, library_closes_what_its_caller_cannot_know_of)
{
	int out = put_pipe(self->fd, 1), next = next_number();
	uint8_t byte;

	ASSERT_GE(out, 0);
	EXPECT_EQ(0, ipcx_recv(self->fd, &byte, 1));
	EXPECT_TRUE(hung_up(out));
	EXPECT_EQ(next, next_number());
}

TEST_F(box, reply_with_too_many_can_be_given_with_fewer)
{
	int back[2] = { -1, -1 }, event = eventfd(0, 0);
	struct ipcx_call call = { .reply = { .fds = (uintptr_t)back, .nfds = 2 } };
	int sent[3] = { event, event, event };
	struct ipcx_reply reply = { .msg.fds = (uintptr_t)sent };
	struct parcel parcel;
	struct child child;

	if (child_start(&child)) {
		int err = command(self->fd, IPCX_IOC_CALL, &call);

		child_done(&child, err ?: (int)call.reply.nfds);
	}
	ASSERT_EQ(0, get_fds(self->fd, &parcel, 0, 0));
	EXPECT_EQ(2, parcel.recv.reply_nfds);
	reply.token = parcel.recv.token;
	reply.msg.nfds = 3;
	EXPECT_EQ(-EMSGSIZE, command(self->fd, IPCX_IOC_REPLY, &reply));
	EXPECT_EQ(parcel.recv.token, reply.token);
	reply.msg.nfds = 2;
	EXPECT_EQ(0, command(self->fd, IPCX_IOC_REPLY, &reply));
	EXPECT_EQ(2, child_join(&child));
	close(event);
}

/* Other users: the rights come with the descriptor. */

TEST_F(box, another_user_gets_the_rights_that_the_file_was_opened_with)
{
	char path[] = "/tmp/ipcx-fds-XXXXXX";
	int fd = mkstemp(path), sent = open(path, O_RDONLY), got;
	struct child child;

	ASSERT_EQ(0, fchmod(fd, 0600));
	ASSERT_EQ(0, write_word(fd, 4711));
	ASSERT_EQ(0, put_fd(self->fd, 1, sent));
	if (child_start(&child)) {
		if (setgid(1000) || setuid(1000) || open(path, O_RDONLY) >= 0)
			child_done(&child, -EACCES);
		got = get_fd(self->fd);
		if (!write_word(got, 1))
			child_done(&child, -EROFS);
		child_done(&child, got < 0 ? got : (int64_t)read_word(got));
	}
	EXPECT_EQ(4711, child_join(&child));
	unlink(path);
}

TEST_HARNESS_MAIN
