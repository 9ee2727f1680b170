// SPDX-License-Identifier: GPL-2.0-only
/*
 * Latency under load: messages are due at a fixed rate, and each one's time is taken from when it
 * was due, not from when the sender got to it. So a mechanism that holds the sender up has to
 * answer for every message that is late because of it.
 */
#include <sys/prctl.h>

#include "clock.h"
#include "mode.h"
#include "wait.h"

#define LOAD_LEAD_NS	1000000		/* from saying when the first is due to that */

/* Nanoseconds from the first of @messages to the one after the last */
static uint64_t load_span(const struct worker *w, uint64_t messages)
{
	return messages * 1000000000u / w->r->cell->rate;
}

static uint64_t load_due(const struct worker *w, uint64_t seq)
{
	return w->r->sh->start - load_span(w, w->r->warm) + load_span(w, seq);
}

/*
 * With a CPU of its own, the sender stays awake, since a timer is late by more than what a message
 * takes. Elsewhere it must leave the CPU to the receiver.
 */
static void load_await(const struct worker *w, uint64_t due)
{
	struct timespec when = {
		.tv_sec = (time_t)(due / 1000000000u),
		.tv_nsec = (long)(due % 1000000000u),
	};

	while (clock_now() < due) {
		if (w->r->cell->placement == PLACE_TWO_CPUS)
			wait_relax();
		else
			clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL);
	}
}

/* The warm-up has the same pace: at a stretch, it would overrun what holds nobody back. */
static int load_origin(struct worker *w)
{
	struct round_shared *sh = w->r->sh;

	prctl(PR_SET_TIMERSLACK, 1);
	sh->start = clock_now() + LOAD_LEAD_NS + load_span(w, w->r->warm);
	for (uint64_t i = 0; i < w->me->tally.end; i++) {
		if (i == w->r->warm)
			worker_begins(w);
		load_await(w, load_due(w, i));
		if (worker_send(w, i))
			return -1;
		worker_progress(w, i);
	}
	worker_ends(w, w->r->count);
	return 0;
}

/* Take in how late the message of number @seq is, which has just been checked. */
static void load_note(struct worker *w, uint64_t seq)
{
	struct round_shared *sh = w->r->sh;
	uint64_t now = clock_now(), late = now - load_due(w, seq);

	hist_add(&sh->hist, late);
	sh->total += late;
	w->me->end = now;
}

static int load_peer(struct worker *w)
{
	struct work_tally *tally = &w->me->tally;
	uint64_t before = 0;
	enum work_verdict verdict;
	void *buf;
	int took;

	while (tally->next < tally->end) {
		if (!before && tally->next + 1 >= w->r->warm) {
			before = tally->next;
			worker_begins(w);
		}
		took = worker_take(w, &buf, &verdict);
		if (took < 0 || (took && worker_release(w)))
			return -1;
		if (!took) {
			work_give_up(tally, tally->end);
			break;
		}
		worker_progress(w, tally->next);
		if ((verdict == WORK_EXPECTED || verdict == WORK_AHEAD) &&
		    tally->next > w->r->warm)
			load_note(w, tally->next - 1);
	}
	worker_ends(w, tally->end - before);
	w->r->sh->measured = hist_count(&w->r->sh->hist);
	return 0;
}

static uint64_t load_count(const struct cell *cell)
{
	const uint64_t seconds = 2;
	uint64_t count = 2 * mode_count(cell->size);

	if (count > seconds * cell->rate)
		count = seconds * cell->rate;
	return count < 18 ? 18 : count;
}

const struct mode mode_load = {
	.name = "load",
	.title = "Delay under load",
	.about = "open loop at --rate: delay from when a message was due to when it was checked",
	.flow = FLOW_PACED,
	.axis = AXIS_RATE,
	.sampled = true,
	.fills = 1,
	.checks = 1,
	.clocks = 2,
	.stops_clock = SIDE_PEER,
	.count = load_count,
	.run = { [SIDE_ORIGIN] = load_origin, [SIDE_PEER] = load_peer },
};
