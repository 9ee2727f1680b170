// SPDX-License-Identifier: GPL-2.0-only
/* A bare system call: into the kernel, next to nothing there, and back. */
#include <sys/syscall.h>
#include <unistd.h>

#include "clock.h"
#include "floor.h"

/* The peer is what is measured; it begins when the other has nothing more to do. */
static int syscall_origin(struct worker *w)
{
	worker_tell(&w->r->sh->drained);
	return 0;
}

static int syscall_peer(struct worker *w)
{
	worker_await(&w->r->sh->drained);
	for (uint64_t i = 0; i < w->r->warm; i++)
		syscall(SYS_getppid);
	worker_begins(w);
	w->r->sh->start = clock_now();
	for (uint64_t i = 0; i < w->r->count; i++)
		syscall(SYS_getppid);
	w->me->end = clock_now();
	worker_ends(w, w->r->count);
	return 0;
}

const struct floor floor_syscall = {
	.mode = {
		.name = "syscall",
		.title = "a bare system call",
		.about = "getppid, which only looks at what the kernel has at hand",
		.flow = FLOW_STREAM,
		.stops_clock = SIDE_PEER,
		.count = floor_count,
		.run = { [SIDE_ORIGIN] = syscall_origin, [SIDE_PEER] = syscall_peer },
	},
};
