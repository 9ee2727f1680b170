// SPDX-License-Identifier: GPL-2.0-only
/* POSIX shared memory, and futexes in it. */
#include "shared.h"

static enum channel_opened posix_shm_open(struct channel *ch)
{
	size_t size;
	enum channel_opened result = shared_layout(ch, &size);

	return result == CHANNEL_OPEN ? shared_posix(ch, size) : result;
}

const struct mechanism mech_posix_shm = {
	.name = "posix-shm",
	.family = "shared memory",
	.about = "POSIX shared memory, filled and checked in place; futex wait and wake",
	.flow = "a full ring makes the sender wait on a futex",
	.copies = 0,
	.syscalls = 2,
	.skips = true,
	.boundaries = true,
	.in_place = true,
	.waits = WAITS_SHARED,
	.batching = &shared_batching,
	.sized = true,
	.state_size = sizeof(struct shared),
	.open = posix_shm_open,
	.reserve = futex_reserve,
	.commit = futex_commit,
	.receive = futex_receive,
	.release = futex_release,
};
