/* SPDX-License-Identifier: GPL-2.0-only */
/* Where this kind of machine has a system call's arguments and result, and how it makes one. */
#ifndef BENCH_TRAP_ARCH_H
#define BENCH_TRAP_ARCH_H

#include <ucontext.h>

#if defined(__x86_64__)
#define TRAP_ARCH

static inline void trap_args(const mcontext_t *mc, long arg[6])
{
	static const int at[6] = { REG_RDI, REG_RSI, REG_RDX, REG_R10, REG_R8, REG_R9 };

	for (int i = 0; i < 6; i++)
		arg[i] = mc->gregs[at[i]];
}

static inline void trap_result(mcontext_t *mc, long result)
{
	mc->gregs[REG_RAX] = result;
}

__asm__(".pushsection .text\n"
	"trap_call:\n"
	"	mov %rdi, %rax\n"
	"	mov %rsi, %r11\n"
	"	mov (%r11), %rdi\n"
	"	mov 8(%r11), %rsi\n"
	"	mov 16(%r11), %rdx\n"
	"	mov 24(%r11), %r10\n"
	"	mov 32(%r11), %r8\n"
	"	mov 40(%r11), %r9\n"
	"	syscall\n"
	"trap_made:\n"
	"	ret\n"
	".popsection");

#elif defined(__aarch64__) && defined(__AARCH64EL__)
#define TRAP_ARCH

static inline void trap_args(const mcontext_t *mc, long arg[6])
{
	for (int i = 0; i < 6; i++)
		arg[i] = (long)mc->regs[i];
}

static inline void trap_result(mcontext_t *mc, long result)
{
	mc->regs[0] = (unsigned long long)result;
}

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

#ifdef TRAP_ARCH

/** trap_call() - make system call @nr; the kernel's own result, errno stays as it is */
long trap_call(long nr, const long arg[6]) __attribute__((visibility("hidden")));

/** trap_made - where the kernel sees a call of trap_call() to come from */
extern const char trap_made[] __attribute__((visibility("hidden")));

#endif

#endif /* BENCH_TRAP_ARCH_H */
