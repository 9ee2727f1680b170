// SPDX-License-Identifier: GPL-2.0-only
/*
 * A bare wake-up: two processes wake each other through a futex, and sleep on it, with no payload.
 * Two system calls and, on one CPU, a switch: the least that a message costs whose receiver sleeps.
 */
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "floor.h"

static void wake_pass(_Atomic uint32_t *turn)
{
	syscall(SYS_futex, turn, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void wake_wait(_Atomic uint32_t *turn, uint32_t seen)
{
	syscall(SYS_futex, turn, FUTEX_WAIT, seen, NULL, NULL, 0);
}

static int wake_run(struct worker *w)
{
	floor_play(w, wake_pass, wake_wait);
	return 0;
}

const struct floor floor_wake = {
	.mode = {
		.name = "wake",
		.title = "a bare wake-up",
		.about = "two processes wake each other by futex, and sleep, in turn",
		.flow = FLOW_STREAM,
		.stops_clock = SIDE_PEER,
		.count = floor_count,
		.run = { [SIDE_ORIGIN] = wake_run, [SIDE_PEER] = wake_run },
	},
};
