// SPDX-License-Identifier: GPL-2.0-only
/* Counting system calls by a seccomp filter that lets only the handler's own through. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "trap.h"
#include "trap_arch.h"

#define ALLOW	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
/* A half of a word: of all machines that there is a way on, the low one comes first. */
#define LOAD(field, half) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field) + 4 * (half))
#define ALLOW_IF(nr)	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1), ALLOW

#ifdef TRAP_ARCH

static _Thread_local uint64_t trap_calls;

static void trap_handler(int sig, siginfo_t *info, void *context)
{
	mcontext_t *mc = &((ucontext_t *)context)->uc_mcontext;
	long arg[6];

	(void)sig;
	trap_calls++;
	trap_args(mc, arg);
	trap_result(mc, trap_call(info->si_syscall, arg));
}

bool trap_possible(void)
{
	return true;
}

int trap_start(void)
{
	/* Not deferred: a call that a second handler makes within the first one counts, too. */
	struct sigaction action = {
		.sa_sigaction = trap_handler,
		.sa_flags = SA_SIGINFO | SA_NODEFER | SA_RESTART,
	};
	uint64_t made = (uintptr_t)trap_made;
	struct sock_filter filter[] = {
		LOAD(instruction_pointer, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)made, 0, 3),
		LOAD(instruction_pointer, 1),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(made >> 32), 0, 1),
		ALLOW,
		LOAD(nr, 0),
		ALLOW_IF(SYS_rt_sigreturn),
		ALLOW_IF(SYS_clock_gettime),
		ALLOW_IF(SYS_clock_nanosleep),
		ALLOW_IF(SYS_getrusage),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
	};
	struct sock_fprog program = { sizeof(filter) / sizeof(filter[0]), filter };

	if (sigaction(SIGSYS, &action, NULL) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		return -1;
	trap_calls = 0;
	return 0;
}

uint64_t trap_stop(void)
{
	return trap_calls;
}

#else

bool trap_possible(void)
{
	return false;
}

int trap_start(void)
{
	errno = ENOSYS;
	return -1;
}

uint64_t trap_stop(void)
{
	return 0;
}

#endif
