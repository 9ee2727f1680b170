// SPDX-License-Identifier: GPL-2.0-only
/*
 * The checker of interleavings: what a ring asks of the kernel (tools/lib/ring_sys.c), played. Who
 * sleeps on a futex wakes only when woken, so a lost wake-up is a run that does not end.
 */
#include "model_thread.h"

long ipcx__futex_wait(uint32_t *word, uint32_t seen, uint64_t until)
{
	struct thread *t = &threads[me];
	struct place *p;
	uint32_t value;

	(void)until;
	stop_here();
	p = place(word);
	model_fence_of(t);
	value = (uint32_t)model_see(p, p->count - 1, __ATOMIC_ACQUIRE);
	if (value != seen) {
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
	model_fence_of(&threads[me]);
	for (unsigned int i = 0; i < nthreads && woken < count; i++) {
		if (threads[i].blocked != word || !threads[i].futex)
			continue;
		threads[i].blocked = NULL;
		threads[i].futex = false;
		woken++;
	}
	return woken;
}

int ipcx__membarrier(bool registering)
{
	if (registering || !modelled)
		return 0;
	stop_here();
	if (breaks("membarrier"))
		return 0;
	model_fence_of(&threads[me]);
	for (unsigned int i = 0; i < nthreads; i++)
		model_fence_of(&threads[i]);
	model_fence_of(&threads[me]);
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
