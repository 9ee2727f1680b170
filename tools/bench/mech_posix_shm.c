// SPDX-License-Identifier: GPL-2.0-only
/* POSIX shared memory, and futexes in it. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "shared.h"

static enum channel_opened posix_shm_open(struct channel *ch)
{
	size_t size = shared_layout(ch);
	void *map = MAP_FAILED;
	char name[64];
	int fd;

	snprintf(name, sizeof(name), "/ipcx-bench.%d", (int)getpid());
	fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
	if (fd < 0)
		return channel_failed(ch, "shm_open");
	shm_unlink(name);
	if (!ftruncate(fd, (off_t)size))
		map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return channel_failed(ch, "POSIX shared memory");
	ch->map = map;
	ch->map_size = size;
	return CHANNEL_OPEN;
}

const struct mechanism mech_posix_shm = {
	.name = "posix-shm",
	.about = "POSIX shared memory, filled and checked in place; futex wait and wake",
	.flow = "a full ring makes the sender wait on a futex",
	.copies = 0,
	.syscalls = 2,
	.boundaries = true,
	.in_place = true,
	.state_size = sizeof(struct shared),
	.open = posix_shm_open,
	.reserve = futex_reserve,
	.commit = futex_commit,
	.receive = futex_receive,
	.release = futex_release,
};
