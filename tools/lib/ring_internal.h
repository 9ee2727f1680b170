/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the files of rings share. Nothing here leaves the library.
 *
 * Who is meant by an owner is a process, by its number and when it was started, in one word, so
 * that it can be stored and exchanged at once, and is never used for another process.
 */
#ifndef IPCX_RING_INTERNAL_H
#define IPCX_RING_INTERNAL_H

#include <stdbool.h>

#include "ipcx_ring.h"
#include "ipcx.h"

#ifndef ipcx__cas
#define ipcx__cas(p, old, value, success, failure) \
	__atomic_compare_exchange_n(p, old, value, false, success, failure)
#define ipcx__exchange(p, value, order)		__atomic_exchange_n(p, value, order)
#define ipcx__add(p, value, order)		__atomic_fetch_add(p, value, order)
#define ipcx__or(p, value, order)		__atomic_fetch_or(p, value, order)
#define ipcx__and(p, value, order)		__atomic_fetch_and(p, value, order)
#endif

#define RING_MAGIC	0x676e697278637069	/* "ipcxring" */
#define RING_VERSION	1

/* No position of an SPSC ring is so far: 29 years, at ten bytes a nanosecond. */
#define RING_SPSC_END	((uint64_t)1 << 63)

/* &ipcx__ring_event.flags */
#define RING_SLEEPS	1u	/* on the futex */
#define RING_POLLS	2u	/* for the eventfd */

/* The bits of an owner that are its number: there are at most 2^22 */
#define RING_PID_BITS	22

static inline uint64_t ring_capacity(const struct ipcx_ring *ring)
{
	return ring->mask + 1;
}

static inline uint64_t ring_offset(const struct ipcx_ring *ring, uint64_t pos)
{
	return pos & ring->mask;
}

static inline int ring_fail(int err)
{
	errno = err;
	return -1;
}

/* As ipcx__ring_look(), with the barrier of a fenced ring */
static inline void ring_look(struct ipcx_ring *ring, unsigned int count)
{
	if (ring->fenced)
		/* pairs with the one in ipcx__ring_fence() */
		ipcx__fence(__ATOMIC_SEQ_CST);
	else
		ipcx__compiler_fence();
	/* Relaxed: only whether it is zero matters; what follows it is a system call. */
	if (ipcx__load(&ipcx__ring_tells(ring->mine)->flags, __ATOMIC_RELAXED))
		ipcx__ring_tell(ring, count);
}

/* An attempt: 1: it succeeded, 0: it would have to wait, -1: errno tells */
typedef int ring_attempt(struct ipcx_ring *ring, uint64_t need);

/* ring_wait.c: attempt until the deadline; 0, or -1 */
int ipcx__ring_wait(struct ipcx_ring *ring, ring_attempt *attempt, uint64_t need,
		    uint64_t deadline);
/* Now and then: have those looked for who died. 0, or -1: EOWNERDEAD, EBADMSG */
int ipcx__ring_patience(struct ipcx_ring *ring, uint64_t now);
/* Wake everybody, of both roles */
void ipcx__ring_tell_all(struct ipcx_ring *ring);
/* The barrier of who goes to sleep */
int ipcx__ring_fence(const struct ipcx_ring *ring);

/* ring_spsc.c */
int ipcx__spsc_room(struct ipcx_ring *ring, uint64_t need);
int ipcx__spsc_data(struct ipcx_ring *ring, uint64_t need);
/* Whether there is room for a message of @len; as an attempt */
int ipcx__spsc_space(struct ipcx_ring *ring, size_t len);
void *ipcx__spsc_reserve(struct ipcx_ring *ring, size_t len, uint64_t deadline);
void ipcx__spsc_shorten(struct ipcx_ring *ring, size_t len);
void *ipcx__spsc_peek(struct ipcx_ring *ring, size_t *len, uint64_t deadline);
/* Commit, or release, up to @pos */
void ipcx__spsc_publish(struct ipcx_ring *ring, uint64_t pos);
int ipcx__spsc_attach(struct ipcx_ring *ring);
void ipcx__spsc_detach(struct ipcx_ring *ring);
int ipcx__spsc_mourn(struct ipcx_ring *ring);

/* ring_pace.c: how a receiver of an SPSC ring keeps out of its sender's way */
void ipcx__pace_begin(struct ipcx_ring *ring);
/* Before it waits for messages */
void ipcx__pace_before(struct ipcx_ring *ring);
/* There were none, and it has given up */
void ipcx__pace_dry(struct ipcx_ring *ring);
/* There are: @several, or one */
void ipcx__pace_learn(struct ipcx_ring *ring, bool several);
/* Whether they come one by one */
bool ipcx__pace_alone(const struct ipcx_ring *ring);

/* ring_mpmc.c */
void *ipcx__mpmc_reserve(struct ipcx_ring *ring, size_t len, uint64_t deadline);
void ipcx__mpmc_shorten(struct ipcx_ring *ring, size_t len);
void ipcx__mpmc_commit(struct ipcx_ring *ring);
/* A message of at most @most bytes; a longer one stays: EMSGSIZE */
void *ipcx__mpmc_peek(struct ipcx_ring *ring, size_t *len, size_t most, uint64_t deadline);
void ipcx__mpmc_release(struct ipcx_ring *ring);
void ipcx__mpmc_detach(struct ipcx_ring *ring);
/* Whether it is worth trying; changes nothing */
int ipcx__mpmc_room(const struct ipcx_ring *ring, uint64_t need);
int ipcx__mpmc_data(const struct ipcx_ring *ring);

/* ring_recover.c: MPMC: locks, and what the dead have left */
int ipcx__mpmc_lock(struct ipcx_ring *ring, struct ipcx__ring_end *end, uint64_t deadline);
void ipcx__mpmc_unlock(struct ipcx__ring_end *end);
int ipcx__mpmc_recover(struct ipcx_ring *ring);

/* ring_record.h has the records of MPMC rings. */

/* ring_sys.c: all that asks the kernel */
long ipcx__futex_wait(uint32_t *word, uint32_t seen, uint64_t until);
long ipcx__futex_wake(uint32_t *word, int count);
int ipcx__membarrier(bool registering);
uint64_t ipcx__now(void);
void ipcx__relax(void);
int ipcx__doze(unsigned int round);
uint64_t ipcx__self(void);
bool ipcx__dead(uint64_t owner);
uint64_t ipcx__pid_ns(void);

#endif /* IPCX_RING_INTERNAL_H */
