/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Killing a process after any number of instructions of what it does.
 */
#ifndef _STEP_H
#define _STEP_H

#include <sys/ptrace.h>
#include <sys/wait.h>

#include "harness.h"

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
