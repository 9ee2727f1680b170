// SPDX-License-Identifier: GPL-2.0-only
/*
 * The checker of interleavings: all orders of the steps of all threads, and all that their loads
 * may see, depth first, each run from the beginning; a state that was there before is not gone on
 * from. A state is what lies on the threads' stacks and in their handles, and of memory what can
 * still be seen.
 */
#include <err.h>
#include <stdlib.h>

#include "model_thread.h"

#define STEPS		4000
#define STACK		16384
#define RED		1024	/* below a stack pointer, as deep as a step may go */
#define SEEN_BITS	24

struct thread threads[THREADS];
unsigned int nthreads, me;
struct ipcx_ring rings[THREADS];
bool modelled;

/* Choices of this run: what was chosen, of how many */
static struct { uint8_t chosen, of; } choices[STEPS];
static unsigned int nchoices, replay;
static ucontext_t starter;
static jmp_buf scheduler;
static uint64_t *states;
static unsigned long nstates, nruns;
static const char *broken, *wrong;

unsigned int choose(unsigned int of)
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

void complain(const char *what)
{
	if (!wrong)
		wrong = what;
}

bool breaks(const char *what)
{
	return broken && !strcmp(broken, what);
}

__attribute__((noinline)) void stop_here(void)
{
	threads[me].sp = __builtin_alloca(16);
	if (!_setjmp(threads[me].where))
		_longjmp(scheduler, 1);
}

/* A step of the thread. What it leaves below its stack's end is no part of the state. */
static void go_on(void)
{
	threads[me].moved = true;
	if (!_setjmp(scheduler))
		_longjmp(threads[me].where, 1);
	memset(threads[me].sp - RED, 0, RED);
}

/* Never returns: each run begins it anew. */
static void body(void)
{
	threads[me].top = __builtin_alloca(16);
	if (!_setjmp(threads[me].start))
		swapcontext(&threads[me].context, &starter);
	play_part();
	threads[me].done = true;
	stop_here();
}

static void new_thread(struct thread *t)
{
	t->stack = calloc(1, STACK);
	if (!t->stack)
		err(1, "memory");
	getcontext(&t->context);
	t->context.uc_stack.ss_sp = t->stack;
	t->context.uc_stack.ss_size = STACK;
	makecontext(&t->context, body, 0);
	me = (unsigned int)(t - threads);
	swapcontext(&starter, &t->context);
}

static void begin(void)
{
	modelled = false;
	model_memory_begin();
	nthreads = play->senders + play->receivers;
	play_begin();
	for (unsigned int i = 0; i < nthreads; i++) {
		struct thread *t = &threads[i];

		if (!t->stack)
			new_thread(t);
		memset(&t->where, 0, sizeof(*t) - offsetof(struct thread, where));
		memcpy(t->where, t->start, sizeof(t->where));
		memset(t->stack, 0, (size_t)(t->top - t->stack));
		t->sp = t->top;
	}
	modelled = true;
	nchoices = 0;
	wrong = NULL;
	/* To where each does its first step */
	for (me = 0; me < nthreads; me++) {
		go_on();
		threads[me].moved = false;
	}
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
	uint64_t word;

	for (; len >= 8; len -= 8, byte += 8) {
		memcpy(&word, byte, 8);
		a = mix(a, word);
	}
	while (len--)
		a = mix(a, *byte++);
	return a;
}

/* Of a thread: where it is, what it has on its stack and in its handle */
static uint64_t local_state(const struct thread *t)
{
	const struct ipcx_ring *ring = &rings[t - threads];
	uint64_t h = mix((uint64_t)(uintptr_t)t->blocked, 4u * t->moved + 2u * t->futex + t->done);

	if (t->done)
		return h;
	h = mix_bytes(h, t->where[0].__jmpbuf, sizeof(t->where[0].__jmpbuf));
	h = mix_bytes(h, t->sp, (size_t)(t->stack + STACK - t->sp));
	return mix_bytes(h, ring, offsetof(struct ipcx_ring, claim[2]));
}

static unsigned int since(unsigned int store, unsigned int oldest)
{
	return store > oldest ? store - oldest : 0;
}

/* A view, as far as it says more than what all know */
static uint64_t mix_view(uint64_t h, const struct view *view, const uint8_t *oldest)
{
	for (unsigned int i = 0; i < PLACES; i++)
		if (view->store[i] > oldest[i])
			h = mix(h, i << 8 | since(view->store[i], oldest[i]));
	return mix_bytes(h, view->read, sizeof(view->read));
}

/* The state, as one number. What is older than what all have seen, nobody sees again. */
static uint64_t state(void)
{
	uint8_t oldest[PLACES];
	uint64_t h = 0;

	for (unsigned int i = 0; i < PLACES; i++) {
		oldest[i] = threads[0].now.store[i];
		for (unsigned int t = 1; t < nthreads; t++)
			if (oldest[i] > threads[t].now.store[i])
				oldest[i] = threads[t].now.store[i];
	}
	for (unsigned int i = 0; i < PLACES; i++) {
		/* Where somebody was, and has only looked, it is as if nobody had been. */
		for (unsigned int s = oldest[i]; places[i].count > 1 && s < places[i].count; s++)
			h = mix_view(mix(mix(h, i), places[i].store[s].value),
				     &places[i].store[s].view, oldest);
		h = mix_bytes(h, places[i].read, sizeof(places[i].read));
	}
	for (unsigned int t = 0; t < nthreads; t++) {
		h = mix(h, local_state(&threads[t]));
		h = mix_view(h, &threads[t].now, oldest);
		h = mix_view(h, &threads[t].heard, oldest);
		h = mix_view(h, &threads[t].fenced, oldest);
	}
	h = mix_view(h, &global, oldest);
	return mix_bytes(h, received, sizeof(received)) | 1;
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

/* Of several that do the same, the first begins: else, it would be the same with other names. */
static bool waits_for_its_turn(unsigned int who)
{
	bool first = who == 0 || who == play->senders;

	return !first && !threads[who].moved && !threads[who - 1].moved;
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
			if (!threads[i].done && !threads[i].blocked && !waits_for_its_turn(i))
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
		go_on();
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

struct outcome check(const struct play *what, const char *leave_out, unsigned long limit)
{
	bool more;

	if (!states)
		states = malloc(sizeof(*states) << SEEN_BITS);
	if (!states)
		err(1, "memory");
	memset(states, 0, sizeof(*states) << SEEN_BITS);
	play = what;
	broken = leave_out;
	replay = 0;
	nstates = 0;
	nruns = 0;
	do {
		run();
		more = !wrong && next();
	} while (more && nstates < limit);
	return (struct outcome){ wrong, nstates, nruns, !more && !wrong };
}
