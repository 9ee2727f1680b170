/* SPDX-License-Identifier: GPL-2.0-only */
/* Sending and receiving on descriptors: what the mechanisms made of them have in common. */
#ifndef BENCH_FDIO_H
#define BENCH_FDIO_H

#include <errno.h>
#include <sys/types.h>
#include <unistd.h>

#include "wait.h"

/** fd_ask() - what an event loop does before it sends or receives; -1 on failure */
static inline int fd_ask(struct channel *ch, short events)
{
	uint64_t since = 0;

	return channel_asks_first(ch) ? channel_ready(ch, events, &since) : 0;
}

/**
 * fd_again() - whether to try again after a call that returned @ret
 *
 * That is so if it was interrupted, or if the channel does not block, and has waited now. What else
 * went wrong stays in errno.
 */
static inline bool fd_again(struct channel *ch, short events, ssize_t ret, uint64_t *since)
{
	if (ret >= 0)
		return false;
	if (errno == EINTR)
		return true;
	return errno == EAGAIN && ch->wait != WAIT_BLOCK && !channel_ready(ch, events, since);
}

/** stream_write() - write @left bytes to a byte stream, in as many calls as it takes; 0, or -1 */
static inline int stream_write(struct channel *ch, const unsigned char *p, size_t left)
{
	uint64_t since = 0;

	if (fd_ask(ch, POLLOUT))
		return -1;
	while (left) {
		ssize_t n = write(ch->wfd, p, left);

		if (fd_again(ch, POLLOUT, n, &since))
			continue;
		if (n < 0)
			return -1;
		p += n;
		left -= (size_t)n;
	}
	return 0;
}

/** stream_read() - read what is there from a byte stream, at most @room bytes; at least 1, or -1 */
static inline ssize_t stream_read(struct channel *ch, unsigned char *p, size_t room)
{
	uint64_t since = 0;
	ssize_t n;

	do {
		if (fd_ask(ch, POLLIN))
			return -1;
		n = read(ch->rfd, p, room);
	} while (fd_again(ch, POLLIN, n, &since));
	if (n)
		return n;
	errno = EPIPE;
	return -1;
}

/** stream_commit() - write the whole message to a byte stream, in as many calls as it takes */
int stream_commit(struct channel *ch, void *buf);

/** stream_receive() - read the whole message from a byte stream, in as many calls as it takes */
void *stream_receive(struct channel *ch);

/** packet_commit() - send the message, which keeps its boundaries, in one call */
int packet_commit(struct channel *ch, void *buf);

/** packet_receive() - receive one message that keeps its boundaries */
void *packet_receive(struct channel *ch);

/** unix_pair() - open a channel over one connected pair of Unix sockets of @type */
enum channel_opened unix_pair(struct channel *ch, int type);

/** pipe_pair() - open a channel over two pipes, one each way */
enum channel_opened pipe_pair(struct channel *ch);

/** meet() - in each side's process: wait until the other calls it; returns that process, or -1 */
pid_t meet(struct channel *ch);

/** socket_facts() - note the buffer sizes of a socket */
void socket_facts(struct channel *ch, int fd);

/** pipe_sized() - give both pipes &channel.capacity, if there is one, and note what they have */
enum channel_opened pipe_sized(struct channel *ch);

/** socket_send_sized() - give a socket's send buffer &channel.capacity, if there is one */
enum channel_opened socket_send_sized(struct channel *ch, int fd);

/** socket_sized() - the same for its receive buffer, too */
enum channel_opened socket_sized(struct channel *ch, int fd);

/** sysctl_fact() - note a number from a file under /proc/sys; -1 if it cannot be read */
long long sysctl_fact(struct channel *ch, const char *name, const char *path);

/** sysctl_read() - a number from a file under /proc/sys, read once; -1 if it cannot be */
long long sysctl_read(const char *path);

#endif /* BENCH_FDIO_H */
