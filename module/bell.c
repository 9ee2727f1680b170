// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bell of a region: whoever has put something into it rings, and whoever waits for news is
 * woken. Only the number of times that it was rung is kept. A waiter says up to which it has looked
 * at the region, so news that came after it looked, and before it slept, is not lost; and if
 * nobody waits, nothing but the number changes.
 *
 * Who rings does no more for statistics: how many notices were heard, and how many as one with
 * others, is counted by who waits, under a lock that who rings does not take.
 */
#include <linux/ktime.h>
#include <linux/sched.h>

#include "bell.h"
#include "check.h"
#include "endpoint.h"
#include "region.h"
#include "trace.h"
#include "wait.h"

void ipcx_bell_init(struct ipcx_bell *bell)
{
	/* So that 0, which nobody has seen, is always old. */
	atomic64_set(&bell->count, 1);
	init_waitqueue_head(&bell->hearers);
	spin_lock_init(&bell->lock);
	bell->told = 1;
}

static struct ipcx_region *ipcx_bell_region(struct ipcx_bell *bell)
{
	return container_of(bell, struct ipcx_region, bell);
}

/**
 * ipcx_bell_join() - an endpoint is being bound
 * @bell: of its region
 * @endpoint: endpoint: what comes from now on is news to it
 */
void ipcx_bell_join(struct ipcx_bell *bell, struct ipcx_endpoint *endpoint)
{
	WRITE_ONCE(endpoint->heard, atomic64_read(&bell->count));
}

static void ipcx_bell_wake(struct ipcx_bell *bell, __poll_t events)
{
	/* Both callers have a full barrier before this. */
	if (waitqueue_active(&bell->hearers))
		__wake_up(&bell->hearers, TASK_INTERRUPTIBLE, 0, poll_to_key(events));
}

/**
 * ipcx_bell_ring() - IPCX_IOC_REGION_NOTIFY
 * @bell: bell
 * @notify: argument, filled in
 */
void ipcx_bell_ring(struct ipcx_bell *bell, struct ipcx_region_notify *notify)
{
	/*
	 * A full barrier, and orders what the caller has stored into the region before, too. Those
	 * who wait enter the queue, have a full barrier, and look at the count: so we see them
	 * there, or they see the count.
	 */
	notify->count = atomic64_inc_return(&bell->count);
	trace_ipcx_region_notify(ipcx_bell_region(bell), notify->count);
	ipcx_bell_wake(bell, EPOLLIN | EPOLLRDNORM);
}

/* Is there news? Then that is what the endpoint has heard of, and the caller. */
static bool ipcx_bell_heard(struct ipcx_bell *bell, struct ipcx_endpoint *endpoint,
			    struct ipcx_region_wait *wait)
{
	/* Pairs with the barrier in ipcx_bell_ring(): what was stored before it can be seen. */
	u64 count = atomic64_read_acquire(&bell->count);

	if (count == wait->seen)
		return false;
	wait->seen = count;
	WRITE_ONCE(endpoint->heard, count);
	return true;
}

/**
 * struct ipcx_listening - how a wait went
 * @seen: the count that the waiter knew
 * @slept: did it sleep?
 * @ns: for how long, if somebody traces that
 */
struct ipcx_listening {
	u64 seen;
	bool slept;
	u64 ns;
};

static int ipcx_bell_nap(u64 deadline, struct ipcx_listening *listening)
{
	u64 start = trace_ipcx_region_wait_enabled() ? ktime_get_ns() : 0;
	int err = ipcx_wait_nap(deadline);

	listening->slept = true;
	if (start)
		listening->ns += ktime_get_ns() - start;
	return err;
}

static int ipcx_bell_listen(struct ipcx_bell *bell, struct ipcx_endpoint *endpoint,
			    struct ipcx_region_wait *wait, struct ipcx_listening *listening)
{
	DEFINE_WAIT(entry);
	int err = 0;

	atomic_inc(&bell->waiting);
	for (;;) {
		/* A full barrier, see ipcx_bell_ring(). */
		prepare_to_wait(&bell->hearers, &entry, TASK_INTERRUPTIBLE);
		if (ipcx_bell_heard(bell, endpoint, wait)) {
			err = 0;
			break;
		}
		if (err)
			break;
		err = READ_ONCE(bell->removed) ? -EIDRM :
						 ipcx_bell_nap(wait->deadline, listening);
		/* Whatever ended the nap, news that came meanwhile comes first. */
	}
	finish_wait(&bell->hearers, &entry);
	atomic_dec(&bell->waiting);
	return err;
}

static int ipcx_bell_hear(struct ipcx_bell *bell, struct ipcx_endpoint *endpoint,
			  struct ipcx_region_wait *wait, bool dontwait,
			  struct ipcx_listening *listening)
{
	if (ipcx_bell_heard(bell, endpoint, wait))
		return 0;
	if (READ_ONCE(bell->removed))
		return -EIDRM;
	if (dontwait || wait->flags & IPCX_DONTWAIT)
		return -EAGAIN;
	return ipcx_bell_listen(bell, endpoint, wait, listening);
}

/* A wait has ended: with the count, or with an error. */
static void ipcx_bell_account(struct ipcx_bell *bell, u64 count, int err, bool slept)
{
	spin_lock(&bell->lock);
	bell->waits++;
	bell->slept += slept;
	bell->vain += !!err;
	if (!err && count > bell->told) {
		bell->told = count;
		bell->heard++;
	}
	spin_unlock(&bell->lock);
}

/**
 * ipcx_bell_wait() - IPCX_IOC_REGION_WAIT
 * @bell: bell
 * @endpoint: that it is waited through
 * @wait: argument, not checked yet; &ipcx_region_wait.seen is filled in
 * @dontwait: not at all
 *
 * Return: 0 or a negative errno as &struct ipcx_region_wait lists them.
 */
int ipcx_bell_wait(struct ipcx_bell *bell, struct ipcx_endpoint *endpoint,
		   struct ipcx_region_wait *wait, bool dontwait)
{
	struct ipcx_listening listening = { .seen = wait->seen };
	int err = ipcx_check_wait(wait->deadline, wait->flags, IPCX_DONTWAIT, wait->pad);

	if (err)
		return err;
	err = ipcx_bell_hear(bell, endpoint, wait, dontwait, &listening);
	ipcx_bell_account(bell, wait->seen, err, listening.slept);
	trace_ipcx_region_wait(ipcx_bell_region(bell), listening.seen, wait->seen, listening.ns,
			       err);
	return err;
}

/**
 * ipcx_bell_stats() - what was counted, all at one moment
 * @bell: bell
 * @stats: filled in
 */
void ipcx_bell_stats(struct ipcx_bell *bell, struct ipcx_stats *stats)
{
	u64 told;

	spin_lock(&bell->lock);
	told = bell->told;
	stats->heard = bell->heard;
	stats->waits = bell->waits;
	stats->waits_slept = bell->slept;
	stats->waits_vain = bell->vain;
	/* What was told is no more than this, in whatever order: it was rung before. */
	stats->notices = atomic64_read(&bell->count) - 1;
	spin_unlock(&bell->lock);
	stats->coalesced = told - 1 - stats->heard;
	stats->unheard = stats->notices + 1 - told;
}

/* The region was unlinked: who sleeps wakes. */
void ipcx_bell_remove(struct ipcx_bell *bell)
{
	WRITE_ONCE(bell->removed, true);
	/* Pairs with the barriers of those who wait, as in ipcx_bell_ring(). */
	smp_mb();
	ipcx_bell_wake(bell, EPOLLERR | EPOLLHUP);
}

/**
 * ipcx_bell_poll() - readiness
 * @bell: bell
 * @file: endpoint's file
 * @table: who polls
 *
 * Return: EPOLLIN if it was rung since the endpoint last heard of it; EPOLLOUT always, as ringing
 * never waits.
 */
__poll_t ipcx_bell_poll(struct ipcx_bell *bell, struct file *file, poll_table *table)
{
	const struct ipcx_endpoint *endpoint = file->private_data;
	__poll_t events = 0;

	poll_wait(file, &bell->hearers, table);
	/* Pairs with the barrier in ipcx_bell_ring(). */
	smp_mb();
	if (file->f_mode & FMODE_READ &&
	    atomic64_read(&bell->count) != READ_ONCE(endpoint->heard))
		events |= EPOLLIN | EPOLLRDNORM;
	if (file->f_mode & FMODE_WRITE)
		events |= EPOLLOUT | EPOLLWRNORM;
	if (READ_ONCE(bell->removed))
		events |= EPOLLERR | EPOLLHUP;
	return events;
}
