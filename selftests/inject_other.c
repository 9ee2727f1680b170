// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults in notices, in netlink requests, and in io_uring.
 */
#include <liburing.h>
#include <sys/eventfd.h>

#include "inject.h"

static bool prepare_notify(struct stage *stage)
{
	stage->arg.notify = (struct ipcx_notify) {
		.kind = IPCX_NOTIFY_SIGNAL, .signal = SIGURG, .value = 3,
	};
	return stage_mailbox(stage);
}

static bool prepare_notify_eventfd(struct stage *stage)
{
	stage->ends[0] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	stage->arg.notify = (struct ipcx_notify) {
		.kind = IPCX_NOTIFY_EVENTFD, .fd = stage->ends[0],
	};
	return stage_mailbox(stage);
}

static long act_notify(struct stage *stage)
{
	return command(stage->fd, IPCX_IOC_NOTIFY, &stage->arg.notify);
}

static bool check_notify(struct stage *stage, long result)
{
	uint64_t count;

	if (result || act_notify(stage) != -EBUSY || put(stage->fd, 1, 10, 0))
		return false;
	if (stage->ends[0] >= 0)
		return read(stage->ends[0], &count, sizeof(count)) == sizeof(count) && count == 1;
	return true;
}

static long act_region_notify(struct stage *stage)
{
	return command(stage->fd, IPCX_IOC_REGION_NOTIFY, &stage->arg.region_notify);
}

static long act_region_wait(struct stage *stage)
{
	return command(stage->fd, IPCX_IOC_REGION_WAIT, &stage->arg.region_wait);
}

/* Netlink. The socket is in ends[0], and the object has a number. */

static long act_get(struct stage *stage)
{
	return netlink_get(stage->ends[0], stage->id);
}

static long act_dump(struct stage *stage)
{
	return netlink_dump(stage->ends[0]);
}

static long act_set(struct stage *stage)
{
	return netlink_set(stage->ends[0], stage->id, 5);
}

static long act_remove(struct stage *stage)
{
	return netlink_remove(stage->ends[0], stage->id);
}

static bool prepare_known(struct stage *stage)
{
	stage->ends[0] = netlink_open();
	if (stage->ends[0] < 0 || !stage_mailbox(stage))
		return false;
	stage->id = stat_of(stage->fd).id;
	return true;
}

static bool check_set(struct stage *stage, long result)
{
	return result == 0 && stat_of(stage->fd).max_msgs == 5;
}

static bool check_removed(struct stage *stage, long result)
{
	return result == 0 && stat_of(stage->fd).flags & IPCX_STAT_REMOVED;
}

/* io_uring */

static struct io_uring ring;

static bool prepare_uring(struct stage *stage)
{
	int err = io_uring_queue_init(4, &ring, 0);

	stage->ends[0] = ring.ring_fd;
	return !err && stage_message(stage);
}

/* What io_uring itself cannot do, it says of the submission or of the request. */
static long act_uring(void)
{
	struct io_uring_cqe *cqe;
	int ret = io_uring_submit(&ring);
	long result;

	if (io_uring_peek_cqe(&ring, &cqe))
		return ret < 0 ? ret : -EAGAIN;
	result = cqe->res;
	io_uring_cqe_seen(&ring, cqe);
	return result;
}

static long act_uring_read(struct stage *stage)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);

	if (sqe)
		io_uring_prep_read(sqe, stage->fd, stage->reply, ROOM, 0);
	return act_uring();
}

static long act_uring_write(struct stage *stage)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);

	if (sqe)
		io_uring_prep_write(sqe, stage->fd, stage->data, stage->scenario->len, 0);
	return act_uring();
}

static bool ring_is_gone(struct stage *stage)
{
	io_uring_queue_exit(&ring);
	stage->ends[0] = -1;
	return true;
}

static bool check_uring_read(struct stage *stage, long result)
{
	return ring_is_gone(stage) && result == (long)stage->scenario->len &&
	       filled(stage->reply, result, 1) && get(stage->fd, IPCX_DONTWAIT) == 2;
}

static bool check_uring_written(struct stage *stage, long result)
{
	return ring_is_gone(stage) && result == (long)stage->scenario->len &&
	       stage_receives(stage, 1) && get(stage->fd, IPCX_DONTWAIT) == 2 &&
	       read(stage->fd, stage->reply, ROOM) == result && filled(stage->reply, result, 1);
}

const struct scenario inject_others[] = {
	SCENARIO(notify_by_signal, prepare_notify, act_notify, check_notify,
		 .errnos = { ENOMEM }),
	SCENARIO(notify_by_eventfd, prepare_notify_eventfd, act_notify, check_notify,
		 .errnos = { ENOMEM }),
	SCENARIO(region_notify, stage_region, act_region_notify, NULL, .may = MAY_CHANGE),
	SCENARIO(region_wait, stage_region, act_region_wait, NULL),
	SCENARIO(netlink_get, prepare_known, act_get, NULL, .errnos = { ENOMEM, ENOBUFS }),
	SCENARIO(netlink_dump, prepare_known, act_dump, NULL, .errnos = { ENOMEM, ENOBUFS }),
	SCENARIO(netlink_set, prepare_known, act_set, check_set, .may = MAY_BE_DONE,
		 .errnos = { ENOMEM, ENOBUFS }),
	SCENARIO(netlink_remove, prepare_known, act_remove, check_removed, .may = MAY_BE_DONE,
		 .errnos = { ENOMEM, ENOBUFS }),
	SCENARIO(uring_read, prepare_uring, act_uring_read, check_uring_read, .len = 5000,
		 .errnos = { ENOMEM, EAGAIN }),
	SCENARIO(uring_write, prepare_uring, act_uring_write, check_uring_written, .len = 5000,
		 .errnos = { ENOMEM, EAGAIN }),
	{ .name = NULL }
};
