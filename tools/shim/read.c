// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Reading: on Linux, read(2) on a queue's descriptor tells its state; on an endpoint it would take
 * a message out. So read() is done here, too, for descriptors that mq_open() has returned.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "shim.h"

typedef ssize_t (*read_function)(int fd, void *buf, size_t size);

static _Atomic(read_function) real_read;

__attribute__((constructor)) static void find_real_read(void)
{
	real_read = (read_function)dlsym(RTLD_NEXT, "read");
}

ssize_t shim_real_read(int fd, void *buf, size_t size)
{
	/* Another library's constructor may read before ours has run. */
	if (!real_read)
		find_real_read();
	return real_read(fd, buf, size);
}

static ssize_t tell_state(const struct ipcx_stat *stat, void *buf, size_t size)
{
	char text[64];
	int len = snprintf(text, sizeof(text), "QSIZE:%-10llu\n", (unsigned long long)stat->bytes);
	size_t told = (size_t)len < size ? (size_t)len : size;

	memcpy(buf, text, told);
	return (ssize_t)told;
}

ssize_t read(int fd, void *buf, size_t size)
{
	struct ipcx_stat stat;

	if (!size_known(fd))
		return shim_real_read(fd, buf, size);
	/* It may have been closed by close(2), and be another file's by now. */
	if (shim_stat(fd, &stat)) {
		size_forget(fd);
		return shim_real_read(fd, buf, size);
	}
	return tell_state(&stat, buf, size);
}

ssize_t __read_chk(int fd, void *buf, size_t size, size_t room)
{
	if (size > room)
		__chk_fail();
	return read(fd, buf, size);
}
