// SPDX-License-Identifier: GPL-2.0-only
/*
 * A checker of interleavings for the code of the ring as it is: tools/lib/ring*.c, compiled with
 * model.h, with all that asks the kernel (ring_sys.c) played here. Threads are coroutines that stop
 * before each atomic operation. All orders are tried, depth first, each run from the beginning; a
 * state that was there before is not gone on from.
 *
 * Memory is weaker than any processor's, as C11 has it: each place has the history of its stores,
 * and each thread a view, which store of each place it knows of. A load sees any store that is not
 * older than that. A release leaves the view with the store, an acquire takes it over. A fence that
 * is sequentially consistent exchanges views with all others; membarrier makes all threads do one.
 * Payload is not atomic: who reads it must know of its last store, who writes it of all reads. Who
 * sleeps on a futex wakes only when woken, so a lost wake-up is a run that does not end.
 *
 * Then something is left out on purpose, and the checker must find it.
 *
 * IPCX_RING_STATES is how many states of each play to look at, at most (60,000).
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include "model.h"

#include "../../tools/lib/ring_internal.h"

#define CAPACITY	256
#define PLACES		64
#define STORES		48
#define THREADS		3
#define STEPS		4000
#define STACK		65536
#define SEEN_BITS	24

/* What a thread knows: of each place, which store; of each thread, which step */
struct view {
	uint8_t store[PLACES];
	uint16_t step[THREADS];
};

struct store {
	uint64_t value;
	struct view view;
};

struct place {
	const void *at;
	unsigned int count;
	struct store store[STORES];
	uint16_t read[THREADS];	/* payload: last step of each thread that read it */
};

struct thread {
	ucontext_t context;
	char *stack;
	struct view now;
	struct view heard;	/* by relaxed loads, of releases: a fence takes it over */
	struct view fenced;	/* at the last fence: a relaxed store leaves it */
	const void *blocked;	/* on a futex, or a lock */
	unsigned int seen;	/* stores to it so far */
	bool futex;
	bool done;
	uint64_t past;		/* all that it has seen, as one number */
	unsigned int got;
	const void *failed;	/* place of the last exchange that failed */
};

static _Alignas(128) unsigned char mem[4096];
static struct place places[PLACES];
static unsigned int nplaces;
static struct thread threads[THREADS];
static unsigned int nthreads, me;
static bool modelled;
static ucontext_t scheduler;
static struct view global;

/* Choices of this run: what was chosen, of how many */
static struct { uint8_t chosen, of; } choices[STEPS];
static unsigned int nchoices, replay;
static uint64_t *states;
static unsigned long nstates, nruns, limit = 60000;
static const char *broken, *wrong;
static struct ipcx_ring rings[THREADS];

static unsigned int choose(unsigned int of)
{
	if (of < 2)
		return 0;
	if (nchoices == STEPS)
		errx(1, "a run does not end");
	if (nchoices >= replay) {
		choices[nchoices].chosen = 0;
		choices[nchoices].of = (uint8_t)of;
	}
	return choices[nchoices++].chosen;
}

static void complain(const char *what)
{
	if (!wrong)
		wrong = what;
}

static bool breaks(const char *what)
{
	return broken && !strcmp(broken, what);
}

static void join(struct view *to, const struct view *from)
{
	for (unsigned int i = 0; i < nplaces; i++)
		if (to->store[i] < from->store[i])
			to->store[i] = from->store[i];
	for (unsigned int i = 0; i < nthreads; i++)
		if (to->step[i] < from->step[i])
			to->step[i] = from->step[i];
}

static uint64_t mix(uint64_t a, uint64_t b)
{
	a ^= b + 0x9e3779b97f4a7c15 + (a << 6) + (a >> 2);
	a *= 0xff51afd7ed558ccd;
	return a ^ a >> 33;
}

static uint64_t mix_bytes(uint64_t a, const void *p, size_t len)
{
	const unsigned char *byte = p;

	for (size_t i = 0; i < len; i++)
		a = (a ^ byte[i]) * 0x100000001b3;
	return mix(a, len);
}

static size_t width(const void *p)
{
	size_t at = (size_t)((const unsigned char *)p - mem);

	/* The events are of 32 bits, and some of what is fixed is. */
	if (at == offsetof(struct ipcx__ring_const, version) ||
	    at == offsetof(struct ipcx__ring_const, kind) ||
	    at == offsetof(struct ipcx__ring_const, fenced))
		return 4;
	return at >= 3 * IPCX_RING_LINE && at < 5 * IPCX_RING_LINE ? 4 : 8;
}

static struct place *place(const void *p)
{
	struct place *found;
	uint64_t value = 0;

	for (unsigned int i = 0; i < nplaces; i++)
		if (places[i].at == p)
			return &places[i];
	if (nplaces == PLACES)
		errx(1, "too many places");
	found = &places[nplaces++];
	memset(found, 0, sizeof(*found));
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

static void stop_here(void)
{
	swapcontext(&threads[me].context, &scheduler);
}

/*
 * What other threads cannot notice is no place to stop at: the high-water mark, and headers of an
 * SPSC ring, which are handed over as payload is. If they are not, a stale one is seen.
 */
static void stop_at(const void *at, int order)
{
	size_t offset = (size_t)((const unsigned char *)at - mem);
	bool handed = rings[0].spsc && offset >= sizeof(struct ipcx__ring_shared);
	bool noted = offset == offsetof(struct ipcx__ring_shared, sender.high);

	if (order != __ATOMIC_RELAXED || (!handed && !noted))
		stop_here();
}

static void step(int what, uint64_t value)
{
	struct thread *t = &threads[me];

	t->now.step[me]++;
	t->past = mix(mix(t->past, (uint64_t)what), value);
}

static bool acquires(int order)
{
	return order != __ATOMIC_RELAXED && order != __ATOMIC_RELEASE && !breaks("acquire");
}

static bool releases(int order)
{
	return order != __ATOMIC_RELAXED && order != __ATOMIC_ACQUIRE && !breaks("release");
}

static uint64_t see(struct place *p, unsigned int which, int order)
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
	unsigned int oldest, which;
	uint64_t value = 0;

	if (!modelled) {
		memcpy(&value, at, width(at));
		return value;
	}
	stop_at(at, order);
	p = place(at);
	oldest = threads[me].now.store[number(p)];
	which = p->count - 1 - choose(p->count - oldest);
	value = see(p, which, order);
	step('l', value + which);
	return value;
}

void model_store(void *at, uint64_t value, int order)
{
	if (!modelled) {
		memcpy(at, &value, width(at));
		return;
	}
	stop_at(at, order);
	append(place(at), value, order, NULL);
	step('s', value);
}

uint64_t model_update(void *at, char op, uint64_t value, int order)
{
	struct place *p;
	uint64_t old = 0;

	stop_here();
	p = place(at);
	old = see(p, p->count - 1, order);
	if (op != '=')
		value = op == '+' ? old + value : op == '|' ? old | value : old & value;
	append(p, value, order, &p->store[p->count - 1].view);
	step(op, old);
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
	step('c', found);
	if (found != *old) {
		*old = found;
		threads[me].failed = at;
		return false;
	}
	see(p, p->count - 1, order);
	append(p, value, order, &p->store[p->count - 1].view);
	return true;
}

static void fence(struct thread *t)
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
		fence(&threads[me]);
	step('f', 0);
}

/* Payload, without a step of its own; its first word stands for all of it. */
void model_copy(void *to, const void *from, size_t len)
{
	struct thread *t = &threads[me];

	for (size_t i = 0; i < len && i < 8; i += 8) {
		const unsigned char *source = (const unsigned char *)from + i;
		unsigned char *target = (unsigned char *)to + i;
		uint64_t value;
		struct place *p;

		if (source >= mem && source < mem + sizeof(mem)) {
			p = place(source);
			if (t->now.store[number(p)] + 1u != p->count)
				complain("payload is read that the reader may not have seen yet");
			value = p->store[p->count - 1].value;
			p->read[me] = t->now.step[me];
			memcpy(target, &value, 8);
		} else {
			memcpy(&value, source, 8);
			p = place(target);
			for (unsigned int who = 0; who < nthreads; who++)
				if (who != me && p->read[who] > t->now.step[who])
					complain("payload is overwritten while it may be read");
			append(p, value, __ATOMIC_RELAXED, NULL);
		}
		t->past = mix(t->past, value);
	}
}

/* The kernel */

long ipcx__futex_wait(uint32_t *word, uint32_t seen, uint64_t until)
{
	struct thread *t = &threads[me];
	struct place *p;

	(void)until;
	stop_here();
	p = place(word);
	fence(t);
	see(p, p->count - 1, __ATOMIC_ACQUIRE);
	step('w', p->store[p->count - 1].value);
	if ((uint32_t)p->store[p->count - 1].value != seen) {
		errno = EAGAIN;
		return -1;
	}
	t->blocked = word;
	t->futex = true;
	stop_here();
	return 0;
}

long ipcx__futex_wake(uint32_t *word, int count)
{
	int woken = 0;

	stop_here();
	fence(&threads[me]);
	for (unsigned int i = 0; i < nthreads && woken < count; i++) {
		if (threads[i].blocked != word || !threads[i].futex)
			continue;
		threads[i].blocked = NULL;
		threads[i].futex = false;
		woken++;
	}
	step('k', (uint64_t)woken);
	return woken;
}

int ipcx__membarrier(bool registering)
{
	if (registering || !modelled)
		return 0;
	stop_here();
	if (!breaks("membarrier")) {
		fence(&threads[me]);
		for (unsigned int i = 0; i < nthreads; i++)
			fence(&threads[i]);
		fence(&threads[me]);
	}
	step('m', 0);
	return 0;
}

/* Only who waits for a lock relaxes or dozes: until it changes. */
void ipcx__relax(void)
{
	struct thread *t = &threads[me];
	const struct place *p = place(t->failed);

	if (!p->store[p->count - 1].value)
		return;
	t->blocked = t->failed;
	t->futex = false;
	stop_here();
}

int ipcx__doze(unsigned int round)
{
	(void)round;
	ipcx__relax();
	return 0;
}

uint64_t ipcx__now(void)
{
	return 1000;
}

uint64_t ipcx__self(void)
{
	return 1;
}

bool ipcx__dead(uint64_t owner)
{
	(void)owner;
	return false;
}

uint64_t ipcx__pid_ns(void)
{
	return 0;
}

/* What is played */

struct play {
	const char *name;
	uint32_t kind;
	bool fenced;
	unsigned int senders, receivers;
	unsigned int messages;	/* of each sender */
	size_t len;
	bool batch;
};

static const struct play *play;
static unsigned int received[THREADS * 8];

static void send_all(unsigned int who)
{
	uint64_t payload[16] = { 0 };
	struct iovec msgs[2];

	for (unsigned int i = 0; i < play->messages; i += play->batch ? 2 : 1) {
		payload[0] = who * 8 + i + 1;
		msgs[0] = (struct iovec){ payload, play->len };
		msgs[1] = msgs[0];
		if (play->batch) {
			if (!ipcx_ring_reserve(&rings[who], 0, IPCX_NO_DEADLINE))
				complain("a message of a batch is refused");
		}
		if (ipcx_ring_send(&rings[who], payload, play->len, IPCX_NO_DEADLINE))
			complain("a message is refused");
	}
}

static void receive_all(unsigned int who)
{
	unsigned int total = play->senders * play->messages;
	uint64_t payload[16] = { 0 };
	unsigned int last = 0;
	ssize_t len;

	for (unsigned int i = 0; i < total / play->receivers; i++) {
		len = ipcx_ring_recv(&rings[who], payload, sizeof(payload), IPCX_NO_DEADLINE);
		if (play->batch && len == 0 && i % 2 == 0)
			continue;
		if (len != (ssize_t)play->len) {
			complain("a message of another length");
		} else if (payload[0] < 1 || payload[0] > THREADS * 8 ||
			   received[payload[0] - 1]++) {
			complain("a message that was not sent, or twice");
		} else {
			if (play->senders == 1 && payload[0] <= last)
				complain("out of order");
			last = (unsigned int)payload[0];
		}
	}
}

static void body(void)
{
	if (me < play->senders)
		send_all(me);
	else
		receive_all(me);
	threads[me].done = true;
	stop_here();
}

static void begin(void)
{
	struct ipcx_ring_config config = {
		.capacity = CAPACITY, .kind = play->kind, .fenced = play->fenced,
		.start = play->len > 64 ? 64 : 0,
	};
	size_t size = ipcx_ring_size(CAPACITY);

	modelled = false;
	memset(mem, 0, sizeof(mem));
	memset(received, 0, sizeof(received));
	memset(&global, 0, sizeof(global));
	nplaces = 0;
	nthreads = play->senders + play->receivers;
	if (ipcx_ring_init(mem, size, &config))
		err(1, "init");
	for (unsigned int i = 0; i < nthreads; i++) {
		struct thread *t = &threads[i];
		char *stack = t->stack ? t->stack : malloc(STACK);

		if (ipcx_ring_attach(&rings[i], mem, size, i >= play->senders))
			err(1, "attach");
		ipcx_ring_waits(&rings[i], IPCX_RING_SLEEP);
		memset(t, 0, sizeof(*t));
		t->stack = stack;
		getcontext(&t->context);
		t->context.uc_stack.ss_sp = stack;
		t->context.uc_stack.ss_size = STACK;
		t->context.uc_link = &scheduler;
		makecontext(&t->context, body, 0);
	}
	modelled = true;
	nchoices = 0;
	wrong = NULL;
	/* To where each does its first step */
	for (me = 0; me < nthreads; me++)
		swapcontext(&scheduler, &threads[me].context);
}

/* The state, as one number: histories and views of all, in whatever order they came to be */
static uint64_t state(void)
{
	uint64_t sum = 0, all = 0;

	for (unsigned int i = 0; i < nplaces; i++) {
		uint64_t h = (uint64_t)(uintptr_t)places[i].at;

		for (unsigned int s = 0; s < places[i].count; s++) {
			h = mix(h, places[i].store[s].value);
			for (unsigned int j = 0; j < nplaces; j++)
				if (places[i].store[s].view.store[j])
					h += mix((uint64_t)(uintptr_t)places[j].at + s,
						 places[i].store[s].view.store[j]);
			h = mix_bytes(h, places[i].store[s].view.step,
				      sizeof(places[i].store[s].view.step));
		}
		h = mix_bytes(h, places[i].read, sizeof(places[i].read));
		if (places[i].count > 1)
			sum += h;
		for (unsigned int t = 0; t < nthreads; t++) {
			all += mix(mix((uint64_t)(uintptr_t)places[i].at, t),
				   threads[t].now.store[i] | threads[t].heard.store[i] << 8 |
				   threads[t].fenced.store[i] << 16);
		}
		all += mix((uint64_t)(uintptr_t)places[i].at, global.store[i]) * 3;
	}
	for (unsigned int t = 0; t < nthreads; t++) {
		sum = mix(sum, threads[t].past);
		sum = mix(sum, (uint64_t)(uintptr_t)threads[t].blocked + threads[t].futex +
			  2 * threads[t].done);
		sum = mix_bytes(sum, threads[t].now.step, sizeof(threads[t].now.step));
	}
	return mix(sum, all) | 1;
}

/* True if it was there before */
static bool been_there(uint64_t number)
{
	size_t i = number >> (64 - SEEN_BITS);

	while (states[i]) {
		if (states[i] == number)
			return true;
		i = (i + 1) & (((size_t)1 << SEEN_BITS) - 1);
	}
	if (++nstates > (3ul << SEEN_BITS) / 4)
		errx(1, "too many states");
	states[i] = number;
	return false;
}

static void run(void)
{
	unsigned int able[THREADS], count, all;

	begin();
	nruns++;
	while (!wrong) {
		count = 0;
		all = 0;
		for (unsigned int i = 0; i < nthreads; i++) {
			all += threads[i].done;
			if (!threads[i].done && !threads[i].blocked)
				able[count++] = i;
		}
		if (all == nthreads)
			return;
		if (!count) {
			complain("everybody sleeps: a wake-up is lost");
			return;
		}
		if (count > 1 && nchoices >= replay && been_there(state()))
			return;
		me = able[choose(count)];
		swapcontext(&scheduler, &threads[me].context);
	}
}

/* The next run: the last choice that can be another is; false if there is none. */
static bool next(void)
{
	while (nchoices && choices[nchoices - 1].chosen + 1 == choices[nchoices - 1].of)
		nchoices--;
	if (!nchoices)
		return false;
	choices[nchoices - 1].chosen++;
	replay = nchoices;
	return true;
}

static const char *check(const struct play *what)
{
	play = what;
	replay = 0;
	nstates = 0;
	nruns = 0;
	memset(states, 0, sizeof(*states) << SEEN_BITS);
	do
		run();
	while (!wrong && nstates < limit && next());
	return wrong;
}

static const struct play plays[] = {
	{ "SPSC, the receiver sleeps", IPCX_RING_SPSC, false, 1, 1, 2, 8, false },
	{ "SPSC, fenced", IPCX_RING_SPSC, true, 1, 1, 2, 8, false },
	{ "SPSC, full, with a wrap", IPCX_RING_SPSC, false, 1, 1, 2, 112, false },
	{ "SPSC, a batch", IPCX_RING_SPSC, false, 1, 1, 2, 8, true },
	{ "MPMC, one of each", IPCX_RING_MPMC, false, 1, 1, 1, 8, false },
	{ "MPMC, full, with a wrap", IPCX_RING_MPMC, true, 1, 1, 2, 112, false },
	{ "MPMC, two senders", IPCX_RING_MPMC, false, 2, 1, 1, 8, false },
	{ "MPMC, two receivers", IPCX_RING_MPMC, false, 1, 2, 2, 8, false },
};

static const struct { const char *what; unsigned int play; } breakages[] = {
	{ "release", 0 }, { "acquire", 0 }, { "membarrier", 0 }, { "fence", 1 },
	{ "release", 2 }, { "membarrier", 2 }, { "membarrier", 4 }, { "release", 6 },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

int main(void)
{
	unsigned int n = 0, failed = 0;
	const char *found;

	states = malloc(sizeof(*states) << SEEN_BITS);
	if (!states)
		err(1, "memory");
	if (getenv("IPCX_RING_STATES"))
		limit = strtoul(getenv("IPCX_RING_STATES"), NULL, 10);
	printf("1..%zu\n", COUNT(plays) + COUNT(breakages));
	for (unsigned int i = 0; i < COUNT(plays); i++) {
		found = check(&plays[i]);
		failed += !!found;
		printf("%sok %u %s: %s%lu states, %lu runs%s%s\n", found ? "not " : "", ++n,
		       plays[i].name, nstates < limit ? "all " : "not all, but ", nstates, nruns,
		       found ? ": " : "", found ? found : "");
		fflush(stdout);
	}
	for (unsigned int i = 0; i < COUNT(breakages); i++) {
		broken = breakages[i].what;
		found = check(&plays[breakages[i].play]);
		failed += !found;
		printf("%sok %u %s, without %s: %s\n", found ? "" : "not ", ++n,
		       plays[breakages[i].play].name, broken, found ? found : "not found");
		fflush(stdout);
	}
	return failed != 0;
}
