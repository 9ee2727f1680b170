// SPDX-License-Identifier: GPL-2.0-only
/* The policies that sides can run under. */
#include <errno.h>
#include <sched.h>

#include "policy.h"

const char *const bench_policy_names[BENCH_POLICIES] = {
	[POLICY_OTHER] = "other",
	[POLICY_BATCH] = "batch",
	[POLICY_FIFO] = "fifo",
};

static const int policy_numbers[BENCH_POLICIES] = {
	[POLICY_OTHER] = SCHED_OTHER,
	[POLICY_BATCH] = SCHED_BATCH,
	[POLICY_FIFO] = SCHED_FIFO,
};

int policy_enter(enum bench_policy policy)
{
	/* The least urgent of each: both sides have the same, and nothing of the system less. */
	const struct sched_param param = {
		.sched_priority = sched_get_priority_min(policy_numbers[policy]),
	};

	return sched_setscheduler(0, policy_numbers[policy], &param);
}

int policy_allowed(enum bench_policy policy)
{
	int before = sched_getscheduler(0), err;
	struct sched_param param;

	if (policy != POLICY_FIFO)
		return 0;
	if (before < 0 || sched_getparam(0, &param) || policy_enter(policy))
		return -1;
	err = sched_setscheduler(0, before, &param) ? errno : 0;
	errno = err;
	return err ? -1 : 0;
}
