// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting and waking. A waiter is on its task's stack and on a list of its mailbox. Whoever takes
 * it off the list, under the mailbox's lock, has decided what becomes of it: the sender that serves
 * it, the unlink that fails it, or the waiter itself that gives up.
 */
#include <linux/hrtimer.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/wait.h>

#include "awake.h"
#include "endpoint.h"
#include "stats.h"
#include "trace.h"
#include "wait.h"

/**
 * ipcx_wait_nap() - sleep until woken, a signal or a deadline
 * @deadline: CLOCK_MONOTONIC nanoseconds, 0 for never
 *
 * The caller has set the task's state, and then looked whether there is a reason to sleep.
 *
 * Return: 0 if woken, -ERESTARTSYS or -ETIMEDOUT.
 */
int ipcx_wait_nap(u64 deadline)
{
	ktime_t expires = ns_to_ktime(deadline);

	if (signal_pending(current))
		return -ERESTARTSYS;
	if (!deadline) {
		schedule();
		return 0;
	}
	return schedule_hrtimeout_range(&expires, current->timer_slack_ns, HRTIMER_MODE_ABS) ?
	       0 : -ETIMEDOUT;
}

static __always_inline int ipcx_wait_asleep(struct ipcx_wait *wait, u64 deadline)
{
	int err = 0;

	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (ipcx_wait_is_decided(wait))
			break;
		err = ipcx_wait_nap(deadline);
		if (err)
			break;
	}
	__set_current_state(TASK_RUNNING);
	return err;
}

static noinline int ipcx_wait_asleep_traced(struct ipcx_wait *wait, u64 deadline)
{
	u64 start = ktime_get_ns();
	int err = ipcx_wait_asleep(wait, deadline);

	trace_ipcx_sleep(wait->mailbox, ktime_get_ns() - start, err);
	return err;
}

/**
 * ipcx_wait_sleep() - ipcx_wait_for() without waiting awake
 * @wait: waiter, published under the mailbox's lock, which is not held any more
 * @deadline: CLOCK_MONOTONIC nanoseconds, 0 for never
 *
 * Return: 0 after a decision, -ERESTARTSYS or -ETIMEDOUT.
 */
int ipcx_wait_sleep(struct ipcx_wait *wait, u64 deadline)
{
	/* Whoever decides after this wakes us up; if it has been decided, this fails. */
	if (cmpxchg(&wait->status, IPCX_WAIT_AWAKE, IPCX_WAIT_ASLEEP) != IPCX_WAIT_AWAKE)
		return 0;
	if (trace_ipcx_sleep_enabled())
		return ipcx_wait_asleep_traced(wait, deadline);
	return ipcx_wait_asleep(wait, deadline);
}

/* ipcx_wait_for() of who has been awake for as long as is worth while */
int ipcx_wait_on(struct ipcx_wait *wait, struct ipcx_patience *patience)
{
	u64 began = patience->now;
	int err;

	/* It will not be the time any more when the next wait begins. */
	patience->now = 0;
	err = ipcx_wait_sleep(wait, patience->deadline);
	if (began)
		ipcx_awake_learn(&patience->endpoint->pace, began);
	return err;
}

/**
 * ipcx_wait_decide() - tell a waiter what became of it
 * @wait: waiter, taken off its list; not to be touched after this
 * @status: 0 or a negative errno
 * @wakeups: remembers whom to wake
 *
 * The caller holds the mailbox's lock, and so RCU keeps the task: the waiter may see the status,
 * return and exit before it is woken.
 */
void ipcx_wait_decide(struct ipcx_wait *wait, int status, struct ipcx_wakeups *wakeups)
{
	struct ipcx_mailbox *mailbox = wait->mailbox;
	struct task_struct *task = wait->task;
	enum ipcx_way way = READ_ONCE(wait->way);

	/*
	 * Pairs with the acquire in ipcx_wait_is_decided(). The waiter may be about to sleep: it
	 * exchanges the status, too, so one of us sees what the other did.
	 */
	if (xchg(&wait->status, status) != IPCX_WAIT_ASLEEP) {
		ipcx_stats_wait(mailbox, way);
		return;
	}
	ipcx_stats_wait(mailbox, IPCX_WAY_SLEPT);
	trace_ipcx_wake(mailbox, task, status);
	if (wakeups->count < IPCX_WAKEUPS)
		wakeups->tasks[wakeups->count++] = get_task_struct(task);
	else
		wake_up_process(task);
}

void ipcx_wakeups_run(struct ipcx_wakeups *wakeups)
{
	unsigned int i;

	for (i = 0; i < wakeups->count; i++) {
		wake_up_process(wakeups->tasks[i]);
		put_task_struct(wakeups->tasks[i]);
	}
}

/*
 * The same with the hint that the caller is about to sleep. It can be given to who is on a wait
 * queue only.
 */
void ipcx_wakeups_run_sync(struct ipcx_wakeups *wakeups)
{
	unsigned int i;

	for (i = 0; i < wakeups->count; i++) {
		DECLARE_WAIT_QUEUE_HEAD_ONSTACK(queue);
		wait_queue_entry_t entry;

		init_waitqueue_entry(&entry, wakeups->tasks[i]);
		add_wait_queue(&queue, &entry);
		__wake_up_sync_key(&queue, TASK_NORMAL, NULL);
		put_task_struct(wakeups->tasks[i]);
	}
}
