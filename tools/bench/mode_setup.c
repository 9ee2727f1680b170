// SPDX-License-Identifier: GPL-2.0-only
/* Setting up: opening and closing a channel, both ends, in one process. */
#include <errno.h>

#include "clock.h"
#include "mode.h"

static int setup_once(struct worker *w, struct channel *ch, uint64_t phase[ROUND_PHASES])
{
	uint64_t begun = clock_now(), opened;
	enum channel_opened result = channel_open(ch);

	opened = clock_now();
	channel_close(ch);
	if (result != CHANNEL_OPEN) {
		worker_fails(w, ch->why);
		return -1;
	}
	phase[PHASE_OPEN] = opened - begun;
	phase[PHASE_CLOSE] = clock_now() - opened;
	return 0;
}

static int setup_all(struct worker *w, struct channel *ch)
{
	struct round_shared *sh = w->r->sh;
	uint64_t phase[ROUND_PHASES];

	for (uint64_t i = 0; i < w->r->warm; i++)
		if (setup_once(w, ch, phase))
			return -1;
	worker_begins(w);
	for (uint64_t i = 0; i < w->r->count; i++) {
		if (setup_once(w, ch, phase))
			return -1;
		hist_add(&sh->hist, phase[PHASE_OPEN] + phase[PHASE_CLOSE]);
		for (int p = 0; p < ROUND_PHASES; p++) {
			sh->phase[p] += phase[p];
			sh->total += phase[p];
		}
		worker_progress(w, i);
	}
	worker_ends(w, w->r->count);
	sh->measured = w->r->count;
	return 0;
}

/*
 * The memory that the comparison fills and checks messages in is no part of a channel, and what the
 * allocator takes depends on the program's whole past: up to 4 % of a System V queue.
 */
static int setup_origin(struct worker *w)
{
	struct channel_use use = round_use(w->r->cell);
	struct channel ch;
	int ret;

	/* The round's own channel has told. */
	use.unnoted = true;
	if (channel_prepare(&ch, &use) == CHANNEL_OPEN) {
		ret = setup_all(w, &ch);
	} else {
		worker_fails(w, ch.why);
		ret = -1;
	}
	channel_free(&ch);
	return ret;
}

static int setup_peer(struct worker *w)
{
	(void)w;
	return 0;
}

static uint64_t setup_count(const struct cell *cell)
{
	(void)cell;
	return 450;
}

const struct mode mode_setup = {
	.name = "setup",
	.title = "Opening and closing",
	.about = "making both ends of a channel and closing them",
	.flow = FLOW_STREAM,
	.sampled = true,
	.lengthens = true,
	/* What is closed is freed in heaps. */
	.whole = true,
	.settles = 4,
	.settles_most = UINT64_MAX,
	.alone = true,
	.clocks = 2,
	.stops_clock = SIDE_ORIGIN,
	.count = setup_count,
	.run = { [SIDE_ORIGIN] = setup_origin, [SIDE_PEER] = setup_peer },
};
