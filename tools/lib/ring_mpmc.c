// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * MPMC rings: records are reserved by senders, and taken by receivers, in order, under a lock for
 * each of the two; they are filled, read, committed and released outside of it, by several at once.
 *
 *	freed			head			tail
 *	  | DONE, TAKEN, READY	  | READY, BUSY, ...	  | 0
 *
 * The sender's lock protects tail and freed, and new headers; the receiver's lock protects head,
 * and READY becoming TAKEN. All else is done by the record's owner, or, if that died, by who holds
 * both locks (ring_recover.c). Each change of state is one store, so there is no moment at which a
 * death leaves half of one.
 */
#include "ring_record.h"

/* What of the ring cannot be used: the zero header that ends the messages. */
#define MPMC_END 8

/* The positions, read once each */
struct mpmc_view {
	uint64_t head;
	uint64_t freed;
	uint64_t tail;
};

/*
 * Under the sender's lock. Relaxed: only its holders write them; but acquire for head: what is
 * freed up to there, receivers have walked past.
 */
static int mpmc_view(const struct ipcx_ring *ring, struct mpmc_view *view)
{
	const struct ipcx__ring_shared *shared = ring->shared;
	uint64_t capacity = ring_capacity(ring);

	view->tail = ipcx__load(&shared->sender.pos, __ATOMIC_RELAXED);
	view->freed = ipcx__load(&shared->sender.freed, __ATOMIC_RELAXED);
	view->head = ipcx__load(&shared->receiver.pos, __ATOMIC_ACQUIRE);
	if ((view->tail | view->freed | view->head) % 16 || view->tail - view->freed > capacity ||
	    view->head - view->freed > view->tail - view->freed)
		return ring_fail(EBADMSG);
	return 0;
}

/* Takes back what has been released, up to where receivers are. */
static int mpmc_reclaim(struct ipcx_ring *ring, struct mpmc_view *view)
{
	uint64_t pos = view->freed;
	struct record record;
	uint64_t header;

	while (pos != view->head) {
		/* Acquire: its receiver has read it; pairs with the release in mpmc_release. */
		header = ipcx__load(ipcx__ring_word(ring, pos), __ATOMIC_ACQUIRE);
		if (!record_parse(ring, pos, header, &record) ||
		    record.size > view->head - pos)
			return ring_fail(EBADMSG);
		if (record.state != RECORD_DONE && record.state != RECORD_SKIP)
			break;
		pos += record.size;
	}
	view->freed = pos;
	/* Release: nobody writes there before it is seen to have been walked past. */
	ipcx__store(&ring->shared->sender.freed, pos, __ATOMIC_RELEASE);
	return 0;
}

static void mpmc_high(struct ipcx_ring *ring, const struct mpmc_view *view, uint64_t need)
{
	uint64_t *high = &ring->shared->sender.high, used = view->tail + need - view->head;

	/* Relaxed: under the lock, for others to look at. */
	if (used > ipcx__load(high, __ATOMIC_RELAXED))
		ipcx__store(high, used, __ATOMIC_RELAXED);
}

static uint64_t mpmc_need(const struct ipcx_ring *ring, uint64_t tail, uint64_t size)
{
	uint64_t left = ring_capacity(ring) - ring_offset(ring, tail);

	return size > left ? left + size : size;
}

/* Under the sender's lock: as an attempt */
static int mpmc_space(struct ipcx_ring *ring, struct mpmc_view *view, uint64_t need)
{
	uint64_t most = ring_capacity(ring) - MPMC_END;
	uint64_t high = ipcx__load(&ring->shared->sender.high, __ATOMIC_RELAXED);
	uint64_t used = view->tail + need - view->freed;

	if (used > most || (used > high && used - high >= ring_capacity(ring) / 8)) {
		if (mpmc_reclaim(ring, view))
			return -1;
		used = view->tail + need - view->freed;
		mpmc_high(ring, view, used <= most ? need : 0);
	}
	if (used <= most)
		return 1;
	/* What this handle has reserved itself, nobody can free. */
	if (ring->claims && view->tail + need - ring->claim[0].pos > most)
		return ring_fail(ENOBUFS);
	return 0;
}

/*
 * Writes the record at the tail. In this order, all by release, so that whoever dies, what is found
 * from the tail on is whole: the end; the record; the skip before it, if there is one; the tail.
 */
static void mpmc_publish(struct ipcx_ring *ring, uint64_t tail, uint64_t need, uint64_t len)
{
	uint64_t size = record_size(len), skip = need - size, at = tail + skip;

	ipcx__store(ipcx__ring_word(ring, tail + need), 0, __ATOMIC_RELAXED);
	ipcx__store(record_owner(ring, at), ring->me, __ATOMIC_RELAXED);
	ipcx__store(ipcx__ring_word(ring, at), record_header(RECORD_BUSY, size, len),
		    __ATOMIC_RELEASE);
	if (skip)
		ipcx__store(ipcx__ring_word(ring, tail), record_header(RECORD_SKIP, skip, 0),
			    __ATOMIC_RELEASE);
	ipcx__store(&ring->shared->sender.pos, tail + need, __ATOMIC_RELEASE);
	ring->claim[ring->claims++] = (struct ipcx__ring_claim){
		at, (uint32_t)size, (uint32_t)len
	};
}

/* An attempt to reserve */
static int mpmc_send(struct ipcx_ring *ring, uint64_t len)
{
	struct mpmc_view view;
	uint64_t need;
	int got;

	got = ipcx__mpmc_room(ring, len);
	if (got <= 0)
		return got;
	if (ipcx__mpmc_lock(ring, &ring->shared->sender, ring->deadline))
		return errno == EAGAIN ? 0 : -1;
	got = mpmc_view(ring, &view);
	if (!got) {
		need = mpmc_need(ring, view.tail, record_size(len));
		got = mpmc_space(ring, &view, need);
		if (got > 0)
			mpmc_publish(ring, view.tail, need, len);
	}
	ipcx__mpmc_unlock(&ring->shared->sender);
	return got;
}

/*
 * ThreadSanitizer is not to look at the two that follow: they read a header that may have become
 * payload meanwhile, and then notice that the position has moved, and do not use it.
 */
#if __has_attribute(disable_sanitizer_instrumentation)	/* clang, which still looks at atomics */
#define MPMC_GLANCE __attribute__((no_sanitize("thread"), disable_sanitizer_instrumentation))
#else
#define MPMC_GLANCE __attribute__((no_sanitize("thread")))
#endif

/*
 * Whether there may be room: without the lock, so of what is read only the positions are certain.
 * There is none as long as the record at freed is neither done nor skipped.
 */
MPMC_GLANCE int ipcx__mpmc_room(const struct ipcx_ring *ring, uint64_t len)
{
	const struct ipcx__ring_shared *shared = ring->shared;
	/* Acquire: the header is read after it. */
	uint64_t freed = ipcx__load(&shared->sender.freed, __ATOMIC_ACQUIRE);
	uint64_t tail = ipcx__load(&shared->sender.pos, __ATOMIC_RELAXED), header;
	uint64_t need = mpmc_need(ring, tail, record_size(len));
	enum record_state state;

	if (freed % 16)
		return ring_fail(EBADMSG);
	if (tail + need - freed <= ring_capacity(ring) - MPMC_END || ring->claims)
		return 1;
	/* Acquire: pairs with the release in mpmc_release. */
	header = ipcx__load(ipcx__ring_word(ring, freed), __ATOMIC_ACQUIRE);
	state = (enum record_state)(header >> 61);
	/* If it has moved, the header may have been anything. */
	return state == RECORD_DONE || state == RECORD_SKIP ||
	       ipcx__load(&shared->sender.freed, __ATOMIC_RELAXED) != freed;
}

void *ipcx__mpmc_reserve(struct ipcx_ring *ring, size_t len, uint64_t deadline)
{
	if (ring->claims == IPCX_RING_BATCH) {
		errno = ENOBUFS;
		return NULL;
	}
	ring->deadline = deadline;
	if (ipcx__ring_wait(ring, mpmc_send, len, deadline))
		return NULL;
	return record_owner(ring, ring->claim[ring->claims - 1].pos) + 1;
}

void ipcx__mpmc_shorten(struct ipcx_ring *ring, size_t len)
{
	struct ipcx__ring_claim *claim = &ring->claim[ring->claims - 1];

	if (ring->claims && len < claim->len)
		claim->len = (uint32_t)len;
}

/* A step in the life of a record that this handle owns */
static void mpmc_step(struct ipcx_ring *ring, const struct ipcx__ring_claim *claim,
		      enum record_state state)
{
	/* Release: all writing, or reading, of the payload before it; pairs with the acquires. */
	ipcx__store(ipcx__ring_word(ring, claim->pos),
		    record_header(state, claim->size, claim->len), __ATOMIC_RELEASE);
}

void ipcx__mpmc_commit(struct ipcx_ring *ring)
{
	unsigned int count = ring->claims;

	for (unsigned int i = 0; i < count; i++)
		mpmc_step(ring, &ring->claim[i], RECORD_READY);
	ring->claims = 0;
	if (count)
		ring_look(ring, count);
}

/* Whether there may be a message: without the lock, so only if head does not move is it certain. */
MPMC_GLANCE int ipcx__mpmc_data(const struct ipcx_ring *ring)
{
	const struct ipcx__ring_end *end = &ring->shared->receiver;
	/* Acquire: the header is read after it, and pairs with the release in commit. */
	uint64_t head = ipcx__load(&end->pos, __ATOMIC_ACQUIRE), header;
	enum record_state state;

	if (head % 16)
		return ring_fail(EBADMSG);
	header = ipcx__load(ipcx__ring_word(ring, head), __ATOMIC_ACQUIRE);
	state = (enum record_state)(header >> 61);
	return (state != RECORD_NONE && state != RECORD_BUSY) ||
	       ipcx__load(&end->pos, __ATOMIC_RELAXED) != head;
}

/* Under the receiver's lock: finds the next message, from @head on; as an attempt. */
static int mpmc_find(struct ipcx_ring *ring, uint64_t *head, struct record *record)
{
	uint64_t begin = *head, header;

	for (;;) {
		/* Acquire: pairs with the release in commit; read once. */
		header = ipcx__load(ipcx__ring_word(ring, *head), __ATOMIC_ACQUIRE);
		if (!record_parse(ring, *head, header, record) ||
		    *head + record->size - begin > ring_capacity(ring))
			return ring_fail(EBADMSG);
		switch (record->state) {
		case RECORD_READY:
			return 1;
		case RECORD_NONE:
		case RECORD_BUSY:
			return 0;
		default:
			*head += record->size;
		}
	}
}

/* An attempt to take a message of at most @most bytes */
static int mpmc_receive(struct ipcx_ring *ring, uint64_t most)
{
	struct ipcx__ring_end *end = &ring->shared->receiver;
	uint64_t head, begin;
	struct record record;
	bool walked;
	int got;

	got = ipcx__mpmc_data(ring);
	if (got <= 0)
		return got;
	if (ipcx__mpmc_lock(ring, end, ring->deadline))
		return errno == EAGAIN ? 0 : -1;
	/* Relaxed: only who holds the lock writes it. */
	begin = ipcx__load(&end->pos, __ATOMIC_RELAXED);
	head = begin;
	got = head % 16 ? ring_fail(EBADMSG) : mpmc_find(ring, &head, &record);
	walked = head != begin;
	if (got > 0 && record.len > most) {
		got = ring_fail(EMSGSIZE);
	} else if (got > 0) {
		ring->claim[ring->claims++] = (struct ipcx__ring_claim){
			head, (uint32_t)record.size, (uint32_t)record.len
		};
		ipcx__store(record_owner(ring, head), ring->me, __ATOMIC_RELAXED);
		/* Release: its owner before it, for who finds it taken. */
		ipcx__store(ipcx__ring_word(ring, head),
			    record_header(RECORD_TAKEN, record.size, record.len),
			    __ATOMIC_RELEASE);
		head += record.size;
	}
	/* Release: all headers up to here have been read; pairs with the acquire in mpmc_view. */
	if (head != begin)
		ipcx__store(&end->pos, head, __ATOMIC_RELEASE);
	ipcx__mpmc_unlock(end);
	/* Having walked past what was released before, there may be room without a release. */
	if (walked)
		ring_look(ring, 1);
	return got;
}

void *ipcx__mpmc_peek(struct ipcx_ring *ring, size_t *len, size_t most, uint64_t deadline)
{
	struct ipcx__ring_claim *claim = &ring->claim[ring->claims];

	if (ring->claims == IPCX_RING_BATCH) {
		errno = ENOBUFS;
		return NULL;
	}
	ring->deadline = deadline;
	if (ipcx__ring_wait(ring, mpmc_receive, most, deadline))
		return NULL;
	*len = claim->len;
	return record_owner(ring, claim->pos) + 1;
}

void ipcx__mpmc_release(struct ipcx_ring *ring)
{
	unsigned int count = ring->claims;

	for (unsigned int i = 0; i < count; i++)
		mpmc_step(ring, &ring->claim[i], RECORD_DONE);
	ring->claims = 0;
	if (count)
		ring_look(ring, 1);
}

/* Messages that were taken come again, before all others, as if from the dead. */
void ipcx__mpmc_detach(struct ipcx_ring *ring)
{
	struct ipcx__ring_claim claims[IPCX_RING_BATCH];
	unsigned int count = ring->claims;

	memcpy(claims, ring->claim, count * sizeof(claims[0]));
	ring->claims = 0;
	for (unsigned int i = 0; i < count; i++) {
		if (ring->role == IPCX_RING_SENDER)
			mpmc_step(ring, &claims[i], RECORD_DONE);
		else
			ipcx__store(record_owner(ring, claims[i].pos), 0, __ATOMIC_RELEASE);
	}
	if (!count)
		return;
	if (ring->role == IPCX_RING_RECEIVER)
		ipcx__mpmc_recover(ring);
	else
		ring_look(ring, count);
}
