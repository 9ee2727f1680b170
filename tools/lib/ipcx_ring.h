/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rings: messages of any size, with boundaries, through memory that processes or threads share: a
 * region of /dev/ipcx, a memfd, System V shared memory, an anonymous shared mapping. No module is
 * needed, and no system call is made while both sides keep up.
 *
 * Whoever has the memory makes a ring in it, once, with ipcx_ring_init(). Each who sends or
 * receives attaches a handle of its own, a struct ipcx_ring, which lives in private memory. A ring
 * has either one sender and one receiver (SPSC), or any number of both (MPMC). Messages come in the
 * order in which they were reserved.
 *
 * A handle is for one thread at a time, and for the process that attached it: after fork(2), the
 * child attaches its own. The memory must stay mapped while a handle is attached. Nothing is
 * allocated. Failure is -1 (or NULL) with errno set. Where a deadline is wanted, it is
 *
 *   IPCX_NO_DEADLINE	wait for ever
 *   IPCX_RING_TRY	do not wait: EAGAIN. Where messages stream through an SPSC ring, a
 *			receiver may take some hundred nanoseconds to say so
 *   anything else	nanoseconds of CLOCK_MONOTONIC, see ipcx_deadline(): ETIMEDOUT
 *			when it has passed
 *
 * These come from all that may wait:
 *
 *   EAGAIN	it would have to wait, and must not
 *   ETIMEDOUT	the deadline has passed
 *   EINTR	a signal handler has run while it slept
 *   EBADMSG	what is in the shared memory cannot be: somebody has written where he should not.
 *		Nothing outside of the memory was read or written. The ring must be made anew
 *   EOWNERDEAD	SPSC: it would have to wait for a peer that has died. It is said once of each that
 *		dies; who waits again waits for a successor. All that it committed has been received
 *   EPERM	the handle is of the other role
 *
 * What is received in place stays where its sender, if it is hostile, can still change it: copy it,
 * as ipcx_ring_recv() does, before it is checked. Documentation/rings.rst has the rest: layout,
 * memory order, what happens when somebody dies.
 */
#ifndef IPCX_RING_H
#define IPCX_RING_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "ipcx.h"
#include "ipcx_ring_layout.h"

#ifdef __cplusplus
extern "C" {
#endif

/** IPCX_RING_TRY - a deadline that has always passed: do not wait */
#define IPCX_RING_TRY ((uint64_t)1)

/** IPCX_RING_MIN - least capacity, in bytes */
#define IPCX_RING_MIN ((size_t)256)

/** IPCX_RING_MAX - largest capacity, in bytes */
#define IPCX_RING_MAX ((size_t)1 << 30)

/**
 * enum ipcx_ring_kind - who may use a ring
 * @IPCX_RING_SPSC: one sender and one receiver
 * @IPCX_RING_MPMC: any number of both, all in one PID namespace
 */
enum ipcx_ring_kind {
	IPCX_RING_SPSC = 1,
	IPCX_RING_MPMC = 2,
};

/**
 * enum ipcx_ring_role - what a handle is for
 * @IPCX_RING_SENDER: to send
 * @IPCX_RING_RECEIVER: to receive
 */
enum ipcx_ring_role {
	IPCX_RING_SENDER,
	IPCX_RING_RECEIVER,
};

/**
 * enum ipcx_ring_wait - what a handle does that has to wait
 * @IPCX_RING_ADAPTIVE: look again for a while that depends on whether that paid off, then sleep
 * @IPCX_RING_SPIN: look again, always awake
 * @IPCX_RING_SLEEP: sleep at once
 */
enum ipcx_ring_wait {
	IPCX_RING_ADAPTIVE,
	IPCX_RING_SPIN,
	IPCX_RING_SLEEP,
};

/**
 * struct ipcx_ring_config - what ring to make
 * @capacity: bytes of messages and their headers that it holds: a power of two from %IPCX_RING_MIN
 *	to %IPCX_RING_MAX
 * @kind: an enum ipcx_ring_kind
 * @fenced: nonzero: let every message take a full memory barrier, so that who cannot use
 *	membarrier(2), say for seccomp, can attach. It is so anyway if who makes the ring cannot
 * @start: position of the first message, a multiple of 16; positions count bytes. In an SPSC ring
 *	it is less than 2^63, which none comes to; in an MPMC ring they may wrap. For tests; else 0
 */
struct ipcx_ring_config {
	size_t capacity;
	uint32_t kind;
	uint32_t fenced;
	uint64_t start;
};

/**
 * struct ipcx_ring_stat - state of a ring
 * @capacity: bytes that it holds, headers included
 * @max_message: longest message, in bytes
 * @used: bytes that messages take now, headers included: those that have not been released (SPSC),
 *	or not been taken (MPMC)
 * @high: most that @used has been when a sender looked, which it does whenever @used seems to have
 *	grown by an eighth of the capacity: never too much, and too little by less than that
 * @kind: an enum ipcx_ring_kind
 * @fenced: whether every message takes a memory barrier
 * @sender: SPSC: process that is attached to send, 0 if none is; MPMC: 0
 * @receiver: SPSC: process that is attached to receive, 0 if none is; MPMC: 0
 *
 * All but @max_message and @fenced is as the shared memory has it, and as good as those who write
 * there.
 */
struct ipcx_ring_stat {
	uint64_t capacity;
	uint64_t max_message;
	uint64_t used;
	uint64_t high;
	uint32_t kind;
	uint32_t fenced;
	pid_t sender;
	pid_t receiver;
};

/**
 * ipcx_ring_size() - how much memory a ring takes
 * @capacity: see &ipcx_ring_config.capacity
 *
 * Return: bytes, or 0 if there is no ring of such a capacity.
 */
size_t ipcx_ring_size(size_t capacity);

/**
 * ipcx_ring_init() - make a ring
 * @mem: shared memory, of whatever kind, aligned to 128 bytes, whatever is in it
 * @size: its bytes; what is over is not touched
 * @config: what ring
 *
 * Nobody may be attached. Until it returns, attaching fails with EBADMSG; so whoever finds the
 * memory by himself may just try again.
 *
 * Return: 0, or -1: EINVAL (@mem is not aligned, the capacity is not a power of two within the
 * limits, there is no such kind, the start is not a multiple of 16, or too far), ENOSPC (@size is
 * less than ipcx_ring_size() says).
 */
int ipcx_ring_init(void *mem, size_t size, const struct ipcx_ring_config *config);

/**
 * ipcx_ring_attach() - begin to use a ring
 * @ring: handle, filled in; ipcx_ring_detach() ends its use
 * @mem: where the ring is, mapped for reading and writing
 * @size: bytes that are mapped there
 * @role: an enum ipcx_ring_role; who does both attaches twice
 *
 * It waits adaptively, see ipcx_ring_waits(). If the process that had the role in an SPSC ring has
 * died, this one takes its place: what it had not committed is gone, what it had not released comes
 * again. All that is in the shared memory is checked.
 *
 * Return: 0; 1 if it took the place of one that died; or -1: EINVAL (@mem is not aligned, no such
 * role), EBADMSG (there is no ring, or a damaged one), EPROTONOSUPPORT (a ring of another version),
 * ENOSPC (@size is less than the ring), EBUSY (SPSC: another has that role, and lives), EXDEV
 * (MPMC: it is of another PID namespace), ENOSYS (not a fenced ring, and membarrier(2) does not
 * work here).
 */
int ipcx_ring_attach(struct ipcx_ring *ring, void *mem, size_t size, unsigned int role);

/**
 * ipcx_ring_detach() - end the use of a ring
 * @ring: an attached handle
 *
 * What was reserved and not committed is given up, what was peeked at and not released comes again.
 * The memory is not unmapped.
 */
void ipcx_ring_detach(struct ipcx_ring *ring);

/**
 * ipcx_ring_waits() - choose how a handle waits
 * @ring: an attached handle
 * @wait: an enum ipcx_ring_wait
 *
 * Return: 0, or -1: EINVAL (there is no such way).
 */
int ipcx_ring_waits(struct ipcx_ring *ring, unsigned int wait);

/**
 * ipcx_ring_fds() - have event loops told
 * @ring: an attached handle
 * @await: eventfd that this side polls for, or -1
 * @tell: eventfd that the other side polls for, or -1
 *
 * Descriptors are passed or inherited, and stay the caller's. The one that is told is written to
 * only if the other side has called ipcx_ring_arm() before.
 */
void ipcx_ring_fds(struct ipcx_ring *ring, int await, int tell);

/**
 * ipcx_ring_arm() - before polling for the descriptor: ask to be told
 * @ring: an attached handle
 * @len: sender: length of the message that it wants to send; receiver: 0
 *
 * It reads the eventfd empty. If it returns 0, the eventfd becomes readable as soon as there is a
 * message, or that much room. It is told once: afterwards, arm again. A peer that is killed between
 * a commit and the telling of it does not tell: let the poll have a timeout (here, who sleeps in a
 * call looks again after a second at most).
 *
 * Return: 0: poll now; 1: try now, do not poll; or -1: EBADF (it has no descriptor to await, see
 * ipcx_ring_fds()), EMSGSIZE (@len is more than ipcx_ring_max()), EBADMSG, EOWNERDEAD.
 */
int ipcx_ring_arm(struct ipcx_ring *ring, size_t len);

/**
 * ipcx_ring_stat() - state of a ring
 * @ring: an attached handle
 * @stat: filled in
 *
 * Return: 0, or -1: EBADMSG.
 */
int ipcx_ring_stat(const struct ipcx_ring *ring, struct ipcx_ring_stat *stat);

/**
 * ipcx_ring_send_batch() - send several messages
 * @ring: a sender's handle with nothing reserved
 * @msgs: them, first to last
 * @count: how many, 1 to %IPCX_RING_BATCH
 * @deadline: until when to wait for room for the first of them
 *
 * They are committed together, and who sleeps for them is woken once.
 *
 * Return: how many were sent, of the first; or -1 if none was: EINVAL (no such @count, or something
 * is reserved), EMSGSIZE (the first is too long), and what is listed above.
 */
int ipcx_ring_send_batch(struct ipcx_ring *ring, const struct iovec *msgs, unsigned int count,
			 uint64_t deadline);

/**
 * ipcx_ring_peek_batch() - the next messages, in place
 * @ring: a receiver's handle
 * @msgs: filled in with where they are
 * @count: how many at most, 1 to %IPCX_RING_BATCH
 * @deadline: until when to wait for the first of them
 *
 * Return: how many, at least one; or -1: EINVAL (no such @count), and as ipcx_ring_peek().
 */
int ipcx_ring_peek_batch(struct ipcx_ring *ring, struct iovec *msgs, unsigned int count,
			 uint64_t deadline);

/**
 * ipcx_ring_max() - longest message
 * @ring: an attached handle
 *
 * Half the capacity, less 8 bytes (SPSC) or 16 (MPMC): what is contiguous wherever the ring wraps.
 *
 * Return: bytes.
 */
static inline size_t ipcx_ring_max(const struct ipcx_ring *ring)
{
	return (size_t)ring->max;
}

/* private: what the functions below call when it is not all done in a few instructions */
void *ipcx__ring_reserve(struct ipcx_ring *ring, size_t len, uint64_t deadline);
void ipcx__ring_shorten(struct ipcx_ring *ring, size_t len);
int ipcx__ring_commit(struct ipcx_ring *ring);
int ipcx__ring_send(struct ipcx_ring *ring, const void *buf, size_t len, uint64_t deadline);
void *ipcx__ring_peek(struct ipcx_ring *ring, size_t *len, uint64_t deadline);
int ipcx__ring_release(struct ipcx_ring *ring);
ssize_t ipcx__ring_recv(struct ipcx_ring *ring, void *buf, size_t size, uint64_t deadline);
void ipcx__ring_tell(struct ipcx_ring *ring, unsigned int count);
/* public: */

/*
 * C11's atomics, which C++ has under another name; a checker of interleavings puts its own in
 * their place.
 */
#ifndef ipcx__load
#define ipcx__load(p, order)		__atomic_load_n(p, order)
#define ipcx__store(p, value, order)	__atomic_store_n(p, value, order)
#define ipcx__fence(order)		__atomic_thread_fence(order)
#define ipcx__compiler_fence()		__atomic_signal_fence(__ATOMIC_SEQ_CST)
#define ipcx__copy(to, from, len)	memcpy(to, from, len)
#endif

/* Have the line written to soon. The compiler's own would have it only read, for old processors. */
#ifdef __x86_64__
#define ipcx__expect_write(at)	__asm__ volatile("prefetchw %0" : : "m" (*(const char *)(at)))
#else
#define ipcx__expect_write(at)	__builtin_prefetch((const void *)(at), 1)
#endif

/* What a message takes is inlined wherever it is used, however often: it is most of a call. */
#ifndef __always_inline
#define __always_inline inline __attribute__((__always_inline__))
#endif

/* Headers of SPSC rings: with the length, in bytes, in the lower half */
#define IPCX__RING_HEADER	8
#define IPCX__RING_MESSAGE	((uint64_t)1 << 32)
#define IPCX__RING_SKIP		((uint64_t)2 << 32)	/* what is left before the ring wraps */

static inline uint64_t *ipcx__ring_word(const struct ipcx_ring *ring, uint64_t pos)
{
	return (uint64_t *)(ring->data + (pos & ring->mask));
}

/* The same for a position in the lap that the handle is in: before its limit, or what it knows */
static inline uint64_t *ipcx__ring_near(const struct ipcx_ring *ring, uint64_t pos)
{
	return (uint64_t *)(ring->base + (uintptr_t)pos);
}

/* The handle enters the lap in which @pos is. */
static inline void ipcx__ring_lap(struct ipcx_ring *ring, uint64_t pos)
{
	ring->base = (uintptr_t)ring->data - (uintptr_t)(pos & ~ring->mask);
}

/* Bytes that a record takes: the payload is aligned to 16, its header just before it */
static inline uint64_t ipcx__ring_record(uint64_t len)
{
	return (len + IPCX__RING_HEADER + 15) & ~(uint64_t)15;
}

/* Longer than a message may be. No ring has a smaller limit, so short ones of known length pass. */
static inline int ipcx__ring_long(const struct ipcx_ring *ring, size_t len)
{
	return len > IPCX_RING_MIN / 2 - IPCX__RING_HEADER && len > ring->max;
}

/* What the other side sleeps on */
static inline struct ipcx__ring_event *ipcx__ring_tells(struct ipcx__ring_end *mine)
{
	return (struct ipcx__ring_event *)(void *)(mine + 2);
}

/*
 * Commit, or release, up to @pos, and look for sleepers. The two must not change places, or a
 * message sleeps with its receiver; who goes to sleep says so, then looks again. The barrier
 * between is paid for by who goes to sleep: its membarrier(2) is one for all. So here it need only
 * bind the compiler; fenced rings go the long way.
 */
static __always_inline void ipcx__ring_publish(struct ipcx_ring *ring, uint64_t pos)
{
	struct ipcx__ring_end *mine = ring->mine;
	struct ipcx__ring_event *tells = ipcx__ring_tells(mine);

	/*
	 * Release: a sender's headers and payloads, a receiver's reading of them, before it; pairs
	 * with the acquire of who looks how far the other is.
	 */
	ipcx__store(&mine->pos, pos, __ATOMIC_RELEASE);
	ipcx__compiler_fence();
	/* Relaxed: only whether it is zero matters; what follows it is a system call. */
	if (__builtin_expect(ipcx__load(&tells->flags, __ATOMIC_RELAXED), 0))
		ipcx__ring_tell(ring, 1);
}

/**
 * ipcx_ring_reserve() - have room for a message, in place
 * @ring: a sender's handle
 * @len: its length in bytes, 0 allowed
 * @deadline: until when to wait for room
 *
 * More can be reserved before they are committed, all at once. In an MPMC ring, others may go on
 * meanwhile, but nothing that is reserved later is received before this is committed.
 *
 * Return: where to put it, aligned to 16 bytes, until it is committed; or NULL: EMSGSIZE (@len is
 * more than ipcx_ring_max()), ENOBUFS (more than %IPCX_RING_BATCH are reserved (MPMC), or they
 * alone fill the ring: commit first), and what is listed above.
 */
static __always_inline void *ipcx_ring_reserve(struct ipcx_ring *ring, size_t len,
					       uint64_t deadline)
{
	uint64_t end = ring->end, size = ipcx__ring_record(len);
	uint64_t *header;

	/* Within what is known to be free and contiguous: else the long way, as in MPMC. */
	if (__builtin_expect(ipcx__ring_long(ring, len) || end + size > ring->limit, 0))
		return ipcx__ring_reserve(ring, len, deadline);
	header = ipcx__ring_near(ring, end);
	ipcx__expect_write(ring->ahead + (uintptr_t)end);
	/* Relaxed: published by the release in commit. */
	ipcx__store(header, IPCX__RING_MESSAGE | len, __ATOMIC_RELAXED);
	ring->last = end;
	ring->end = end + size;
	return header + 1;
}

/**
 * ipcx_ring_shorten() - have the message reserved last be shorter
 * @ring: a sender's handle with something reserved
 * @len: its length now, no more than was reserved
 */
static inline void ipcx_ring_shorten(struct ipcx_ring *ring, size_t len)
{
	ipcx__ring_shorten(ring, len);
}

/**
 * ipcx_ring_commit() - send what has been reserved
 * @ring: a sender's handle
 *
 * Nothing may be written there any more.
 *
 * Return: 0, or -1: EPERM.
 */
static __always_inline int ipcx_ring_commit(struct ipcx_ring *ring)
{
	uint64_t end = ring->end;

	if (__builtin_expect(ring->fast != IPCX_RING_SENDER + 1, 0))
		return ipcx__ring_commit(ring);
	ring->pos = end;
	ipcx__ring_publish(ring, end);
	return 0;
}

/**
 * ipcx_ring_send() - send a message
 * @ring: a sender's handle with nothing reserved; what is, goes with it
 * @buf: payload
 * @len: its length in bytes, 0 allowed
 * @deadline: until when to wait for room
 *
 * Return: 0, or -1: as ipcx_ring_reserve().
 */
static __always_inline int ipcx_ring_send(struct ipcx_ring *ring, const void *buf, size_t len,
					  uint64_t deadline)
{
	uint64_t end = ring->end, size = ipcx__ring_record(len);
	uint64_t *header;

	/* As ipcx_ring_reserve() and ipcx_ring_commit(), without what only they need */
	if (__builtin_expect(ipcx__ring_long(ring, len) || end + size > ring->limit, 0))
		return ipcx__ring_send(ring, buf, len, deadline);
	header = ipcx__ring_near(ring, end);
	ipcx__expect_write(ring->ahead + (uintptr_t)end);
	/* Relaxed: published by the release below. */
	ipcx__store(header, IPCX__RING_MESSAGE | len, __ATOMIC_RELAXED);
	ipcx__copy(header + 1, buf, len);
	ring->end = end + size;
	ring->pos = end + size;
	ipcx__ring_publish(ring, end + size);
	return 0;
}

/* Where the ring wraps after @pos */
static inline uint64_t ipcx__ring_wrap(const struct ipcx_ring *ring, uint64_t pos)
{
	return (pos | ring->mask) + 1;
}

/* Bytes from the next message on, as the sender says: none, some, or more than the ring holds */
static inline uint64_t ipcx__ring_look(const struct ipcx_ring *ring)
{
	/* Acquire: pairs with the release in commit. */
	return ipcx__load(&ring->theirs->pos, __ATOMIC_ACQUIRE) - ring->next;
}

/*
 * There are @more bytes after the next message begins, no more than the ring holds. If they are not
 * a multiple of 16, no record ends there, and the long way says so.
 */
static __always_inline void ipcx__ring_know(struct ipcx_ring *ring, uint64_t more)
{
	uint64_t next = ring->next, left = ipcx__ring_wrap(ring, next) - next;

	ring->known = next + (more < left ? more : left);
	ipcx__ring_lap(ring, next);
}

/* A message that is there, all of it */
struct ipcx__ring_found {
	void *at;
	uint64_t header;	/* IPCX__RING_MESSAGE | length */
	uint64_t next;		/* position after it */
};

/*
 * Whether the next message is found in a few instructions. Messages that are all of one length are
 * what it is made for: there is room for one more before what is known ends, or there is none; and
 * its header has been checked when it was that of the last. So the processor goes on to the one
 * after it before the header has come.
 */
static __always_inline int ipcx__ring_find(struct ipcx_ring *ring, struct ipcx__ring_found *found)
{
	uint64_t next = ring->next, end = next + ring->size, left, header;
	uint64_t *word;

	/* What is not known to be there, or not yet, is looked for on the long way, as in MPMC. */
	if (__builtin_expect(end > ring->known, 0)) {
		if (next != ring->known || ring->fast != IPCX_RING_RECEIVER + 1)
			return 0;
		left = ipcx__ring_look(ring);
		if (left - 1 > ring->mask)
			return 0;
		ipcx__ring_know(ring, left);
		if (end > ring->known)
			return 0;
	}
	word = ipcx__ring_near(ring, next);
	/* Relaxed: the acquire in ipcx__ring_look() was before it. Read once, and checked. */
	header = ipcx__load(word, __ATOMIC_RELAXED);
	if (__builtin_expect(header != ring->last, 0)) {
		end = next + ipcx__ring_record((uint32_t)header);
		/* Not exactly a message, or too long; past the wrap, or past what there is */
		if (header - IPCX__RING_MESSAGE > ring->max || end > ring->known)
			return 0;
		ring->last = header;
		ring->size = end - next;
	}
	found->at = word + 1;
	found->header = header;
	found->next = end;
	return 1;
}

/*
 * Copies it to a buffer of @size bytes, if it fits. One that fills a buffer of a size that the
 * compiler knows is copied without a call of memcpy().
 */
static __always_inline int ipcx__ring_take(void *buf, size_t size,
					   const struct ipcx__ring_found *found)
{
	size_t len = (uint32_t)found->header;

	if (__builtin_constant_p(size) && size <= IPCX_RING_MIN &&
	    __builtin_expect(found->header == (IPCX__RING_MESSAGE | size), 1))
		ipcx__copy(buf, found->at, size);
	else if (__builtin_expect(len <= size, 1))
		ipcx__copy(buf, found->at, len);
	else
		return 0;
	return 1;
}

/**
 * ipcx_ring_peek() - the next message, in place
 * @ring: a receiver's handle
 * @len: set to its length in bytes
 * @deadline: until when to wait for it
 *
 * Each call tells the next; they all stay until ipcx_ring_release().
 *
 * Return: where it is, aligned to 16 bytes, until it is released; or NULL: ENOBUFS (more than
 * %IPCX_RING_BATCH have not been released (MPMC)), and what is listed above.
 */
static __always_inline void *ipcx_ring_peek(struct ipcx_ring *ring, size_t *len, uint64_t deadline)
{
	struct ipcx__ring_found found;

	if (__builtin_expect(!ipcx__ring_find(ring, &found), 0))
		return ipcx__ring_peek(ring, len, deadline);
	ring->next = found.next;
	*len = (uint32_t)found.header;
	return found.at;
}

/**
 * ipcx_ring_release() - be done with all that was peeked at
 * @ring: a receiver's handle
 *
 * Return: 0, or -1: EPERM.
 */
static __always_inline int ipcx_ring_release(struct ipcx_ring *ring)
{
	uint64_t next = ring->next;

	if (__builtin_expect(ring->fast != IPCX_RING_RECEIVER + 1, 0))
		return ipcx__ring_release(ring);
	ipcx__ring_publish(ring, next);
	return 0;
}

/**
 * ipcx_ring_recv() - receive a message
 * @ring: a receiver's handle; what was peeked at and not released is released with it
 * @buf: buffer
 * @size: its size in bytes
 * @deadline: until when to wait for it
 *
 * Return: the message's length; or -1: EMSGSIZE (it is longer than @size, and stays;
 * ipcx_ring_peek() tells how long), and as ipcx_ring_peek().
 */
static __always_inline ssize_t ipcx_ring_recv(struct ipcx_ring *ring, void *buf, size_t size,
					      uint64_t deadline)
{
	struct ipcx__ring_found found;

	if (__builtin_expect(!ipcx__ring_find(ring, &found), 0))
		return ipcx__ring_recv(ring, buf, size, deadline);
	if (__builtin_expect(!ipcx__ring_take(buf, size, &found), 0)) {
		errno = EMSGSIZE;
		return -1;
	}
	ring->next = found.next;
	/* What is found so is not in a fenced ring. */
	ipcx__ring_publish(ring, found.next);
	return (ssize_t)(uint32_t)found.header;
}

#ifdef __cplusplus
}
#endif

#endif /* IPCX_RING_H */
