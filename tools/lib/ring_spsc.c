// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * SPSC rings: what is not done in the few instructions of ipcx_ring.h: wrapping, looking for room
 * and for messages, and taking the place of one that died.
 *
 * The sender alone writes headers and the tail, the receiver alone the head. To move the tail is to
 * commit, to move the head is to release: one store each, so there is nothing that a death could
 * leave half done. Each side relies on the positions in its own handle; what it reads of the other
 * is checked each time.
 */
#include "ring_internal.h"

#define SPSC_AHEAD	1024	/* bytes between what is written and what is made ready for it */
#define SPSC_STREAM	256	/* bytes that a receiver is behind if messages are not one by one */

/*
 * Room for @need bytes more; looks at the receiver, and notes how full the ring is. The next look
 * is when that much is used, or when it may be an eighth fuller than ever.
 */
int ipcx__spsc_room(struct ipcx_ring *ring, uint64_t need)
{
	uint64_t capacity = ring_capacity(ring);
	/* Acquire: the receiver has read what was there; pairs with the release in release. */
	uint64_t head = ipcx__load(&ring->theirs->pos, __ATOMIC_ACQUIRE);
	uint64_t used = ring->end - head, most = capacity, high, ahead;

	if (used > most || head % 16)
		return ring_fail(EBADMSG);
	if (most - used < need)
		return 0;
	ring->streams = used >= SPSC_STREAM;
	used += need;
	/* Relaxed: only this side writes it, for others to look at. */
	high = ipcx__load(&ring->mine->high, __ATOMIC_RELAXED);
	if (used > high) {
		high = used;
		ipcx__store(&ring->mine->high, high, __ATOMIC_RELAXED);
	}
	ahead = high < most ? high + capacity / 8 - 16 : most;
	ring->free = head + (ahead < most ? ahead : most);
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
	uint64_t wrap;

	if (ring->end - ring->pos + need > ring_capacity(ring)) {
		errno = ENOBUFS;
		return NULL;
	}
	if (need > ring->free - ring->end &&
	    ipcx__ring_wait(ring, ipcx__spsc_room, need, deadline))
		return NULL;
	/* Relaxed, both: published by the release in commit. */
	if (skip)
		ipcx__store(ipcx__ring_word(ring, ring->end), IPCX__RING_SKIP | skip,
			    __ATOMIC_RELAXED);
	ring->last = ring->end + skip;
	ring->end = ring->last + size;
	wrap = ipcx__ring_wrap(ring, ring->last);
	ipcx__ring_lap(ring, ring->last);
	ring->limit = ring->free - ring->last < wrap - ring->last ? ring->free : wrap;
	/* Not what may not have been read yet: it would be taken from the receiver. */
	ring->ahead = ring->base;
	if (ring->streams && ring->limit - ring->last >= 2 * SPSC_AHEAD)
		ring->ahead += SPSC_AHEAD;
	/* The short way has no barrier. */
	if (ring->fenced)
		ring->limit = ring->end;
	ipcx__store(ipcx__ring_word(ring, ring->last), IPCX__RING_MESSAGE | len,
		    __ATOMIC_RELAXED);
	return ipcx__ring_word(ring, ring->last) + 1;
}

void ipcx__spsc_shorten(struct ipcx_ring *ring, size_t len)
{
	uint64_t size = ipcx__ring_record(len);

	if (ring->end == ring->pos || size > ring->end - ring->last)
		return;
	/* Relaxed: published by the release in commit. */
	ipcx__store(ipcx__ring_word(ring, ring->last), IPCX__RING_MESSAGE | len,
		    __ATOMIC_RELAXED);
	ring->end = ring->last + size;
}

int ipcx__spsc_data(struct ipcx_ring *ring, uint64_t need)
{
	uint64_t more;

	(void)need;
	/*
	 * Where messages come one by one, have the next fetched along with the tail, and not after
	 * it. Where they stream, that would take from the sender the lines that it writes, and make
	 * them come one by one; so now and then it is left for a while, to see.
	 */
	if (ipcx__pace_alone(ring)) {
		__builtin_prefetch(ipcx__ring_word(ring, ring->next));
		__builtin_prefetch(ipcx__ring_word(ring, ring->next + 64));
	}
	more = ipcx__ring_look(ring);
	if (more > ring_capacity(ring))
		return ring_fail(EBADMSG);
	if (more)
		ipcx__ring_know(ring, more);
	return more != 0;
}

/* Whether there is more than one message; the header is only believed so far. */
static bool spsc_several(const struct ipcx_ring *ring)
{
	uint32_t len = (uint32_t)ipcx__load(ipcx__ring_word(ring, ring->next), __ATOMIC_RELAXED);

	return ring->known - ring->next > ipcx__ring_record(len);
}

static int spsc_await(struct ipcx_ring *ring, uint64_t deadline)
{
	ipcx__pace_before(ring);
	if (ipcx__ring_wait(ring, ipcx__spsc_data, 0, deadline)) {
		ipcx__pace_dry(ring);
		return -1;
	}
	ipcx__pace_learn(ring, spsc_several(ring));
	return 0;
}

void *ipcx__spsc_peek(struct ipcx_ring *ring, size_t *len, uint64_t deadline)
{
	uint64_t header, size, left;

	for (;;) {
		if (ring->next == ring->known && spsc_await(ring, deadline))
			return NULL;
		/* Relaxed: as in ipcx_ring_peek(); read once. */
		header = ipcx__load(ipcx__ring_word(ring, ring->next), __ATOMIC_RELAXED);
		left = ring_capacity(ring) - ring_offset(ring, ring->next);
		if (header != (IPCX__RING_SKIP | left) || left == ring_capacity(ring) ||
		    left > ring->known - ring->next)
			break;
		/* There is no skip at the beginning, so this comes once. */
		ring->next += left;
	}
	size = ipcx__ring_record((uint32_t)header);
	if (header - IPCX__RING_MESSAGE > ring->max || size > left ||
	    size > ring->known - ring->next) {
		errno = EBADMSG;
		return NULL;
	}
	ring->last = header;
	ring->size = size;
	ring->next += size;
	*len = (uint32_t)header;
	/* The short way has no barrier when it releases. */
	if (ring->fenced)
		ring->known = ring->next;
	return ipcx__ring_word(ring, ring->next - size) + 1;
}

void ipcx__spsc_publish(struct ipcx_ring *ring, uint64_t pos)
{
	ring->pos = pos;
	/* Release: as in ipcx_ring_commit() and ipcx_ring_release() */
	ipcx__store(&ring->mine->pos, pos, __ATOMIC_RELEASE);
	ring_look(ring, 1);
}

/* Go on where the one before has left off, if that can be. */
static int spsc_resume(struct ipcx_ring *ring)
{
	bool sender = ring->role == IPCX_RING_SENDER;
	/* Acquire: pairs with the releases of the other side, and of the one before. */
	uint64_t mine = ipcx__load(&ring->mine->pos, __ATOMIC_ACQUIRE);
	uint64_t theirs = ipcx__load(&ring->theirs->pos, __ATOMIC_ACQUIRE);

	if ((mine | theirs) % 16 || mine >= RING_SPSC_END ||
	    (sender ? mine - theirs : theirs - mine) > ring_capacity(ring))
		return ring_fail(EBADMSG);
	ring->pos = mine;
	ipcx__pace_begin(ring);
	if (sender)
		ring->end = ring->limit = ring->free = mine;
	else
		ring->next = ring->known = mine;
	return 0;
}

int ipcx__spsc_attach(struct ipcx_ring *ring)
{
	uint64_t owner = 0;

	/*
	 * Acquire: what the one before did; pairs with the release in detach. If it died, its death
	 * was seen, and that comes after all that it did.
	 */
	while (!ipcx__cas(&ring->mine->owner, &owner, ring->me, __ATOMIC_ACQUIRE,
			  __ATOMIC_RELAXED))
		if (owner == ring->me || !ipcx__dead(owner))
			return ring_fail(EBUSY);
	if (!spsc_resume(ring))
		return owner != 0;
	ipcx__spsc_detach(ring);
	return -1;
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
