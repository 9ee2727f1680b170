// SPDX-License-Identifier: GPL-2.0-only
/*
 * Latency: the origin fills a message, the peer checks it and echoes it in full, the origin checks
 * the echo; the next message is filled only then.
 */
#include "clock.h"
#include "mode.h"

static int lat_origin(struct worker *w)
{
	struct round_shared *sh = w->r->sh;
	uint64_t begun, last, now, lost;

	for (uint64_t i = 0; i < w->r->warm; i++)
		if (worker_trip(w, i))
			return -1;
	worker_begins(w);
	last = clock_now();
	begun = last;
	for (uint64_t i = w->r->warm; i < w->me->tally.end; i++) {
		lost = w->me->tally.lost;
		if (worker_trip(w, i))
			return -1;
		now = clock_now();
		if (w->me->tally.lost == lost)
			hist_add(&sh->hist, now - last);
		else
			begun += now - last;	/* waiting for a lost message is no round trip */
		last = now;
	}
	worker_ends(w, w->r->count);
	sh->total = last - begun;
	sh->measured = hist_count(&sh->hist);
	return 0;
}

static uint64_t lat_count(const struct cell *cell)
{
	return mode_count(cell->size);
}

const struct mode mode_lat = {
	.name = "lat",
	.title = "Round trip",
	.about = "latency: strict ping-pong, every message echoed in full",
	.flow = FLOW_ECHO,
	.sampled = true,
	.lengthens = true,
	.fills = 1,
	.checks = 2,
	.clocks = 1,
	.stops_clock = SIDE_ORIGIN,
	.count = lat_count,
	.run = { [SIDE_ORIGIN] = lat_origin, [SIDE_PEER] = worker_echo },
};
