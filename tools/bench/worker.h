/* SPDX-License-Identifier: GPL-2.0-only */
/* One process or thread of a round, and what the modes make it do. */
#ifndef BENCH_WORKER_H
#define BENCH_WORKER_H

#include "round.h"

/**
 * struct worker - one of those that send or receive
 * @r: the round; read only
 * @ch: the channel as this one sees it
 * @me: what it tells the others
 * @index: which of several on its side
 * @side: its side
 * @before: what it had used when the measured messages began
 * @counter: what its CPU does for it, in a round that counts that
 */
struct worker {
	struct round *r;
	struct channel *ch;
	struct round_worker *me;
	unsigned int index;
	enum bench_side side;
	struct usage before;
	struct counter counter;
};

/** worker_run() - be @side in the process or thread made for it; the status to exit with */
int worker_run(struct round *r, struct channel *ch, enum bench_side side, unsigned int index);

/** worker_fails() - note that @what failed, and errno; returns -1 */
int worker_fails(struct worker *w, const char *what);

/** worker_send() - fill and send message @seq; -1 after worker_fails() */
int worker_send(struct worker *w, uint64_t seq);

/**
 * worker_receive() - wait for a message
 *
 * Return: 1, and where it is in *@buf; 0 if the mechanism may lose and none came in time; or -1
 * after worker_fails(). A message received must be released.
 */
int worker_receive(struct worker *w, void **buf);

/** worker_release() - done with the message received last; -1 after worker_fails() */
int worker_release(struct worker *w);

/** worker_take() - receive and check a message, likewise; *@verdict only if 1 */
int worker_take(struct worker *w, void **buf, enum work_verdict *verdict);

/**
 * worker_take_until() - take all messages before number @end and release them
 *
 * Return: 1, or 0 if the last of them did not come, or -1 after worker_fails().
 */
int worker_take_until(struct worker *w, uint64_t end);

/** worker_send_from() - send messages @from to @end - 1, the last in what batch there is; or -1 */
int worker_send_from(struct worker *w, uint64_t from, uint64_t end);

/** worker_trip() - send message @seq and wait for its echo; one that never comes is lost */
int worker_trip(struct worker *w, uint64_t seq);

/** worker_echo() - send every message back, for modes whose messages are echoed */
int worker_echo(struct worker *w);

/** worker_begins() - from here on, what this one uses is counted */
void worker_begins(struct worker *w);

/** worker_ends() - up to here; for @messages messages */
void worker_ends(struct worker *w, uint64_t messages);

/** worker_tell() - set a flag, and wake who waits for it */
void worker_tell(_Atomic uint32_t *flag);

/** worker_await() - sleep until a flag is set */
void worker_await(_Atomic uint32_t *flag);

/** worker_progress() - tell how far this one is, so that a standstill can be seen */
static inline void worker_progress(struct worker *w, uint64_t done)
{
	atomic_store_explicit(&w->me->done, done, memory_order_relaxed);
}

#endif /* BENCH_WORKER_H */
