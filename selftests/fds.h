/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests of descriptors in messages share.
 */
#ifndef _IPCX_FDS_H
#define _IPCX_FDS_H

#include <poll.h>
#include <sys/resource.h>

#include "box.h"

/* A message with room for descriptors, as it was received */
struct parcel {
	struct ipcx_recv recv;
	int fds[IPCX_FDS_MAX];
	uint8_t data[64];
};

static inline struct ipcx_send fds_send(const int *fds, unsigned int nfds, uint64_t type)
{
	return (struct ipcx_send) {
		.msg = { .type = type, .fds = (uintptr_t)fds, .nfds = nfds },
	};
}

/* An empty message of that type, and these descriptors */
static inline int put_fds(int fd, uint64_t type, const int *fds, unsigned int nfds)
{
	struct ipcx_send send = fds_send(fds, nfds, type);

	send.flags = IPCX_DONTWAIT;
	return command(fd, IPCX_IOC_SEND, &send);
}

static inline int put_fd(int fd, uint64_t type, int sent)
{
	return put_fds(fd, type, &sent, 1);
}

static inline void parcel_init(struct parcel *parcel, unsigned int room, uint32_t flags)
{
	memset(parcel, 0, sizeof(*parcel));
	memset(parcel->fds, -1, sizeof(parcel->fds));
	parcel->recv.flags = flags;
	parcel->recv.msg = msg_of(parcel->data, sizeof(parcel->data), 0);
	parcel->recv.msg.fds = (uintptr_t)parcel->fds;
	parcel->recv.msg.nfds = room;
}

/* The type of the message */
static inline int64_t get_fds(int fd, struct parcel *parcel, unsigned int room, uint32_t flags)
{
	int err;

	parcel_init(parcel, room, flags);
	err = command(fd, IPCX_IOC_RECV, &parcel->recv);
	return err ?: (int64_t)parcel->recv.msg.type;
}

/* The descriptor that the next message has, which must be the only one */
static inline int get_fd(int fd)
{
	struct parcel parcel;
	int64_t type = get_fds(fd, &parcel, 1, IPCX_DONTWAIT);

	if (type < 0)
		return type;
	return parcel.recv.msg.nfds == 1 ? parcel.fds[0] : -ENOMSG;
}

/* The number that the next descriptor gets: one that is left open, or reserved, raises it. */
static inline int next_number(void)
{
	int fd = dup(STDIN_FILENO);

	close(fd);
	return fd;
}

/* Is nobody left who could write into the pipe? Waits for it, as closing may come later. */
static inline bool hung_up(int pipe_out)
{
	struct pollfd pollfd = { .fd = pipe_out };

	return poll(&pollfd, 1, 20000) == 1 && pollfd.revents & POLLHUP;
}

/* Is somebody left? */
static inline bool held(int pipe_out)
{
	struct pollfd pollfd = { .fd = pipe_out };

	return poll(&pollfd, 1, 20) == 0;
}

/* Puts the writing end of a new pipe into a message, and into nothing else: the reading end */
static inline int put_pipe(int fd, uint64_t type)
{
	int ends[2], err;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	err = put_fd(fd, type, ends[1]);
	close(ends[1]);
	if (err) {
		close(ends[0]);
		return err;
	}
	return ends[0];
}

/* The process may have as many descriptors as it has, and @more. */
static inline void limit_fds(int more)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = next_number() + more;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static inline void unlimit_fds(void)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

#endif
