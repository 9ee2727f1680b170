// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults while endpoints are opened and bound, and while objects are asked about, changed, removed.
 */
#include <sys/epoll.h>
#include <sys/mman.h>

#include "inject.h"

static bool prepare_nothing(struct stage *stage)
{
	(void)stage;
	return true;
}

static long act_open(struct stage *stage)
{
	stage->fd = open(IPCX_DEVICE, O_RDWR | O_CLOEXEC);
	return stage->fd < 0 ? -errno : 0;
}

static void name_it(struct stage *stage)
{
	snprintf(stage->name, sizeof(stage->name), "inject-%d", getpid());
}

static bool prepare_bind(struct stage *stage, struct ipcx_bind bind)
{
	stage->arg.bind = bind;
	stage->fd = endpoint(O_RDWR);
	return stage->fd >= 0;
}

static bool prepare_anonymous(struct stage *stage)
{
	return prepare_bind(stage, mailbox_bind(NULL, IPCX_BIND_CREATE));
}

static bool prepare_named(struct stage *stage)
{
	name_it(stage);
	return prepare_bind(stage, mailbox_bind(stage->name, IPCX_BIND_CREATE));
}

static bool prepare_persistent(struct stage *stage)
{
	name_it(stage);
	return prepare_bind(stage, mailbox_bind(stage->name, IPCX_BIND_CREATE | IPCX_BIND_PERSIST));
}

static bool prepare_manners(struct stage *stage)
{
	return prepare_bind(stage, mailbox_bind(NULL, IPCX_BIND_CREATE | IPCX_BIND_HANGUP |
						IPCX_BIND_MANY_PRIOS));
}

static bool prepare_region(struct stage *stage)
{
	name_it(stage);
	return prepare_bind(stage, region_bind(stage->name, IPCX_BIND_CREATE, 100000));
}

static bool prepare_huge(struct stage *stage)
{
	return prepare_bind(stage, region_bind(NULL, IPCX_BIND_CREATE | IPCX_BIND_HUGE, 1 << 22));
}

static bool prepare_other_bind(struct stage *stage)
{
	name_it(stage);
	stage->watch = mailbox(stage->name, O_RDWR | O_CREAT);
	return stage->watch >= 0 && prepare_bind(stage, mailbox_bind(stage->name, 0));
}

static bool prepare_watched(struct stage *stage)
{
	stage->ends[0] = netlink_open();
	return stage->ends[0] >= 0 && netlink_listen(stage->ends[0]) && prepare_named(stage);
}

static long act_bind(struct stage *stage)
{
	return bind_to(stage->fd, &stage->arg.bind);
}

/* It can be used, and does not stay. */
static bool check_bound(struct stage *stage, long result)
{
	bool right = result == 0 && stat_of(stage->fd).endpoints == 1u + (stage->watch >= 0);

	if (stat_of(stage->fd).kind == IPCX_KIND_MAILBOX)
		right &= !put(stage->fd, 1, 10, 0) && get(stage->fd, 0) == 1;
	if (stage->name[0])
		right &= !unlink_name(stage->name);
	return right;
}

static bool prepare_unlink(struct stage *stage)
{
	struct ipcx_bind bind;

	name_it(stage);
	bind = mailbox_bind(stage->name, IPCX_BIND_CREATE | IPCX_BIND_PERSIST);
	stage->fd = endpoint(O_RDWR);
	if (try_bind(&bind))
		return false;
	memcpy(stage->arg.unlink.name, stage->name, sizeof(stage->name));
	return stage->fd >= 0;
}

static long act_unlink(struct stage *stage)
{
	return command(stage->fd, IPCX_IOC_UNLINK, &stage->arg.unlink);
}

static bool check_unlinked(struct stage *stage, long result)
{
	return result == 0 && !exists(stage->name);
}

static long act_info(struct stage *stage)
{
	return command(stage->fd, IPCX_IOC_INFO, &stage->arg.info);
}

static long act_stat(struct stage *stage)
{
	return command(stage->fd, IPCX_IOC_STAT, &stage->arg.stat);
}

static long act_stats(struct stage *stage)
{
	return command(stage->fd, IPCX_IOC_STATS, &stage->arg.stats);
}

static long act_usage(struct stage *stage)
{
	return command(stage->fd, IPCX_IOC_USAGE, &stage->arg.usage);
}

static bool prepare_limit(struct stage *stage)
{
	stage->arg.limit = (struct ipcx_limit) { .max_msgs = 5, .share = 50 };
	return stage_mailbox(stage);
}

static long act_limit(struct stage *stage)
{
	return command(stage->fd, IPCX_IOC_LIMIT, &stage->arg.limit);
}

static bool check_limit(struct stage *stage, long result)
{
	return result == 0 && stat_of(stage->fd).max_msgs == 5 && stat_of(stage->fd).share == 50;
}

static bool prepare_knob(struct stage *stage)
{
	stage->arg.knob = (struct ipcx_knob) { .set = IPCX_KNOB_COPY, .copy = IPCX_COPY_HEAP };
	return stage_mailbox(stage);
}

static long act_knob(struct stage *stage)
{
	return command(stage->fd, IPCX_IOC_KNOB, &stage->arg.knob);
}

static bool check_knob(struct stage *stage, long result)
{
	struct ipcx_knob knob = { .set = 0 };

	return result == 0 && !command(stage->fd, IPCX_IOC_KNOB, &knob) &&
	       knob.copy == IPCX_COPY_HEAP;
}

static bool prepare_reopen(struct stage *stage)
{
	stage->arg.reopen = (struct ipcx_reopen) { .flags = IPCX_REOPEN_READ };
	return stage_mailbox(stage);
}

static long act_reopen(struct stage *stage)
{
	return command(stage->fd, IPCX_IOC_REOPEN, &stage->arg.reopen);
}

static bool check_reopened(struct stage *stage, long result)
{
	return stat_of(stage->fd).endpoints == 2 && !close(result) &&
	       stat_of(stage->fd).endpoints == 1;
}

static long act_map(struct stage *stage)
{
	stage->map = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_SHARED, stage->fd, 0);
	return stage->map == MAP_FAILED ? -errno : 0;
}

static bool check_map(struct stage *stage, long result)
{
	memset(stage->map, 1, 65536);
	return result == 0 && stats_of(stage->fd).used == 65536 && !munmap(stage->map, 65536);
}

static long act_async(struct stage *stage)
{
	return fcntl(stage->fd, F_SETFL, O_RDWR | O_ASYNC) ? -errno : 0;
}

static bool prepare_epoll(struct stage *stage)
{
	stage->ends[0] = epoll_create1(EPOLL_CLOEXEC);
	return stage_mailbox(stage);
}

static long act_epoll(struct stage *stage)
{
	struct epoll_event event = { .events = EPOLLIN };

	return epoll_ctl(stage->ends[0], EPOLL_CTL_ADD, stage->fd, &event) ? -errno : 0;
}

static bool check_epoll(struct stage *stage, long result)
{
	struct epoll_event event;

	return result == 0 && !put(stage->fd, 1, 10, 0) &&
	       epoll_wait(stage->ends[0], &event, 1, 0) == 1;
}

static bool prepare_fdinfo(struct stage *stage)
{
	char path[64];

	if (!stage_mailbox(stage))
		return false;
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", stage->fd);
	stage->ends[0] = open(path, O_RDONLY | O_CLOEXEC);
	return stage->ends[0] >= 0;
}

static long act_fdinfo(struct stage *stage)
{
	ssize_t len = pread(stage->ends[0], stage->data, ROOM, 0);

	return len < 0 ? -errno : len;
}

const struct scenario inject_objects[] = {
	SCENARIO(open, prepare_nothing, act_open, NULL, .errnos = { ENOMEM }),
	SCENARIO(bind, prepare_anonymous, act_bind, check_bound, .errnos = { ENOMEM }),
	SCENARIO(bind_named, prepare_named, act_bind, check_bound, .errnos = { ENOMEM }),
	SCENARIO(bind_persistent, prepare_persistent, act_bind, check_bound,
		 .errnos = { ENOMEM }),
	SCENARIO(bind_with_manners, prepare_manners, act_bind, check_bound, .errnos = { ENOMEM }),
	SCENARIO(bind_region, prepare_region, act_bind, check_bound, .errnos = { ENOMEM }),
	SCENARIO(bind_huge_region, prepare_huge, act_bind, check_bound, .errnos = { ENOMEM }),
	SCENARIO(bind_to_what_is_there, prepare_other_bind, act_bind, check_bound,
		 .errnos = { ENOMEM }),
	SCENARIO(bind_while_others_listen, prepare_watched, act_bind, check_bound,
		 .errnos = { ENOMEM }),
	SCENARIO(unlink, prepare_unlink, act_unlink, check_unlinked),
	SCENARIO(info, stage_mailbox, act_info, NULL),
	SCENARIO(stat, stage_mailbox, act_stat, NULL),
	SCENARIO(stats, stage_mailbox, act_stats, NULL),
	SCENARIO(usage, stage_mailbox, act_usage, NULL),
	SCENARIO(limit, prepare_limit, act_limit, check_limit),
	SCENARIO(knob, prepare_knob, act_knob, check_knob),
	SCENARIO(reopen, prepare_reopen, act_reopen, check_reopened, .errnos = { ENOMEM }),
	SCENARIO(map, stage_region, act_map, check_map, .errnos = { ENOMEM }),
	SCENARIO(async, stage_mailbox, act_async, NULL, .errnos = { ENOMEM }),
	SCENARIO(epoll, prepare_epoll, act_epoll, check_epoll, .errnos = { ENOMEM }),
	SCENARIO(fdinfo, prepare_fdinfo, act_fdinfo, NULL, .errnos = { ENOMEM }),
	{ .name = NULL }
};
