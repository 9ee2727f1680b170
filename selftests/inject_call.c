// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults in calls and replies. A call that fails after it was carried out has lost its reply, as
 * the header says; a reply that fails can be given again.
 */
#include "inject.h"

static bool prepare_call(struct stage *stage)
{
	if (!stage_mailbox(stage) || (stage->scenario->nfds && pipe2(stage->ends, O_CLOEXEC)))
		return false;
	stage->arg.call = (struct ipcx_call) {
		.request = stage_msg(stage, 7),
		.reply = msg_of(stage->reply, ROOM, 0),
	};
	if (stage->scenario->nfds) {
		stage->arg.call.reply.fds = (uintptr_t)stage->array.received;
		stage->arg.call.reply.nfds = DESCRIPTORS;
	}
	stage->serves = true;
	if (child_start(stage->child)) {
		static int fds[IPCX_FDS_MAX];

		for (;;) {
			struct ipcx_recv recv = {
				.msg = { .data = (uintptr_t)stage->map, .len = ROOM,
					 .fds = (uintptr_t)fds, .nfds = IPCX_FDS_MAX },
			};
			struct ipcx_reply reply;

			recv.msg.data = (uintptr_t)malloc(ROOM);
			if (command(stage->fd, IPCX_IOC_RECV, &recv))
				child_done(stage->child, -1);
			reply = (struct ipcx_reply) { .token = recv.token, .msg = recv.msg };
			/* With the descriptors, too */
			command(stage->fd, IPCX_IOC_REPLY, &reply);
			while (recv.msg.nfds)
				close(fds[--recv.msg.nfds]);
			free((void *)(uintptr_t)recv.msg.data);
		}
	}
	return true;
}

static long act_call(struct stage *stage)
{
	return command(stage->fd, IPCX_IOC_CALL, &stage->arg.call);
}

static bool check_called(struct stage *stage, long result)
{
	struct ipcx_msg *msg = &stage->arg.call.reply;
	bool right = result == 0 && msg->type == 7 && msg->nfds == stage->scenario->nfds &&
		     filled(stage->reply, stage->scenario->len, 7);

	while (msg->nfds)
		right &= !close(((int *)stage->array.received)[--msg->nfds]);
	return right;
}

/* A caller, whose request has been received */
static bool prepare_reply(struct stage *stage)
{
	struct ipcx_recv recv;

	if (!stage_mailbox(stage))
		return false;
	if (child_start(stage->child)) {
		struct ipcx_call call = {
			.request = msg_of("", 0, 1), .reply = msg_of(stage->reply, ROOM, 0),
		};
		int err = command(stage->fd, IPCX_IOC_CALL, &call);

		if (!err && !filled(stage->reply, call.reply.len, call.reply.type))
			err = -EBADMSG;
		child_done(stage->child, err ?: (int64_t)call.reply.type);
	}
	if (get_into(stage->fd, &recv, stage->data, ROOM, 0) != 1)
		return false;
	stage->arg.reply = (struct ipcx_reply) {
		.token = recv.token, .msg = stage_msg(stage, 7),
	};
	return true;
}

/* And another message comes behind it. */
static bool prepare_reply_recv(struct stage *stage)
{
	if (!prepare_reply(stage) || put(stage->fd, 2, 5000, 0))
		return false;
	stage->arg.reply.flags = IPCX_REPLY_RECV;
	stage->arg.reply.next = (struct ipcx_recv) {
		.msg = msg_of(stage->data + ROOM / 2, ROOM / 2, 0), .flags = IPCX_DONTWAIT,
	};
	return true;
}

static long act_reply(struct stage *stage)
{
	return command(stage->fd, IPCX_IOC_REPLY, &stage->arg.reply);
}

static bool check_replied(struct stage *stage, long result)
{
	int64_t got = child_join(stage->child);

	stage->child->pid = 0;
	return result == 0 && got == 7 && stage->arg.reply.token == 0;
}

static bool check_replied_and_received(struct stage *stage, long result)
{
	const struct ipcx_msg *msg = &stage->arg.reply.next.msg;

	return check_replied(stage, result) && msg->type == 2 && msg->len == 5000 &&
	       filled(stage->data + ROOM / 2, 5000, 2) && stat_of(stage->fd).msgs == 0;
}

const struct scenario inject_calls[] = {
	SCENARIO(call_10, prepare_call, act_call, check_called, .len = 10, .may = MAY_COUNT,
		 .errnos = { ENOMEM }),
	SCENARIO(call_300, prepare_call, act_call, check_called, .len = 300, .may = MAY_COUNT,
		 .errnos = { ENOMEM }),
	SCENARIO(call_20000, prepare_call, act_call, check_called, .len = 20000,
		 .may = MAY_COUNT, .errnos = { ENOMEM }),
	SCENARIO(call_with_descriptors, prepare_call, act_call, check_called, .len = 10,
		 .nfds = 3, .may = MAY_COUNT, .errnos = { ENOMEM }),
	SCENARIO(reply_10, prepare_reply, act_reply, check_replied, .len = 10,
		 .errnos = { ENOMEM }),
	SCENARIO(reply_300, prepare_reply, act_reply, check_replied, .len = 300,
		 .errnos = { ENOMEM }),
	SCENARIO(reply_20000, prepare_reply, act_reply, check_replied, .len = 20000,
		 .errnos = { ENOMEM }),
	SCENARIO(reply_and_receive, prepare_reply_recv, act_reply, check_replied_and_received,
		 .len = 300, .may = MAY_COUNT, .errnos = { ENOMEM }),
	{ .name = NULL }
};
