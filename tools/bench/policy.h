/* SPDX-License-Identifier: GPL-2.0-only */
/* How the scheduler chooses between the sides: its policies, by the names of sched(7). */
#ifndef BENCH_POLICY_H
#define BENCH_POLICY_H

/**
 * enum bench_policy - the policy of every side
 *
 * Under the first two, who runs next depends on what each side has used and slept before, for some
 * thousand messages. Under the third it does not: who can run goes on until it waits.
 */
enum bench_policy {
	POLICY_OTHER,
	POLICY_BATCH,
	POLICY_FIFO,
	BENCH_POLICIES
};

extern const char *const bench_policy_names[BENCH_POLICIES];

/** policy_enter() - have the calling thread run under @policy; -1 and errno */
int policy_enter(enum bench_policy policy);

/** policy_allowed() - whether it could; else errno tells why */
int policy_allowed(enum bench_policy policy);

#endif /* BENCH_POLICY_H */
