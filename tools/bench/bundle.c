// SPDX-License-Identifier: GPL-2.0-only
/* Batches in private memory, and how they go over descriptors. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bundle.h"
#include "fdio.h"

#define BUNDLE_ALIGN	64

size_t bundle_round(size_t size)
{
	return (size + BUNDLE_ALIGN - 1) / BUNDLE_ALIGN * BUNDLE_ALIGN;
}

/* Heads of @n messages from @base on, and their vectors behind the heads */
static void bundle_describe(struct mmsghdr *heads, unsigned int n, unsigned char *base,
			    size_t stride, size_t size)
{
	struct iovec *iov = (struct iovec *)(heads + n);

	for (unsigned int i = 0; i < n; i++) {
		iov[i] = (struct iovec){ .iov_base = base + i * stride, .iov_len = size };
		heads[i].msg_hdr.msg_iov = &iov[i];
		heads[i].msg_hdr.msg_iovlen = 1;
	}
}

/* One piece of memory, so that whoever ends the side need not know what is in it. */
int bundle_enter(struct channel *ch, size_t stride, size_t own)
{
	size_t head = bundle_round(sizeof(struct bundle)), n = ch->batch;
	size_t heads = bundle_round(n * (sizeof(struct mmsghdr) + sizeof(struct iovec)));
	size_t messages = bundle_round(n * stride);
	size_t size = head + 2 * heads + 2 * messages + bundle_round(n * own);
	unsigned char *at = aligned_alloc(BUNDLE_ALIGN, size);
	struct bundle *b = (struct bundle *)at;

	if (!at)
		return -1;
	memset(at, 0, size);
	b->stride = stride;
	b->sent = (struct mmsghdr *)(at + head);
	b->taken = (struct mmsghdr *)(at + head + heads);
	b->out = at + head + 2 * heads;
	b->in = b->out + messages;
	b->own = b->in + messages;
	bundle_describe(b->sent, ch->batch, b->out, stride, ch->size);
	bundle_describe(b->taken, ch->batch, b->in, stride, ch->size);
	ch->bundle = b;
	return 0;
}

struct iovec *bundle_vectors(const struct mmsghdr *heads)
{
	return heads[0].msg_hdr.msg_iov;
}

void *bundle_reserve(struct channel *ch)
{
	return ch->bundle->out + ch->bundle->filled * ch->bundle->stride;
}

int bundle_commit(struct channel *ch, void *buf)
{
	(void)buf;	/* it is in its batch already */
	return ++ch->bundle->filled == ch->batch ? ch->mech->flush(ch) : 0;
}

int bundle_release(struct channel *ch)
{
	(void)ch;	/* the batch is received over when all of it has been handed out */
	return 0;
}

int bundle_stream_enter(struct channel *ch)
{
	return bundle_enter(ch, ch->size, 0);
}

static int bundle_stream_flush(struct channel *ch)
{
	struct bundle *b = ch->bundle;
	size_t size = b->filled * ch->size;

	b->filled = 0;
	return size ? stream_write(ch, b->out, size) : 0;
}

/* Read what is there, as far as it is of one batch, but at least one message. */
static int bundle_stream_fetch(struct channel *ch)
{
	struct bundle *b = ch->bundle;
	size_t at = b->next * ch->size;
	ssize_t n;

	memmove(b->in, b->in + at, b->bytes - at);
	b->bytes -= at;
	b->next = 0;
	while (b->bytes < ch->size) {
		n = stream_read(ch, b->in + b->bytes, ch->batch * ch->size - b->bytes);
		if (n < 0)
			return -1;
		b->bytes += (size_t)n;
		ch->fetches++;
	}
	return 0;
}

void *bundle_stream_receive(struct channel *ch)
{
	struct bundle *b = ch->bundle;

	if (b->bytes - b->next * ch->size < ch->size && bundle_stream_fetch(ch))
		return NULL;
	ch->got = ch->size;
	return b->in + b->next++ * ch->size;
}

const struct batching stream_batching = {
	.enter = bundle_stream_enter,
	.reserve = bundle_reserve,
	.commit = bundle_commit,
	.receive = bundle_stream_receive,
	.release = bundle_release,
	.flush = bundle_stream_flush,
};

int bundle_packet_enter(struct channel *ch)
{
	return bundle_enter(ch, bundle_round(ch->size), 0);
}

int bundle_packet_flush(struct channel *ch)
{
	struct bundle *b = ch->bundle;
	unsigned int filled = b->filled, sent = 0;
	uint64_t since = 0;

	b->filled = 0;
	while (sent < filled) {
		int n;

		if (fd_ask(ch, POLLOUT))
			return -1;
		n = sendmmsg(ch->wfd, b->sent + sent, filled - sent, 0);
		if (fd_again(ch, POLLOUT, n, &since))
			continue;
		if (n < 0)
			return -1;
		for (; n > 0; n--) {
			if (b->sent[sent++].msg_len == ch->size)
				continue;
			errno = EMSGSIZE;
			return -1;
		}
	}
	return 0;
}

/* Receive what is there, as far as it is of one batch, but at least one message. */
static int bundle_packet_fetch(struct channel *ch)
{
	struct bundle *b = ch->bundle;
	uint64_t since = 0;
	int n;

	if (fd_ask(ch, POLLIN))
		return -1;
	do
		n = recvmmsg(ch->rfd, b->taken, ch->batch, MSG_WAITFORONE | MSG_TRUNC, NULL);
	while (fd_again(ch, POLLIN, n, &since));
	if (n < 0) {
		if (errno == EAGAIN)
			errno = ETIMEDOUT;
		return -1;
	}
	b->have = (unsigned int)n;
	b->next = 0;
	ch->fetches++;
	return 0;
}

void *bundle_packet_receive(struct channel *ch)
{
	struct bundle *b = ch->bundle;

	if (b->next == b->have && bundle_packet_fetch(ch))
		return NULL;
	ch->got = b->taken[b->next].msg_len;
	if (!ch->got) {
		errno = EPIPE;
		return NULL;
	}
	return b->in + b->next++ * b->stride;
}

const struct batching packet_batching = {
	.enter = bundle_packet_enter,
	.reserve = bundle_reserve,
	.commit = bundle_commit,
	.receive = bundle_packet_receive,
	.release = bundle_release,
	.flush = bundle_packet_flush,
};
