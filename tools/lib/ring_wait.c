// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Rings: waiting, and telling those who wait.
 *
 * Lost wake-ups. Who publishes must look whether somebody sleeps, and who sleeps must look whether
 * something was published, each after its own store:
 *
 *	publisher			sleeper
 *	publish			[A]	seq = event.seq			[D]
 *	barrier			[B]	event.flags |= SLEEPS		[E]
 *	if (event.flags)	[C]	barrier				[F]
 *		flags = 0, seq++, wake	attempt				[G]
 *					sleep while event.seq == seq
 *
 * With a full barrier at B and at F, C sees E or G sees A. At B there is only one for the compiler
 * if F is membarrier(2): that is a full barrier in each process that is registered, wherever it is
 * between A and C. If flags is cleared by who tells of something older, seq has changed since D,
 * and the futex does not sleep.
 *
 * One who is killed between A and C tells nobody. So no sleep is longer than patience, a second at
 * most; and then who else may have died is looked for, too.
 */
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include "ring_internal.h"

#define PATIENCE_FIRST	50000000u	/* ns until the dead are looked for, then twice as long, */
#define PATIENCE_MOST	1000000000u	/* up to this */
#define BUDGET_MOST	50000u		/* ns that an adaptive wait stays awake */
#define BUDGET_LEAST	1000u
#define BUDGET_TRY	16		/* waits until a longer one is tried again */
#define SPINS		64		/* attempts between looks at the clock */

int ipcx__ring_fence(const struct ipcx_ring *ring)
{
	if (!ring->fenced)
		return ipcx__membarrier(false);
	/* pairs with the one in ring_look() */
	ipcx__fence(__ATOMIC_SEQ_CST);
	return 0;
}

static void ring_tell(struct ipcx_ring *ring, struct ipcx__ring_event *event, int fd, int count)
{
	/*
	 * Acquire and release: what is done to seq comes after it, so that who sees seq as it will
	 * be sets flags after this has cleared them.
	 */
	uint32_t flags = ipcx__exchange(&event->flags, 0, __ATOMIC_ACQ_REL);
	int err = errno;
	uint64_t one = 1;

	if (flags & RING_SLEEPS) {
		/* Release: who sees it, by D's acquire, sees what was published. */
		ipcx__add(&event->seq, 1, __ATOMIC_RELEASE);
		/* Others may sleep yet. Relaxed: it can only be one call too many. */
		if (ipcx__futex_wake(&event->seq, count) > 0 && !ring->spsc)
			ipcx__or(&event->flags, RING_SLEEPS, __ATOMIC_RELAXED);
	}
	if ((flags & RING_POLLS) && fd >= 0)
		while (write(fd, &one, sizeof(one)) < 0 && errno == EINTR)
			;
	errno = err;
}

void ipcx__ring_tell(struct ipcx_ring *ring, unsigned int count)
{
	/* Senders wait for different sizes of room, so each looks for himself. */
	int most = ring->role == IPCX_RING_RECEIVER ? INT_MAX : (int)count;

	ring_tell(ring, ipcx__ring_tells(ring->mine), ring->tell_fd, most);
}

void ipcx__ring_tell_all(struct ipcx_ring *ring)
{
	ring_tell(ring, ipcx__ring_tells(ring->mine), ring->tell_fd, INT_MAX);
	ring_tell(ring, ring->await, ring->await_fd, INT_MAX);
}

int ipcx__ring_patience(struct ipcx_ring *ring, uint64_t now)
{
	if (!ring->since) {
		ring->since = now;
		ring->patience = PATIENCE_FIRST;
		return 0;
	}
	if (now - ring->since < ring->patience)
		return 0;
	ring->since = now;
	ring->patience = ring->patience < PATIENCE_MOST / 2 ? 2 * ring->patience : PATIENCE_MOST;
	return ring->spsc ? ipcx__spsc_mourn(ring) : ipcx__mpmc_recover(ring);
}

static bool ring_passed(uint64_t deadline, uint64_t now)
{
	return deadline != IPCX_NO_DEADLINE && now >= deadline;
}

/* What is to be done before the next attempt: 0, or -1 if there is to be none. */
static int ring_look_up(struct ipcx_ring *ring, ring_attempt *attempt, uint64_t need,
			uint64_t deadline, uint64_t now)
{
	int got, err;

	if (!ipcx__ring_patience(ring, now)) {
		if (!ring_passed(deadline, now))
			return 0;
		errno = ETIMEDOUT;
	} else if (errno != EOWNERDEAD) {
		return -1;
	}
	/* What was published just before the deadline, or the death, counts. */
	err = errno;
	got = attempt(ring, need);
	if (!got)
		errno = err;
	return got > 0 ? 1 : -1;
}

/* Attempts, awake, for @budget ns: 1 if one succeeded, 0 if none did, or -1. */
static int ring_spin(struct ipcx_ring *ring, ring_attempt *attempt, uint64_t need,
		     uint64_t deadline, uint64_t budget)
{
	uint64_t begin = ipcx__now(), now = begin;
	int got;

	do {
		for (int i = 0; i < SPINS; i++) {
			/* Each look takes the line from who writes it: twice as seldom */
			ipcx__relax();
			ipcx__relax();
			ring->polls++;
			got = attempt(ring, need);
			if (got)
				return got;
		}
		now = ipcx__now();
		got = ring_look_up(ring, attempt, need, deadline, now);
		if (got)
			return got;
	} while (now - begin < budget);
	return 0;
}

/*
 * Staying awake pays if it ends in time; if not, it is soon given up, as on one CPU it never does,
 * and tried again now and then.
 */
static void ring_learn(struct ipcx_ring *ring, bool paid)
{
	if (paid) {
		ring->budget = ring->budget < BUDGET_MOST / 2 ? 2 * ring->budget : BUDGET_MOST;
		ring->failed = 0;
	} else if (++ring->failed % BUDGET_TRY == 0) {
		ring->budget = BUDGET_MOST;
	} else {
		ring->budget = ring->budget / 4 > BUDGET_LEAST ? ring->budget / 4 : BUDGET_LEAST;
	}
}

/* One sleep, unless the attempt succeeds: as an attempt. */
static int ring_sleep(struct ipcx_ring *ring, ring_attempt *attempt, uint64_t need,
		      uint64_t deadline)
{
	struct ipcx__ring_event *event = ring->await;
	/* Acquire: the attempt below comes after it. [D] */
	uint32_t seq = ipcx__load(&event->seq, __ATOMIC_ACQUIRE);
	uint64_t now, until;
	int got;

	/* Relaxed: the barrier that follows orders it. [E] */
	ipcx__or(&event->flags, RING_SLEEPS, __ATOMIC_RELAXED);
	if (ipcx__ring_fence(ring))
		return -1;
	got = attempt(ring, need);
	if (got) {
		/* Nobody else can be meant by it. Relaxed: it may as well stay. */
		if (ring->spsc)
			ipcx__and(&event->flags, ~RING_SLEEPS, __ATOMIC_RELAXED);
		return got;
	}
	now = ipcx__now();
	got = ring_look_up(ring, attempt, need, deadline, now);
	if (got)
		return got;
	until = ring->since + ring->patience;
	if (deadline != IPCX_NO_DEADLINE && deadline < until)
		until = deadline;
	if (ipcx__futex_wait(&event->seq, seq, until) && errno != EAGAIN && errno != ETIMEDOUT)
		return -1;
	return attempt(ring, need);
}

int ipcx__ring_wait(struct ipcx_ring *ring, ring_attempt *attempt, uint64_t need,
		    uint64_t deadline)
{
	int got = attempt(ring, need);

	if (got)
		return got < 0 ? -1 : 0;
	if (deadline == IPCX_RING_TRY) {
		if (!ring->spsc && ipcx__ring_patience(ring, ipcx__now()))
			return -1;
		return ring_fail(EAGAIN);
	}
	ring->since = 0;
	if (ring->wait == IPCX_RING_SPIN) {
		got = ring_spin(ring, attempt, need, deadline, UINT64_MAX);
	} else if (ring->wait == IPCX_RING_ADAPTIVE) {
		got = ring_spin(ring, attempt, need, deadline, ring->budget);
		ring_learn(ring, got > 0);
	}
	while (!got)
		got = ring_sleep(ring, attempt, need, deadline);
	return got < 0 ? -1 : 0;
}

static void ring_drain(int fd)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };
	uint64_t count;

	if (poll(&pollfd, 1, 0) == 1 && read(fd, &count, sizeof(count)) < 0)
		errno = 0;	/* another has read it */
}

/* As an attempt that takes nothing */
static int ring_ready(struct ipcx_ring *ring, size_t len)
{
	if (ring->role == IPCX_RING_RECEIVER)
		return ring->spsc ? ipcx__spsc_data(ring, 0) : ipcx__mpmc_data(ring);
	if (!ring->spsc)
		return ipcx__mpmc_room(ring, len);
	return ipcx__spsc_space(ring, len);
}

int ipcx_ring_arm(struct ipcx_ring *ring, size_t len)
{
	int err = errno, ready;

	if (ring->await_fd < 0)
		return ring_fail(EBADF);
	if (ring->role == IPCX_RING_SENDER && len > ring->max)
		return ring_fail(EMSGSIZE);
	ring_drain(ring->await_fd);
	/* Relaxed: the barrier that follows orders it. */
	ipcx__or(&ring->await->flags, RING_POLLS, __ATOMIC_RELAXED);
	if (ipcx__ring_fence(ring))
		return -1;
	ready = ring_ready(ring, len);
	if (!ready && ipcx__ring_patience(ring, ipcx__now()))
		return -1;
	if (ready >= 0)
		errno = err;
	return ready;
}
