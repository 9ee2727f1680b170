/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Records of MPMC rings. A record begins with its header, in one word, so that it changes from one
 * state to the next at once, and with its owner: who reserved it, or who has taken it.
 *
 *   BUSY  --commit-->  READY  --peek-->  TAKEN  --release-->  DONE
 *     `--- owner died, or gave up ------------------------------^
 *                        ^--- owner died, or gave up ---'
 *
 * What is left where the ring wraps is SKIP, with no owner, as there may be no room for one.
 */
#ifndef IPCX_RING_RECORD_H
#define IPCX_RING_RECORD_H

#include "ring_internal.h"

#define RECORD_HEAD	16	/* header and owner */

enum record_state {
	RECORD_NONE,
	RECORD_BUSY,
	RECORD_READY,
	RECORD_TAKEN,
	RECORD_DONE,
	RECORD_SKIP,
};

struct record {
	enum record_state state;
	uint64_t size;
	uint64_t len;
};

static inline uint64_t record_size(uint64_t len)
{
	return (len + RECORD_HEAD + 15) & ~(uint64_t)15;
}

/* The header: 3 bits of state, 29 of size in units of 16 bytes, 32 of length */
static inline uint64_t record_header(enum record_state state, uint64_t size, uint64_t len)
{
	return (uint64_t)state << 61 | size / 16 << 32 | len;
}

/*
 * Takes a header apart that was read at @pos; false if it cannot be. A record that passes is whole,
 * within the ring, and takes some of it, so that a walk comes to an end.
 */
static inline bool record_parse(const struct ipcx_ring *ring, uint64_t pos, uint64_t header,
				struct record *record)
{
	uint64_t left = ring_capacity(ring) - ring_offset(ring, pos);

	record->state = (enum record_state)(header >> 61);
	record->size = (header >> 32 & 0x1fffffff) * 16;
	record->len = (uint32_t)header;
	switch (record->state) {
	case RECORD_NONE:
		return header == 0;
	case RECORD_SKIP:
		return record->size == left && !record->len;
	case RECORD_BUSY:
	case RECORD_READY:
	case RECORD_TAKEN:
	case RECORD_DONE:
		return record->size >= RECORD_HEAD && record->size <= left &&
		       record->len <= record->size - RECORD_HEAD && record->len <= ring->max;
	}
	return false;
}

static inline uint64_t *record_owner(const struct ipcx_ring *ring, uint64_t pos)
{
	return ipcx__ring_word(ring, pos) + 1;
}

#endif /* IPCX_RING_RECORD_H */
