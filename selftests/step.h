/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Killing a process after any number of instructions of what it does.
 */
#ifndef _STEP_H
#define _STEP_H

#include <sys/ptrace.h>
#include <sys/wait.h>

#include "harness.h"

/* However many kills are wanted, it ends by itself; who runs it has a limit. */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 7200

/* Kills if nobody says otherwise, and how many instructions farther on the next one is then */
#define STEP_POINTS	100
#define STEP_STRIDE	19

/* How many kills; each takes as many stops as there were instructions before. */
static inline unsigned int step_points(void)
{
	const char *wanted = getenv("IPCX_KILLS");

	return wanted ? (unsigned int)atoi(wanted) : often(STEP_POINTS);
}

/*
 * After how many instructions the next is killed: in time, after any number of them. Fewer kills
 * are as far apart as it takes to come as far.
 */
static inline unsigned int step_next(unsigned int steps, bool done, unsigned int round)
{
	unsigned int points = step_points(), stride = STEP_STRIDE;

	if (points && points < STEP_POINTS)
		stride = STEP_POINTS * STEP_STRIDE / points;
	return done ? round % stride : steps + stride;
}

/* Before there is a child: to wake each other on another CPU would cost most of the time. */
static inline void step_on_one_cpu(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

/* In the child: from here on, instructions count. */
static inline void step_from_here(void)
{
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
}

/* Has it done all that it does before so many instructions? If not, it was killed then. */
static inline bool step_and_kill(struct child *child, unsigned int steps)
{
	int status = 0;

	waitpid(child->pid, &status, 0);
	while (steps-- && WIFSTOPPED(status)) {
		ptrace(PTRACE_SINGLESTEP, child->pid, NULL, NULL);
		waitpid(child->pid, &status, 0);
	}
	if (!WIFSTOPPED(status))
		return true;
	kill(child->pid, SIGKILL);
	while (waitpid(child->pid, &status, 0) == child->pid && WIFSTOPPED(status))
		;
	return false;
}

#endif
