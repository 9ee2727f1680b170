// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * SPSC rings: what is not done in the few instructions of ipcx-ring.h: wrapping, batches, room that
 * has to be looked for, and taking the place of one that died.
 *
 * The sender alone writes headers. One that is zero ends the messages: the sender clears the next
 * before it publishes one, so the receiver needs no index of the sender's to know that there is a
 * message. Positions that a side relies on are in its handle; what it reads of the other side is
 * checked each time.
 */
#include "ring_internal.h"

/* What of the ring cannot be used: the zero header that ends the messages. */
#define SPSC_END 8

static void spsc_put(struct ipcx_ring *ring, uint64_t pos, uint64_t header)
{
	/* The first of a batch is what publishes all of it, so it waits for the commit. */
	if (pos == ring->pos)
		ring->first = header;
	else
		/* Relaxed: published by the release of the first. */
		ipcx__store(ipcx__ring_word(ring, pos), header, __ATOMIC_RELAXED);
}

/*
 * Room for @need bytes more; looks at the receiver, and notes how full the ring is. The next look is
 * when that much is used, or when it may be an eighth fuller than ever.
 */
int ipcx__spsc_room(struct ipcx_ring *ring, uint64_t need)
{
	uint64_t capacity = ring_capacity(ring);
	/* Acquire: the receiver has read what was there; pairs with the release in release. */
	uint64_t head = ipcx__load(&ring->theirs->pos, __ATOMIC_ACQUIRE);
	uint64_t used = ring->end - head, most = capacity - SPSC_END, high, ahead;

	if (used > most || head % 8)
		return ring_fail(EBADMSG);
	if (most - used < need)
		return 0;
	used += need;
	/* Relaxed: only this side writes it, for others to look at. */
	high = ipcx__load(&ring->mine->high, __ATOMIC_RELAXED);
	if (used > high) {
		high = used;
		ipcx__store(&ring->mine->high, high, __ATOMIC_RELAXED);
	}
	ahead = high < most ? high + capacity / 8 : most;
	ring->limit = head + (ahead < most ? ahead : most);
	return 1;
}

/* How many bytes are left before the wrap, if a record of @size does not fit there; else 0. */
static uint64_t spsc_skip(const struct ipcx_ring *ring, uint64_t size)
{
	uint64_t left = ring_capacity(ring) - ring_offset(ring, ring->end);

	return size > left ? left : 0;
}

int ipcx__spsc_space(struct ipcx_ring *ring, size_t len)
{
	uint64_t size = ipcx__ring_record(len);

	return ipcx__spsc_room(ring, spsc_skip(ring, size) + size);
}

void *ipcx__spsc_reserve(struct ipcx_ring *ring, size_t len, uint64_t deadline)
{
	uint64_t size = ipcx__ring_record(len), skip = spsc_skip(ring, size), need = skip + size;

	if (ring->end - ring->pos + need > ring_capacity(ring) - SPSC_END) {
		errno = ENOBUFS;
		return NULL;
	}
	if (need > ring->limit - ring->end &&
	    ipcx__ring_wait(ring, ipcx__spsc_room, need, deadline))
		return NULL;
	if (skip) {
		spsc_put(ring, ring->end, IPCX__RING_SKIP | skip);
		ring->end += skip;
	}
	spsc_put(ring, ring->end, IPCX__RING_DONE | len);
	ring->last = ring->end;
	ring->end += size;
	return ipcx__ring_word(ring, ring->last) + 1;
}

void ipcx__spsc_shorten(struct ipcx_ring *ring, size_t len)
{
	uint64_t size = ipcx__ring_record(len);

	if (ring->end == ring->pos || size > ring->end - ring->last)
		return;
	spsc_put(ring, ring->last, IPCX__RING_DONE | len);
	ring->end = ring->last + size;
}

int ipcx__spsc_data(struct ipcx_ring *ring, uint64_t need)
{
	(void)need;
	/* Acquire: pairs with the release in commit. */
	return ipcx__load(ipcx__ring_word(ring, ring->end), __ATOMIC_ACQUIRE) != 0;
}

/* A record is only taken if the ring holds it together with what was peeked at before. */
static bool spsc_fits(const struct ipcx_ring *ring, uint64_t size)
{
	return ring->end + size - ring->pos <= ring->mask;
}

void *ipcx__spsc_peek(struct ipcx_ring *ring, size_t *len, uint64_t deadline)
{
	uint64_t header, size, left;

	for (;;) {
		/* Acquire: as in ipcx_ring_peek(); read once. */
		header = ipcx__load(ipcx__ring_word(ring, ring->end), __ATOMIC_ACQUIRE);
		left = ring_capacity(ring) - ring_offset(ring, ring->end);
		if (!header) {
			if (ipcx__ring_wait(ring, ipcx__spsc_data, 0, deadline))
				return NULL;
		} else if (header == (IPCX__RING_SKIP | left) && left < ring_capacity(ring) &&
			   spsc_fits(ring, left)) {
			/* There is no skip at the beginning, so this comes once. */
			ring->end += left;
		} else {
			break;
		}
	}
	size = ipcx__ring_record((uint32_t)header);
	if (header - IPCX__RING_DONE > ring->max || size > left || !spsc_fits(ring, size)) {
		errno = EBADMSG;
		return NULL;
	}
	ring->end += size;
	*len = (uint32_t)header;
	return ipcx__ring_word(ring, ring->end - size) + 1;
}

/*
 * Where the sender is to go on: after the last message whose header is there. One that died has
 * published it, and perhaps not moved its position; so it is found from there.
 */
static int spsc_walk(struct ipcx_ring *ring, uint64_t head)
{
	/* Acquire: pairs with the release in commit of the sender before. */
	uint64_t tail = ipcx__load(&ring->mine->pos, __ATOMIC_ACQUIRE), begin = tail;
	uint64_t header, size, left;

	if (tail % 8 || head % 8)
		return ring_fail(EBADMSG);
	while ((header = ipcx__load(ipcx__ring_word(ring, tail), __ATOMIC_ACQUIRE))) {
		left = ring_capacity(ring) - ring_offset(ring, tail);
		size = header == (IPCX__RING_SKIP | left) ? left :
		       header - IPCX__RING_DONE <= ring->max ?
		       ipcx__ring_record((uint32_t)header) : UINT64_MAX;
		if (size > left || tail + size - begin > ring->mask)
			return ring_fail(EBADMSG);
		tail += size;
	}
	if (tail - head > ring_capacity(ring) - SPSC_END)
		return ring_fail(EBADMSG);
	ring->pos = tail;
	ipcx__store(&ring->mine->pos, tail, __ATOMIC_RELEASE);
	return 0;
}

static int spsc_resume(struct ipcx_ring *ring)
{
	/* Acquire: what is read at these places was written before. */
	uint64_t theirs = ipcx__load(&ring->theirs->pos, __ATOMIC_ACQUIRE);
	uint64_t mine = ipcx__load(&ring->mine->pos, __ATOMIC_ACQUIRE);

	if (ring->role == IPCX_RING_SENDER) {
		if (spsc_walk(ring, theirs))
			return -1;
		ring->limit = ring->pos;
	} else {
		/* The sender may not have told yet of what has been received. */
		if (mine % 8 || (theirs - mine > ring->mask && mine - theirs > ring->mask))
			return ring_fail(EBADMSG);
		ring->pos = mine;
	}
	ring->end = ring->pos;
	return 0;
}

int ipcx__spsc_attach(struct ipcx_ring *ring)
{
	uint64_t owner = 0;
	int dead = 0;

	/*
	 * Acquire: what the one before did; pairs with the release in detach. If it died, its death
	 * was seen, and that comes after all that it did.
	 */
	while (!ipcx__cas(&ring->mine->owner, &owner, ring->me, __ATOMIC_ACQUIRE,
			  __ATOMIC_RELAXED)) {
		if (dead > 1 || !ipcx__dead(owner))
			return ring_fail(EBUSY);
		dead++;
	}
	dead = owner != 0;
	if (spsc_resume(ring)) {
		ipcx__spsc_detach(ring);
		return -1;
	}
	return dead;
}

void ipcx__spsc_detach(struct ipcx_ring *ring)
{
	uint64_t me = ring->me;

	/* Release: pairs with the acquire in attach of who comes next. */
	ipcx__cas(&ring->mine->owner, &me, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
}

int ipcx__spsc_mourn(struct ipcx_ring *ring)
{
	/* Relaxed: what matters is asked of the kernel. */
	uint64_t peer = ipcx__load(&ring->theirs->owner, __ATOMIC_RELAXED);

	if (!peer || peer == ring->told || peer == ring->me || !ipcx__dead(peer))
		return 0;
	ring->told = peer;
	return ring_fail(EOWNERDEAD);
}
