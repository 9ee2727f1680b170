// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting awake: what is worth while before a wait sleeps. If nobody else wants this CPU, the
 * waiter spins, as the peer may run on another. If somebody does, he is perhaps the peer, and the
 * waiter yields to him. Both have a budget, which every endpoint adapts to how its waits have
 * fared.
 */
#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/sched/prio.h>
#include <linux/sched/signal.h>
#include <linux/sched/stat.h>
#include <linux/timekeeping.h>

#include "awake.h"
#include "endpoint.h"
#include "knob.h"
#include "trace.h"
#include "wait.h"

static unsigned int yield_ns = 20000;
module_param(yield_ns, uint, 0644);
MODULE_PARM_DESC(yield_ns, "Nanoseconds that a wait may take by yielding; 0: never yield");

static unsigned int spin_ns = 200000;
module_param(spin_ns, uint, 0644);
MODULE_PARM_DESC(spin_ns, "Nanoseconds that a wait may spin at most; 0: never spin");

/* The scheduler may go on with who yields, while the peer has had more than its share. */
#define IPCX_YIELDS		16

/* What may be wasted so until the shares are even: some of the scheduler's own slices */
#define IPCX_WASTE_NS		(6 * NSEC_PER_MSEC)

/*
 * For how many times what a yield has taken in vain there is no other, as powers of two: after the
 * first that failed, and after the last of many
 */
#define IPCX_PENALTY_FIRST	7U
#define IPCX_PENALTY_MAX	10U

/* The same for all endpoints, where it was not the peer who ran */
#define IPCX_PENALTY_CROWD	9

/* There is no longer one: whoever ran for so long may not come back. */
#define IPCX_PENALTY_NS		(4ULL * NSEC_PER_SEC)

/* Who is not the peer has run for so long: he will again. */
#define IPCX_CROWD_NS		NSEC_PER_MSEC

/*
 * Waits that must pay before a failure counts half: beside a task that hogs the CPU, a few do so by
 * luck.
 */
#define IPCX_PAROLE		256

/* What a wait may spin after one that slept, but not for long */
#define IPCX_SPIN_MIN		10000U

/*
 * Until when, in jiffies, nobody yields on a CPU: endpoints that have not failed yet need not find
 * out what others know.
 */
static DEFINE_PER_CPU(unsigned long, ipcx_crowded_until);

static unsigned long ipcx_pace_penalty(unsigned int penalty, u64 ns)
{
	return jiffies + nsecs_to_jiffies(min_t(u64, ns << penalty, IPCX_PENALTY_NS)) + 1;
}

static void ipcx_pace_punish(struct ipcx_pace *pace, u64 ns, unsigned int first)
{
	unsigned int penalty = max(READ_ONCE(pace->penalty), first);

	WRITE_ONCE(pace->resume, ipcx_pace_penalty(penalty, ns));
	WRITE_ONCE(pace->penalty, min(penalty + 1, IPCX_PENALTY_MAX));
	WRITE_ONCE(pace->paid, 0);
	WRITE_ONCE(pace->wasted, 0);
}

/* Somebody has run for longer than the peer may take. */
static noinline void ipcx_pace_yielded_long(struct ipcx_pace *pace, u64 ns, bool to_peer)
{
	ipcx_pace_punish(pace, ns, IPCX_PENALTY_FIRST);
	if (!to_peer && ns > IPCX_CROWD_NS)
		raw_cpu_write(ipcx_crowded_until, ipcx_pace_penalty(IPCX_PENALTY_CROWD, ns));
}

/* Nobody has run. */
static noinline void ipcx_pace_yielded_in_vain(struct ipcx_pace *pace, u64 ns)
{
	u64 wasted = READ_ONCE(pace->wasted) + ns;

	if (wasted > IPCX_WASTE_NS)
		ipcx_pace_punish(pace, wasted, 0);
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
		WRITE_ONCE(pace->penalty, penalty - 1);
		paid = 0;
	}
	WRITE_ONCE(pace->paid, paid);
}

static bool ipcx_pace_permits(const struct ipcx_pace *pace)
{
	if (unlikely(READ_ONCE(pace->penalty)) && time_before(jiffies, READ_ONCE(pace->resume)))
		return false;
	return time_after_eq(jiffies, raw_cpu_read(ipcx_crowded_until));
}

/* Nanoseconds since then. The clock's two readers may disagree, so it may be a little below 0. */
static s64 ipcx_awake_since(u64 then)
{
	return ktime_get_mono_fast_ns() - then;
}

/*
 * How long has it taken since then? He who ran looked at the clock when he sent what the waiter has
 * got. How long it took to get back here from there is for his own wait to notice, if he waits, and
 * else for the tick, which comes before anybody else may run. That is enough while nothing has
 * failed; after that, both are to notice everything.
 */
static s64 ipcx_awake_taken(const struct ipcx_wait *wait, const struct ipcx_pace *pace, u64 then,
			    unsigned long tick)
{
	if (wait->since && !READ_ONCE(pace->penalty) && time_after_eq(tick, jiffies))
		return wait->since - then;
	return ipcx_awake_since(then);
}

/*
 * Waits for a peer that shares this CPU by giving it the CPU: two tasks that send to each other in
 * turn then need neither sleep nor wake-up. It is worth while only if it is the peer that gets the
 * CPU. If somebody else does, a yield lasts as long as he likes to run, where a sleeper would
 * preempt him when woken: so the first yield that takes long is the last for many waits to come.
 * A real-time task would only yield to its equals. @began is when the wait began, or 0.
 *
 * Return: true if there is a decision.
 */
static __always_inline bool ipcx_awake_yield(struct ipcx_wait *wait, struct ipcx_pace *pace,
					     u64 began)
{
	const unsigned long tick = jiffies;
	s64 limit = READ_ONCE(yield_ns);
	unsigned int turn = 0;
	bool decided;
	s64 taken;

	if (!limit || current->prio < MAX_RT_PRIO || !ipcx_pace_permits(pace))
		return false;

	WRITE_ONCE(wait->way, IPCX_WAY_YIELDED);
	began = began ?: ktime_get_mono_fast_ns();
	do {
		if (signal_pending(current))
			return false;
		yield();
		decided = ipcx_wait_is_decided(wait);
		taken = decided ? ipcx_awake_taken(wait, pace, began, tick) :
				  ipcx_awake_since(began);
		if (unlikely(taken > limit)) {
			ipcx_pace_yielded_long(pace, taken, decided);
			return decided;
		}
		if (decided) {
			ipcx_pace_reward(pace);
			return true;
		}
		if (single_task_running())
			return false;
	} while (++turn < IPCX_YIELDS);
	ipcx_pace_yielded_in_vain(pace, taken);
	return false;
}

/* Waits for a peer on another CPU. Return: true if there is a decision. */
static noinline bool ipcx_awake_spin(struct ipcx_wait *wait, const struct ipcx_patience *patience,
				     u64 began)
{
	s64 budget = min(READ_ONCE(patience->endpoint->pace.spin), READ_ONCE(spin_ns));

	if (patience->deadline)
		budget = min_t(s64, budget, patience->deadline - began);
	while (!ipcx_wait_is_decided(wait)) {
		if (!single_task_running() || need_resched() || signal_pending(current) ||
		    ipcx_awake_since(began) >= budget)
			return false;
		cpu_relax();
	}
	return true;
}

/* Waits in the way that seems best. */
static noinline bool ipcx_awake_choose(struct ipcx_wait *wait, struct ipcx_patience *patience)
{
	u64 began = patience->now;

	patience->now = 0;
	if (!single_task_running())
		return ipcx_awake_yield(wait, &patience->endpoint->pace, began);
	if (num_online_cpus() == 1 || !READ_ONCE(spin_ns))
		return false;
	WRITE_ONCE(wait->way, IPCX_WAY_SPUN);
	began = began ?: ktime_get_mono_fast_ns();
	if (ipcx_awake_spin(wait, patience, began))
		return true;
	patience->now = began;
	return false;
}

/* A knob may say how to wait. */
static noinline bool ipcx_awake_turned(struct ipcx_wait *wait, struct ipcx_patience *patience)
{
	bool decided;

	if (!ipcx_knob_wait(wait, patience, &decided))
		return ipcx_awake_choose(wait, patience);
	patience->now = 0;
	return decided;
}

static noinline bool ipcx_awake_traced(struct ipcx_wait *wait, struct ipcx_patience *patience)
{
	u64 start = ktime_get_ns();
	bool decided = ipcx_awake_turned(wait, patience);

	if (wait->way != IPCX_WAY_NONE)
		trace_ipcx_awake(wait->mailbox, wait->way, ktime_get_ns() - start, decided);
	return decided;
}

/**
 * ipcx_awake_wait() - wait for a decision as long as it seems worth while to stay awake
 * @wait: waiter, published
 * @patience: of its owner; &ipcx_patience.now becomes when the wait began if ipcx_awake_learn() is
 *	to be told of what follows, else 0
 *
 * Return: true if there is a decision.
 */
bool ipcx_awake_wait(struct ipcx_wait *wait, struct ipcx_patience *patience)
{
	if (trace_ipcx_awake_enabled())
		return ipcx_awake_traced(wait, patience);
	if (ipcx_knobs_turned())
		return ipcx_awake_turned(wait, patience);
	return ipcx_awake_choose(wait, patience);
}

/**
 * ipcx_awake_learn() - a wait that might have spun for longer has slept
 * @pace: of the endpoint
 * @began: when the wait began
 *
 * If it was short, the next may spin for longer; if it was not, spinning was in vain.
 */
void ipcx_awake_learn(struct ipcx_pace *pace, u64 began)
{
	unsigned int spin = READ_ONCE(pace->spin);
	unsigned int most = READ_ONCE(spin_ns);

	if (ipcx_awake_since(began) > most)
		spin = 0;
	else
		spin = clamp_t(u64, (u64)spin * 2, min(IPCX_SPIN_MIN, most), most);
	if (spin != READ_ONCE(pace->spin))
		WRITE_ONCE(pace->spin, spin);
}
