// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Deadlines: points of CLOCK_MONOTONIC, which the kernel counts in 63 bits.
 */
#include <time.h>

#include "internal.h"

#define END_OF_TIME ((uint64_t)INT64_MAX)

uint64_t ipcx_deadline(uint64_t timeout_ns)
{
	struct timespec now;
	uint64_t ns;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ns = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	if (timeout_ns > END_OF_TIME - ns)
		return END_OF_TIME;
	ns += timeout_ns;
	return ns != IPCX_NO_DEADLINE ? ns : 1;
}
