/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Batches of messages in private memory: those that one system call sends, and those that one has
 * received and that are handed out one by one.
 */
#ifndef BENCH_BUNDLE_H
#define BENCH_BUNDLE_H

#include <sys/socket.h>

#include "mechanism.h"

/**
 * struct bundle - the batches of one side
 * @stride: bytes from one message to the next
 * @out: messages to send
 * @filled: how many there are
 * @sent: vectors and heads of them
 * @in: messages received
 * @have: how many of them there are
 * @next: the one that is handed out next
 * @taken: likewise of those received
 * @bytes: of a byte stream, how many have been received, complete messages or not
 * @own: what the mechanism needs besides, for each message of a batch; zeroed
 */
struct bundle {
	size_t stride;
	unsigned char *out;
	unsigned int filled;
	struct mmsghdr *sent;
	unsigned char *in;
	unsigned int have;
	unsigned int next;
	struct mmsghdr *taken;
	size_t bytes;
	void *own;
};

/**
 * bundle_enter() - make &channel.bundle
 * @ch: channel
 * @stride: bytes from one message to the next
 * @own: bytes of &bundle.own a message
 *
 * Return: 0, or -1.
 */
int bundle_enter(struct channel *ch, size_t stride, size_t own);

/** bundle_round() - as long as @size, or as much longer as it takes to be aligned */
size_t bundle_round(size_t size);

/** bundle_vectors() - the vectors of all messages of @heads, which are side by side */
struct iovec *bundle_vectors(const struct mmsghdr *heads);

/* Operations that most have in common: see struct batching. */
void *bundle_reserve(struct channel *ch);
int bundle_commit(struct channel *ch, void *buf);
int bundle_release(struct channel *ch);

/* Of a byte stream: one write, and one read of what is there. */
int bundle_stream_enter(struct channel *ch);
void *bundle_stream_receive(struct channel *ch);

/* Of packets: sendmmsg, and recvmmsg of what is there. */
int bundle_packet_enter(struct channel *ch);
void *bundle_packet_receive(struct channel *ch);
int bundle_packet_flush(struct channel *ch);

extern const struct batching stream_batching;
extern const struct batching packet_batching;
extern const struct batching uring_batching;

#endif /* BENCH_BUNDLE_H */
