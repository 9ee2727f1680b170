// SPDX-License-Identifier: GPL-2.0-only
/*
 * Killing a process, and finding out what it was doing: as its tracer, which it stops for on its
 * way out, when its registers are still as the last system call has left them.
 */
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>

#include "storm.h"

#ifdef __x86_64__
bool storm_knows_death(void)
{
	return true;
}

/*
 * Outside of system calls there is no number. If there is one, the result may be another already:
 * 0, where a handler is about to begin; or the number, where the call is about to begin again.
 */
static struct storm_death storm_death_of(pid_t pid)
{
	struct storm_death death = { .in_call = false };
	struct user_regs_struct regs;
	struct sigaction action;

	if (ptrace(PTRACE_GETREGS, pid, NULL, &regs))
		return death;
	sigaction(SIGUSR1, NULL, &action);
	if (regs.orig_rax != SYS_ioctl && regs.orig_rax != SYS_read && regs.orig_rax != SYS_write)
		return death;
	death.in_call = regs.rax != regs.orig_rax && regs.rip != (uintptr_t)action.sa_handler;
	death.result = regs.rax;
	return death;
}
#else
bool storm_knows_death(void)
{
	return false;
}

static struct storm_death storm_death_of(pid_t pid)
{
	(void)pid;
	return (struct storm_death) { .in_call = false };
}
#endif

static bool storm_is_leaving(pid_t pid)
{
	siginfo_t info;

	return !ptrace(PTRACE_GETSIGINFO, pid, NULL, &info) &&
	       info.si_code == (SIGTRAP | PTRACE_EVENT_EXIT << 8);
}

struct storm_death storm_kill(struct child *child)
{
	struct storm_death death = { .in_call = false };
	siginfo_t info = { .si_code = 0 };

	/* That fails if it has ended. */
	ptrace(PTRACE_SEIZE, child->pid, NULL, PTRACE_O_TRACEEXIT);
	kill(child->pid, SIGKILL);
	while (!waitid(P_PID, child->pid, &info, WEXITED | WSTOPPED | WNOWAIT) &&
	       info.si_code == CLD_TRAPPED) {
		if (storm_is_leaving(child->pid))
			death = storm_death_of(child->pid);
		ptrace(PTRACE_CONT, child->pid, NULL, NULL);
	}
	child_join(child);
	return death;
}

bool storm_has_ended(const struct child *child)
{
	siginfo_t info = { .si_pid = 0 };

	return !waitid(P_PID, child->pid, &info, WEXITED | WNOWAIT | WNOHANG) && info.si_pid;
}
