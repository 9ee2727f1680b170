// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Timeouts: POSIX has points of CLOCK_REALTIME, ipcx of CLOCK_MONOTONIC.
 */
#include <errno.h>
#include <fcntl.h>
#include <time.h>

#include "shim.h"

#define SECOND	1000000000
#define DISTANT	(INT64_MAX / SECOND)

static bool valid(const struct timespec *time)
{
	return time->tv_sec >= 0 && time->tv_nsec >= 0 && time->tv_nsec < SECOND;
}

/* CLOCK_MONOTONIC is read last: what passes in between makes it late, never early. */
static uint64_t deadline_of(const struct timespec *abs)
{
	struct timespec now;
	int64_t seconds, left;

	clock_gettime(CLOCK_REALTIME, &now);
	seconds = abs->tv_sec - now.tv_sec;
	if (seconds >= DISTANT - 1)
		return ipcx_deadline(UINT64_MAX);
	if (seconds < 0)
		return 1;
	left = seconds * SECOND + abs->tv_nsec - now.tv_nsec;
	return left > 0 ? ipcx_deadline((uint64_t)left) : 1;
}

struct timeout timeout_until(const struct timespec *abs)
{
	struct timeout timeout = { .deadline = IPCX_NO_DEADLINE };

	if (!abs)
		return timeout;
	if (valid(abs)) {
		timeout.deadline = deadline_of(abs);
	} else {
		timeout.flags = IPCX_DONTWAIT;
		timeout.invalid = true;
	}
	return timeout;
}

int timeout_error(const struct timeout *timeout, mqd_t mqd)
{
	int flags;

	if (timeout->invalid && errno == EAGAIN) {
		flags = fcntl(mqd, F_GETFL);
		errno = flags >= 0 && flags & O_NONBLOCK ? EAGAIN : EINVAL;
	}
	return shim_error();
}
