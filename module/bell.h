/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_BELL_H
#define _IPCX_BELL_H

#include <linux/atomic.h>
#include <linux/poll.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

struct ipcx_endpoint;
struct ipcx_region_notify;
struct ipcx_region_wait;
struct ipcx_stats;

/**
 * struct ipcx_bell - how those who share a region tell each other that there is news in it
 * @count: how often it was rung, from 1
 * @waiting: how many wait for it in IPCX_IOC_REGION_WAIT
 * @hearers: who waits, or polls
 * @removed: the region was unlinked. Set once
 * @lock: of what follows, which are statistics
 * @told: the highest count that anybody was told
 * @heard: how often that rose
 * @waits: waits that have ended
 * @slept: of these, those that slept
 * @vain: of these, those without news
 */
struct ipcx_bell {
	atomic64_t count;
	atomic_t waiting;
	wait_queue_head_t hearers;
	bool removed;
	spinlock_t lock; /* see above */
	u64 told;
	u64 heard;
	u64 waits;
	u64 slept;
	u64 vain;
};

void ipcx_bell_init(struct ipcx_bell *bell);
void ipcx_bell_join(struct ipcx_bell *bell, struct ipcx_endpoint *endpoint);
void ipcx_bell_ring(struct ipcx_bell *bell, struct ipcx_region_notify *notify);
int ipcx_bell_wait(struct ipcx_bell *bell, struct ipcx_endpoint *endpoint,
		   struct ipcx_region_wait *wait, bool dontwait);
void ipcx_bell_remove(struct ipcx_bell *bell);
void ipcx_bell_stats(struct ipcx_bell *bell, struct ipcx_stats *stats);
__poll_t ipcx_bell_poll(struct ipcx_bell *bell, struct file *file, poll_table *table);

#endif
