// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every message is a memfd of its own, which the sender makes and fills, and whose descriptor goes
 * to the receiver through a pair of Unix sockets. It is sealed, so that the receiver, once it has
 * looked, can rely on the memory being there.
 *
 * The send buffer is made small, as what it holds is not what the messages take.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fdio.h"
#include "window.h"

/* What the kernel charges for a byte and a descriptor, about. */
#define MEMFD_CHARGE	768

/* What one page table is for, on most machines */
#define MEMFD_TABLE	((size_t)2 << 20)

/**
 * struct memfd_state - what one side has at the moment
 * @fd: memfd to be sent
 * @out_place: where its memory goes
 * @out: its memory
 * @in_place: where that of a message received goes
 * @in: memory of the message received last
 * @in_size: its bytes
 */
struct memfd_state {
	int fd;
	void *out_place;
	void *out;
	void *in_place;
	void *in;
	size_t in_size;
};

/* Whether there are memfds is found out once: a channel has none before its first message. */
static int memfd_probe(void)
{
	static bool made;
	int fd;

	if (made)
		return 0;
	fd = memfd_create("ipcx-bench", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return -1;
	close(fd);
	made = true;
	return 0;
}

static enum channel_opened memfd_open(struct channel *ch)
{
	int sndbuf = MEMFD_CHARGE * (int)window_fit(ch->size) / 2;	/* the kernel doubles it */
	int pair[2];

	if (memfd_probe()) {
		if (errno == EACCES && sysctl_read("/proc/sys/vm/memfd_noexec") == 2)
			return channel_says(ch, CHANNEL_UNAVAILABLE,
					    "vm.memfd_noexec is 2: none that could be executed");
		return channel_failed(ch, "memfd_create");
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return channel_failed(ch, "socketpair");
	for (int side = 0; side < SIDES; side++) {
		ch->in[side] = pair[side];
		ch->out[side] = pair[side];
		if (setsockopt(pair[side], SOL_SOCKET, SO_SNDBUF, &sndbuf, sizeof(sndbuf)))
			return channel_failed(ch, "SO_SNDBUF");
	}
	socket_facts(ch, pair[0]);
	return CHANNEL_OPEN;
}

/*
 * A place for memory of @size bytes, a page after the beginning of a page table, with neighbours
 * for whose sake the table stays; NULL if there is none.
 */
static void *memfd_place(size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), around = size + 2 * MEMFD_TABLE;
	char *base = mmap(NULL, around, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
			  0);
	char *place;

	if (base == MAP_FAILED)
		return NULL;
	place = base + (MEMFD_TABLE - (uintptr_t)base % MEMFD_TABLE) + page;
	return munmap(place, (size + page - 1) / page * page) ? NULL : place;
}

/*
 * What a message costs depends on where it is mapped. A fault that reads maps 16 pages, but none of
 * the next page table; and a table that is left empty goes, and is made again. The kernel's choice
 * would last as long as the program runs and be another one the next time, so it is told a place,
 * all in one table, and not alone there. That also spares it the search for one.
 */
static int memfd_enter(struct channel *ch)
{
	struct memfd_state *state = ch->state;

	state->out_place = memfd_place(ch->size);
	state->in_place = memfd_place(ch->size);
	return state->out_place && state->in_place ? 0 : -1;
}

/* Close @fd with errno as it is. */
static void *memfd_drop(int fd)
{
	int err = errno;

	close(fd);
	errno = err;
	return NULL;
}

static void *memfd_reserve(struct channel *ch)
{
	struct memfd_state *state = ch->state;
	void *map = MAP_FAILED;

	state->fd = memfd_create("ipcx-bench", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (state->fd < 0)
		return NULL;
	if (!ftruncate(state->fd, (off_t)ch->size))
		map = mmap(state->out_place, ch->size, PROT_READ | PROT_WRITE, MAP_SHARED,
			   state->fd, 0);
	if (map == MAP_FAILED)
		return memfd_drop(state->fd);
	state->out = map;
	return map;
}

union memfd_control {
	char bytes[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

static int memfd_send(int sock, int fd)
{
	struct iovec byte = { .iov_base = "", .iov_len = 1 };
	union memfd_control control = { 0 };
	struct msghdr msg = {
		.msg_iov = &byte,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);
	ssize_t n;

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	do
		n = sendmsg(sock, &msg, 0);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -1 : 0;
}

static int memfd_commit(struct channel *ch, void *buf)
{
	struct memfd_state *state = ch->state;
	int ret;

	(void)buf;	/* it is in its memfd already */
	munmap(state->out, ch->size);
	ret = fcntl(state->fd, F_ADD_SEALS, F_SEAL_SHRINK);
	if (!ret)
		ret = memfd_send(ch->wfd, state->fd);
	memfd_drop(state->fd);
	return ret;
}

/* The descriptor of the next message; or -1. */
static int memfd_take(int sock)
{
	char byte;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	union memfd_control control;
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg;
	ssize_t n;
	int fd;

	do
		n = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -1;
	cmsg = CMSG_FIRSTHDR(&msg);
	if (!n || !cmsg || cmsg->cmsg_type != SCM_RIGHTS) {
		/* Out of descriptors, the kernel delivers the byte alone. */
		errno = n ? EBADF : EPIPE;
		return -1;
	}
	memcpy(&fd, CMSG_DATA(cmsg), sizeof(fd));
	return fd;
}

static void *memfd_map(struct memfd_state *state, int fd)
{
	int seals = fcntl(fd, F_GET_SEALS);
	struct stat st;

	if (seals < 0 || fstat(fd, &st))
		return MAP_FAILED;
	if (!(seals & F_SEAL_SHRINK)) {
		errno = EPERM;
		return MAP_FAILED;
	}
	state->in_size = (size_t)st.st_size;
	return mmap(state->in_place, state->in_size, PROT_READ, MAP_SHARED, fd, 0);
}

static void *memfd_receive(struct channel *ch)
{
	struct memfd_state *state = ch->state;
	int fd = memfd_take(ch->rfd);
	void *map;

	if (fd < 0)
		return NULL;
	map = memfd_map(state, fd);
	memfd_drop(fd);
	if (map == MAP_FAILED)
		return NULL;
	state->in = map;
	ch->got = state->in_size;
	return map;
}

static int memfd_release(struct channel *ch)
{
	struct memfd_state *state = ch->state;

	return munmap(state->in, state->in_size);
}

const struct mechanism mech_memfd = {
	.name = "memfd",
	.family = "shared memory",
	.about = "a sealed memfd for each message, filled and checked in place, mapped where there "
		 "is room; Unix sockets pass its descriptor",
	.flow = "a full send buffer blocks the sender; it is small, for few memfds on the way",
	.copies = 0,
	.syscalls = 13,
	.boundaries = true,
	.in_place = true,
	.no_batch = "every message is made, passed and mapped by itself",
	.no_capacity = "what is on the way is in memfds, each of its own size",
	.state_size = sizeof(struct memfd_state),
	.open = memfd_open,
	.enter = memfd_enter,
	.reserve = memfd_reserve,
	.commit = memfd_commit,
	.receive = memfd_receive,
	.release = memfd_release,
};
