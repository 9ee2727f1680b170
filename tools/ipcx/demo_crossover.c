// SPDX-License-Identifier: GPL-2.0-only
/* ipcx demo crossover: from which size on shared memory pays. */
#include "demo.h"

static const size_t sizes[] = { 64, 1024, 4096, 16384, 65536 };

#define SIZES	(sizeof(sizes) / sizeof(sizes[0]))

/*
 * The smallest size from which on it is always cheaper; SIZES: it never is. Of each size, a message
 * and shared memory.
 */
static size_t crossover_at(const struct measured cost[SIZES][2])
{
	size_t at = SIZES;

	while (at && cost[at - 1][1].ns < cost[at - 1][0].ns)
		at--;
	return at;
}

static bool crossover(const char *message, const char *memory)
{
	struct measured cost[SIZES][2];
	size_t at;

	tell_does("messages go to another process on the same CPU and back, by %s and by %s; each "
		  "side reads all of each, which is part of the time", message, memory);
	tell_expects("of %zu bytes, shared memory is cheaper, as the kernel does not copy it; of "
		     "few bytes, what counts is how the other is woken", sizes[SIZES - 1]);
	for (size_t i = 0; i < SIZES; i++) {
		cost[i][0] = (struct measured){ message, sizes[i], 0 };
		cost[i][1] = (struct measured){ memory, sizes[i], 0 };
	}
	measure_messages(cost[0], 2 * SIZES);
	for (size_t i = 0; i < SIZES; i++)
		tell_more("%zu bytes: %s %.2f us, %s %.2f us, which is %.2f of it", sizes[i],
			  message, cost[i][0].ns / 1e3, memory, cost[i][1].ns / 1e3,
			  cost[i][1].ns / cost[i][0].ns);
	at = crossover_at(cost);
	if (at == SIZES)
		return tell_happened(false, "shared memory does not pay at any of these sizes");
	if (!at)
		return tell_happened(true, "shared memory pays at all of these sizes");
	return tell_happened(true, "shared memory pays from %zu bytes on, and not at %zu",
			     sizes[at], sizes[at - 1]);
}

static bool crossover_ipcx(void)
{
	return crossover("ipcx", "ipcx-region");
}

static bool crossover_native(void)
{
	return crossover("pipe", "posix-shm");
}

const struct demo demo_crossover = {
	.name = "crossover",
	.claim = "from some size on, shared memory is cheaper than messages",
	.ipcx = crossover_ipcx,
	.native = crossover_native,
};
