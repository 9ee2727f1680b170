// SPDX-License-Identifier: GPL-2.0-only
/* A ring of libipcx each way, for any number of senders and receivers. */
#include "ring.h"

static enum channel_opened ring_mpmc_open(struct channel *ch)
{
	return ring_open(ch, IPCX_RING_MPMC);
}

const struct mechanism mech_ipcx_ring_mpmc = {
	RING_MECHANISM,
	.name = "ipcx-ring-mpmc",
	.about = "a ring of libipcx in a memfd, for any number of senders and receivers, "
		 "filled and checked in place; futex wait and wake",
	.fan_in = true,
	.fan_out = true,
	.open = ring_mpmc_open,
};
