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
 *   IPCX_RING_TRY	do not wait: EAGAIN
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

#ifdef __cplusplus
extern "C" {
#endif

/** IPCX_RING_TRY - a deadline that has always passed: do not wait */
#define IPCX_RING_TRY ((uint64_t)1)

/** IPCX_RING_MIN - least capacity, in bytes */
#define IPCX_RING_MIN ((size_t)256)

/** IPCX_RING_MAX - largest capacity, in bytes */
#define IPCX_RING_MAX ((size_t)1 << 30)

/** IPCX_RING_BATCH - most messages of an MPMC ring that a handle has reserved, or peeked at */
#define IPCX_RING_BATCH 64

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
 * @start: position of the first message, a multiple of 16; positions count bytes, and may wrap. For
 *	tests; else 0
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

/*
 * The shared part. Each line is written by one side only, or by whoever is about to sleep; two
 * cache lines apart, as processors fetch pairs of them.
 */
#define IPCX_RING_LINE 128

/* private: for the functions below */

struct ipcx__ring_const {
	uint64_t magic;
	uint32_t version;
	uint32_t kind;
	uint64_t capacity;
	uint64_t pid_ns;
	uint32_t fenced;
	uint32_t zero[23];
};

struct ipcx__ring_end {
	uint64_t pos;		/* tail or head: how far it is */
	uint64_t owner;		/* SPSC: who is attached; MPMC: who holds the lock */
	uint64_t freed;		/* MPMC, sender's: room up to here has been taken back */
	uint64_t high;		/* sender's: high-water mark */
	uint64_t zero[12];
};

struct ipcx__ring_event {
	uint32_t flags;		/* who is to be told */
	uint32_t seq;		/* the futex */
	uint32_t zero[30];
};

struct ipcx__ring_shared {
	struct ipcx__ring_const fixed;
	struct ipcx__ring_end sender;
	struct ipcx__ring_end receiver;
	struct ipcx__ring_event data;	/* the receiver sleeps for messages */
	struct ipcx__ring_event room;	/* a sender sleeps for room */
};

/* A message that this handle has reserved or peeked at, in an MPMC ring */
struct ipcx__ring_claim {
	uint64_t pos;
	uint32_t size;
	uint32_t len;
};

/* public: */

/**
 * struct ipcx_ring - a handle; zero it, or leave it as it is: ipcx_ring_attach() fills it in
 *
 * Its members are the library's.
 */
struct ipcx_ring {
	/* private: */
	uint64_t before[16];	/* so that what is before it is on other lines */
	unsigned char *data;
	uint64_t mask;
	uint64_t max;
	uint64_t pos;		/* sender: committed up to here; receiver: released */
	uint64_t end;		/* sender: reserved up to here */
	uint64_t limit;		/* sender: what needs no look, and no wrap, ends here */
	uint64_t next;		/* receiver: peeked at up to here */
	uint64_t known;		/* receiver: what needs no look, and no wrap, ends here */
	uint64_t free;		/* sender: what needs no look ends here */
	uint64_t last;		/* sender: where the last record is; receiver: its header */
	uint64_t size;		/* receiver: of a record with that header */
	struct ipcx__ring_end *mine;
	struct ipcx__ring_end *theirs;
	struct ipcx__ring_event *tell;	/* what the other side sleeps on */
	uint8_t spsc;		/* role + 1 if it is one, else 0 */
	uint8_t fast;		/* the same, if it is not fenced */
	uint8_t fenced;
	uint8_t role;
	uint8_t wait;
	uint32_t claims;
	struct ipcx__ring_shared *shared;
	struct ipcx__ring_event *await;
	uint64_t me;
	uint64_t told;		/* whose death has been told */
	uint64_t budget;	/* ns to stay awake */
	uint64_t since;
	uint64_t deadline;	/* MPMC: of the call that is under way */
	uint64_t patience;
	uint32_t failed;
	uint32_t polls;
	uint32_t streak;
	uint32_t alone;
	int tell_fd;
	int await_fd;
	struct ipcx__ring_claim claim[IPCX_RING_BATCH];
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
 * limits, there is no such kind, the start is not a multiple of 16), ENOSPC (@size is less than
 * ipcx_ring_size() says).
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

/* Headers of SPSC rings: with the length, in bytes, in the lower half */
#define IPCX__RING_HEADER	8
#define IPCX__RING_MESSAGE	((uint64_t)1 << 32)
#define IPCX__RING_SKIP		((uint64_t)2 << 32)	/* what is left before the ring wraps */

static inline uint64_t *ipcx__ring_word(const struct ipcx_ring *ring, uint64_t pos)
{
	return (uint64_t *)(ring->data + (pos & ring->mask));
}

/* Bytes that a record takes: the payload is aligned to 16, its header just before it */
static inline uint64_t ipcx__ring_record(uint64_t len)
{
	return (len + IPCX__RING_HEADER + 15) & ~(uint64_t)15;
}

/*
 * Having published, look for sleepers. Publish and look must not change places, or a message sleeps
 * with its receiver; who goes to sleep says so, then looks again. The barrier between is paid for
 * by who goes to sleep: its membarrier(2) is one for all. So here it need only bind the compiler;
 * fenced rings go the long way.
 */
static inline void ipcx__ring_look(struct ipcx_ring *ring)
{
	ipcx__compiler_fence();
	/* Relaxed: only whether it is zero matters; what follows it is a system call. */
	if (__builtin_expect(ipcx__load(&ring->tell->flags, __ATOMIC_RELAXED), 0))
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
static inline void *ipcx_ring_reserve(struct ipcx_ring *ring, size_t len, uint64_t deadline)
{
	uint64_t end = ring->end, size = ipcx__ring_record(len);
	uint64_t *header;

	/* Within what is known to be free and contiguous: else the long way, as in MPMC. */
	if (__builtin_expect(len > ring->max || size > ring->limit - end, 0))
		return ipcx__ring_reserve(ring, len, deadline);
	header = ipcx__ring_word(ring, end);
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
static inline int ipcx_ring_commit(struct ipcx_ring *ring)
{
	uint64_t end = ring->end;

	if (__builtin_expect(ring->fast != IPCX_RING_SENDER + 1, 0))
		return ipcx__ring_commit(ring);
	ring->pos = end;
	/* Release: headers and payload before it; pairs with the acquire in peek. */
	ipcx__store(&ring->mine->pos, end, __ATOMIC_RELEASE);
	ipcx__ring_look(ring);
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
static inline int ipcx_ring_send(struct ipcx_ring *ring, const void *buf, size_t len,
				 uint64_t deadline)
{
	uint64_t end = ring->end, size = ipcx__ring_record(len);
	uint64_t *header;

	/* As ipcx_ring_reserve() and ipcx_ring_commit(), without what only they need */
	if (__builtin_expect(len > ring->max || size > ring->limit - end, 0))
		return ipcx__ring_send(ring, buf, len, deadline);
	header = ipcx__ring_word(ring, end);
	/* Relaxed: published by the release below. */
	ipcx__store(header, IPCX__RING_MESSAGE | len, __ATOMIC_RELAXED);
	ipcx__copy(header + 1, buf, len);
	ring->end = end + size;
	ring->pos = end + size;
	/* Release: header and payload before it; pairs with the acquire in peek. */
	ipcx__store(&ring->mine->pos, end + size, __ATOMIC_RELEASE);
	ipcx__ring_look(ring);
	return 0;
}

/* Where the ring wraps after @pos */
static inline uint64_t ipcx__ring_wrap(const struct ipcx_ring *ring, uint64_t pos)
{
	return (pos | ring->mask) + 1;
}

/*
 * Whether there is more than is known: looks at the sender, and believes it if it can be. Should it
 * not be a multiple of 16, no record ends there, and the long way says so.
 */
static inline int ipcx__ring_more(struct ipcx_ring *ring)
{
	uint64_t next = ring->next, left, more;

	if (__builtin_expect(ring->spsc != IPCX_RING_RECEIVER + 1, 0))
		return 0;
	/* Acquire: pairs with the release in commit. */
	more = ipcx__load(&ring->theirs->pos, __ATOMIC_ACQUIRE) - next;
	if (more - 1 > ring->mask)
		return 0;
	left = ipcx__ring_wrap(ring, next) - next;
	ring->known = next + (more < left ? more : left);
	return 1;
}

/* The next message, if it is found in a few instructions; else NULL */
static inline void *ipcx__ring_next(struct ipcx_ring *ring, size_t *len)
{
	uint64_t next = ring->next, header;
	uint64_t *word;

	/* What is not known to be there, or not yet, is looked for on the long way, as in MPMC. */
	if (__builtin_expect(next == ring->known, 0) && !ipcx__ring_more(ring))
		return NULL;
	word = ipcx__ring_word(ring, next);
	/* Relaxed: the acquire in ipcx__ring_more() was before it. Read once, and checked. */
	header = ipcx__load(word, __ATOMIC_RELAXED);
	/*
	 * Where messages are all of one length, the next one's place is known before the header has
	 * come: the processor goes on with the size of the last.
	 */
	if (__builtin_expect(header != ring->last, 0)) {
		/* Not exactly a message, or too long */
		if (header - IPCX__RING_MESSAGE > ring->max)
			return NULL;
		ring->last = header;
		ring->size = ipcx__ring_record((uint32_t)header);
	}
	/* Past the wrap, or past what there is */
	if (__builtin_expect(ring->size > ring->known - next, 0))
		return NULL;
	ring->next = next + ring->size;
	*len = (uint32_t)header;
	return word + 1;
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
static inline void *ipcx_ring_peek(struct ipcx_ring *ring, size_t *len, uint64_t deadline)
{
	void *at = ipcx__ring_next(ring, len);

	return __builtin_expect(!at, 0) ? ipcx__ring_peek(ring, len, deadline) : at;
}

/**
 * ipcx_ring_release() - be done with all that was peeked at
 * @ring: a receiver's handle
 *
 * Return: 0, or -1: EPERM.
 */
static inline int ipcx_ring_release(struct ipcx_ring *ring)
{
	uint64_t next = ring->next;

	if (__builtin_expect(ring->fast != IPCX_RING_RECEIVER + 1, 0))
		return ipcx__ring_release(ring);
	ring->pos = next;
	/* Release: all reading of the messages before it; pairs with the sender's acquire. */
	ipcx__store(&ring->mine->pos, next, __ATOMIC_RELEASE);
	ipcx__ring_look(ring);
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
static inline ssize_t ipcx_ring_recv(struct ipcx_ring *ring, void *buf, size_t size,
				     uint64_t deadline)
{
	uint64_t before = ring->next;
	size_t len;
	void *at = ipcx__ring_next(ring, &len);

	if (__builtin_expect(!at, 0))
		return ipcx__ring_recv(ring, buf, size, deadline);
	if (__builtin_expect(len > size, 0)) {
		ring->next = before;
		errno = EMSGSIZE;
		return -1;
	}
	ipcx__copy(buf, at, len);
	ipcx_ring_release(ring);
	return (ssize_t)len;
}

#ifdef __cplusplus
}
#endif

#endif /* IPCX_RING_H */
