// SPDX-License-Identifier: GPL-2.0-only
/*
 * A bare context switch: two processes on one CPU give it to each other. Nobody sleeps, so nobody
 * is woken: it is less than any mechanism needs that makes its receiver wait.
 */
#include <sched.h>

#include "floor.h"

static void switch_pass(_Atomic uint32_t *turn)
{
	(void)turn;	/* it is seen when this side waits */
}

static void switch_wait(_Atomic uint32_t *turn, uint32_t seen)
{
	(void)turn;
	(void)seen;
	sched_yield();
}

static int switch_run(struct worker *w)
{
	floor_play(w, switch_pass, switch_wait);
	return 0;
}

const struct floor floor_switch = {
	.mode = {
		.name = "switch",
		.title = "a bare context switch",
		.about = "two processes hand one CPU to each other by sched_yield, in turn",
		.flow = FLOW_STREAM,
		.stops_clock = SIDE_PEER,
		.count = floor_count,
		.run = { [SIDE_ORIGIN] = switch_run, [SIDE_PEER] = switch_run },
	},
	.one_cpu = true,
};
