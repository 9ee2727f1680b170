/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_WAIT_H
#define _IPCX_WAIT_H

#include <linux/list.h>
#include <linux/sched.h>
#include <linux/types.h>

#include "awake.h"

struct ipcx_endpoint;
struct ipcx_mailbox;

/**
 * enum ipcx_wait_status - &ipcx_wait.status while nothing has been decided
 * @IPCX_WAIT_AWAKE: the waiter looks at it before it sleeps, and need not be woken
 * @IPCX_WAIT_ASLEEP: the waiter sleeps, or is about to
 *
 * A decision is 0 or a negative errno.
 */
enum ipcx_wait_status {
	IPCX_WAIT_AWAKE = 1,
	IPCX_WAIT_ASLEEP = 2,
};

/**
 * enum ipcx_way - how a waiter waits, or waited in the end
 * @IPCX_WAY_NONE: it has not begun to
 * @IPCX_WAY_SPUN: it spins
 * @IPCX_WAY_YIELDED: it yields
 * @IPCX_WAY_SLEPT: it sleeps
 * @IPCX_WAYS: how many there are
 */
enum ipcx_way {
	IPCX_WAY_NONE,
	IPCX_WAY_SPUN,
	IPCX_WAY_YIELDED,
	IPCX_WAY_SLEPT,
	IPCX_WAYS,
};

/**
 * struct ipcx_wait - a task that waits, and what became of it
 * @link: the waiter's place among others; the mailbox's lock
 * @mailbox: where it waits
 * @task: who waits
 * @since: CLOCK_MONOTONIC nanoseconds at which the message that it was given was sent, or 0;
 *	written by who decides
 * @way: enum ipcx_way, as long as it is awake. Written by the waiter, read under the mailbox's lock
 * @status: enum ipcx_wait_status until somebody decides, under the mailbox's lock. Changing it then
 *	publishes all that was handed over before, and is the last access to the waiter, which lives
 *	on the stack of @task
 */
struct ipcx_wait {
	struct list_head link;
	struct ipcx_mailbox *mailbox;
	struct task_struct *task;
	u64 since;
	int way;
	int status;
};

/**
 * struct ipcx_patience - how long and in what way a caller is willing to wait
 * @deadline: CLOCK_MONOTONIC nanoseconds, 0 for never
 * @dontwait: not at all
 * @now: CLOCK_MONOTONIC nanoseconds, if somebody has looked just before, or 0; for one wait
 * @endpoint: that it waits through
 */
struct ipcx_patience {
	u64 deadline;
	bool dontwait;
	u64 now;
	struct ipcx_endpoint *endpoint;
};

/**
 * ipcx_wait_is_decided() - has somebody taken the waiter off its list?
 * @wait: waiter, published
 *
 * Return: true if so; then all that was handed over can be seen.
 */
static inline bool ipcx_wait_is_decided(const struct ipcx_wait *wait)
{
	/* Pairs with the exchange in ipcx_wait_decide(). */
	return smp_load_acquire(&wait->status) <= 0;
}

/* More than one is rare: several senders let in by one large message that went. */
#define IPCX_WAKEUPS	4

/**
 * struct ipcx_wakeups - tasks to wake once the lock is dropped
 * @count: how many
 * @tasks: who, with a reference
 */
struct ipcx_wakeups {
	unsigned int count;
	struct task_struct *tasks[IPCX_WAKEUPS];
};

int ipcx_wait_nap(u64 deadline);
int ipcx_wait_sleep(struct ipcx_wait *wait, u64 deadline);
int ipcx_wait_on(struct ipcx_wait *wait, struct ipcx_patience *patience);
void ipcx_wait_decide(struct ipcx_wait *wait, int status, struct ipcx_wakeups *wakeups);
void ipcx_wakeups_run(struct ipcx_wakeups *wakeups);
void ipcx_wakeups_run_sync(struct ipcx_wakeups *wakeups);

static inline void ipcx_wait_init(struct ipcx_wait *wait, struct ipcx_mailbox *mailbox)
{
	wait->mailbox = mailbox;
	wait->task = current;
	wait->since = 0;
	wait->way = IPCX_WAY_NONE;
	wait->status = IPCX_WAIT_AWAKE;
}

/**
 * ipcx_wait_for() - wait for a decision, a signal or a deadline
 * @wait: waiter, published under the mailbox's lock, which is not held any more
 * @patience: how, and how long
 *
 * After an error the waiter is still on its list: the caller takes the lock and looks again,
 * because a decision may have come first.
 *
 * Return: 0 after a decision, -ERESTARTSYS or -ETIMEDOUT.
 */
static inline int ipcx_wait_for(struct ipcx_wait *wait, struct ipcx_patience *patience)
{
	return likely(ipcx_awake_wait(wait, patience)) ? 0 : ipcx_wait_on(wait, patience);
}

#endif
