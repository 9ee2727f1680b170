// SPDX-License-Identifier: GPL-2.0-only
/*
 * POSIX shared memory, and in it mutexes and condition variables that two processes can use.
 *
 * Of the three system calls of a message, one wakes nobody: after a wait, glibc no longer knows
 * whether anybody waits for the mutex, and has the kernel look when it is unlocked.
 */
#include <errno.h>
#include <pthread.h>

#include "shared.h"

/**
 * struct mutex_ring - how far the ring of messages to one side is
 * @lock: protects @nfilled and @nfreed
 * @filled: @nfilled has moved
 * @freed: @nfreed has moved
 * @nfilled: messages committed, modulo 2^32
 * @nfreed: messages released, likewise
 */
struct mutex_ring {
	_Alignas(64) pthread_mutex_t lock;
	pthread_cond_t filled;
	pthread_cond_t freed;
	uint32_t nfilled;
	uint32_t nfreed;
};

/**
 * struct mutex_state - the rings, in the memory that is shared
 * @shared: their slots
 * @ring: that of messages to each side
 */
struct mutex_state {
	struct shared shared;
	struct mutex_ring *ring;
};

static int mutex_rings_init(struct mutex_ring ring[SIDES])
{
	pthread_mutexattr_t mutex;
	pthread_condattr_t cond;
	int err = 0;

	pthread_mutexattr_init(&mutex);
	pthread_condattr_init(&cond);
	/* Robust: who is killed with the lock held does not leave the other waiting for it. */
	if (pthread_mutexattr_setrobust(&mutex, PTHREAD_MUTEX_ROBUST) ||
	    pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED) ||
	    pthread_condattr_setpshared(&cond, PTHREAD_PROCESS_SHARED))
		err = ENOSYS;
	for (int side = 0; side < SIDES && !err; side++) {
		err = pthread_mutex_init(&ring[side].lock, &mutex);
		if (!err)
			err = pthread_cond_init(&ring[side].filled, &cond);
		if (!err)
			err = pthread_cond_init(&ring[side].freed, &cond);
	}
	pthread_mutexattr_destroy(&mutex);
	pthread_condattr_destroy(&cond);
	errno = err;
	return err ? -1 : 0;
}

static const struct shared_bell mutex_bell;

static enum channel_opened mutex_open(struct channel *ch)
{
	struct mutex_state *state = ch->state;
	size_t slots;
	enum channel_opened result = shared_layout(ch, &slots);

	if (result != CHANNEL_OPEN)
		return result;
	state->shared.bell = &mutex_bell;
	result = shared_posix(ch, slots + SIDES * sizeof(struct mutex_ring));
	if (result != CHANNEL_OPEN)
		return result;
	state->ring = (struct mutex_ring *)((char *)ch->map + slots);
	if (mutex_rings_init(state->ring))
		return channel_failed(ch, "process-shared mutexes");
	return CHANNEL_OPEN;
}

/* Wait on @cond, of @ring, while @count is @value. */
static int mutex_wait(struct mutex_ring *ring, pthread_cond_t *cond, const uint32_t *count,
		      uint32_t value)
{
	int err = pthread_mutex_lock(&ring->lock);

	while (!err && *count == value)
		err = pthread_cond_wait(cond, &ring->lock);
	if (!err)
		err = pthread_mutex_unlock(&ring->lock);
	errno = err;
	return err ? -1 : 0;
}

/* Signalled when the lock is free again: the other side is not woken only to wait for that. */
static int mutex_advance(struct mutex_ring *ring, pthread_cond_t *cond, uint32_t *count)
{
	int err = pthread_mutex_lock(&ring->lock);

	if (!err) {
		++*count;
		err = pthread_mutex_unlock(&ring->lock);
	}
	if (!err)
		err = pthread_cond_signal(cond);
	errno = err;
	return err ? -1 : 0;
}

static void *mutex_reserve(struct channel *ch)
{
	struct mutex_state *state = ch->state;
	struct mutex_ring *ring = &state->ring[!ch->side];
	uint32_t full = state->shared.sent - state->shared.slots;

	return mutex_wait(ring, &ring->freed, &ring->nfreed, full) ? NULL : shared_out(ch);
}

static int mutex_commit(struct channel *ch, void *buf)
{
	struct mutex_state *state = ch->state;
	struct mutex_ring *ring = &state->ring[!ch->side];

	(void)buf;	/* it is in its slot already */
	state->shared.sent++;
	return mutex_advance(ring, &ring->filled, &ring->nfilled);
}

static void *mutex_receive(struct channel *ch)
{
	struct mutex_state *state = ch->state;
	struct mutex_ring *ring = &state->ring[ch->side];
	uint32_t empty = state->shared.taken;

	return mutex_wait(ring, &ring->filled, &ring->nfilled, empty) ? NULL : shared_in(ch);
}

static int mutex_release(struct channel *ch)
{
	struct mutex_state *state = ch->state;
	struct mutex_ring *ring = &state->ring[ch->side];

	state->shared.taken++;
	return mutex_advance(ring, &ring->freed, &ring->nfreed);
}

static pthread_cond_t *mutex_cond(struct mutex_ring *ring, enum shared_what what)
{
	return what == SHARED_FILLED ? &ring->filled : &ring->freed;
}

/* The count has moved; whoever saw it before that waits by now, as it does not leave the lock. */
static int mutex_ring(struct channel *ch, enum bench_side to, enum shared_what what)
{
	struct mutex_state *state = ch->state;
	struct mutex_ring *ring = &state->ring[to];
	int err = pthread_mutex_lock(&ring->lock);

	if (!err)
		err = pthread_mutex_unlock(&ring->lock);
	if (!err)
		err = pthread_cond_signal(mutex_cond(ring, what));
	errno = err;
	return err ? -1 : 0;
}

static int mutex_await(struct channel *ch, enum bench_side to, enum shared_what what, uint32_t seen)
{
	struct mutex_state *state = ch->state;
	struct mutex_ring *ring = &state->ring[to];
	int err = pthread_mutex_lock(&ring->lock);

	while (!err && atomic_load(shared_count(ch, to, what)) == seen)
		err = pthread_cond_wait(mutex_cond(ring, what), &ring->lock);
	if (!err)
		err = pthread_mutex_unlock(&ring->lock);
	errno = err;
	return err ? -1 : 0;
}

static const struct shared_bell mutex_bell = {
	.ring = mutex_ring,
	.await = mutex_await,
};

const struct mechanism mech_shm_mutex = {
	.name = "shm-mutex",
	.family = "shared memory",
	.about = "POSIX shared memory, filled and checked in place; pthread mutexes and "
		 "condition variables",
	.flow = "a full ring makes the sender wait on a condition variable",
	.copies = 0,
	.syscalls = 3,
	.skips = true,
	.boundaries = true,
	.in_place = true,
	.batching = &shared_batching,
	.sized = true,
	.state_size = sizeof(struct mutex_state),
	.open = mutex_open,
	.reserve = mutex_reserve,
	.commit = mutex_commit,
	.receive = mutex_receive,
	.release = mutex_release,
};
