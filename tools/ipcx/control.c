// SPDX-License-Identifier: GPL-2.0-only
/*
 * The family ipcx of generic netlink, by libnl: requests, and what the kernel says of those that
 * fail.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/ipcx_netlink.h>
#include <linux/netlink.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include "cmd.h"
#include "control.h"
#include "knob_text.h"

/* How a request went: what libnl's callbacks find out. */
struct outcome {
	int err;		/* a positive errno, or 0 */
	bool done;
	char why[256];		/* the kernel's sentence, empty if it has none */
	unsigned int attr;	/* what that is about, or 0 */
	const struct nlmsghdr *request;
	sight_fn fn;
	void *data;
};

static const char *const attr_names[IPCX_A_OBJECT_MAX + 1] = {
	[IPCX_A_OBJECT_ID] = "id",
	[IPCX_A_OBJECT_NAME] = "name",
	[IPCX_A_OBJECT_MAX_MSGS] = "max-msgs",
	[IPCX_A_OBJECT_MAX_MSG_SIZE] = "max-msg-size",
	[IPCX_A_OBJECT_MAX_BYTES] = "max-bytes",
	[IPCX_A_OBJECT_SHARE] = "share",
	[IPCX_A_OBJECT_KNOB_WAIT] = "wait",
	[IPCX_A_OBJECT_KNOB_COPY] = "copy",
	[IPCX_A_OBJECT_KNOB_WAKE] = "wake",
	[IPCX_A_OBJECT_KNOB_DROP] = "drop",
	[IPCX_A_OBJECT_KNOB_DELAY] = "delay",
};

static _Noreturn void no_memory(void)
{
	fail(STATUS_FAILED, "no memory for netlink");
}

/* Which attribute of our request is at that offset of it? */
static unsigned int attr_at(const struct nlmsghdr *request, uint32_t offset)
{
	const struct nlattr *attr;

	if (!request || offset + sizeof(*attr) > request->nlmsg_len)
		return 0;
	attr = (const struct nlattr *)((const char *)request + offset);
	return nla_type(attr) <= IPCX_A_OBJECT_MAX ? (unsigned int)nla_type(attr) : 0;
}

static void read_extack(struct outcome *outcome, const struct nlmsghdr *header)
{
	const struct nlmsgerr *err = nlmsg_data(header);
	const size_t start = sizeof(*err) + (header->nlmsg_flags & NLM_F_CAPPED ? 0 :
					     err->msg.nlmsg_len - sizeof(err->msg));
	struct nlattr *attrs[NLMSGERR_ATTR_MAX + 1];

	if (!(header->nlmsg_flags & NLM_F_ACK_TLVS) || header->nlmsg_len < NLMSG_HDRLEN + start ||
	    nla_parse(attrs, NLMSGERR_ATTR_MAX, (struct nlattr *)((char *)err + start),
		      (int)(header->nlmsg_len - NLMSG_HDRLEN - start), NULL))
		return;
	if (attrs[NLMSGERR_ATTR_MSG])
		snprintf(outcome->why, sizeof(outcome->why), "%s",
			 nla_get_string(attrs[NLMSGERR_ATTR_MSG]));
	if (attrs[NLMSGERR_ATTR_OFFS])
		outcome->attr = attr_at(outcome->request, nla_get_u32(attrs[NLMSGERR_ATTR_OFFS]));
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *err, void *data)
{
	struct outcome *outcome = data;

	(void)from;
	outcome->err = -err->error;
	outcome->done = true;
	read_extack(outcome, (const struct nlmsghdr *)((const char *)err - NLMSG_HDRLEN));
	return NL_STOP;
}

static int on_end(struct nl_msg *msg, void *data)
{
	struct outcome *outcome = data;

	(void)msg;
	outcome->done = true;
	return NL_STOP;
}

static uint32_t u32_of(struct nlattr *const attrs[], int which)
{
	return attrs[which] ? nla_get_u32(attrs[which]) : 0;
}

static uint64_t u64_of(struct nlattr *const attrs[], int which)
{
	return attrs[which] ? nla_get_u64(attrs[which]) : 0;
}

/* Counters are in the structure in the order of the attributes. */
static void read_counters(__u64 *counter, struct nlattr *const attrs[], int first, int last)
{
	for (int i = first; i <= last; i++)
		*counter++ = u64_of(attrs, i);
}

static void read_stats(struct ipcx_stats *stats, struct nlattr *nest)
{
	struct nlattr *attrs[IPCX_A_STATS_MAX + 1];

	if (!nest || nla_parse_nested(attrs, IPCX_A_STATS_MAX, nest, NULL))
		return;
	read_counters(&stats->sent, attrs, IPCX_A_STATS_SENT, IPCX_A_STATS_PEAK_BYTES);
	if (attrs[IPCX_A_STATS_DELAYS])
		nla_memcpy(stats->delays, attrs[IPCX_A_STATS_DELAYS], sizeof(stats->delays));
	read_counters(&stats->maps, attrs, IPCX_A_STATS_MAPS, IPCX_A_STATS_MAX);
}

/* The kernel tells those that are turned. */
static void read_knobs(struct ipcx_knob *knob, struct nlattr *const attrs[])
{
	knob_default(knob);
	if (attrs[IPCX_A_OBJECT_KNOB_WAIT]) {
		knob->set |= IPCX_KNOB_WAIT;
		knob->wait = nla_get_u64(attrs[IPCX_A_OBJECT_KNOB_WAIT]);
	}
	if (attrs[IPCX_A_OBJECT_KNOB_DELAY]) {
		knob->set |= IPCX_KNOB_DELAY;
		knob->delay = nla_get_u64(attrs[IPCX_A_OBJECT_KNOB_DELAY]);
	}
	knob->copy = u32_of(attrs, IPCX_A_OBJECT_KNOB_COPY);
	knob->wake = u32_of(attrs, IPCX_A_OBJECT_KNOB_WAKE);
	knob->drop = u32_of(attrs, IPCX_A_OBJECT_KNOB_DROP);
	knob->set |= (knob->copy ? IPCX_KNOB_COPY : 0) | (knob->wake ? IPCX_KNOB_WAKE : 0) |
		     (knob->drop ? IPCX_KNOB_DROP : 0);
}

static int on_object(struct nl_msg *msg, void *data)
{
	struct nlattr *attrs[IPCX_A_OBJECT_MAX + 1];
	struct outcome *outcome = data;
	struct sight sight = { .whole = false };

	if (genlmsg_parse(nlmsg_hdr(msg), 0, attrs, IPCX_A_OBJECT_MAX, NULL))
		return NL_SKIP;
	if (attrs[IPCX_A_OBJECT_NAME])
		nla_strlcpy(sight.stat.name, attrs[IPCX_A_OBJECT_NAME], IPCX_NAME_SIZE);
	sight.whole = attrs[IPCX_A_OBJECT_ENDPOINTS];
	sight.stat.id = u64_of(attrs, IPCX_A_OBJECT_ID);
	sight.stat.kind = u32_of(attrs, IPCX_A_OBJECT_KIND);
	sight.stat.flags = u32_of(attrs, IPCX_A_OBJECT_FLAGS);
	sight.stat.mode = u32_of(attrs, IPCX_A_OBJECT_MODE);
	sight.stat.uid = u32_of(attrs, IPCX_A_OBJECT_UID);
	sight.stat.gid = u32_of(attrs, IPCX_A_OBJECT_GID);
	sight.stat.endpoints = u32_of(attrs, IPCX_A_OBJECT_ENDPOINTS);
	sight.stat.msgs = u32_of(attrs, IPCX_A_OBJECT_MSGS);
	sight.stat.bytes = u64_of(attrs, IPCX_A_OBJECT_BYTES);
	sight.stat.receivers = u32_of(attrs, IPCX_A_OBJECT_RECEIVERS);
	sight.stat.senders = u32_of(attrs, IPCX_A_OBJECT_SENDERS);
	sight.stat.max_msgs = u32_of(attrs, IPCX_A_OBJECT_MAX_MSGS);
	sight.stat.max_msg_size = u32_of(attrs, IPCX_A_OBJECT_MAX_MSG_SIZE);
	sight.stat.max_bytes = u64_of(attrs, IPCX_A_OBJECT_MAX_BYTES);
	sight.stat.share = u32_of(attrs, IPCX_A_OBJECT_SHARE);
	sight.stat.size = u64_of(attrs, IPCX_A_OBJECT_SIZE);
	read_stats(&sight.stats, attrs[IPCX_A_OBJECT_STATS]);
	read_knobs(&sight.knob, attrs);
	outcome->fn(&sight, outcome->data);
	return NL_OK;
}

void control_open(struct control *control)
{
	const int on = 1;
	int fd;

	control->sock = nl_socket_alloc();
	if (!control->sock)
		no_memory();
	if (genl_connect(control->sock))
		fail(STATUS_FAILED, "no socket for generic netlink: %s", strerror(errno));
	control->family = genl_ctrl_resolve(control->sock, IPCX_FAMILY_NAME);
	if (control->family < 0) {
		errno = ENODEV;
		device_failed();
	}
	fd = nl_socket_get_fd(control->sock);
	/* Without them there are no sentences, and that is all. */
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
}

void control_close(struct control *control)
{
	nl_socket_free(control->sock);
}

static struct nl_msg *request(const struct control *control, uint8_t cmd, int flags,
			      const struct object_key *key)
{
	struct nl_msg *msg = nlmsg_alloc();

	if (!msg || !genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, control->family, 0, flags, cmd,
				 IPCX_FAMILY_VERSION))
		no_memory();
	if (key && key->id && nla_put_u64(msg, IPCX_A_OBJECT_ID, key->id))
		no_memory();
	if (key && key->name && nla_put_string(msg, IPCX_A_OBJECT_NAME, key->name))
		no_memory();
	return msg;
}

/* Sends the request, which is used up, and takes what comes until its end. */
static void exchange(struct control *control, struct nl_msg *msg, struct outcome *outcome)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	int err;

	if (!cb)
		no_memory();
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, outcome);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_end, outcome);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_end, outcome);
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_object, outcome);
	err = nl_send_auto(control->sock, msg);
	outcome->request = nlmsg_hdr(msg);
	while (err >= 0 && !outcome->done) {
		err = nl_recvmsgs(control->sock, cb);
		/* The callback has more to say of it. */
		if (outcome->done)
			err = 0;
	}
	nl_cb_put(cb);
	nlmsg_free(msg);
	outcome->request = NULL;
	if (err < 0)
		fail(STATUS_FAILED, "netlink: %s", nl_geterror(err));
}

static void describe(char text[], size_t size, const struct object_key *key)
{
	if (key->name && key->id)
		snprintf(text, size, "'%s' with id %llu", key->name, (unsigned long long)key->id);
	else if (key->name)
		snprintf(text, size, "'%s'", key->name);
	else
		snprintf(text, size, "id %llu", (unsigned long long)key->id);
}

static void check_outcome(const struct outcome *outcome, const struct object_key *key)
{
	const char *attr = attr_names[outcome->attr];
	char what[IPCX_NAME_SIZE + 64];

	if (!outcome->err)
		return;
	describe(what, sizeof(what), key);
	if (outcome->err == ENOENT)
		fail(STATUS_FAILED, "there is no mailbox or region %s%s",
		     key->name ? "named " : "with ", what);
	/* What it points at is the object; else it is something that takes more than to own it. */
	if (outcome->err == EPERM && outcome->attr <= IPCX_A_OBJECT_NAME)
		fail(STATUS_FAILED, "%s is another user's: only its owner or root can do this",
		     what);
	if (!*outcome->why)
		fail(STATUS_FAILED, "%s: %s", what, strerror(outcome->err));
	fail(STATUS_FAILED, "%s: %s%s%s", what, attr ? attr : "", attr ? ": " : "", outcome->why);
}

static void take_sight(const struct sight *sight, void *data)
{
	*(struct sight *)data = *sight;
}

void control_get(struct control *control, const struct object_key *key, struct sight *sight)
{
	struct outcome outcome = { .fn = take_sight, .data = sight };

	exchange(control, request(control, IPCX_CMD_GET, NLM_F_ACK, key), &outcome);
	check_outcome(&outcome, key);
}

void control_dump(struct control *control, sight_fn fn, void *data)
{
	struct outcome outcome = { .fn = fn, .data = data };

	exchange(control, request(control, IPCX_CMD_GET, NLM_F_DUMP, NULL), &outcome);
	/* It is the family that is not there, or its module is on the way out. */
	if (outcome.err == ENOENT || outcome.err == EPROTONOSUPPORT)
		fail(STATUS_FAILED, "the module was unloaded");
	if (outcome.err)
		fail(STATUS_FAILED, "cannot list: %s",
		     *outcome.why ? outcome.why : strerror(outcome.err));
}

static void put_limits(struct nl_msg *msg, const struct ipcx_limit *limit)
{
	if ((limit->max_msgs && nla_put_u32(msg, IPCX_A_OBJECT_MAX_MSGS, limit->max_msgs)) ||
	    (limit->max_msg_size &&
	     nla_put_u32(msg, IPCX_A_OBJECT_MAX_MSG_SIZE, limit->max_msg_size)) ||
	    (limit->max_bytes && nla_put_u64(msg, IPCX_A_OBJECT_MAX_BYTES, limit->max_bytes)) ||
	    (limit->share && nla_put_u32(msg, IPCX_A_OBJECT_SHARE, limit->share)))
		no_memory();
}

static void put_knobs(struct nl_msg *msg, const struct ipcx_knob *knob)
{
	if ((knob->set & IPCX_KNOB_WAIT && nla_put_u64(msg, IPCX_A_OBJECT_KNOB_WAIT, knob->wait)) ||
	    (knob->set & IPCX_KNOB_COPY && nla_put_u32(msg, IPCX_A_OBJECT_KNOB_COPY, knob->copy)) ||
	    (knob->set & IPCX_KNOB_WAKE && nla_put_u32(msg, IPCX_A_OBJECT_KNOB_WAKE, knob->wake)) ||
	    (knob->set & IPCX_KNOB_DROP && nla_put_u32(msg, IPCX_A_OBJECT_KNOB_DROP, knob->drop)) ||
	    (knob->set & IPCX_KNOB_DELAY &&
	     nla_put_u64(msg, IPCX_A_OBJECT_KNOB_DELAY, knob->delay)))
		no_memory();
}

void control_set(struct control *control, const struct object_key *key,
		 const struct ipcx_limit *limit, const struct ipcx_knob *knob)
{
	struct nl_msg *msg = request(control, IPCX_CMD_SET, NLM_F_ACK, key);
	struct outcome outcome = { .err = 0 };

	put_limits(msg, limit);
	put_knobs(msg, knob);
	exchange(control, msg, &outcome);
	check_outcome(&outcome, key);
}

void control_remove(struct control *control, const struct object_key *key)
{
	struct outcome outcome = { .err = 0 };

	exchange(control, request(control, IPCX_CMD_REMOVE, NLM_F_ACK, key), &outcome);
	check_outcome(&outcome, key);
}

void control_listen(struct control *control, size_t room)
{
	const int group = genl_ctrl_resolve_grp(control->sock, IPCX_FAMILY_NAME, IPCX_MCGRP_EVENTS);
	const int fd = nl_socket_get_fd(control->sock);
	const int size = room < INT32_MAX ? (int)room : INT32_MAX;

	if (room && setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (group < 0 || nl_socket_add_membership(control->sock, group))
		fail(STATUS_FAILED, "cannot listen to events: %s", strerror(errno));
}

struct listener {
	event_fn fn;
	void *data;
};

static int on_event(struct nl_msg *msg, void *data)
{
	struct nlattr *attrs[IPCX_A_EVENT_MAX + 1];
	const struct listener *listener = data;
	struct event event = { .cmd = genlmsg_hdr(nlmsg_hdr(msg))->cmd };

	if (genlmsg_parse(nlmsg_hdr(msg), 0, attrs, IPCX_A_EVENT_MAX, NULL))
		return NL_SKIP;
	if (attrs[IPCX_A_EVENT_NAME])
		nla_strlcpy(event.name, attrs[IPCX_A_EVENT_NAME], IPCX_NAME_SIZE);
	event.seq = u64_of(attrs, IPCX_A_EVENT_SEQ);
	event.time = u64_of(attrs, IPCX_A_EVENT_TIME);
	event.id = u64_of(attrs, IPCX_A_EVENT_ID);
	event.kind = u32_of(attrs, IPCX_A_EVENT_KIND);
	event.limit = u32_of(attrs, IPCX_A_EVENT_LIMIT);
	event.uid = u32_of(attrs, IPCX_A_EVENT_UID);
	event.owed = u32_of(attrs, IPCX_A_EVENT_OWED);
	listener->fn(&event, listener->data);
	return NL_OK;
}

/* Nobody has asked for events. */
static int any_seq(struct nl_msg *msg, void *data)
{
	(void)msg;
	(void)data;
	return NL_OK;
}

enum heard control_hear(struct control *control, bool wait, event_fn fn, void *data)
{
	struct listener listener = { .fn = fn, .data = data };
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	int err;

	if (!cb)
		no_memory();
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_event, &listener);
	nl_cb_set(cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, any_seq, NULL);
	/* libnl has no function to take this back. */
	if (wait)
		err = nl_recvmsgs(control->sock, cb);
	else if (recv(nl_socket_get_fd(control->sock), &err, 1, MSG_PEEK | MSG_DONTWAIT) < 0)
		err = errno == ENOBUFS ? -NLE_NOMEM : -NLE_AGAIN;
	else
		err = nl_recvmsgs(control->sock, cb);
	nl_cb_put(cb);
	/* Of ENOBUFS it makes this. */
	if (err == -NLE_NOMEM)
		return HEARD_OVERFLOW;
	if (err == -NLE_AGAIN)
		return HEARD_NOTHING;
	if (err < 0)
		fail(STATUS_FAILED, "netlink: %s", nl_geterror(err));
	return HEARD_EVENTS;
}
