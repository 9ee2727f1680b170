/* SPDX-License-Identifier: GPL-2.0-only */
/* Sending and receiving on descriptors: what the mechanisms made of them have in common. */
#ifndef BENCH_FDIO_H
#define BENCH_FDIO_H

#include "mechanism.h"

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

/** socket_facts() - note the buffer sizes of a socket */
void socket_facts(struct channel *ch, int fd);

/** pipe_facts() - note the capacity of a pipe */
void pipe_facts(struct channel *ch, int fd);

/** sysctl_fact() - note a number from a file under /proc/sys; -1 if it cannot be read */
long long sysctl_fact(struct channel *ch, const char *name, const char *path);

/** sysctl_read() - a number from a file; -1 if it cannot be read */
long long sysctl_read(const char *path);

#endif /* BENCH_FDIO_H */
