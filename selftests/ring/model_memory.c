// SPDX-License-Identifier: GPL-2.0-only
/*
 * The checker of interleavings: memory, weaker than any processor's, as C11 has it. Each place has
 * the history of its stores, and each thread a view, which store of each place it knows of. A load
 * sees any store that is not older than that. A release leaves the view with the store, an acquire
 * takes it over. A fence that is sequentially consistent exchanges views with all others. Payload
 * is not atomic: who reads it must know of its last store, who writes it of all readings.
 */
#include <err.h>
#include <stdlib.h>

#include "model_thread.h"

_Alignas(IPCX_RING_LINE) unsigned char model_mem[4096];
struct place places[PLACES];
struct view global;

void model_memory_begin(void)
{
	memset(model_mem, 0, sizeof(model_mem));
	memset(&global, 0, sizeof(global));
	for (unsigned int i = 0; i < PLACES; i++) {
		places[i].at = NULL;
		places[i].count = 0;
		memset(places[i].read, 0, sizeof(places[i].read));
		memset(&places[i].store[0], 0, sizeof(places[i].store[0]));
	}
}

static size_t offset_of(const void *p)
{
	return (size_t)((const unsigned char *)p - model_mem);
}

static bool shared_memory(const void *p)
{
	return (const unsigned char *)p >= model_mem && offset_of(p) < sizeof(model_mem);
}

static size_t width(const void *p)
{
	size_t at = offset_of(p);

	/* The events are of 32 bits, and some of what is fixed is. */
	if (at == offsetof(struct ipcx__ring_const, version) ||
	    at == offsetof(struct ipcx__ring_const, kind) ||
	    at == offsetof(struct ipcx__ring_const, fenced))
		return 4;
	return at >= 3 * IPCX_RING_LINE && at < 5 * IPCX_RING_LINE ? 4 : 8;
}

/* Which place it is, whoever comes there first: four words of each end, two of each event, data */
static size_t place_of(const void *p)
{
	size_t line = offset_of(p) / IPCX_RING_LINE, in = offset_of(p) % IPCX_RING_LINE;

	switch (line) {
	case 1:
	case 2:
		return 4 * (line - 1) + in / 8;
	case 3:
	case 4:
		return 8 + 2 * (line - 3) + in / 4;
	default:
		return 12 + (offset_of(p) - sizeof(struct ipcx__ring_shared)) / 8;
	}
}

struct place *place(const void *p)
{
	size_t which = place_of(p);
	struct place *found = &places[which];
	uint64_t value = 0;

	if (which >= PLACES)
		errx(1, "too many places");
	if (found->at)
		return found;
	found->at = p;
	memcpy(&value, p, width(p));
	found->store[0].value = value;
	found->count = 1;
	return found;
}

static unsigned int number(const struct place *p)
{
	return (unsigned int)(p - places);
}

static void join(struct view *to, const struct view *from)
{
	for (unsigned int i = 0; i < PLACES; i++)
		if (to->store[i] < from->store[i])
			to->store[i] = from->store[i];
	for (unsigned int i = 0; i < nthreads; i++)
		if (to->read[i] < from->read[i])
			to->read[i] = from->read[i];
}

static enum model_lock lock_of(const void *p)
{
	if (offset_of(p) == offsetof(struct ipcx__ring_shared, sender.owner))
		return LOCK_SENDER;
	if (offset_of(p) == offsetof(struct ipcx__ring_shared, receiver.owner))
		return LOCK_RECEIVER;
	return LOCK_NONE;
}

/*
 * What other threads cannot notice is no place to stop at: the high-water mark; owners of records,
 * which only matter when somebody dies; headers of an SPSC ring, which are handed over as payload
 * is (if they are not, a stale one is seen); and loads of what only the holder of a lock writes, by
 * the holder.
 */
static bool unnoticed(const void *p)
{
	size_t at = offset_of(p), data = sizeof(struct ipcx__ring_shared);

	if (at >= data)
		return rings[0].spsc || (at - data) % 16 == 8;
	return at == offsetof(struct ipcx__ring_shared, sender.high) ||
	       ((threads[me].holds & LOCK_SENDER) && at / IPCX_RING_LINE == 1) ||
	       ((threads[me].holds & LOCK_RECEIVER) && at / IPCX_RING_LINE == 2);
}

static void stop_at(const void *p, int order)
{
	if (order != __ATOMIC_RELAXED || !unnoticed(p))
		stop_here();
}

static bool acquires(int order)
{
	return order != __ATOMIC_RELAXED && order != __ATOMIC_RELEASE && !breaks("acquire");
}

static bool releases(int order)
{
	return order != __ATOMIC_RELAXED && order != __ATOMIC_ACQUIRE && !breaks("release");
}

uint64_t model_see(struct place *p, unsigned int which, int order)
{
	struct thread *t = &threads[me];
	const struct store *store = &p->store[which];

	t->now.store[number(p)] = (uint8_t)which;
	join(&t->heard, &store->view);
	if (acquires(order))
		join(&t->now, &store->view);
	return store->value;
}

static void append(struct place *p, uint64_t value, int order, const struct view *base)
{
	struct thread *t = &threads[me];
	struct store *store = &p->store[p->count];

	if (p->count == STORES)
		errx(1, "too many stores");
	t->now.store[number(p)] = (uint8_t)p->count;
	store->value = width(p->at) == 4 ? (uint32_t)value : value;
	store->view = releases(order) ? t->now : t->fenced;
	store->view.store[number(p)] = (uint8_t)p->count;
	if (base)
		join(&store->view, base);
	p->count++;
	/* Who waits for a lock looks again. */
	for (unsigned int i = 0; i < nthreads; i++)
		if (threads[i].blocked == p->at && !threads[i].futex)
			threads[i].blocked = NULL;
}

uint64_t model_load(const void *at, int order)
{
	struct place *p;
	unsigned int oldest;
	uint64_t value = 0;

	if (!modelled) {
		memcpy(&value, at, width(at));
		return value;
	}
	stop_at(at, order);
	p = place(at);
	oldest = threads[me].now.store[number(p)];
	return model_see(p, p->count - 1 - choose(p->count - oldest), order);
}

void model_store(void *at, uint64_t value, int order)
{
	if (!modelled) {
		memcpy(at, &value, width(at));
		return;
	}
	stop_at(at, order);
	threads[me].holds &= ~(unsigned int)lock_of(at);
	append(place(at), value, order, NULL);
}

uint64_t model_update(void *at, char op, uint64_t value, int order)
{
	struct place *p;
	uint64_t old;

	stop_here();
	p = place(at);
	old = model_see(p, p->count - 1, order);
	if (op != '=')
		value = op == '+' ? old + value : op == '|' ? old | value : old & value;
	append(p, value, order, &p->store[p->count - 1].view);
	return old;
}

bool model_cas(void *at, uint64_t *old, uint64_t value, int order)
{
	struct place *p;
	uint64_t found;

	if (!modelled) {
		memcpy(&found, at, 8);
		if (found == *old)
			memcpy(at, &value, 8);
		return found == *old ? true : (*old = found, false);
	}
	stop_here();
	p = place(at);
	found = p->store[p->count - 1].value;
	if (found != *old) {
		*old = found;
		threads[me].failed = at;
		return false;
	}
	model_see(p, p->count - 1, order);
	append(p, value, order, &p->store[p->count - 1].view);
	threads[me].holds |= lock_of(at);
	return true;
}

void model_fence_of(struct thread *t)
{
	join(&t->now, &t->heard);
	join(&t->now, &global);
	join(&global, &t->now);
	t->fenced = t->now;
}

void model_fence(void)
{
	if (!modelled)
		return;
	stop_here();
	if (!breaks("fence"))
		model_fence_of(&threads[me]);
}

static void read_payload(void *to, const void *from)
{
	struct thread *t = &threads[me];
	struct place *p = place(from);

	if (t->now.store[number(p)] + 1u != p->count)
		complain("payload is read that the reader may not have seen yet");
	p->read[me] = ++t->now.read[me];
	memcpy(to, &p->store[p->count - 1].value, 8);
}

static void write_payload(void *to, const void *from)
{
	struct place *p = place(to);
	uint64_t value;

	memcpy(&value, from, 8);
	for (unsigned int who = 0; who < nthreads; who++)
		if (who != me && p->read[who] > threads[me].now.read[who])
			complain("payload is overwritten while it may be read");
	append(p, value, __ATOMIC_RELAXED, NULL);
}

/* Payload, without a step of its own; its first word stands for all of it. */
void model_copy(void *to, const void *from, size_t len)
{
	if (!modelled)
		memcpy(to, from, len);
	else if (!len)
		return;
	else if (shared_memory(from))
		read_payload(to, from);
	else
		write_payload(to, from);
}
