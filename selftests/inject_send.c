// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults while messages are sent.
 */
#include <sys/mman.h>
#include <sys/uio.h>

#include "inject.h"

static bool prepare_send(struct stage *stage)
{
	if (!stage_mailbox(stage) || (stage->scenario->nfds && pipe2(stage->ends, O_CLOEXEC)))
		return false;
	stage->arg.send = (struct ipcx_send) {
		.msg = stage_msg(stage, 7), .flags = IPCX_DONTWAIT,
	};
	return true;
}

/* With one that is there already */
static bool prepare_behind(struct stage *stage)
{
	return prepare_send(stage) && !put(stage->fd, 7, 100, 0);
}

static bool prepare_ranked(struct stage *stage)
{
	struct ipcx_bind bind = mailbox_bind(NULL, IPCX_BIND_CREATE | IPCX_BIND_MANY_PRIOS);

	stage->fd = stage->watch = bound(O_RDWR, &bind);
	if (stage->fd < 0)
		return false;
	stage->arg.send = (struct ipcx_send) { .msg = stage_msg(stage, 7) };
	stage->arg.send.msg.prio = 30000;
	return true;
}

/* In a mailbox where users have shares */
static bool prepare_shared(struct stage *stage)
{
	struct ipcx_limit limit = { .share = 50 };

	return prepare_send(stage) && !command(stage->fd, IPCX_IOC_LIMIT, &limit);
}

static bool prepare_noticed(struct stage *stage)
{
	struct ipcx_notify notify = { .kind = IPCX_NOTIFY_SIGNAL, .signal = SIGURG };

	return prepare_send(stage) && !command(stage->fd, IPCX_IOC_NOTIFY, &notify);
}

/* Somebody waits for it, and goes on waiting after a failure. */
static bool prepare_handover(struct stage *stage)
{
	if (!prepare_send(stage))
		return false;
	stage->arg.send.flags = 0;
	stage->serves = true;
	if (child_start(stage->child)) {
		struct ipcx_recv recv;

		child_done(stage->child, get_into(stage->fd, &recv, stage->reply, ROOM, 0));
	}
	return true;
}

static bool prepare_lend(struct stage *stage)
{
	struct ipcx_knob knob = { .set = IPCX_KNOB_COPY, .copy = IPCX_COPY_LEND };

	return prepare_handover(stage) && !command(stage->fd, IPCX_IOC_KNOB, &knob);
}

static long act_send(struct stage *stage)
{
	return command(stage->fd, IPCX_IOC_SEND, &stage->arg.send);
}

static long act_write(struct stage *stage)
{
	ssize_t len = write(stage->fd, stage->data, stage->scenario->len);

	return len < 0 ? -errno : 0;
}

static long act_writev(struct stage *stage)
{
	size_t half = stage->scenario->len / 2;
	struct iovec iov[2] = {
		{ stage->data, half }, { stage->data + half, stage->scenario->len - half },
	};

	return writev(stage->fd, iov, 2) < 0 ? -errno : 0;
}

static bool check_sent(struct stage *stage, long result)
{
	if (stat_of(stage->fd).msgs == 2 && get(stage->fd, 0) != 7)
		return false;
	return result == 0 && stage_receives(stage, 7) && stat_of(stage->fd).msgs == 0;
}

static bool check_written(struct stage *stage, long result)
{
	struct ipcx_recv recv = { .msg = msg_of(stage->reply, ROOM, 0) };

	return result == 0 && !command(stage->fd, IPCX_IOC_RECV, &recv) &&
	       recv.msg.len == stage->scenario->len && filled(stage->reply, recv.msg.len, 7);
}

static bool check_handed(struct stage *stage, long result)
{
	int64_t got = child_join(stage->child);

	stage->child->pid = 0;
	return result == 0 && got == 7;
}

static bool prepare_batch(struct stage *stage)
{
	unsigned int i;

	if (!stage_mailbox(stage))
		return false;
	for (i = 0; i < BATCH; i++)
		stage->array.msgs[i] = stage_msg(stage, 7);
	stage->arg.send_batch = (struct ipcx_send_batch) {
		.msgs = (uintptr_t)stage->array.msgs, .count = BATCH,
	};
	return true;
}

static long act_batch(struct stage *stage)
{
	return command(stage->fd, IPCX_IOC_SEND_BATCH, &stage->arg.send_batch);
}

/* As many as it says, whole */
static bool check_batch(struct stage *stage, long result)
{
	if (result < 1 || result > BATCH || stat_of(stage->fd).msgs != result)
		return false;
	while (result--)
		if (!stage_receives(stage, 7))
			return false;
	return stat_of(stage->fd).msgs == 0;
}

const struct scenario inject_sending[] = {
	SCENARIO(send_10, prepare_send, act_send, check_sent, .len = 10, .errnos = { ENOMEM }),
	SCENARIO(send_300, prepare_send, act_send, check_sent, .len = 300, .errnos = { ENOMEM }),
	SCENARIO(send_5000, prepare_behind, act_send, check_sent, .len = 5000,
		 .errnos = { ENOMEM }),
	SCENARIO(send_30000, prepare_behind, act_send, check_sent, .len = 30000,
		 .errnos = { ENOMEM }),
	SCENARIO(send_ranked, prepare_ranked, act_send, check_sent, .len = 10,
		 .errnos = { ENOMEM }),
	SCENARIO(send_shared, prepare_shared, act_send, check_sent, .len = 10,
		 .errnos = { ENOMEM }),
	SCENARIO(send_noticed, prepare_noticed, act_send, check_sent, .len = 10,
		 .errnos = { ENOMEM }),
	SCENARIO(send_descriptors, prepare_send, act_send, check_sent, .len = 10, .nfds = 5,
		 .errnos = { ENOMEM }),
	SCENARIO(send_long_with_descriptors, prepare_send, act_send, check_sent, .len = 9000,
		 .nfds = 1, .errnos = { ENOMEM }),
	SCENARIO(hand_over_10, prepare_handover, act_send, check_handed, .len = 10,
		 .errnos = { ENOMEM }),
	SCENARIO(hand_over_300, prepare_handover, act_send, check_handed, .len = 300,
		 .errnos = { ENOMEM }),
	SCENARIO(hand_over_20000, prepare_handover, act_send, check_handed, .len = 20000,
		 .errnos = { ENOMEM }),
	SCENARIO(lend, prepare_lend, act_send, check_handed, .len = 20000, .errnos = { ENOMEM }),
	SCENARIO(write_10, prepare_send, act_write, check_written, .len = 10,
		 .errnos = { ENOMEM }),
	SCENARIO(write_20000, prepare_send, act_write, check_written, .len = 20000,
		 .errnos = { ENOMEM }),
	SCENARIO(writev, prepare_send, act_writev, check_written, .len = 5000,
		 .errnos = { ENOMEM }),
	SCENARIO(send_batch_10, prepare_batch, act_batch, check_batch, .len = 10,
		 .errnos = { ENOMEM }),
	SCENARIO(send_batch_700, prepare_batch, act_batch, check_batch, .len = 700,
		 .errnos = { ENOMEM }),
	SCENARIO(send_batch_9000, prepare_batch, act_batch, check_batch, .len = 9000,
		 .errnos = { ENOMEM }),
	{ .name = NULL }
};
