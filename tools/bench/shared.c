// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rings of slots in shared memory, and waiting on them with futexes.
 *
 * A side that blocks looks once, then sleeps; it says so, so that the other makes no system call
 * for a side that is awake.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "janitor.h"
#include "shared.h"
#include "wait.h"
#include "window.h"

#define SHARED_LINE		64

/**
 * struct shared_index - how far one side of a ring is, and whether the other sleeps for more
 * @count: messages so far, modulo 2^32; the futex
 * @sleeper: the other side sleeps, or is about to, while @count is what the low half of this is;
 *	0 if it does not
 */
struct shared_index {
	_Alignas(SHARED_LINE) _Atomic uint32_t count;
	_Atomic uint64_t sleeper;
};

#define SHARED_SLEEPS		((uint64_t)1 << 32)

/**
 * struct shared_ring - control block before the slots of a ring
 * @filled: messages committed
 * @freed: messages released
 */
struct shared_ring {
	struct shared_index filled;
	struct shared_index freed;
};

static const struct shared_bell futex_bell;

/* Two batches, so that one can be filled while the other is looked at. */
static uint32_t shared_slots(const struct channel *ch, size_t stride)
{
	uint32_t slots = window_fit(stride);

	if (ch->capacity)
		return ch->capacity < stride ? 1 : window_hold(ch->capacity, stride);
	while (ch->batch > 1 && slots < 2 * ch->batch)
		slots *= 2;
	return slots;
}

enum channel_opened shared_layout(struct channel *ch, size_t *size)
{
	struct shared *s = ch->state;

	s->stride = (ch->size + SHARED_LINE - 1) / SHARED_LINE * SHARED_LINE;
	s->slots = shared_slots(ch, s->stride);
	s->room = s->slots;
	s->bell = &futex_bell;
	*size = SIDES * (sizeof(struct shared_ring) + s->slots * s->stride);
	channel_fact(ch, "slots", s->slots);
	channel_fact(ch, "slot_size", (long long)s->stride);
	if (ch->batch > s->slots)
		return channel_says(ch, CHANNEL_REFUSED,
				    "its ring of %u slots has no room for a batch", s->slots);
	return CHANNEL_OPEN;
}

enum channel_opened shared_posix(struct channel *ch, size_t size)
{
	void *map = MAP_FAILED;
	struct chore *chore;
	char name[64];
	int fd;

	snprintf(name, sizeof(name), "/ipcx-bench.%d", (int)getpid());
	chore = janitor_name(CHORE_POSIX_SHM, name);
	fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
	if (fd >= 0)
		shm_unlink(name);
	janitor_done(chore);
	if (fd < 0)
		return channel_failed(ch, "shm_open");
	if (!ftruncate(fd, (off_t)size))
		map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return channel_failed(ch, "POSIX shared memory");
	ch->map = map;
	ch->map_size = size;
	return CHANNEL_OPEN;
}

/* The ring of messages to @side. */
static struct shared_ring *shared_ring(struct channel *ch, enum bench_side side)
{
	struct shared *s = ch->state;
	size_t bytes = sizeof(struct shared_ring) + s->slots * s->stride;

	return (struct shared_ring *)((char *)ch->map + side * bytes);
}

static void *shared_slot(struct channel *ch, enum bench_side side, uint32_t n)
{
	struct shared *s = ch->state;

	return (char *)(shared_ring(ch, side) + 1) + (n % s->slots) * s->stride;
}

static struct shared_index *shared_index(struct channel *ch, enum bench_side to,
					 enum shared_what what)
{
	struct shared_ring *ring = shared_ring(ch, to);

	return what == SHARED_FILLED ? &ring->filled : &ring->freed;
}

_Atomic uint32_t *shared_count(struct channel *ch, enum bench_side to, enum shared_what what)
{
	return &shared_index(ch, to, what)->count;
}

void *shared_out(struct channel *ch)
{
	struct shared *s = ch->state;

	return shared_slot(ch, !ch->side, s->sent);
}

void *shared_in(struct channel *ch)
{
	struct shared *s = ch->state;

	ch->got = ch->size;
	return shared_slot(ch, ch->side, s->taken);
}

static long futex(_Atomic uint32_t *word, int op, uint32_t value)
{
	return syscall(SYS_futex, word, op, value, NULL, NULL, 0);
}

/*
 * Sleep while @index is at @seen. The sleeper writes sleeper, then reads count; the other side
 * writes count, then reads sleeper (in shared_advance()). Both are sequentially consistent, so at
 * least one of them sees what the other wrote.
 */
static int shared_wait(struct channel *ch, struct shared_index *index, uint32_t seen)
{
	uint64_t since = 0;

	while (atomic_load_explicit(&index->count, memory_order_acquire) == seen) {
		if (ch->wait == WAIT_SPIN || (ch->wait == WAIT_ADAPTIVE && wait_awake(&since))) {
			wait_relax();
			continue;
		}
		atomic_store(&index->sleeper, SHARED_SLEEPS | seen);
		if (atomic_load(&index->count) != seen)
			break;
		if (futex(&index->count, FUTEX_WAIT, seen) && errno != EAGAIN && errno != EINTR)
			return -1;
	}
	return 0;
}

/*
 * The sleeper may have seen the count already, and be about to sleep until the next: if its word
 * were taken back then, it would sleep for ever. So only what it said of a smaller count is.
 */
static int shared_wake(struct shared_index *index)
{
	uint32_t count = atomic_load_explicit(&index->count, memory_order_relaxed);
	uint64_t sleeper = atomic_load(&index->sleeper);

	if (!sleeper || (uint32_t)sleeper == count ||
	    !atomic_compare_exchange_strong(&index->sleeper, &sleeper, 0))
		return 0;
	return futex(&index->count, FUTEX_WAKE, 1) < 0 ? -1 : 0;
}

static int shared_advance(struct shared_index *index, uint32_t count)
{
	atomic_store(&index->count, count);
	return shared_wake(index);
}

static int futex_ring(struct channel *ch, enum bench_side to, enum shared_what what)
{
	return shared_wake(shared_index(ch, to, what));
}

static int futex_await(struct channel *ch, enum bench_side to, enum shared_what what, uint32_t seen)
{
	return shared_wait(ch, shared_index(ch, to, what), seen);
}

static const struct shared_bell futex_bell = {
	.ring = futex_ring,
	.await = futex_await,
};

void *futex_reserve(struct channel *ch)
{
	struct shared_ring *ring = shared_ring(ch, !ch->side);
	struct shared *s = ch->state;

	if (shared_wait(ch, &ring->freed, s->sent - s->slots))
		return NULL;
	return shared_out(ch);
}

int futex_commit(struct channel *ch, void *buf)
{
	struct shared *s = ch->state;

	(void)buf;	/* it is in its slot already */
	return shared_advance(&shared_ring(ch, !ch->side)->filled, ++s->sent);
}

void *futex_receive(struct channel *ch)
{
	struct shared *s = ch->state;

	if (shared_wait(ch, &shared_ring(ch, ch->side)->filled, s->taken))
		return NULL;
	return shared_in(ch);
}

int futex_release(struct channel *ch)
{
	struct shared *s = ch->state;

	return shared_advance(&shared_ring(ch, ch->side)->freed, ++s->taken);
}
