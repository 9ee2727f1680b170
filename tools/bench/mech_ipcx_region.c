// SPDX-License-Identifier: GPL-2.0-only
/* An ipcx region, and futexes in it. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <ipcx.h>

#include "ipcx_box.h"
#include "shared.h"

static enum channel_opened region_open(struct channel *ch)
{
	size_t size;
	enum channel_opened result = shared_layout(ch, &size);
	struct ipcx_info info;
	void *map;
	int fd;

	if (result != CHANNEL_OPEN)
		return result;
	if (ipcx_module(&info))
		return ipcx_unavailable(ch);
	if (size > info.max_region_size)
		return channel_says(ch, CHANNEL_REFUSED, "a region has at most %llu bytes",
				    (unsigned long long)info.max_region_size);
	fd = ipcx_region(NULL, O_RDWR | O_CREAT | O_CLOEXEC, 0, size);
	if (fd < 0)
		return channel_failed(ch, "region");
	map = ipcx_map(fd, PROT_READ | PROT_WRITE, &ch->map_size);
	close(fd);
	if (map == MAP_FAILED)
		return channel_failed(ch, "mapping a region");
	ch->map = map;
	return CHANNEL_OPEN;
}

const struct mechanism mech_ipcx_region = {
	.name = "ipcx-region",
	.family = "ipcx",
	.about = "an ipcx region, filled and checked in place; futex wait and wake",
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
	.open = region_open,
	.reserve = futex_reserve,
	.commit = futex_commit,
	.receive = futex_receive,
	.release = futex_release,
};
