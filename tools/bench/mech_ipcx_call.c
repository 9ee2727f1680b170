// SPDX-License-Identifier: GPL-2.0-only
/*
 * An ipcx mailbox that is called: the origin's one system call sends and waits for the reply, the
 * peer's one replies and receives the next request.
 *
 * One way, every message is a call with an empty reply, so there is only one on the way at a time.
 */
#include <errno.h>

#include <ipcx.h>

#include "ipcx_box.h"

/**
 * struct call_state - what the next system call is to do; each side its own copy
 * @call: origin: the request, and where the reply goes
 * @reply: peer: the reply to the last request, and where the next one goes
 */
struct call_state {
	struct ipcx_call call;
	struct ipcx_reply reply;
};

static enum channel_opened call_open(struct channel *ch)
{
	return ipcx_box(ch, SIDE_PEER);
}

static int call_now(struct channel *ch)
{
	struct call_state *state = ch->state;
	int ret;

	do {
		state->call.reply.data = (uintptr_t)ch->rx;
		state->call.reply.len = ch->flow == FLOW_ECHO ? (__u32)ch->size : 0;
		ret = ipcx_callmsg(ch->wfd, &state->call);
	} while (ret < 0 && errno == EINTR);
	return ret;
}

static int call_commit(struct channel *ch, void *buf)
{
	struct call_state *state = ch->state;

	if (ch->side == SIDE_PEER) {
		state->reply.msg.data = (uintptr_t)buf;
		state->reply.msg.len = (__u32)ch->size;
		return 0;
	}
	state->call.request.data = (uintptr_t)buf;
	state->call.request.len = (__u32)ch->size;
	return ch->flow != FLOW_ECHO ? call_now(ch) : 0;
}

static void *call_receive(struct channel *ch)
{
	struct call_state *state = ch->state;
	int ret;

	if (ch->side == SIDE_ORIGIN) {
		if (call_now(ch))
			return NULL;
		ch->got = state->call.reply.len;
		return ch->rx;
	}
	state->reply.token = state->reply.next.token;
	state->reply.flags = IPCX_REPLY_RECV;
	do {
		state->reply.next.msg.data = (uintptr_t)ch->rx;
		state->reply.next.msg.len = (__u32)ch->size;
		ret = ipcx_replymsg(ch->rfd, &state->reply);
	} while (ret < 0 && errno == EINTR);
	if (ret < 0)
		return NULL;
	ch->got = state->reply.next.msg.len;
	return ch->rx;
}

/* The peer owes the reply to its last request. */
static int call_flush(struct channel *ch)
{
	struct call_state *state = ch->state;
	__u64 token = state->reply.next.token;

	if (ch->side == SIDE_ORIGIN || !token)
		return 0;
	return ipcx_reply(ch->rfd, token, ch->rx, ch->flow == FLOW_ECHO ? ch->size : 0);
}

const struct mechanism mech_ipcx_call = {
	.name = "ipcx-call",
	.family = "ipcx",
	.about = "calls to one ipcx mailbox; ipcx_call, and ipcx_reply that receives the next; "
		 "one way: calls with empty replies",
	.flow = "one call at a time",
	.copies = 2,
	.syscalls = 1,
	.boundaries = true,
	.fan_in = true,
	.fan_out = true,
	.answered = true,
	.knobs = true,
	.state_size = sizeof(struct call_state),
	.open = call_open,
	.commit = call_commit,
	.receive = call_receive,
	.flush = call_flush,
};
