// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting and waking. A waiter is on its task's stack and on a list of its mailbox. Whoever takes
 * it off the list, under the mailbox's lock, has decided what becomes of it: the sender that serves
 * it, the unlink that fails it, or the waiter itself that gives up.
 */
#include <linux/hrtimer.h>
#include <linux/module.h>
#include <linux/sched/prio.h>
#include <linux/sched/signal.h>
#include <linux/sched/stat.h>
#include <linux/timekeeping.h>

#include "wait.h"

static unsigned int yield_ns = 20000;
module_param(yield_ns, uint, 0644);
MODULE_PARM_DESC(yield_ns, "Nanoseconds that a wait may take by yielding; 0: sleep at once");

/* The scheduler may go on with who yields, while the peer has had more than its share. */
#define IPCX_YIELDS		16

/* What may be wasted so until the shares are even: some of the scheduler's own slices */
#define IPCX_WASTE_NS		(6 * NSEC_PER_MSEC)

/* Waits that sleep at once after a failure */
#define IPCX_PENALTY_MIN	64
#define IPCX_PENALTY_MAX	16384

/*
 * Waits that must pay before a failure counts half: beside a task that hogs the CPU, a few do so by
 * luck.
 */
#define IPCX_PAROLE		256

void ipcx_wait_init(struct ipcx_wait *wait)
{
	INIT_LIST_HEAD(&wait->link);
	wait->task = current;
	wait->status = IPCX_WAIT_AWAKE;
}

/**
 * ipcx_wait_is_decided() - has somebody taken the waiter off its list?
 * @wait: waiter, published
 *
 * Return: true if so; then all that was handed over can be seen.
 */
bool ipcx_wait_is_decided(const struct ipcx_wait *wait)
{
	/* Pairs with the exchange in ipcx_wait_decide(). */
	return smp_load_acquire(&wait->status) <= 0;
}

static void ipcx_pace_punish(struct ipcx_pace *pace)
{
	unsigned int penalty = clamp_t(unsigned int, READ_ONCE(pace->penalty), IPCX_PENALTY_MIN,
				       IPCX_PENALTY_MAX);

	WRITE_ONCE(pace->holdoff, penalty);
	WRITE_ONCE(pace->penalty, penalty * 2);
	WRITE_ONCE(pace->paid, 0);
	WRITE_ONCE(pace->wasted, 0);
}

static void ipcx_pace_waste(struct ipcx_pace *pace, u64 ns)
{
	u64 wasted = READ_ONCE(pace->wasted) + ns;

	if (wasted > IPCX_WASTE_NS)
		ipcx_pace_punish(pace);
	else
		WRITE_ONCE(pace->wasted, wasted);
}

static void ipcx_pace_reward(struct ipcx_pace *pace)
{
	unsigned int penalty = READ_ONCE(pace->penalty);
	unsigned int wasted = READ_ONCE(pace->wasted);
	unsigned int paid = READ_ONCE(pace->paid) + 1;

	if (wasted)
		WRITE_ONCE(pace->wasted, wasted / 2);
	if (!penalty)
		return;
	if (paid == IPCX_PAROLE) {
		WRITE_ONCE(pace->penalty, penalty / 2);
		paid = 0;
	}
	WRITE_ONCE(pace->paid, paid);
}

static bool ipcx_pace_permits(struct ipcx_pace *pace)
{
	unsigned int holdoff = READ_ONCE(pace->holdoff);

	if (!holdoff)
		return true;
	WRITE_ONCE(pace->holdoff, holdoff - 1);
	return false;
}

/*
 * Waits for a peer that shares this CPU by giving it the CPU: two tasks that send to each other in
 * turn then need neither sleep nor wake-up. It is worth while only if it is the peer that gets the
 * CPU. If somebody else does, a yield lasts as long as he likes to run, where a sleeper would
 * preempt him when woken: so the first yield that takes long is the last for many waits to come.
 * A real-time task would only yield to its equals.
 *
 * Return: true if there is a decision.
 */
static bool ipcx_wait_yielding(struct ipcx_wait *wait, struct ipcx_pace *pace)
{
	unsigned int limit = READ_ONCE(yield_ns);
	unsigned int turn;
	u64 start, taken;

	if (!limit || current->prio < MAX_RT_PRIO || single_task_running() ||
	    !ipcx_pace_permits(pace))
		return false;

	start = ktime_get_mono_fast_ns();
	for (turn = 0; turn < IPCX_YIELDS; turn++) {
		if (single_task_running() || signal_pending(current))
			return false;
		yield();
		taken = ktime_get_mono_fast_ns() - start;
		if (taken > limit) {
			ipcx_pace_punish(pace);
			return ipcx_wait_is_decided(wait);
		}
		if (ipcx_wait_is_decided(wait)) {
			ipcx_pace_reward(pace);
			return true;
		}
	}
	ipcx_pace_waste(pace, taken);
	return false;
}

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

static int ipcx_wait_sleeping(struct ipcx_wait *wait, u64 deadline)
{
	int err = 0;

	/* Whoever decides after this wakes us up; if it has been decided, this fails. */
	if (cmpxchg(&wait->status, IPCX_WAIT_AWAKE, IPCX_WAIT_ASLEEP) != IPCX_WAIT_AWAKE)
		return 0;
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
int ipcx_wait_for(struct ipcx_wait *wait, const struct ipcx_patience *patience)
{
	if (ipcx_wait_yielding(wait, patience->pace))
		return 0;
	return ipcx_wait_sleeping(wait, patience->deadline);
}

/**
 * ipcx_wait_decide() - tell a waiter what became of it
 * @wait: waiter, taken off its list; not to be touched after this
 * @status: 0 or a negative errno
 * @wakeups: remembers whom to wake
 *
 * The caller holds the mailbox's lock, and has held the RCU read lock since before it took that:
 * the waiter may see the status, return and exit before it is woken, but its task is not freed.
 */
void ipcx_wait_decide(struct ipcx_wait *wait, int status, struct ipcx_wakeups *wakeups)
{
	struct task_struct *task = wait->task;

	/*
	 * Pairs with the acquire in ipcx_wait_is_decided(). The waiter may be about to sleep: it
	 * exchanges the status, too, so one of us sees what the other did.
	 */
	if (xchg(&wait->status, status) != IPCX_WAIT_ASLEEP)
		return;
	if (wakeups->count < IPCX_WAKEUPS)
		wakeups->tasks[wakeups->count++] = task;
	else
		wake_up_process(task);
}

void ipcx_wakeups_run(struct ipcx_wakeups *wakeups)
{
	unsigned int i;

	for (i = 0; i < wakeups->count; i++)
		wake_up_process(wakeups->tasks[i]);
}
