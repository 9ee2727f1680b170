// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults while messages are received: none is lost.
 */
#include <sys/uio.h>

#include "inject.h"

static bool prepare_recv(struct stage *stage)
{
	if (!stage_message(stage))
		return false;
	stage->arg.recv = (struct ipcx_recv) {
		.msg = { .data = (uintptr_t)stage->reply, .len = ROOM,
			 .fds = (uintptr_t)stage->array.fds, .nfds = DESCRIPTORS },
		.flags = IPCX_DONTWAIT,
	};
	return true;
}

static bool prepare_truncate(struct stage *stage)
{
	if (!prepare_recv(stage))
		return false;
	stage->arg.recv.msg.len = 100;
	stage->arg.recv.flags |= IPCX_TRUNCATE;
	return true;
}

static bool prepare_select(struct stage *stage)
{
	if (!prepare_recv(stage))
		return false;
	stage->arg.recv.select = IPCX_SELECT_UPTO;
	stage->arg.recv.select_type = 1;
	return true;
}

/*
 * The table of descriptors is full, so that the next one makes it grow. It does not shrink, so that
 * each try takes more of them.
 */
static bool prepare_grow(struct stage *stage)
{
	char line[128];
	int size = 0;
	FILE *file;

	if (!prepare_recv(stage))
		return false;
	file = fopen("/proc/self/status", "re");
	if (!file)
		return false;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "FDSize: %d", &size) == 1)
			break;
	fclose(file);
	stage->filled_from = dup(STDIN_FILENO);
	stage->filled_to = size - 1;
	while (dup(STDIN_FILENO) < stage->filled_to)
		;
	return stage->filled_from > 0;
}

static long act_recv(struct stage *stage)
{
	return command(stage->fd, IPCX_IOC_RECV, &stage->arg.recv);
}

static bool next_is_second(struct stage *stage)
{
	return get(stage->fd, IPCX_DONTWAIT) == 2 && stat_of(stage->fd).msgs == 0;
}

static bool check_received(struct stage *stage, long result)
{
	const struct ipcx_msg *msg = &stage->arg.recv.msg;
	bool right = result == 0 && msg->type == 1 && msg->len == stage->scenario->len &&
		     msg->nfds == stage->scenario->nfds;
	unsigned int i;

	if (!(msg->flags & IPCX_MSG_TRUNCATED))
		right &= filled(stage->reply, msg->len, 1);
	for (i = 0; i < msg->nfds; i++)
		right &= !close(stage->array.fds[i]);
	return right && next_is_second(stage);
}

static bool prepare_look(struct stage *stage)
{
	if (!prepare_recv(stage))
		return false;
	stage->arg.recv.flags |= IPCX_PEEK;
	return true;
}

static bool check_peeked(struct stage *stage, long result)
{
	return result == 0 && filled(stage->reply, stage->scenario->len, 1) &&
	       stage_receives(stage, 1) && next_is_second(stage);
}

static long act_read(struct stage *stage)
{
	ssize_t len = read(stage->fd, stage->reply, ROOM);

	return len < 0 ? -errno : len;
}

static long act_readv(struct stage *stage)
{
	struct iovec iov[2] = { { stage->reply, 100 }, { stage->reply + 100, ROOM - 100 } };
	ssize_t len = readv(stage->fd, iov, 2);

	return len < 0 ? -errno : len;
}

static bool check_read(struct stage *stage, long result)
{
	return result == (long)stage->scenario->len && filled(stage->reply, result, 1) &&
	       next_is_second(stage);
}

static bool prepare_peek(struct stage *stage)
{
	if (!stage_message(stage))
		return false;
	stage->arg.peek = (struct ipcx_peek) {
		.msg = { .data = (uintptr_t)stage->reply, .len = ROOM }, .flags = IPCX_DONTWAIT,
	};
	return true;
}

static long act_peek(struct stage *stage)
{
	return command(stage->fd, IPCX_IOC_PEEK, &stage->arg.peek);
}

static bool prepare_batch(struct stage *stage)
{
	unsigned int i;

	if (!stage_mailbox(stage))
		return false;
	for (i = 0; i < BATCH; i++) {
		if (put(stage->fd, i + 1, stage->scenario->len, 0))
			return false;
		stage->array.received[i] = (struct ipcx_received) {
			.msg = { .data = (uintptr_t)stage->reply + i * 800, .len = 800 },
		};
	}
	stage->arg.recv_batch = (struct ipcx_recv_batch) {
		.msgs = (uintptr_t)stage->array.received, .count = BATCH, .flags = IPCX_DONTWAIT,
	};
	return true;
}

static long act_batch(struct stage *stage)
{
	return command(stage->fd, IPCX_IOC_RECV_BATCH, &stage->arg.recv_batch);
}

/* As many as it says, and the others are there still. */
static bool check_batch(struct stage *stage, long result)
{
	long i;

	if (result < 1 || stat_of(stage->fd).msgs != BATCH - result)
		return false;
	for (i = 0; i < result; i++)
		if (stage->array.received[i].msg.type != (uint64_t)i + 1 ||
		    !filled(stage->reply + i * 800, stage->scenario->len, i + 1))
			return false;
	for (; i < BATCH; i++)
		if (get(stage->fd, IPCX_DONTWAIT) != i + 1)
			return false;
	return true;
}

/* Somebody sends as soon as this one waits. */
static bool prepare_wait(struct stage *stage)
{
	if (!stage_mailbox(stage))
		return false;
	stage->arg.recv = (struct ipcx_recv) {
		.msg = { .data = (uintptr_t)stage->reply, .len = ROOM },
	};
	fill(stage->data, stage->scenario->len, 1);
	if (child_start(stage->child)) {
		if (await_receivers(stage->fd, 1))
			child_done(stage->child, -ETIMEDOUT);
		child_done(stage->child, put(stage->fd, 1, stage->scenario->len, 0));
	}
	return true;
}

static bool check_waited(struct stage *stage, long result)
{
	int64_t sent = child_join(stage->child);

	stage->child->pid = 0;
	return result == 0 && sent == 0 && stage->arg.recv.msg.type == 1 &&
	       filled(stage->reply, stage->scenario->len, 1) && stat_of(stage->fd).msgs == 0;
}

const struct scenario inject_receiving[] = {
	SCENARIO(receive_10, prepare_recv, act_recv, check_received, .len = 10),
	SCENARIO(receive_300, prepare_recv, act_recv, check_received, .len = 300),
	SCENARIO(receive_20000, prepare_recv, act_recv, check_received, .len = 20000),
	SCENARIO(receive_selected, prepare_select, act_recv, check_received, .len = 10,
		 .errnos = { ENOMEM }),
	SCENARIO(receive_truncated, prepare_truncate, act_recv, check_received, .len = 5000),
	SCENARIO(receive_descriptors, prepare_recv, act_recv, check_received, .len = 10,
		 .nfds = 5, .errnos = { ENOMEM }),
	SCENARIO(receive_into_a_full_table, prepare_grow, act_recv, check_received, .len = 10,
		 .nfds = 3, .errnos = { ENOMEM }),
	SCENARIO(receive_and_leave, prepare_look, act_recv, check_peeked, .len = 5000,
		 .errnos = { ENOMEM }),
	SCENARIO(receive_waiting_10, prepare_wait, act_recv, check_waited, .len = 10,
		 .may = MAY_CHANGE),
	SCENARIO(receive_waiting_300, prepare_wait, act_recv, check_waited, .len = 300,
		 .may = MAY_CHANGE),
	SCENARIO(receive_waiting_20000, prepare_wait, act_recv, check_waited, .len = 20000,
		 .may = MAY_CHANGE),
	SCENARIO(read_10, prepare_recv, act_read, check_read, .len = 10),
	SCENARIO(read_20000, prepare_recv, act_read, check_read, .len = 20000),
	SCENARIO(readv, prepare_recv, act_readv, check_read, .len = 5000),
	SCENARIO(peek, prepare_peek, act_peek, NULL, .len = 5000, .errnos = { ENOMEM }),
	SCENARIO(receive_batch_10, prepare_batch, act_batch, check_batch, .len = 10),
	SCENARIO(receive_batch_700, prepare_batch, act_batch, check_batch, .len = 700),
	{ .name = NULL }
};
