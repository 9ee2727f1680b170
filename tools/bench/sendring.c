// SPDX-License-Identifier: GPL-2.0-only
/* Buffers that a sender fills in turn. They end with its process, which closes no channel. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bundle.h"
#include "sendring.h"

int sendring_enter(struct channel *ch, struct sendring *ring, unsigned int slots, size_t align)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), room;

	ring->stride = (ch->size + align - 1) / align * align;
	ring->slots = slots;
	room = (slots * ring->stride + page - 1) / page * page;
	ring->base = aligned_alloc(page, room);
	if (!ring->base)
		return -1;
	memset(ring->base, 0, room);
	ch->tx = ring->base;
	return 0;
}

void sendring_turn(struct channel *ch, struct sendring *ring)
{
	ring->at = (ring->at + 1) % ring->slots;
	ch->tx = ring->base + ring->at * ring->stride;
}

void *sendring_batch_reserve(struct channel *ch)
{
	return ch->tx;
}

int sendring_batch_commit(struct channel *ch, void *buf)
{
	struct bundle *b = ch->bundle;

	bundle_vectors(b->sent)[b->filled] = (struct iovec){
		.iov_base = buf,
		.iov_len = ch->size,
	};
	sendring_turn(ch, ch->state);
	return bundle_commit(ch, buf);
}
