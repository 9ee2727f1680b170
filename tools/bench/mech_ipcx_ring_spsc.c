// SPDX-License-Identifier: GPL-2.0-only
/* A ring of libipcx each way, for one sender and one receiver. */
#include "ring.h"

static enum channel_opened ring_spsc_open(struct channel *ch)
{
	return ring_open(ch, IPCX_RING_SPSC);
}

const struct mechanism mech_ipcx_ring_spsc = {
	.name = "ipcx-ring-spsc",
	.family = "ipcx",
	.about = "a ring of libipcx in a memfd, for one sender and one receiver, "
		 "filled and checked in place; futex wait and wake",
	.flow = "a full ring makes the sender wait on a futex",
	.copies = 0,
	.syscalls = 4,	/* with a wake-up of one who has just woken by itself */
	.skips = true,
	.boundaries = true,
	.in_place = true,
	.waits = WAITS_SHARED,
	.batching = &ring_batching,
	.sized = true,
	.state_size = sizeof(struct ring),
	.open = ring_spsc_open,
	.enter = ring_enter,
	.reserve = ring_reserve,
	.commit = ring_commit,
	.receive = ring_receive,
	.release = ring_release,
};
