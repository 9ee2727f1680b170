// SPDX-License-Identifier: GPL-2.0-only
/* To be loaded before a program's own libraries: every read() sleeps first. */
#include <dlfcn.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

ssize_t read(int fd, void *buf, size_t count)
{
	const struct timespec nap = { .tv_nsec = 2000000 };
	static ssize_t (*next)(int fd, void *buf, size_t count);

	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "read");
	nanosleep(&nap, NULL);
	return next(fd, buf, count);
}
