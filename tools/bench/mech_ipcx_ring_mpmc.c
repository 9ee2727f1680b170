// SPDX-License-Identifier: GPL-2.0-only
/* A ring of libipcx each way, for any number of senders and receivers. */
#include "ring.h"

static enum channel_opened ring_mpmc_open(struct channel *ch)
{
	return ring_open(ch, IPCX_RING_MPMC);
}

const struct mechanism mech_ipcx_ring_mpmc = {
	.name = "ipcx-ring-mpmc",
	.family = "ipcx",
	.about = "a ring of libipcx in a memfd, for any number of senders and receivers, "
		 "filled and checked in place; futex wait and wake",
	.flow = "a full ring makes the sender wait on a futex",
	.copies = 0,
	.syscalls = 4,	/* with a wake-up of one who has just woken by itself */
	.skips = true,
	.boundaries = true,
	.in_place = true,
	.fan_in = true,
	.fan_out = true,
	.waits = WAITS_SHARED,
	.batching = &ring_batching,
	.sized = true,
	.state_size = sizeof(struct ring),
	.open = ring_mpmc_open,
	.enter = ring_enter,
	.reserve = ring_reserve,
	.commit = ring_commit,
	.receive = ring_receive,
	.release = ring_release,
};
