// SPDX-License-Identifier: GPL-2.0-only
/* Sending and receiving on descriptors, and reading limits. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fdio.h"

#define SYSCTLS	8	/* more than all mechanisms read */

int stream_commit(struct channel *ch, void *buf)
{
	return stream_write(ch, buf, ch->size);
}

void *stream_receive(struct channel *ch)
{
	size_t got = 0;

	while (got < ch->size) {
		ssize_t n = stream_read(ch, ch->rx + got, ch->size - got);

		if (n < 0)
			return NULL;
		got += (size_t)n;
	}
	ch->got = got;
	return ch->rx;
}

int packet_commit(struct channel *ch, void *buf)
{
	uint64_t since = 0;
	ssize_t n;

	if (fd_ask(ch, POLLOUT))
		return -1;
	do
		n = send(ch->wfd, buf, ch->size, 0);
	while (fd_again(ch, POLLOUT, n, &since));
	if (n < 0)
		return -1;
	if ((size_t)n != ch->size) {
		errno = EMSGSIZE;
		return -1;
	}
	return 0;
}

void *packet_receive(struct channel *ch)
{
	uint64_t since = 0;
	ssize_t n;

	if (fd_ask(ch, POLLIN))
		return NULL;
	/* MSG_TRUNC: the true length, also of a message that is longer than it should be. */
	do
		n = recv(ch->rfd, ch->rx, ch->size, MSG_TRUNC);
	while (fd_again(ch, POLLIN, n, &since));
	if (n < 0) {
		if (errno == EAGAIN)
			errno = ETIMEDOUT;
		return NULL;
	}
	if (!n) {
		errno = EPIPE;
		return NULL;
	}
	ch->got = (size_t)n;
	return ch->rx;
}

void socket_facts(struct channel *ch, int fd)
{
	socklen_t len = sizeof(int);
	int bytes;

	if (ch->unnoted)
		return;
	if (!getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, &len))
		channel_fact(ch, "so_sndbuf", bytes);
	len = sizeof(int);
	if (!getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, &len))
		channel_fact(ch, "so_rcvbuf", bytes);
}

/* The kernel doubles what is asked for, for its own use, and silently cuts off what is too much. */
static enum channel_opened socket_buffer(struct channel *ch, int fd, int option, const char *limit,
					 const char *path)
{
	int bytes = (int)ch->capacity, is;
	socklen_t len = sizeof(is);

	if (setsockopt(fd, SOL_SOCKET, option, &bytes, sizeof(bytes)) ||
	    getsockopt(fd, SOL_SOCKET, option, &is, &len))
		return channel_failed(ch, "socket buffer");
	if (is < 2 * bytes)
		return channel_says(ch, CHANNEL_REFUSED, "%s is %lld", limit, sysctl_read(path));
	return CHANNEL_OPEN;
}

enum channel_opened socket_send_sized(struct channel *ch, int fd)
{
	if (!ch->capacity)
		return CHANNEL_OPEN;
	return socket_buffer(ch, fd, SO_SNDBUF, "net.core.wmem_max",
			     "/proc/sys/net/core/wmem_max");
}

enum channel_opened socket_sized(struct channel *ch, int fd)
{
	enum channel_opened result = socket_send_sized(ch, fd);

	if (result != CHANNEL_OPEN || !ch->capacity)
		return result;
	return socket_buffer(ch, fd, SO_RCVBUF, "net.core.rmem_max",
			     "/proc/sys/net/core/rmem_max");
}

enum channel_opened unix_pair(struct channel *ch, int type)
{
	enum channel_opened result = CHANNEL_OPEN;
	socklen_t len = sizeof(int);
	int pair[2], sndbuf;

	if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair))
		return channel_failed(ch, "socketpair");
	for (int side = 0; side < SIDES; side++) {
		ch->in[side] = pair[side];
		ch->out[side] = pair[side];
		/* What is on the way between Unix sockets counts for the sender only. */
		if (result == CHANNEL_OPEN)
			result = socket_send_sized(ch, pair[side]);
	}
	socket_facts(ch, pair[0]);
	if (result != CHANNEL_OPEN)
		return result;
	if (type == SOCK_STREAM)
		return CHANNEL_OPEN;
	if (getsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &sndbuf, &len))
		return channel_failed(ch, "SO_SNDBUF");
	/* The kernel keeps 32 bytes of the send buffer back; see unix(7). */
	if (ch->size > (size_t)sndbuf - 32)
		return channel_says(ch, CHANNEL_REFUSED,
				    "SO_SNDBUF is %d, so a message has at most %d",
				    sndbuf, sndbuf - 32);
	return CHANNEL_OPEN;
}

enum channel_opened pipe_pair(struct channel *ch)
{
	for (int side = 0; side < SIDES; side++) {
		int ends[2];

		if (pipe2(ends, O_CLOEXEC))
			return channel_failed(ch, "pipe2");
		ch->in[side] = ends[0];
		ch->out[!side] = ends[1];
	}
	return CHANNEL_OPEN;
}

pid_t meet(struct channel *ch)
{
	pid_t me = getpid(), other;
	ssize_t n;

	if (write(ch->wfd, &me, sizeof(me)) < 0)
		return -1;
	n = read(ch->rfd, &other, sizeof(other));
	if (!n)
		errno = EPIPE;
	return n == sizeof(other) ? other : -1;
}

enum channel_opened pipe_sized(struct channel *ch)
{
	enum channel_opened result = CHANNEL_OPEN;

	for (int side = 0; side < SIDES && ch->capacity && result == CHANNEL_OPEN; side++) {
		if (fcntl(ch->in[side], F_SETPIPE_SZ, (int)ch->capacity) >= 0)
			continue;
		result = errno != EPERM ? channel_failed(ch, "F_SETPIPE_SZ") :
			channel_says(ch, CHANNEL_REFUSED,
				     "fs.pipe-max-size is %lld, and fs.pipe-user-pages-soft %lld",
				     sysctl_read("/proc/sys/fs/pipe-max-size"),
				     sysctl_read("/proc/sys/fs/pipe-user-pages-soft"));
	}
	if (!ch->unnoted)
		channel_fact(ch, "pipe_size", fcntl(ch->in[SIDE_PEER], F_GETPIPE_SZ));
	return result;
}

static long long sysctl_file(const char *path)
{
	FILE *file = fopen(path, "re");
	long long value;

	if (!file)
		return -1;
	if (fscanf(file, "%lld", &value) != 1)
		value = -1;
	fclose(file);
	return value;
}

/* Reading it is no part of setting up a channel, so a process does that once. */
long long sysctl_read(const char *path)
{
	static struct {
		const char *path;
		long long value;
	} known[SYSCTLS];
	unsigned int i = 0;

	while (i < SYSCTLS && known[i].path && strcmp(known[i].path, path))
		i++;
	if (i == SYSCTLS)
		return sysctl_file(path);
	if (!known[i].path) {
		known[i].value = sysctl_file(path);
		known[i].path = path;
	}
	return known[i].value;
}

long long sysctl_fact(struct channel *ch, const char *name, const char *path)
{
	long long value = sysctl_read(path);

	channel_fact(ch, name, value);
	return value;
}
