// SPDX-License-Identifier: GPL-2.0-only
/*
 * Batches in rings of shared memory: the count of filled slots moves when a batch is complete, that
 * of free ones when a batch has been looked at, and each time the other side is told once.
 *
 * A receiver gives back all slots before it waits, and a sender never has a whole ring of messages
 * that it has not told of: so no side waits for one that waits for it. Whoever has been told once
 * takes one batch at most, so that a bell that counts, such as a semaphore, has been rung at least
 * as often as there are batches to take.
 */
#include "shared.h"

static uint32_t batch_least(uint32_t n, const struct channel *ch)
{
	return n < ch->batch ? n : ch->batch;
}

/* Let the count of @what move to @count, and tell. */
static int batch_tell(struct channel *ch, enum bench_side to, enum shared_what what, uint32_t count)
{
	struct shared *s = ch->state;

	atomic_store(shared_count(ch, to, what), count);
	return s->bell->ring(ch, to, what);
}

/* Wait until the count of @what has moved from @seen; set @by to how far, at most a batch. */
static int batch_await(struct channel *ch, enum bench_side to, enum shared_what what, uint32_t seen,
		       uint32_t *by)
{
	struct shared *s = ch->state;

	do {
		if (s->bell->await(ch, to, what, seen))
			return -1;
		*by = batch_least(atomic_load(shared_count(ch, to, what)) - seen, ch);
	} while (!*by);
	return 0;
}

static void *batch_reserve(struct channel *ch)
{
	struct shared *s = ch->state;
	uint32_t more;

	if (s->sent == s->room) {
		if (batch_await(ch, !ch->side, SHARED_FREED, s->room - s->slots, &more))
			return NULL;
		s->room += more;
	}
	return shared_out(ch);
}

static int batch_flush(struct channel *ch)
{
	struct shared *s = ch->state;

	if (s->told == s->sent)
		return 0;
	s->told = s->sent;
	return batch_tell(ch, !ch->side, SHARED_FILLED, s->sent);
}

static int batch_commit(struct channel *ch, void *buf)
{
	struct shared *s = ch->state;

	(void)buf;	/* it is in its slot already */
	return ++s->sent - s->told == ch->batch ? batch_flush(ch) : 0;
}

static int batch_give_back(struct channel *ch)
{
	struct shared *s = ch->state;

	if (s->returned == s->taken)
		return 0;
	s->returned = s->taken;
	return batch_tell(ch, ch->side, SHARED_FREED, s->taken);
}

static void *batch_receive(struct channel *ch)
{
	struct shared *s = ch->state;
	uint32_t more;

	if (s->taken == s->ready) {
		if (batch_give_back(ch) ||
		    batch_await(ch, ch->side, SHARED_FILLED, s->ready, &more))
			return NULL;
		s->ready += more;
		ch->fetches++;
	}
	return shared_in(ch);
}

static int batch_release(struct channel *ch)
{
	struct shared *s = ch->state;

	return ++s->taken - s->returned == ch->batch ? batch_give_back(ch) : 0;
}

const struct batching shared_batching = {
	.reserve = batch_reserve,
	.commit = batch_commit,
	.receive = batch_receive,
	.release = batch_release,
	.flush = batch_flush,
};
