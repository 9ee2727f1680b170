/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * ipcx over generic netlink: who has what, changing and removing it, being told when something
 * happens. Documentation/netlink/specs/ipcx.yaml says the same to programs, and is what this header
 * is held against.
 */
#ifndef _UAPI_LINUX_IPCX_NETLINK_H
#define _UAPI_LINUX_IPCX_NETLINK_H

/**
 * DOC: The family
 *
 * Everything is about the network namespace that the socket was opened in. Requests are checked
 * strictly: an attribute that a command does not take, a short, long or misplaced one, or a number
 * out of its range fails, and the extended acknowledgment has a sentence and points at the
 * attribute.
 *
 * Rights are those of whoever speaks through the socket. If the request was not sent to an explicit
 * address, as by ``write``, whoever opened the socket must have them, too.
 *
 * Every command can fail with:
 *
 * * ``EINVAL``: neither id nor name; an attribute that the command does not take, or of a wrong
 *   length; a name that is too long, or has no NUL
 * * ``ENOENT``: no such object, or none that the caller may know of
 * * ``ENOMEM``: no memory
 * * ``EOPNOTSUPP``: no such command
 * * ``ERANGE``: a number is out of its range
 */

/** IPCX_FAMILY_NAME - name of the generic netlink family */
#define IPCX_FAMILY_NAME	"ipcx"

/** IPCX_FAMILY_VERSION - its version */
#define IPCX_FAMILY_VERSION	1

/** IPCX_MCGRP_EVENTS - name of the multicast group of IPCX_CMD_*_NTF; anybody may join */
#define IPCX_MCGRP_EVENTS	"events"

/**
 * enum ipcx_limit_hit - which limit of net.ipcx a request was over
 * @IPCX_LIMIT_HIT_USER_OBJECTS: mailboxes and regions of one user
 * @IPCX_LIMIT_HIT_USER_BYTES: bytes of messages of one user
 * @IPCX_LIMIT_HIT_USER_REGION_BYTES: bytes of regions of one user
 * @IPCX_LIMIT_HIT_MAX_OBJECTS: mailboxes and regions of all users
 * @IPCX_LIMIT_HIT_MAX_BYTES: bytes of messages of all users
 * @IPCX_LIMIT_HIT_MAX_REGION_BYTES: bytes of regions of all users
 */
enum ipcx_limit_hit {
	IPCX_LIMIT_HIT_USER_OBJECTS = 1,
	IPCX_LIMIT_HIT_USER_BYTES,
	IPCX_LIMIT_HIT_USER_REGION_BYTES,
	IPCX_LIMIT_HIT_MAX_OBJECTS,
	IPCX_LIMIT_HIT_MAX_BYTES,
	IPCX_LIMIT_HIT_MAX_REGION_BYTES,
};

/**
 * enum ipcx_a_object - attributes of an object
 * @IPCX_A_OBJECT_UNSPEC: none
 * @IPCX_A_OBJECT_PAD: nothing, so that what follows is aligned
 * @IPCX_A_OBJECT_ID: u64: number of the object, unique until the module is unloaded
 * @IPCX_A_OBJECT_NAME: string: its name, 1 to 63 bytes; one that has none is anonymous
 * @IPCX_A_OBJECT_KIND: u32: enum ipcx_kind
 * @IPCX_A_OBJECT_FLAGS: u32: IPCX_STAT_* flags
 * @IPCX_A_OBJECT_MODE: u32: permission bits
 * @IPCX_A_OBJECT_UID: u32: owner, as the reader's user namespace numbers it
 * @IPCX_A_OBJECT_GID: u32: owning group, likewise
 * @IPCX_A_OBJECT_ENDPOINTS: u32: endpoints bound to the object. This and what follows is told to
 *	those who may receive, send or map, or own the object
 * @IPCX_A_OBJECT_MSGS: u32: mailbox: messages queued now
 * @IPCX_A_OBJECT_BYTES: u64: mailbox: payload bytes queued now
 * @IPCX_A_OBJECT_RECEIVERS: u32: receivers that sleep now; region: who waits for news
 * @IPCX_A_OBJECT_SENDERS: u32: mailbox: senders that sleep now for want of room
 * @IPCX_A_OBJECT_MAX_MSGS: u32: mailbox: most messages queued at a time
 * @IPCX_A_OBJECT_MAX_MSG_SIZE: u32: mailbox: longest message in bytes
 * @IPCX_A_OBJECT_MAX_BYTES: u64: mailbox: most payload bytes queued at a time
 * @IPCX_A_OBJECT_SHARE: u32: mailbox: as &ipcx_limit.share
 * @IPCX_A_OBJECT_SIZE: u64: region: size in bytes
 * @IPCX_A_OBJECT_STATS: nest of enum ipcx_a_stats; absent as long as there is nothing to count
 * @IPCX_A_OBJECT_KNOB_WAIT: u64: mailbox: as &ipcx_knob.wait. A knob is told if it is turned
 * @IPCX_A_OBJECT_KNOB_COPY: u32: mailbox: enum ipcx_copy
 * @IPCX_A_OBJECT_KNOB_WAKE: u32: mailbox: enum ipcx_wake
 * @IPCX_A_OBJECT_KNOB_DROP: u32: mailbox: as &ipcx_knob.drop
 * @IPCX_A_OBJECT_KNOB_DELAY: u64: mailbox: as &ipcx_knob.delay
 * @IPCX_A_OBJECT_MAX: the last
 */
enum ipcx_a_object {
	IPCX_A_OBJECT_UNSPEC,
	IPCX_A_OBJECT_PAD,
	IPCX_A_OBJECT_ID,
	IPCX_A_OBJECT_NAME,
	IPCX_A_OBJECT_KIND,
	IPCX_A_OBJECT_FLAGS,
	IPCX_A_OBJECT_MODE,
	IPCX_A_OBJECT_UID,
	IPCX_A_OBJECT_GID,
	IPCX_A_OBJECT_ENDPOINTS,
	IPCX_A_OBJECT_MSGS,
	IPCX_A_OBJECT_BYTES,
	IPCX_A_OBJECT_RECEIVERS,
	IPCX_A_OBJECT_SENDERS,
	IPCX_A_OBJECT_MAX_MSGS,
	IPCX_A_OBJECT_MAX_MSG_SIZE,
	IPCX_A_OBJECT_MAX_BYTES,
	IPCX_A_OBJECT_SHARE,
	IPCX_A_OBJECT_SIZE,
	IPCX_A_OBJECT_STATS,
	IPCX_A_OBJECT_KNOB_WAIT,
	IPCX_A_OBJECT_KNOB_COPY,
	IPCX_A_OBJECT_KNOB_WAKE,
	IPCX_A_OBJECT_KNOB_DROP,
	IPCX_A_OBJECT_KNOB_DELAY,

	IPCX_A_OBJECT_MAX = IPCX_A_OBJECT_KNOB_DELAY
};

/**
 * enum ipcx_a_stats - statistics of an object, as &struct ipcx_stats has them
 * @IPCX_A_STATS_UNSPEC: none
 * @IPCX_A_STATS_PAD: nothing, so that what follows is aligned
 * @IPCX_A_STATS_SENT: u64: &ipcx_stats.sent
 * @IPCX_A_STATS_SENT_BYTES: u64: &ipcx_stats.sent_bytes
 * @IPCX_A_STATS_RECEIVED: u64: &ipcx_stats.received
 * @IPCX_A_STATS_RECEIVED_BYTES: u64: &ipcx_stats.received_bytes
 * @IPCX_A_STATS_MSGS: u64: &ipcx_stats.msgs
 * @IPCX_A_STATS_BYTES: u64: &ipcx_stats.bytes
 * @IPCX_A_STATS_DROPPED: u64: &ipcx_stats.dropped
 * @IPCX_A_STATS_DROPPED_BYTES: u64: &ipcx_stats.dropped_bytes
 * @IPCX_A_STATS_HANDED: u64: &ipcx_stats.handed
 * @IPCX_A_STATS_QUEUED: u64: &ipcx_stats.queued
 * @IPCX_A_STATS_LENT: u64: &ipcx_stats.lent
 * @IPCX_A_STATS_RETURNED: u64: &ipcx_stats.returned
 * @IPCX_A_STATS_CALLS: u64: &ipcx_stats.calls
 * @IPCX_A_STATS_REPLIES: u64: &ipcx_stats.replies
 * @IPCX_A_STATS_REPLY_BYTES: u64: &ipcx_stats.reply_bytes
 * @IPCX_A_STATS_SPUN: u64: &ipcx_stats.spun
 * @IPCX_A_STATS_YIELDED: u64: &ipcx_stats.yielded
 * @IPCX_A_STATS_SLEPT: u64: &ipcx_stats.slept
 * @IPCX_A_STATS_FULL: u64: &ipcx_stats.full
 * @IPCX_A_STATS_REFUSED: u64: &ipcx_stats.refused
 * @IPCX_A_STATS_FAULTS: u64: &ipcx_stats.faults
 * @IPCX_A_STATS_PEAK_MSGS: u64: &ipcx_stats.peak_msgs
 * @IPCX_A_STATS_PEAK_BYTES: u64: &ipcx_stats.peak_bytes
 * @IPCX_A_STATS_DELAYS: array of u64: &ipcx_stats.delays
 * @IPCX_A_STATS_MAPS: u64: &ipcx_stats.maps
 * @IPCX_A_STATS_MAP_BYTES: u64: &ipcx_stats.map_bytes
 * @IPCX_A_STATS_OPENS: u64: &ipcx_stats.opens
 * @IPCX_A_STATS_USED: u64: &ipcx_stats.used
 * @IPCX_A_STATS_NOTICES: u64: &ipcx_stats.notices
 * @IPCX_A_STATS_HEARD: u64: &ipcx_stats.heard
 * @IPCX_A_STATS_COALESCED: u64: &ipcx_stats.coalesced
 * @IPCX_A_STATS_UNHEARD: u64: &ipcx_stats.unheard
 * @IPCX_A_STATS_WAITS: u64: &ipcx_stats.waits
 * @IPCX_A_STATS_WAITS_SLEPT: u64: &ipcx_stats.waits_slept
 * @IPCX_A_STATS_WAITS_VAIN: u64: &ipcx_stats.waits_vain
 * @IPCX_A_STATS_MAX: the last
 *
 * A mailbox has those up to delays, a region those from maps on.
 */
enum ipcx_a_stats {
	IPCX_A_STATS_UNSPEC,
	IPCX_A_STATS_PAD,
	IPCX_A_STATS_SENT,
	IPCX_A_STATS_SENT_BYTES,
	IPCX_A_STATS_RECEIVED,
	IPCX_A_STATS_RECEIVED_BYTES,
	IPCX_A_STATS_MSGS,
	IPCX_A_STATS_BYTES,
	IPCX_A_STATS_DROPPED,
	IPCX_A_STATS_DROPPED_BYTES,
	IPCX_A_STATS_HANDED,
	IPCX_A_STATS_QUEUED,
	IPCX_A_STATS_LENT,
	IPCX_A_STATS_RETURNED,
	IPCX_A_STATS_CALLS,
	IPCX_A_STATS_REPLIES,
	IPCX_A_STATS_REPLY_BYTES,
	IPCX_A_STATS_SPUN,
	IPCX_A_STATS_YIELDED,
	IPCX_A_STATS_SLEPT,
	IPCX_A_STATS_FULL,
	IPCX_A_STATS_REFUSED,
	IPCX_A_STATS_FAULTS,
	IPCX_A_STATS_PEAK_MSGS,
	IPCX_A_STATS_PEAK_BYTES,
	IPCX_A_STATS_DELAYS,
	IPCX_A_STATS_MAPS,
	IPCX_A_STATS_MAP_BYTES,
	IPCX_A_STATS_OPENS,
	IPCX_A_STATS_USED,
	IPCX_A_STATS_NOTICES,
	IPCX_A_STATS_HEARD,
	IPCX_A_STATS_COALESCED,
	IPCX_A_STATS_UNHEARD,
	IPCX_A_STATS_WAITS,
	IPCX_A_STATS_WAITS_SLEPT,
	IPCX_A_STATS_WAITS_VAIN,

	IPCX_A_STATS_MAX = IPCX_A_STATS_WAITS_VAIN
};

/**
 * enum ipcx_a_event - attributes of an event
 * @IPCX_A_EVENT_UNSPEC: none
 * @IPCX_A_EVENT_PAD: nothing, so that what follows is aligned
 * @IPCX_A_EVENT_SEQ: u64: one more than that of the last event of the network namespace: where a
 *	number is left out, events were missed
 * @IPCX_A_EVENT_TIME: u64: CLOCK_MONOTONIC nanoseconds
 * @IPCX_A_EVENT_ID: u64: number of the object that it is about
 * @IPCX_A_EVENT_NAME: string: its name
 * @IPCX_A_EVENT_KIND: u32: enum ipcx_kind
 * @IPCX_A_EVENT_LIMIT: u32: enum ipcx_limit_hit
 * @IPCX_A_EVENT_UID: u32: who was refused, as the user namespace numbers it that the network
 *	namespace belongs to
 * @IPCX_A_EVENT_OWED: u32: how many requests got no reply
 * @IPCX_A_EVENT_MAX: the last
 */
enum ipcx_a_event {
	IPCX_A_EVENT_UNSPEC,
	IPCX_A_EVENT_PAD,
	IPCX_A_EVENT_SEQ,
	IPCX_A_EVENT_TIME,
	IPCX_A_EVENT_ID,
	IPCX_A_EVENT_NAME,
	IPCX_A_EVENT_KIND,
	IPCX_A_EVENT_LIMIT,
	IPCX_A_EVENT_UID,
	IPCX_A_EVENT_OWED,

	IPCX_A_EVENT_MAX = IPCX_A_EVENT_OWED
};

/**
 * enum ipcx_cmd - commands, and events of the group %IPCX_MCGRP_EVENTS
 * @IPCX_CMD_UNSPEC: none
 * @IPCX_CMD_GET: %IPCX_A_OBJECT_ID, %IPCX_A_OBJECT_NAME or both: the object that has them. With
 *	NLM_F_DUMP and no attributes: all objects that there are, by increasing id: one that stays
 *	until the dump ends is in it once, one that is made meanwhile is not. An object that has no
 *	name, or has lost it, is there for its owner and CAP_IPC_OWNER only. EINVAL for a dump with
 *	attributes
 * @IPCX_CMD_SET: id, name or both, and at least one of %IPCX_A_OBJECT_MAX_MSGS,
 *	%IPCX_A_OBJECT_MAX_MSG_SIZE, %IPCX_A_OBJECT_MAX_BYTES and %IPCX_A_OBJECT_SHARE, as
 *	&struct ipcx_limit, and IPCX_A_OBJECT_KNOB_*, as &struct ipcx_knob. EINVAL if there is none,
 *	or if less bytes than the longest message has; EOPNOTSUPP for a region; EPERM for who is
 *	neither owner nor has CAP_IPC_OWNER, and to drop or delay for who does not have
 *	CAP_SYS_ADMIN. Nothing has changed then
 * @IPCX_CMD_REMOVE: id, name or both: as &struct ipcx_unlink without flags; by id also an object
 *	that has no name. EPERM for who is neither owner nor has CAP_IPC_OWNER
 * @IPCX_CMD_CREATED_NTF: an object has got a name: seq, time, id, name, kind
 * @IPCX_CMD_REMOVED_NTF: the name is gone: likewise
 * @IPCX_CMD_FULL_NTF: a mailbox that has a name had no room for a message: likewise. Again only
 *	when it has been at most half full since
 * @IPCX_CMD_LIMIT_NTF: a message or an object was refused because of a limit of net.ipcx: seq,
 *	time, limit, uid. At most once a second for each user
 * @IPCX_CMD_OWNER_DIED_NTF: an endpoint was closed that owed replies, and its callers got
 *	ECONNRESET: seq, time, id, name, kind, owed. Only for a mailbox that has a name
 * @IPCX_CMD_MAX: the last
 */
enum ipcx_cmd {
	IPCX_CMD_UNSPEC,
	IPCX_CMD_GET,
	IPCX_CMD_SET,
	IPCX_CMD_REMOVE,
	IPCX_CMD_CREATED_NTF,
	IPCX_CMD_REMOVED_NTF,
	IPCX_CMD_FULL_NTF,
	IPCX_CMD_LIMIT_NTF,
	IPCX_CMD_OWNER_DIED_NTF,

	IPCX_CMD_MAX = IPCX_CMD_OWNER_DIED_NTF
};

#endif /* _UAPI_LINUX_IPCX_NETLINK_H */
