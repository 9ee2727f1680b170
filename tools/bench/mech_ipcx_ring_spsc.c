// SPDX-License-Identifier: GPL-2.0-only
/* A ring of libipcx each way, for one sender and one receiver. */
#include "ring.h"

static enum channel_opened ring_spsc_open(struct channel *ch)
{
	return ring_open(ch, IPCX_RING_SPSC);
}

const struct mechanism mech_ipcx_ring_spsc = {
	RING_MECHANISM,
	.name = "ipcx-ring-spsc",
	.about = "a ring of libipcx in a memfd, for one sender and one receiver, "
		 "filled and checked in place; futex wait and wake",
	.open = ring_spsc_open,
};
