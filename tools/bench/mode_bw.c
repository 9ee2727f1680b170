// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bandwidth: the origin fills and sends as fast as the mechanism lets it, and the clock stops when
 * the peer has checked the last message.
 */
#include "clock.h"
#include "mode.h"

static int bw_origin(struct worker *w)
{
	if (worker_send_from(w, 0, w->r->warm))
		return -1;
	worker_await(&w->r->sh->drained);
	worker_begins(w);
	w->r->sh->start = clock_now();
	if (worker_send_from(w, w->r->warm, w->me->tally.end))
		return -1;
	worker_ends(w, w->r->count);
	return 0;
}

static int bw_peer(struct worker *w)
{
	int took = worker_take_until(w, w->r->warm);

	if (took < 0)
		return -1;
	worker_tell(&w->r->sh->drained);
	worker_begins(w);
	took = worker_take_until(w, w->me->tally.end);
	if (took < 0)
		return -1;
	if (took)
		w->me->end = clock_now();
	worker_ends(w, w->r->count);
	return 0;
}

/*
 * A round must be more than a queue holds: a pipe takes 1024 messages of 64 bytes. And it must be
 * of several batches, also if it is the shorter part of one.
 */
static uint64_t bw_count(const struct cell *cell)
{
	uint64_t count = mode_count(cell->size) * (cell->size <= 1024 ? 5 : 2);
	uint64_t batches = cell->batch > 1 ? 100 * (uint64_t)cell->batch : 0;

	return count < batches ? batches : count;
}

const struct mode mode_bw = {
	.name = "bw",
	.title = "One way",
	.about = "bandwidth: one side sends, and the clock stops at the last receive",
	.flow = FLOW_STREAM,
	.lengthens = true,
	.settles = 2,
	.settles_most = 4000,
	.batched = true,
	.fills = 1,
	.checks = 1,
	.stops_clock = SIDE_PEER,
	.count = bw_count,
	.run = { [SIDE_ORIGIN] = bw_origin, [SIDE_PEER] = bw_peer },
};
