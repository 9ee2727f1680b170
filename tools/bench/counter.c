// SPDX-License-Identifier: GPL-2.0-only
/* Counting by perf_event_open(2), for one thread, apart for the program and the kernel. */
#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "counter.h"

struct counter_event counter_event = { PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS };

static int counter_open(enum counter_part part)
{
	struct perf_event_attr attr = {
		.type = counter_event.type,
		.size = sizeof(attr),
		.config = counter_event.config,
		.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
		.disabled = 1,
		.exclude_user = part != COUNTER_USER,
		.exclude_kernel = part != COUNTER_KERNEL,
		.exclude_hv = 1,
	};

	return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

static const char *counter_reason(int err)
{
	switch (err) {
	case ENOENT:
	case ENODEV:
	case EOPNOTSUPP:
		return "this machine has no counter of instructions, or shows none to its guests";
	case EACCES:
	case EPERM:
		return "perf_event_open is not allowed: see kernel.perf_event_paranoid";
	default:
		return strerror(err);
	}
}

bool counter_possible(bool parts[COUNTER_PARTS], char *why, size_t room)
{
	bool any = false;

	for (int part = 0; part < COUNTER_PARTS; part++) {
		int fd = counter_open(part);

		parts[part] = fd >= 0;
		any |= parts[part];
		if (fd >= 0)
			close(fd);
		else if (!any)
			snprintf(why, room, "%s", counter_reason(errno));
	}
	return any;
}

int counter_start(struct counter *c)
{
	bool any = false;

	for (int part = 0; part < COUNTER_PARTS; part++)
		c->fd[part] = counter_open(part);
	for (int part = 0; part < COUNTER_PARTS; part++)
		any |= c->fd[part] >= 0 && !ioctl(c->fd[part], PERF_EVENT_IOC_ENABLE, 0);
	return any ? 0 : -1;
}

int counter_stop(struct counter *c, uint64_t value[COUNTER_PARTS])
{
	struct {
		uint64_t value;
		uint64_t enabled;
		uint64_t running;
	} read_out;
	int ret = 0;

	for (int part = 0; part < COUNTER_PARTS; part++)
		if (c->fd[part] >= 0)
			ioctl(c->fd[part], PERF_EVENT_IOC_DISABLE, 0);
	for (int part = 0; part < COUNTER_PARTS; part++) {
		value[part] = 0;
		if (c->fd[part] < 0)
			continue;
		if (read(c->fd[part], &read_out, sizeof(read_out)) != sizeof(read_out) ||
		    read_out.running < read_out.enabled)
			ret = -1;
		else
			value[part] = read_out.value;
		close(c->fd[part]);
	}
	return ret;
}
