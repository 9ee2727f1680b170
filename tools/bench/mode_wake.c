// SPDX-License-Identifier: GPL-2.0-only
/*
 * Latency after idling: a round trip, timed for itself, after nothing has happened for a while.
 * CPUs and caches that have gone to sleep or to others show.
 */
#include <errno.h>
#include <sys/prctl.h>

#include "clock.h"
#include "mode.h"

static void wake_rest(uint64_t ns)
{
	struct timespec rest = {
		.tv_sec = (time_t)(ns / 1000000000u),
		.tv_nsec = (long)(ns % 1000000000u),
	};

	while (ns && clock_nanosleep(CLOCK_MONOTONIC, 0, &rest, &rest) == EINTR)
		;
}

static int wake_origin(struct worker *w)
{
	struct round_shared *sh = w->r->sh;
	uint64_t before, now, lost;

	prctl(PR_SET_TIMERSLACK, 1);
	for (uint64_t i = 0; i < w->r->warm; i++)
		if (worker_trip(w, i))
			return -1;
	worker_begins(w);
	for (uint64_t i = w->r->warm; i < w->me->tally.end; i++) {
		lost = w->me->tally.lost;
		wake_rest(w->r->cell->gap);
		before = clock_now();
		if (worker_trip(w, i))
			return -1;
		now = clock_now();
		if (w->me->tally.lost != lost)
			continue;
		hist_add(&sh->hist, now - before);
		sh->total += now - before;
	}
	worker_ends(w, w->r->count);
	sh->measured = hist_count(&sh->hist);
	return 0;
}

static uint64_t wake_count(const struct cell *cell)
{
	const uint64_t patience = 1000000000u;	/* ns that all the gaps together may take */
	uint64_t count = mode_count(cell->size) / 3;

	if (cell->gap && count > patience / cell->gap)
		count = patience / cell->gap;
	return count < 18 ? 18 : count;
}

const struct mode mode_wake = {
	.name = "wake",
	.title = "Round trip after a gap",
	.about = "latency after idling for --gap",
	.flow = FLOW_ECHO,
	.axis = AXIS_GAP,
	.sampled = true,
	.lengthens = true,
	.fills = 1,
	.checks = 2,
	.clocks = 1,
	.stops_clock = SIDE_ORIGIN,
	.count = wake_count,
	.run = { [SIDE_ORIGIN] = wake_origin, [SIDE_PEER] = worker_echo },
};
