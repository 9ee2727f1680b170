// SPDX-License-Identifier: GPL-2.0-only
/* What every worker does, whatever is measured: the same work for every mechanism. */
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "mode.h"
#include "trap.h"
#include "worker.h"

int worker_fails(struct worker *w, const char *what)
{
	snprintf(w->me->error, sizeof(w->me->error), "%s: %s", what, strerror(errno));
	return -1;
}

void worker_tell(_Atomic uint32_t *flag)
{
	atomic_store(flag, 1);
	syscall(SYS_futex, flag, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

void worker_await(_Atomic uint32_t *flag)
{
	while (!atomic_load(flag))
		syscall(SYS_futex, flag, FUTEX_WAIT, 0, NULL, NULL, 0);
}

/* What cannot be counted is no reason to fail: who reads the counts sees it. */
static void worker_counts_from(struct worker *w)
{
	if (w->r->kind == ROUND_CALLS)
		w->me->counted = !trap_start();
	else
		w->me->counted = !counter_start(&w->counter);
}

static void worker_counts_to(struct worker *w)
{
	if (w->r->kind == ROUND_CALLS)
		w->me->calls = trap_stop();
	else if (w->me->counted)
		w->me->counted = !counter_stop(&w->counter, w->me->counter);
}

void worker_begins(struct worker *w)
{
	usage_now(&w->before);
	if (w->r->kind != ROUND_TIMED)
		worker_counts_from(w);
}

void worker_ends(struct worker *w, uint64_t messages)
{
	struct usage after;

	if (w->r->kind != ROUND_TIMED)
		worker_counts_to(w);
	usage_now(&after);
	usage_add(&w->me->usage, &w->before, &after);
	w->me->covered = messages;
}

/* What is done for each message is in line: it is on top of what every mechanism costs. */
static inline int worker_put(struct worker *w, uint64_t seq)
{
	struct channel *ch = w->ch;
	void *buf = ch->tx;

	if (ch->mech->in_place) {
		buf = ch->mech->reserve(ch);
		if (!buf)
			return worker_fails(w, "waiting for room");
	}
	work_fill(buf, ch->size, seq);
	if (ch->mech->commit(ch, buf))
		return worker_fails(w, "sending");
	return 0;
}

int worker_send(struct worker *w, uint64_t seq)
{
	return worker_put(w, seq);
}

/* What was sent so far is carried out. */
static int worker_flush(struct worker *w)
{
	const struct mechanism *mech = w->ch->mech;

	return mech->flush && mech->flush(w->ch) ? worker_fails(w, "sending") : 0;
}

int worker_send_from(struct worker *w, uint64_t from, uint64_t end)
{
	for (uint64_t i = from; i < end; i++) {
		if (worker_put(w, i))
			return -1;
		worker_progress(w, i);
	}
	return worker_flush(w);
}

static inline int worker_get(struct worker *w, void **buf)
{
	struct channel *ch = w->ch;

	*buf = ch->mech->receive(ch);
	if (*buf)
		return 1;
	if (ch->mech->lossy && errno == ETIMEDOUT)
		return 0;
	return worker_fails(w, "receiving");
}

int worker_receive(struct worker *w, void **buf)
{
	return worker_get(w, buf);
}

int worker_release(struct worker *w)
{
	if (w->ch->mech->in_place && w->ch->mech->release(w->ch))
		return worker_fails(w, "giving room back");
	return 0;
}

int worker_take(struct worker *w, void **buf, enum work_verdict *verdict)
{
	int took = worker_get(w, buf);

	if (took > 0)
		*verdict = work_take(&w->me->tally, *buf, w->ch->got, w->ch->size);
	return took;
}

int worker_take_until(struct worker *w, uint64_t end)
{
	struct work_tally *tally = &w->me->tally;
	enum work_verdict verdict;
	void *buf;

	while (tally->next < end) {
		int took = worker_take(w, &buf, &verdict);

		if (took < 0)
			return -1;
		if (!took) {
			work_give_up(tally, end);
			return 0;
		}
		if (worker_release(w))
			return -1;
		worker_progress(w, tally->next);
	}
	return 1;
}

int worker_trip(struct worker *w, uint64_t seq)
{
	struct work_tally *tally = &w->me->tally;
	enum work_verdict verdict;
	void *echo;

	if (worker_send(w, seq))
		return -1;
	while (tally->next <= seq) {
		int took = worker_take(w, &echo, &verdict);

		if (took < 0)
			return -1;
		if (!took)
			work_give_up(tally, seq + 1);
		else if (worker_release(w))
			return -1;
	}
	worker_progress(w, seq);
	return 0;
}

/* Send the message found at @buf back. */
static int echo_one(struct worker *w, void *buf)
{
	struct channel *ch = w->ch;
	void *out = buf;

	if (ch->mech->in_place) {
		out = ch->mech->reserve(ch);
		if (!out)
			return worker_fails(w, "waiting for room");
		memcpy(out, buf, ch->size);
	}
	/* Free before the echo is sent: nobody looks at it then, and no wake-up is due. */
	if (worker_release(w))
		return -1;
	if (ch->mech->commit(ch, out))
		return worker_fails(w, "echoing");
	return 0;
}

int worker_echo(struct worker *w)
{
	struct work_tally *tally = &w->me->tally;
	enum work_verdict verdict;
	uint64_t before = 0;
	void *buf;

	while (tally->next < tally->end) {
		int took;

		/* One early, when nobody times what that takes. */
		if (!before && tally->next + 1 >= w->r->warm) {
			before = tally->next;
			worker_begins(w);
		}
		took = worker_take(w, &buf, &verdict);
		if (took < 0 || (took && echo_one(w, buf)))
			return -1;
		if (!took && atomic_load(&w->r->sh->finished))
			break;
		worker_progress(w, tally->next);
	}
	worker_ends(w, tally->end - before);
	return 0;
}

int worker_run(struct round *r, struct channel *ch, enum bench_side side, unsigned int index)
{
	const struct mode *mode = r->cell->mode;
	struct worker w = {
		.r = r,
		.ch = ch,
		.me = round_worker(r, side, index),
		.index = index,
		.side = side,
	};
	int (*run)(struct worker *w) = mode->run[side];

	w.me->tally.end = r->warm + r->count;
	if (!mode->alone && channel_enter(ch, side)) {
		worker_fails(&w, "starting");
		return 1;
	}
	if (run(&w))
		return 1;
	w.me->fetches = ch->fetches;
	if (side == mode->stops_clock && atomic_fetch_sub(&r->sh->stopping, 1) == 1)
		worker_tell(&r->sh->finished);
	if (!mode->alone && ch->mech->flush && ch->mech->flush(ch)) {
		worker_fails(&w, "replying");
		return 1;
	}
	worker_await(&r->sh->finished);
	return 0;
}
