// SPDX-License-Identifier: GPL-2.0-only
/* Counting system calls by a seccomp filter that lets only the handler's own through. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>

#include "trap.h"

#define ALLOW	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define LOAD(field, half) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field) + 4 * (half))
#define ALLOW_IF(nr)	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1), ALLOW

/* Of this machine, whose low half of a word comes first: where a system call's number, arguments and result are, and how it is made. */
#if defined(__x86_64__)
#define TRAP_RESULT(mc)	((mc)->gregs[REG_RAX])
#define TRAP_ARGS(mc)	{ (mc)->gregs[REG_RDI], (mc)->gregs[REG_RSI], (mc)->gregs[REG_RDX], \
			  (mc)->gregs[REG_R10], (mc)->gregs[REG_R8], (mc)->gregs[REG_R9] }
__asm__(".pushsection .text\n"
	"trap_call:\n"			/* (nr, arg[6]) */
	"	mov %rdi, %rax\n"
	"	mov %rsi, %r11\n"
	"	mov (%r11), %rdi\n"
	"	mov 8(%r11), %rsi\n"
	"	mov 16(%r11), %rdx\n"
	"	mov 24(%r11), %r10\n"
	"	mov 32(%r11), %r8\n"
	"	mov 40(%r11), %r9\n"
	"	syscall\n"
	"trap_made:\n"			/* where the kernel sees a call to come from */
	"	ret\n"
	".popsection");
#elif defined(__aarch64__)
#define TRAP_RESULT(mc)	((mc)->regs[0])
#define TRAP_ARGS(mc)	{ (long)(mc)->regs[0], (long)(mc)->regs[1], (long)(mc)->regs[2], \
			  (long)(mc)->regs[3], (long)(mc)->regs[4], (long)(mc)->regs[5] }
__asm__(".pushsection .text\n"
	"trap_call:\n"
	"	mov x8, x0\n"
	"	mov x9, x1\n"
	"	ldp x0, x1, [x9]\n"
	"	ldp x2, x3, [x9, #16]\n"
	"	ldp x4, x5, [x9, #32]\n"
	"	svc #0\n"
	"trap_made:\n"
	"	ret\n"
	".popsection");
#endif

#ifdef TRAP_ARGS

long trap_call(long nr, const long arg[6]) __attribute__((visibility("hidden")));
extern const char trap_made[] __attribute__((visibility("hidden")));

static _Thread_local uint64_t trap_calls;

/* Async-signal-safe, and errno stays as it is: the call is made without the C library. */
static void trap_handler(int sig, siginfo_t *info, void *context)
{
	mcontext_t *mc = &((ucontext_t *)context)->uc_mcontext;
	const long arg[6] = TRAP_ARGS(mc);

	(void)sig;
	trap_calls++;
	TRAP_RESULT(mc) = (__typeof__(TRAP_RESULT(mc)))trap_call(info->si_syscall, arg);
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
