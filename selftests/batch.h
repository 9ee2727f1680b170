/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Batches to test with. As with single messages, the payload follows from the type.
 */
#ifndef _IPCX_BATCH_TEST_H
#define _IPCX_BATCH_TEST_H

#include "box.h"

/* @count places for messages of up to @size bytes, to send from and to receive into */
struct batch {
	unsigned int count;
	size_t size;
	uint8_t *data;
	struct ipcx_msg *out;
	struct ipcx_received *in;
};

static inline uint8_t *batch_place(const struct batch *b, unsigned int i)
{
	return b->data + i * b->size;
}

/* Ready to receive */
static inline void batch_clear(struct batch *b)
{
	unsigned int i;

	memset(b->data, 0, b->count * b->size);
	for (i = 0; i < b->count; i++) {
		memset(&b->in[i], 0, sizeof(b->in[i]));
		b->in[i].msg = msg_of(batch_place(b, i), b->size, 0);
	}
}

static inline void batch_put(struct batch *b, unsigned int i, uint64_t type, size_t len)
{
	fill(batch_place(b, i), len, type);
	b->out[i] = msg_of(batch_place(b, i), len, type);
}

/* Messages of types @first, @first + 1 and so on, all of @len bytes */
static inline void batch_fill(struct batch *b, uint64_t first, size_t len)
{
	unsigned int i;

	for (i = 0; i < b->count; i++)
		batch_put(b, i, first + i, len);
}

static inline struct batch batch_of(unsigned int count, size_t size)
{
	struct batch b = {
		.count = count,
		.size = size,
		.data = calloc(count, size),
		.out = calloc(count, sizeof(*b.out)),
		.in = calloc(count, sizeof(*b.in)),
	};

	if (!b.data || !b.out || !b.in)
		abort();
	batch_clear(&b);
	return b;
}

static inline void batch_free(struct batch *b)
{
	free(b->data);
	free(b->out);
	free(b->in);
}

static inline int batch_send(int fd, const struct batch *b, uint32_t flags, uint64_t deadline)
{
	struct ipcx_send_batch send = {
		.msgs = (uintptr_t)b->out,
		.count = b->count,
		.flags = flags,
		.deadline = deadline,
	};

	return command(fd, IPCX_IOC_SEND_BATCH, &send);
}

static inline int batch_recv(int fd, const struct batch *b, uint32_t min, uint32_t flags,
			     uint64_t deadline)
{
	struct ipcx_recv_batch recv = {
		.msgs = (uintptr_t)b->in,
		.count = b->count,
		.min = min,
		.flags = flags,
		.deadline = deadline,
	};

	return command(fd, IPCX_IOC_RECV_BATCH, &recv);
}

/* Types @first, @first + 1 and so on, as many as @count */
static inline int send_batch(int fd, uint64_t first, unsigned int count, size_t len, uint32_t flags)
{
	struct batch b = batch_of(count, len ?: 1);
	int sent;

	batch_fill(&b, first, len);
	sent = batch_send(fd, &b, flags, 0);
	batch_free(&b);
	return sent;
}

/* Is it message @type, whole and untouched? */
static inline bool batch_has(const struct batch *b, unsigned int i, uint64_t type)
{
	const struct ipcx_msg *msg = &b->in[i].msg;

	return msg->type == type && msg->len <= b->size && !msg->flags &&
	       filled(batch_place(b, i), msg->len, type);
}

/* Receives @count messages or fewer, which must be types @first and so on: how many, or -EBADMSG */
static inline int recv_batch(int fd, uint64_t first, unsigned int count, size_t size,
			     uint32_t flags)
{
	struct batch b = batch_of(count, size);
	int i, n = batch_recv(fd, &b, 0, flags, 0);

	for (i = 0; i < n; i++)
		if (!batch_has(&b, i, first + i))
			n = -EBADMSG;
	batch_free(&b);
	return n;
}

#endif
