// SPDX-License-Identifier: GPL-2.0-only
/*
 * The library's rings against a peer who writes what libFuzzer likes into their memory, between one
 * call and the next. Every call must come back with a message that is within the ring, or with an
 * errno that is documented; the sanitizers see the rest.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ipcx_ring.h>

#include "input.h"

#define CAPACITY	1024

struct both {
	unsigned char *mem;
	size_t size;
	struct ipcx_ring tx, rx;
};

static void judge(const char *what, bool fine)
{
	if (fine || errno == EBADMSG || errno == EAGAIN || errno == ETIMEDOUT ||
	    errno == EOWNERDEAD || errno == ENOBUFS || errno == EMSGSIZE || errno == EBUSY ||
	    errno == EINTR)
		return;
	perror(what);
	abort();
}

static void within(const struct both *both, const void *at, size_t len)
{
	const unsigned char *p = at;

	if (p < both->mem || len > CAPACITY || p + len > both->mem + both->size)
		abort();
	for (size_t i = 0; i < len; i++)
		(void)*(const volatile unsigned char *)(p + i);
}

static void judge_attach(void)
{
	if (errno != EPROTONOSUPPORT && errno != ENOSPC && errno != EXDEV)
		judge("attach", false);
}

/* A word of the peer's choice; about half of the time where positions, locks and events are */
static void scribble(struct both *both, struct input *input)
{
	size_t words = both->size / sizeof(uint64_t);
	size_t at = input_number(input, 2);
	uint64_t value = input_number(input, 8);

	at = at & 1 ? at / 2 % 80 : at / 2 % words;
	memcpy(both->mem + at * sizeof(value), &value, sizeof(value));
}

static void look(struct both *both, unsigned int how)
{
	struct iovec msgs[IPCX_RING_BATCH];
	size_t len;
	void *at;
	int n;

	if (how & 1) {
		n = ipcx_ring_peek_batch(&both->rx, msgs, IPCX_RING_BATCH, IPCX_RING_TRY);
		judge("peek_batch", n > 0);
		while (n-- > 0)
			within(both, msgs[n].iov_base, msgs[n].iov_len);
	} else {
		at = ipcx_ring_peek(&both->rx, &len, IPCX_RING_TRY);
		judge("peek", at);
		if (at)
			within(both, at, len);
	}
	if (how & 2)
		ipcx_ring_release(&both->rx);
}

static void reserve(struct both *both, size_t len)
{
	void *at = ipcx_ring_reserve(&both->tx, len, IPCX_RING_TRY);

	judge("reserve", at);
	if (at) {
		within(both, at, len);
		memset(at, 2, len);
		if (len & 1)
			ipcx_ring_shorten(&both->tx, len / 2);
	}
	ipcx_ring_commit(&both->tx);
}

static void send_batch(struct both *both, void *buf, size_t len)
{
	struct iovec msgs[8];

	for (unsigned int i = 0; i < 8; i++)
		msgs[i] = (struct iovec){ buf, len / 4 };
	judge("send_batch", ipcx_ring_send_batch(&both->tx, msgs, 8, IPCX_RING_TRY) > 0);
}

static void use(struct both *both, struct input *input)
{
	unsigned char buf[CAPACITY] = { 1 };
	struct ipcx_ring_stat stat;
	unsigned int what = input_number(input, 1);
	size_t len = input_number(input, 1) * 4;

	switch (what % 8) {
	case 0:
		judge("send", !ipcx_ring_send(&both->tx, buf, len, IPCX_RING_TRY));
		break;
	case 1:
		reserve(both, len);
		break;
	case 2:
		send_batch(both, buf, len);
		break;
	case 3:
		judge("recv", ipcx_ring_recv(&both->rx, buf, len, IPCX_RING_TRY) >= 0);
		break;
	case 4:
		look(both, what / 8);
		break;
	case 5:
		judge("stat", !ipcx_ring_stat(&both->rx, &stat));
		break;
	default:
		scribble(both, input);
	}
}

static bool attach(struct both *both, struct input *input)
{
	struct ipcx_ring_config config = {
		.capacity = CAPACITY,
		.kind = input_number(input, 1) & 1 ? IPCX_RING_MPMC : IPCX_RING_SPSC,
	};

	if (ipcx_ring_init(both->mem, both->size, &config))
		abort();
	/* What is there when one attaches may be the peer's, too. */
	for (unsigned int n = input_number(input, 1) % 8; n; n--)
		scribble(both, input);
	if (ipcx_ring_attach(&both->tx, both->mem, both->size, IPCX_RING_SENDER)) {
		judge_attach();
		return false;
	}
	if (ipcx_ring_attach(&both->rx, both->mem, both->size, IPCX_RING_RECEIVER)) {
		judge_attach();
		ipcx_ring_detach(&both->tx);
		return false;
	}
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct input input = { data, len };
	struct both both = { .size = ipcx_ring_size(CAPACITY) };

	both.mem = aligned_alloc(128, both.size);
	if (!both.mem)
		return 0;
	memset(both.mem, 0, both.size);
	if (attach(&both, &input)) {
		while (input.left)
			use(&both, &input);
		ipcx_ring_detach(&both.tx);
		ipcx_ring_detach(&both.rx);
	}
	free(both.mem);
	return 0;
}
