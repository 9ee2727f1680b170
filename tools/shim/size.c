// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Sizes: POSIX wants a receive to fail if its buffer has no room for the longest message that the
 * queue takes, however short the one is that is there. The module does not, so this has to know.
 */
#include <stdatomic.h>

#include "shim.h"

#define KNOWN 1024

static _Atomic uint32_t sizes[KNOWN];

void size_set(mqd_t mqd, uint32_t size)
{
	if (mqd >= 0 && mqd < KNOWN)
		atomic_store_explicit(&sizes[mqd], size, memory_order_relaxed);
}

void size_forget(mqd_t mqd)
{
	size_set(mqd, 0);
}

uint32_t size_known(mqd_t mqd)
{
	if (mqd < 0 || mqd >= KNOWN)
		return 0;
	return atomic_load_explicit(&sizes[mqd], memory_order_relaxed);
}

int64_t size_of(mqd_t mqd)
{
	uint32_t size = size_known(mqd);
	struct ipcx_stat stat;

	if (size)
		return size;
	if (shim_stat(mqd, &stat))
		return -1;
	size_set(mqd, stat.max_msg_size);
	return stat.max_msg_size;
}
