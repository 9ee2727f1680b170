// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded into tests: notes which code of the module they reach, as KCOV tells of each thread, in
 * a file that all of them share: a bit for each byte of the module's text. What a thread has
 * reached is noted after each of the system calls below, so that little is lost if it is killed.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kcov.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { TEXT = 4 << 20, TRACE = 1 << 14 };

static uint8_t *seen;
static uint64_t text;
static _Thread_local uint64_t *trace;
static _Thread_local int tried;

/* A child has its parent's memory, but not this: the kernel does not copy it. */
static void forget(void)
{
	trace = NULL;
	tried = 0;
}

static void __attribute__((constructor)) prepare(void)
{
	const char *path = getenv("IPCX_COVERED"), *start = getenv("IPCX_TEXT");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *memory;

	if (fd < 0 || !start)
		return;
	text = strtoull(start, NULL, 16);
	memory = mmap(NULL, TEXT / 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory != MAP_FAILED)
		seen = memory;
	close(fd);
	pthread_atfork(NULL, NULL, forget);
}

/* The descriptor is not kept, as it would be one more than a test knows of. */
static void begin(void)
{
	void *memory = MAP_FAILED;
	long fd;

	tried = 1;
	fd = syscall(SYS_openat, AT_FDCWD, "/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return;
	if (!syscall(SYS_ioctl, fd, KCOV_INIT_TRACE, TRACE))
		memory = mmap(NULL, TRACE * sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED,
			      fd, 0);
	if (memory != MAP_FAILED && !syscall(SYS_ioctl, fd, KCOV_ENABLE, KCOV_TRACE_PC))
		trace = memory;
	syscall(SYS_close, fd);
}

static void note(void)
{
	uint64_t count, i;

	if (!seen)
		return;
	if (!tried)
		begin();
	if (!trace)
		return;
	count = __atomic_load_n(&trace[0], __ATOMIC_RELAXED);
	for (i = 1; i <= count && i < TRACE; i++) {
		uint64_t offset = trace[i] - text;

		if (offset < TEXT)
			__atomic_fetch_or(&seen[offset / 8], 1 << offset % 8, __ATOMIC_RELAXED);
	}
	__atomic_store_n(&trace[0], 0, __ATOMIC_RELAXED);
}

/* After a system call */
static long noted(long result)
{
	int kept = errno;

	note();
	errno = kept;
	return result;
}

/* Before one */
static long call(long number, long a, long b, long c, long d)
{
	note();
	return noted(syscall(number, a, b, c, d));
}

ssize_t read(int fd, void *buf, size_t len)
{
	return call(SYS_read, fd, (long)buf, len, 0);
}

ssize_t write(int fd, const void *buf, size_t len)
{
	return call(SYS_write, fd, (long)buf, len, 0);
}

ssize_t readv(int fd, const struct iovec *iov, int count)
{
	return call(SYS_readv, fd, (long)iov, count, 0);
}

ssize_t writev(int fd, const struct iovec *iov, int count)
{
	return call(SYS_writev, fd, (long)iov, count, 0);
}

int poll(struct pollfd *fds, nfds_t count, int timeout)
{
	return call(SYS_poll, (long)fds, count, timeout, 0);
}

int close(int fd)
{
	return call(SYS_close, fd, 0, 0, 0);
}

int munmap(void *at, size_t len)
{
	return call(SYS_munmap, (long)at, len, 0, 0);
}

int ioctl(int fd, unsigned long cmd, ...)
{
	va_list args;
	void *arg;

	va_start(args, cmd);
	arg = va_arg(args, void *);
	va_end(args);
	return call(SYS_ioctl, fd, cmd, (long)arg, 0);
}
