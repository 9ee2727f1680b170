// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Rings: making one, attaching to it, its state; and which kind does what.
 */
#include "ring_internal.h"

_Static_assert(sizeof(struct ipcx__ring_shared) == 5 * IPCX_RING_LINE, "one line each");
_Static_assert(offsetof(struct ipcx__ring_shared, data) -
	       offsetof(struct ipcx__ring_shared, sender) == 2 * sizeof(struct ipcx__ring_end) &&
	       offsetof(struct ipcx__ring_shared, room) -
	       offsetof(struct ipcx__ring_shared, receiver) == 2 * sizeof(struct ipcx__ring_end),
	       "ipcx__ring_tells()");

#define RING_MARGIN 128	/* the data of an SPSC ring begins a word later */

size_t ipcx_ring_size(size_t capacity)
{
	if (capacity < IPCX_RING_MIN || capacity > IPCX_RING_MAX || (capacity & (capacity - 1)))
		return 0;
	return sizeof(struct ipcx__ring_shared) + RING_MARGIN + capacity;
}

static bool ring_misplaced(const void *mem)
{
	return !mem || (uintptr_t)mem % IPCX_RING_LINE;
}

int ipcx_ring_init(void *mem, size_t size, const struct ipcx_ring_config *config)
{
	size_t needed = ipcx_ring_size(config->capacity);
	struct ipcx__ring_shared *shared = mem;
	uint64_t *word;

	if (ring_misplaced(mem) || !needed || config->start % 16 ||
	    (config->kind != IPCX_RING_SPSC && config->kind != IPCX_RING_MPMC) ||
	    (config->kind == IPCX_RING_SPSC && config->start >= RING_SPSC_END))
		return ring_fail(EINVAL);
	if (size < needed)
		return ring_fail(ENOSPC);

	/* Release: unmade before it is changed, and (below) made before it is seen to be. */
	ipcx__store(&shared->fixed.magic, 0, __ATOMIC_SEQ_CST);
	memset((char *)mem + sizeof(uint64_t), 0, sizeof(*shared) - sizeof(uint64_t));
	shared->fixed.version = RING_VERSION;
	shared->fixed.kind = config->kind;
	shared->fixed.capacity = config->capacity;
	shared->fixed.pid_ns = ipcx__pid_ns();
	shared->fixed.fenced = config->fenced || ipcx__membarrier(true);
	shared->sender.pos = config->start;
	shared->sender.freed = config->start;
	shared->receiver.pos = config->start;
	word = (uint64_t *)((char *)(shared + 1) + (config->start & (config->capacity - 1)));
	*word = 0;	/* MPMC: there is no message */
	ipcx__store(&shared->fixed.magic, RING_MAGIC, __ATOMIC_RELEASE);
	return 0;
}

/* What is fixed in the ring is read once, and checked: 0, or an errno, negative. */
static int ring_check(struct ipcx_ring *ring, void *mem, size_t size)
{
	struct ipcx__ring_shared *shared = mem;
	uint64_t capacity, pid_ns;
	uint32_t kind;
	size_t needed;

	if (size < sizeof(*shared))
		return -ENOSPC;
	/* Acquire: the rest was made before it. */
	if (ipcx__load(&shared->fixed.magic, __ATOMIC_ACQUIRE) != RING_MAGIC)
		return -EBADMSG;
	/* Relaxed, from here on: they do not change, and if they do, each is read once. */
	if (ipcx__load(&shared->fixed.version, __ATOMIC_RELAXED) != RING_VERSION)
		return -EPROTONOSUPPORT;
	kind = ipcx__load(&shared->fixed.kind, __ATOMIC_RELAXED);
	capacity = ipcx__load(&shared->fixed.capacity, __ATOMIC_RELAXED);
	needed = capacity <= IPCX_RING_MAX ? ipcx_ring_size((size_t)capacity) : 0;
	if (!needed || (kind != IPCX_RING_SPSC && kind != IPCX_RING_MPMC))
		return -EBADMSG;
	if (size < needed)
		return -ENOSPC;
	pid_ns = ipcx__load(&shared->fixed.pid_ns, __ATOMIC_RELAXED);
	if (kind == IPCX_RING_MPMC && pid_ns && pid_ns != ipcx__pid_ns())
		return -EXDEV;

	/* So payloads are aligned to 16 bytes, and a line is not split by what is copied. */
	ring->data = (unsigned char *)(shared + 1) + (kind == IPCX_RING_SPSC ? 8 : 0);
	ring->mask = capacity - 1;
	ring->max = capacity / 2 - (kind == IPCX_RING_SPSC ? 8 : 16);
	ring->fenced = ipcx__load(&shared->fixed.fenced, __ATOMIC_RELAXED) != 0;
	ring->spsc = kind == IPCX_RING_SPSC;
	return 0;
}

int ipcx_ring_attach(struct ipcx_ring *ring, void *mem, size_t size, unsigned int role)
{
	struct ipcx__ring_shared *shared = mem;
	int err;

	if (ring_misplaced(mem) || role > IPCX_RING_RECEIVER)
		return ring_fail(EINVAL);
	memset(ring, 0, sizeof(*ring));
	err = ring_check(ring, mem, size);
	if (!err && !ring->fenced && ipcx__membarrier(true))
		err = -ENOSYS;
	if (err)
		return ring_fail(-err);

	ring->shared = shared;
	ring->role = (uint8_t)role;
	ring->me = ipcx__self();
	ring->budget = 50000;
	ring->await_fd = -1;
	ring->tell_fd = -1;
	ring->size = ipcx__ring_record(0);
	if (role == IPCX_RING_SENDER) {
		ring->mine = &shared->sender;
		ring->theirs = &shared->receiver;
		ring->await = &shared->room;
	} else {
		ring->mine = &shared->receiver;
		ring->theirs = &shared->sender;
		ring->await = &shared->data;
	}
	if (!ring->spsc)
		return 0;
	ring->spsc = (uint8_t)(role + 1);
	ring->fast = ring->fenced ? 0 : ring->spsc;
	return ipcx__spsc_attach(ring);
}

void ipcx_ring_detach(struct ipcx_ring *ring)
{
	if (ring->role > IPCX_RING_RECEIVER)
		return;
	if (ring->spsc)
		ipcx__spsc_detach(ring);
	else
		ipcx__mpmc_detach(ring);
	/* Of no role: all else says EPERM. */
	ring->role = IPCX_RING_RECEIVER + 1;
	ring->spsc = 0;
	ring->fast = 0;
	ring->limit = ring->end;
	ring->known = ring->next;
}

int ipcx_ring_waits(struct ipcx_ring *ring, unsigned int wait)
{
	if (wait > IPCX_RING_SLEEP)
		return ring_fail(EINVAL);
	ring->wait = (uint8_t)wait;
	return 0;
}

void ipcx_ring_fds(struct ipcx_ring *ring, int await, int tell)
{
	ring->await_fd = await;
	ring->tell_fd = tell;
}

static pid_t ring_pid(const struct ipcx_ring *ring, const struct ipcx__ring_end *end)
{
	/* Relaxed: it is told as it is. */
	uint64_t owner = ipcx__load(&end->owner, __ATOMIC_RELAXED);

	return ring->spsc ? (pid_t)(owner & ((1u << RING_PID_BITS) - 1)) : 0;
}

/*
 * How much is used, at some moment: the receiver is looked at first, and if both have gone on
 * since, again. An MPMC receiver that walks past a skip may be ahead of a tail that is about to
 * move.
 */
static int ring_used(const struct ipcx_ring *ring, uint64_t *used)
{
	const struct ipcx__ring_shared *shared = ring->shared;
	uint64_t head, tail;

	for (int i = 0; i < 1000; i++) {
		/* Acquire: the sender's comes after it. */
		head = ipcx__load(&shared->receiver.pos, __ATOMIC_ACQUIRE);
		tail = ipcx__load(&shared->sender.pos, __ATOMIC_ACQUIRE);
		if (head - tail <= ring->mask)
			tail = head;
		*used = tail - head;
		if (*used <= ring->mask + 1)
			return 0;
	}
	return ring_fail(EBADMSG);
}

int ipcx_ring_stat(const struct ipcx_ring *ring, struct ipcx_ring_stat *stat)
{
	const struct ipcx__ring_shared *shared = ring->shared;
	/* Relaxed: it is told as it is. */
	uint64_t high = ipcx__load(&shared->sender.high, __ATOMIC_RELAXED), used;

	if (ring_used(ring, &used))
		return -1;
	if (high > ring->mask + 1)
		return ring_fail(EBADMSG);
	*stat = (struct ipcx_ring_stat){
		.capacity = ring_capacity(ring),
		.max_message = ring->max,
		.used = used,
		.high = high,
		.kind = ring->spsc ? IPCX_RING_SPSC : IPCX_RING_MPMC,
		.fenced = ring->fenced,
		.sender = ring_pid(ring, &shared->sender),
		.receiver = ring_pid(ring, &shared->receiver),
	};
	return 0;
}

void *ipcx__ring_reserve(struct ipcx_ring *ring, size_t len, uint64_t deadline)
{
	int err = ring->role != IPCX_RING_SENDER ? EPERM : len > ring->max ? EMSGSIZE : 0;

	if (err) {
		errno = err;
		return NULL;
	}
	if (ring->spsc)
		return ipcx__spsc_reserve(ring, len, deadline);
	return ipcx__mpmc_reserve(ring, len, deadline);
}

void ipcx__ring_shorten(struct ipcx_ring *ring, size_t len)
{
	if (ring->role != IPCX_RING_SENDER)
		return;
	if (ring->spsc)
		ipcx__spsc_shorten(ring, len);
	else
		ipcx__mpmc_shorten(ring, len);
}

int ipcx__ring_commit(struct ipcx_ring *ring)
{
	if (ring->role != IPCX_RING_SENDER)
		return ring_fail(EPERM);
	if (ring->spsc)
		ipcx__spsc_publish(ring, ring->end);
	else
		ipcx__mpmc_commit(ring);
	return 0;
}

void *ipcx__ring_peek(struct ipcx_ring *ring, size_t *len, uint64_t deadline)
{
	if (ring->role != IPCX_RING_RECEIVER) {
		errno = EPERM;
		return NULL;
	}
	if (ring->spsc)
		return ipcx__spsc_peek(ring, len, deadline);
	return ipcx__mpmc_peek(ring, len, SIZE_MAX, deadline);
}

int ipcx__ring_release(struct ipcx_ring *ring)
{
	if (ring->role != IPCX_RING_RECEIVER)
		return ring_fail(EPERM);
	if (ring->spsc)
		ipcx__spsc_publish(ring, ring->next);
	else
		ipcx__mpmc_release(ring);
	return 0;
}

int ipcx__ring_send(struct ipcx_ring *ring, const void *buf, size_t len, uint64_t deadline)
{
	void *at = ipcx__ring_reserve(ring, len, deadline);

	if (!at)
		return -1;
	if (len)
		ipcx__copy(at, buf, len);
	return ipcx__ring_commit(ring);
}

/* Peeks at a message of at most @most bytes; a longer one stays. */
static void *ring_peek_most(struct ipcx_ring *ring, size_t *len, size_t most, uint64_t deadline)
{
	uint64_t before = ring->next;
	void *at;

	if (!ring->spsc)
		return ipcx__mpmc_peek(ring, len, most, deadline);
	at = ipcx__spsc_peek(ring, len, deadline);
	if (!at || *len <= most)
		return at;
	/* What comes before the message, where the ring wraps, comes again with it. */
	ring->next = before;
	ring->known = before;
	errno = EMSGSIZE;
	return NULL;
}

ssize_t ipcx__ring_recv(struct ipcx_ring *ring, void *buf, size_t size, uint64_t deadline)
{
	size_t len;
	void *at;

	if (ring->role != IPCX_RING_RECEIVER)
		return ring_fail(EPERM);
	at = ring_peek_most(ring, &len, size, deadline);
	if (!at)
		return -1;
	if (len)
		ipcx__copy(buf, at, len);
	ipcx__ring_release(ring);
	return (ssize_t)len;
}

int ipcx_ring_send_batch(struct ipcx_ring *ring, const struct iovec *msgs, unsigned int count,
			 uint64_t deadline)
{
	unsigned int done;
	void *at;

	if (ring->role != IPCX_RING_SENDER)
		return ring_fail(EPERM);
	if (!count || count > IPCX_RING_BATCH || ring->end != ring->pos || ring->claims)
		return ring_fail(EINVAL);
	for (done = 0; done < count; done++) {
		at = ipcx_ring_reserve(ring, msgs[done].iov_len, done ? IPCX_RING_TRY : deadline);
		if (!at)
			break;
		if (msgs[done].iov_len)
			ipcx__copy(at, msgs[done].iov_base, msgs[done].iov_len);
	}
	if (!done)
		return -1;
	ipcx_ring_commit(ring);
	return (int)done;
}

int ipcx_ring_peek_batch(struct ipcx_ring *ring, struct iovec *msgs, unsigned int count,
			 uint64_t deadline)
{
	unsigned int done;

	if (ring->role != IPCX_RING_RECEIVER)
		return ring_fail(EPERM);
	if (!count || count > IPCX_RING_BATCH)
		return ring_fail(EINVAL);
	for (done = 0; done < count; done++) {
		msgs[done].iov_base = ipcx_ring_peek(ring, &msgs[done].iov_len,
						     done ? IPCX_RING_TRY : deadline);
		if (!msgs[done].iov_base)
			break;
	}
	return done ? (int)done : -1;
}
