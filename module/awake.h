/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_AWAKE_H
#define _IPCX_AWAKE_H

#include <linux/types.h>

struct ipcx_patience;
struct ipcx_wait;

/**
 * struct ipcx_pace - what waiting awake has brought an endpoint so far
 * @spin: nanoseconds that the next wait may spin
 * @penalty: 0, or for how many times what the next yield takes in vain there are to be none, as a
 *	power of two
 * @paid: waits that paid since the last failure, or since they lowered @penalty
 * @wasted: nanoseconds spent yielding in vain, and not yet made up for
 * @resume: jiffies at which waits may yield again
 *
 * A guess to go by: threads that share the endpoint may lose each other's changes.
 */
struct ipcx_pace {
	unsigned int spin;
	unsigned int penalty;
	unsigned int paid;
	unsigned int wasted;
	unsigned long resume;
};

bool ipcx_awake_wait(struct ipcx_wait *wait, struct ipcx_patience *patience);
void ipcx_awake_learn(struct ipcx_pace *pace, u64 began);

#endif
