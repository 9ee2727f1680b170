// SPDX-License-Identifier: GPL-2.0-only
/*
 * Knobs: how a mailbox is to do what it would else choose for itself, and what it is to do wrong.
 * For experiments; what is not turned is not asked for.
 */
#include <linux/capability.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/stat.h>
#include <linux/timekeeping.h>

#include "knob.h"
#include "message.h"
#include "stats.h"
#include "trace.h"

/* Off again only after a while: to change it is work for every CPU, and anybody can ask for it. */
DEFINE_STATIC_KEY_DEFERRED_FALSE(ipcx_knobs, HZ);

static int ipcx_knob_check_values(const struct ipcx_knob *knob)
{
	const u32 harmful = IPCX_KNOB_DELAY | IPCX_KNOB_DROP;

	if (knob->set & ~(IPCX_KNOB_WAIT | IPCX_KNOB_COPY | IPCX_KNOB_WAKE | harmful))
		return -EINVAL;
	if (knob->set & IPCX_KNOB_WAIT && knob->wait > IPCX_KNOB_WAIT_MAX &&
	    knob->wait != IPCX_WAIT_ADAPTIVE)
		return -EINVAL;
	if (knob->set & IPCX_KNOB_COPY && knob->copy > IPCX_COPY_LEND)
		return -EINVAL;
	if (knob->set & IPCX_KNOB_WAKE && knob->wake > IPCX_WAKE_LAST)
		return -EINVAL;
	if (knob->set & IPCX_KNOB_DELAY && knob->delay > IPCX_KNOB_DELAY_MAX)
		return -EINVAL;
	if (knob->set & IPCX_KNOB_DROP && knob->drop > 1000)
		return -EINVAL;
	return 0;
}

static bool ipcx_knob_is_turned(const struct ipcx_ledger *ledger)
{
	return ledger->waits_fixed || ledger->copy || ledger->wake || ledger->delay ||
	       ledger->drop;
}

static void ipcx_knob_note(struct ipcx_ledger *ledger, const struct ipcx_knob *knob)
{
	/* All of these are also read without the lock. */
	if (knob->set & IPCX_KNOB_WAIT) {
		WRITE_ONCE(ledger->wait, knob->wait);
		WRITE_ONCE(ledger->waits_fixed, knob->wait != IPCX_WAIT_ADAPTIVE);
	}
	if (knob->set & IPCX_KNOB_COPY)
		WRITE_ONCE(ledger->copy, knob->copy);
	if (knob->set & IPCX_KNOB_WAKE)
		WRITE_ONCE(ledger->wake, knob->wake);
	if (knob->set & IPCX_KNOB_DELAY)
		WRITE_ONCE(ledger->delay, knob->delay);
	if (knob->set & IPCX_KNOB_DROP)
		WRITE_ONCE(ledger->drop, knob->drop);
}

static void ipcx_knob_tell(const struct ipcx_ledger *ledger, struct ipcx_knob *knob)
{
	knob->wait = ledger->waits_fixed ? ledger->wait : IPCX_WAIT_ADAPTIVE;
	knob->copy = ledger->copy;
	knob->wake = ledger->wake;
	knob->delay = ledger->delay;
	knob->drop = ledger->drop;
}

/**
 * ipcx_knob_check() - may the caller turn knobs so?
 * @mailbox: mailbox
 * @knob: which, and to what
 *
 * Whether he may do harm, the caller looks himself.
 *
 * Return: 0, -EINVAL or -EPERM.
 */
int ipcx_knob_check(const struct ipcx_mailbox *mailbox, const struct ipcx_knob *knob)
{
	int err = ipcx_knob_check_values(knob);

	if (!err && knob->set && !ipcx_object_is_callers(&mailbox->object))
		err = -EPERM;
	return err;
}

/**
 * ipcx_knob_apply() - turn knobs
 * @mailbox: mailbox
 * @knob: which, and to what; checked
 */
void ipcx_knob_apply(struct ipcx_mailbox *mailbox, const struct ipcx_knob *knob)
{
	struct ipcx_ledger *ledger;
	bool before, after;

	ipcx_stats_start(mailbox);
	ledger = mailbox->ledger;
	/* One for each mailbox with a turned knob: what is too much is taken back. */
	static_branch_deferred_inc(&ipcx_knobs);
	spin_lock(&mailbox->lock);
	before = ipcx_knob_is_turned(ledger);
	ipcx_knob_note(ledger, knob);
	after = ipcx_knob_is_turned(ledger);
	spin_unlock(&mailbox->lock);
	if (before)
		static_branch_slow_dec_deferred(&ipcx_knobs);
	if (!after)
		static_branch_slow_dec_deferred(&ipcx_knobs);
}

/**
 * ipcx_knob_get() - how the knobs are
 * @mailbox: mailbox
 * @knob: filled in, but for &ipcx_knob.set
 *
 * Return: false if none is turned.
 */
bool ipcx_knob_get(struct ipcx_mailbox *mailbox, struct ipcx_knob *knob)
{
	bool turned = false;

	*knob = (struct ipcx_knob) { .set = knob->set, .wait = IPCX_WAIT_ADAPTIVE };
	spin_lock(&mailbox->lock);
	if (mailbox->ledger) {
		turned = ipcx_knob_is_turned(mailbox->ledger);
		ipcx_knob_tell(mailbox->ledger, knob);
	}
	spin_unlock(&mailbox->lock);
	return turned;
}

static void ipcx_knob_merge(struct ipcx_knob *all, const struct ipcx_knob *knob)
{
	if (knob->set & IPCX_KNOB_WAIT)
		all->wait = knob->wait;
	if (knob->set & IPCX_KNOB_COPY)
		all->copy = knob->copy;
	if (knob->set & IPCX_KNOB_WAKE)
		all->wake = knob->wake;
	if (knob->set & IPCX_KNOB_DELAY)
		all->delay = knob->delay;
	if (knob->set & IPCX_KNOB_DROP)
		all->drop = knob->drop;
}

/**
 * ipcx_knob_plan() - how all knobs are going to be, once ipcx_knob_apply() has turned some
 * @mailbox: mailbox
 * @knob: argument of IPCX_IOC_KNOB, not checked yet
 * @all: filled in
 *
 * Return: 0 or a negative errno as &struct ipcx_knob lists them.
 */
int ipcx_knob_plan(struct ipcx_mailbox *mailbox, const struct ipcx_knob *knob,
		   struct ipcx_knob *all)
{
	int err = ipcx_knob_check(mailbox, knob);

	if (err)
		return err;
	if (knob->set & (IPCX_KNOB_DELAY | IPCX_KNOB_DROP) && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	all->set = knob->set;
	ipcx_knob_get(mailbox, all);
	ipcx_knob_merge(all, knob);
	return 0;
}

/* The mailbox is going. */
void ipcx_knob_reset(struct ipcx_mailbox *mailbox)
{
	if (mailbox->ledger && ipcx_knob_is_turned(mailbox->ledger))
		static_branch_slow_dec_deferred(&ipcx_knobs);
}

/* Waits awake for as long as the knob says, whatever that costs. */
static bool ipcx_knob_awake(struct ipcx_wait *wait, const struct ipcx_patience *patience,
			    u64 budget)
{
	u64 start = ktime_get_ns(), now = start;

	while (!ipcx_wait_is_decided(wait)) {
		if (now - start >= budget || signal_pending(current) ||
		    (patience->deadline && now >= patience->deadline))
			return false;
		if (single_task_running() && !need_resched()) {
			WRITE_ONCE(wait->way, IPCX_WAY_SPUN);
			cpu_relax();
		} else {
			WRITE_ONCE(wait->way, IPCX_WAY_YIELDED);
			yield();
		}
		now = ktime_get_ns();
	}
	return true;
}

/**
 * ipcx_knob_wait() - wait awake as a knob says
 * @wait: waiter, published
 * @patience: of its owner
 * @decided: set to whether there is a decision
 *
 * Return: false if the knob is not turned.
 */
bool ipcx_knob_wait(struct ipcx_wait *wait, const struct ipcx_patience *patience, bool *decided)
{
	const struct ipcx_ledger *ledger = wait->mailbox->ledger;

	if (!READ_ONCE(ledger->waits_fixed))
		return false;
	*decided = ipcx_knob_awake(wait, patience, READ_ONCE(ledger->wait));
	return true;
}

static int ipcx_knob_delay(u64 ns)
{
	ktime_t expires = ns_to_ktime(ns);

	set_current_state(TASK_INTERRUPTIBLE);
	schedule_hrtimeout(&expires, HRTIMER_MODE_REL);
	return signal_pending(current) ? -ERESTARTSYS : 0;
}

/**
 * ipcx_knob_post() - do to a message what the knobs say
 * @mailbox: mailbox, not locked
 * @parcel: message
 * @caller: who waits for the reply, if it is a request: such are not dropped
 * @result: set to what becomes of it: 0 if it is dropped, and is to be taken for sent
 *
 * Return: true if it is not to be posted any more.
 */
bool ipcx_knob_post(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
		    struct ipcx_caller *caller, int *result)
{
	struct ipcx_ledger *ledger = mailbox->ledger;
	u64 delay = READ_ONCE(ledger->delay);

	*result = delay ? ipcx_knob_delay(delay) : 0;
	if (*result)
		return true;
	if (caller || get_random_u32() % 1000 >= READ_ONCE(ledger->drop))
		return false;
	spin_lock(&mailbox->lock);
	parcel->env.seq = ++mailbox->seq;
	ledger->queued++;
	ledger->queued_bytes += parcel->env.len;
	ipcx_stats_drop(mailbox, parcel->env.len);
	trace_ipcx_drop(mailbox, &parcel->env, 0);
	spin_unlock(&mailbox->lock);
	return true;
}

/* No mailbox is left. */
void ipcx_knob_exit(void)
{
	static_key_deferred_flush(&ipcx_knobs);
}
