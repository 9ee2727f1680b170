/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * ipcx: mailboxes for message passing and shared regions, through /dev/ipcx.
 *
 * Every structure has the same layout for 32- and 64-bit callers: fixed-width fields, user pointers
 * as __u64, explicit padding that must be zero. The size of a structure is part of its command
 * number, so a structure can grow at its end: a kernel that knows less refuses a caller's unknown
 * non-zero tail with E2BIG, one that knows more reads the missing tail as zero.
 */
#ifndef _UAPI_LINUX_IPCX_H
#define _UAPI_LINUX_IPCX_H

#include <linux/ioctl.h>
#include <linux/types.h>

/**
 * DOC: Endpoints
 *
 * One open of ``/dev/ipcx`` is an unbound endpoint. %IPCX_IOC_BIND binds it, once, to a mailbox or
 * a region, found by name in the network namespace of the opener or newly made. From then on the
 * file descriptor is the object: ``read``, ``write`` and ``poll`` carry messages, ``mmap`` maps a
 * region.
 *
 * The access mode of the open says what the endpoint may do: reading is receiving or mapping,
 * writing is sending or (with reading) mapping writable; with neither, open fails with EINVAL.
 * Binding checks it against the mode bits of the object, once; after that the descriptor is the
 * right.
 *
 * An object is gone when its last endpoint is closed, unless it was made with %IPCX_BIND_PERSIST.
 *
 * Every command can also fail with:
 *
 * * ``EFAULT``: the argument is not in the caller's address space
 * * ``ENOTTY``: no such command
 * * ``E2BIG``: the argument has a non-zero tail that this module does not know
 * * ``EINVAL``: the argument is shorter than its first version; an unknown flag; padding not zero
 */

/**
 * DOC: What other descriptors have, too
 *
 * Two commands of <sys/ioctl.h>, each of which sets an ``int``:
 *
 * * ``FIONREAD``: bytes of the message that ``read`` would return next; 0 if there is none, or if
 *   it is empty. ``poll`` tells one from the other
 * * ``TIOCOUTQ`` (``SIOCOUTQ``): payload bytes in the mailbox, as &ipcx_stat.bytes
 *
 * Errors:
 *
 * * ``EBADF``: FIONREAD: the endpoint was not opened for reading
 * * ``EFAULT``: the argument is not in the caller's address space
 * * ``ENOTCONN``: the endpoint is not bound
 * * ``ENOTTY``: the endpoint is bound to a region
 *
 * ``fcntl(F_SETFL)`` with ``O_ASYNC``: the owner (``F_SETOWN``) gets ``SIGIO``, or with
 * ``F_SETSIG`` another signal that says in si_code what has come true:
 *
 * * ``POLL_IN``: a message was queued. Only if the endpoint was opened for reading
 * * ``POLL_OUT``: a message has left, and there is room for one of any length. Only if it was
 *   opened for writing
 * * ``POLL_HUP``: the mailbox was unlinked, or hung up (%IPCX_BIND_HANGUP)
 *
 * Errors:
 *
 * * ``ENOMEM``: no memory
 * * ``ENOTCONN``: the endpoint is not bound
 * * ``EOPNOTSUPP``: the endpoint is bound to a region
 *
 * ``preadv2`` and ``pwritev2`` with ``RWF_NOWAIT`` fail with ``EAGAIN`` instead of waiting.
 */

/** IPCX_ABI_VERSION - version of this interface, as in &ipcx_info.abi */
#define IPCX_ABI_VERSION	1

/** IPCX_NAME_SIZE - bytes of a name field: 1 to 63 bytes and the terminating NUL */
#define IPCX_NAME_SIZE		64

/** IPCX_PRIO_COUNT - number of message priorities: 0, the lowest, to 31 */
#define IPCX_PRIO_COUNT		32

/** IPCX_PRIO_MANY - the same of a mailbox made with %IPCX_BIND_MANY_PRIOS: 0 to 32767 */
#define IPCX_PRIO_MANY		32768

/** IPCX_FDS_MAX - most file descriptors that go with a message */
#define IPCX_FDS_MAX		16

/** IPCX_SHARE_ALL - share of a mailbox whose room one user may take alone, in percent */
#define IPCX_SHARE_ALL		100

/** IPCX_MSG_COST - what a message counts in accounts beyond its payload, in bytes */
#define IPCX_MSG_COST		128

/** IPCX_MODE_DEFAULT - permission bits of an object made with mode 0 */
#define IPCX_MODE_DEFAULT	0600

/**
 * enum ipcx_kind - what an endpoint is bound to
 * @IPCX_KIND_MAILBOX: a queue of messages
 * @IPCX_KIND_REGION: memory to map and share
 */
enum ipcx_kind {
	IPCX_KIND_MAILBOX = 1,
	IPCX_KIND_REGION = 2,
};

/**
 * struct ipcx_info - what this module is and allows (IPCX_IOC_INFO)
 * @abi: out: %IPCX_ABI_VERSION of the module
 * @pad: out: 0
 * @version: out: the module's version, NUL-terminated
 * @default_msgs: out: &ipcx_bind.max_msgs where the caller gave 0
 * @max_msgs: out: largest &ipcx_bind.max_msgs accepted
 * @default_msg_size: out: &ipcx_bind.max_msg_size where the caller gave 0, in bytes
 * @max_msg_size: out: largest &ipcx_bind.max_msg_size accepted, in bytes
 * @default_bytes: out: &ipcx_bind.max_bytes where the caller gave 0
 * @max_bytes: out: largest &ipcx_bind.max_bytes accepted
 * @max_region_size: out: largest &ipcx_bind.size accepted, in bytes
 *
 * Works on every endpoint, bound or not.
 */
struct ipcx_info {
	__u32 abi;
	__u32 pad;
	char version[32];
	__u32 default_msgs;
	__u32 max_msgs;
	__u32 default_msg_size;
	__u32 max_msg_size;
	__u64 default_bytes;
	__u64 max_bytes;
	__u64 max_region_size;
};

/*
 * Flags of struct ipcx_bind; each has the meaning of its open(2) namesake where there is one.
 */
/** IPCX_BIND_CREATE - make the object if there is none of that name */
#define IPCX_BIND_CREATE	(1U << 0)
/** IPCX_BIND_EXCL - with %IPCX_BIND_CREATE: fail with EEXIST if the name is taken */
#define IPCX_BIND_EXCL		(1U << 1)
/**
 * IPCX_BIND_PERSIST - with %IPCX_BIND_CREATE: if the object is made now, it outlives its endpoints
 * until it is unlinked or its network namespace ends; it also keeps the module loaded
 */
#define IPCX_BIND_PERSIST	(1U << 2)
/**
 * IPCX_BIND_HANGUP - with %IPCX_BIND_CREATE: if a mailbox is made now, it has the manners of a
 * pipe. When the last endpoint that can send is closed, whoever receives is told as soon as no
 * message is left; when the last one that can receive is closed, whoever sends is told at once. An
 * endpoint for both counts for both. Somebody who has gone before an endpoint was bound, and has
 * left no message, is not known to it: whoever comes first waits for the other side to come
 */
#define IPCX_BIND_HANGUP	(1U << 3)
/**
 * IPCX_BIND_MANY_PRIOS - with %IPCX_BIND_CREATE: if a mailbox is made now, it has %IPCX_PRIO_MANY
 * priorities, as POSIX message queues do. A message then costs more the more are queued, with the
 * logarithm
 */
#define IPCX_BIND_MANY_PRIOS	(1U << 4)
/**
 * IPCX_BIND_HUGE - with %IPCX_BIND_CREATE: if a region is made now, it is to have huge pages where
 * its size and the kernel's memory allow. Whether it may is told by %IPCX_STAT_HUGE: not if the
 * kernel has none for shared memory; then it has ordinary ones
 */
#define IPCX_BIND_HUGE		(1U << 5)

/**
 * struct ipcx_bind - bind an endpoint to an object (IPCX_IOC_BIND)
 * @name: in: 1 to 63 bytes without ``/`` and control bytes, NUL-terminated; what follows the NUL is
 *	not looked at. Or empty, for an anonymous object, which is always made new and reached only
 *	through this endpoint
 * @kind: in: enum ipcx_kind
 * @flags: in: IPCX_BIND_* flags; an anonymous object needs %IPCX_BIND_CREATE
 * @mode: in: permission bits (at most 0666, the caller's umask is applied) of an object made now,
 *	0 for %IPCX_MODE_DEFAULT
 * @max_msgs: in: mailbox made now: most messages queued at a time, 0 for the default
 * @max_msg_size: in: mailbox made now: longest message in bytes, 0 for the default
 * @share: in: mailbox made now: as &ipcx_limit.share, 0 for %IPCX_SHARE_ALL
 * @max_bytes: in: mailbox made now: most payload bytes queued at a time, at least @max_msg_size,
 *	0 for the default or @max_msg_size, whichever is more
 * @size: in: region made now: size in bytes, at least 1; fixed for the region's life
 *
 * The attributes of an object that exists already stay as they are; IPCX_IOC_STAT tells them. The
 * limits of a mailbox must be 0 for a region, and @size 0 for a mailbox.
 *
 * An object that is made now counts in the account of the caller's effective user, and in that of
 * the network namespace, until it is gone; so does the size of a region. Limits of accounts do not
 * hold for callers with CAP_SYS_RESOURCE.
 *
 * Errors, nothing being changed:
 *
 * * ``EACCES``: the object's mode bits refuse what this endpoint was opened for
 * * ``E2BIG``: a limit or the size is over what IPCX_IOC_INFO tells
 * * ``EBUSY``: the endpoint is bound already
 * * ``EDQUOT``: the caller's user has made as many objects, or regions of as many bytes, as a user
 *   may have
 * * ``EEXIST``: the name is taken, and %IPCX_BIND_EXCL was given
 * * ``EINVAL``: bad name, kind, mode or share; an unknown flag, or one without %IPCX_BIND_CREATE;
 *   @max_bytes less than @max_msg_size; a region of no bytes; a limit or flag that is not of this
 *   kind
 * * ``ENAMETOOLONG``: the name has no NUL within its field
 * * ``ENOENT``: no object of that name, and no %IPCX_BIND_CREATE
 * * ``ENOMEM``: no memory, or over the memory cgroup's limit
 * * ``ENOSPC``: as EDQUOT, for all users of the network namespace together
 * * ``EPROTOTYPE``: the name belongs to an object of the other kind
 */
struct ipcx_bind {
	char name[IPCX_NAME_SIZE];
	__u32 kind;
	__u32 flags;
	__u32 mode;
	__u32 max_msgs;
	__u32 max_msg_size;
	__u32 share;
	__u64 max_bytes;
	__u64 size;
};

/**
 * IPCX_UNLINK_KEEP - take only the name away: the object goes on for those who have it, and nobody
 * is woken
 */
#define IPCX_UNLINK_KEEP	(1U << 0)

/**
 * struct ipcx_unlink - remove a name (IPCX_IOC_UNLINK)
 * @name: in: as in &struct ipcx_bind, not empty
 * @flags: in: %IPCX_UNLINK_KEEP or 0
 * @pad: in: 0
 *
 * The name is free at once. Without %IPCX_UNLINK_KEEP, whoever sleeps on the object wakes with
 * EIDRM; endpoints that are bound to it can still do what needs no waiting (receive what is queued,
 * send while there is room, use the mapped region). The object goes with the last of them. The
 * endpoint that the command is given to need not be bound.
 *
 * Errors, nothing being changed:
 *
 * * ``EINVAL``: bad name, flags or padding
 * * ``ENAMETOOLONG``: the name has no NUL within its field
 * * ``ENOENT``: no object of that name
 * * ``EPERM``: the caller is neither the owner nor has CAP_IPC_OWNER
 */
struct ipcx_unlink {
	char name[IPCX_NAME_SIZE];
	__u32 flags;
	__u32 pad;
};

/** IPCX_STAT_PERSIST - the object was made with %IPCX_BIND_PERSIST and not unlinked since */
#define IPCX_STAT_PERSIST	(1U << 0)
/** IPCX_STAT_REMOVED - the object was unlinked, or its namespace has ended */
#define IPCX_STAT_REMOVED	(1U << 1)
/** IPCX_STAT_HANGUP - the mailbox was made with %IPCX_BIND_HANGUP */
#define IPCX_STAT_HANGUP	(1U << 3)
/** IPCX_STAT_MANY_PRIOS - the mailbox was made with %IPCX_BIND_MANY_PRIOS */
#define IPCX_STAT_MANY_PRIOS	(1U << 4)
/** IPCX_STAT_UNLINKED - the object was unlinked with %IPCX_UNLINK_KEEP: only its name is lost */
#define IPCX_STAT_UNLINKED	(1U << 5)
/** IPCX_STAT_HUGE - the region was made with %IPCX_BIND_HUGE, and may have huge pages */
#define IPCX_STAT_HUGE		(1U << 6)

/**
 * struct ipcx_stat - attributes and state of the bound object (IPCX_IOC_STAT)
 * @name: out: the name, all zero if anonymous
 * @id: out: number of the object, unique until the module is unloaded
 * @kind: out: enum ipcx_kind
 * @flags: out: IPCX_STAT_* flags
 * @mode: out: permission bits
 * @uid: out: owner, as the caller's user namespace numbers it
 * @gid: out: owning group, likewise
 * @endpoints: out: number of endpoints bound to the object
 * @max_msgs: out: mailbox: most messages queued at a time
 * @max_msg_size: out: mailbox: longest message in bytes
 * @max_bytes: out: mailbox: most payload bytes queued at a time
 * @bytes: out: mailbox: payload bytes queued now
 * @msgs: out: mailbox: messages queued now
 * @receivers: out: receivers that sleep now; region: who waits for news
 * @senders: out: mailbox: senders that sleep now for want of room
 * @share: out: mailbox: as &ipcx_limit.share
 * @size: out: region: size in bytes
 *
 * Errors:
 *
 * * ``ENOTCONN``: the endpoint is not bound
 */
struct ipcx_stat {
	char name[IPCX_NAME_SIZE];
	__u64 id;
	__u32 kind;
	__u32 flags;
	__u32 mode;
	__u32 uid;
	__u32 gid;
	__u32 endpoints;
	__u32 max_msgs;
	__u32 max_msg_size;
	__u64 max_bytes;
	__u64 bytes;
	__u32 msgs;
	__u32 receivers;
	__u32 senders;
	__u32 share;
	__u64 size;
};

/** IPCX_STATS_DELAYS - length of &ipcx_stats.delays */
#define IPCX_STATS_DELAYS	40

/**
 * struct ipcx_stats - what has happened to the bound object so far (IPCX_IOC_STATS)
 * @sent: out: mailbox: messages accepted, requests of calls included
 * @sent_bytes: out: mailbox: their payload bytes, as with every field of that kind
 * @received: out: mailbox: messages that were received, or are in the hands of a receiver that
 *	waited for them
 * @received_bytes: out: mailbox: likewise
 * @msgs: out: mailbox: messages there now, as &ipcx_stat.msgs: queued, or taken off the queue and
 *	not received yet
 * @bytes: out: mailbox: likewise
 * @dropped: out: mailbox: messages accepted that nobody will receive: requests whose caller left
 *	first, or that the removal of the mailbox ended
 * @dropped_bytes: out: mailbox: likewise
 * @handed: out: mailbox: messages accepted that went straight to a receiver that waited
 * @queued: out: mailbox: messages accepted that were queued; one that was handed over counts here
 *	instead once it came back and was queued
 * @lent: out: mailbox: of @handed, messages that were copied straight from their sender's memory
 * @returned: out: mailbox: times that a receiver could not have what it was given: its buffer
 *	cannot be written, say, or it was killed. The message went back to its place, or to another
 *	receiver; or it was dropped, being a request whose caller had left
 * @calls: out: mailbox: of @sent, requests of calls
 * @replies: out: mailbox: replies given; they do not pass through the mailbox
 * @reply_bytes: out: mailbox: likewise
 * @spun: out: mailbox: waits, of whoever waits for a message, for room or for a reply, that ended
 *	with what was waited for (or the mailbox's removal) before they had slept, most often while
 *	spinning
 * @yielded: out: mailbox: the same of waits that gave the CPU to others
 * @slept: out: mailbox: all other waits, also those that a signal or the deadline ended
 * @full: out: mailbox: times that a message found no room, or others that wait for it
 * @refused: out: mailbox: times that a message was not accepted: no room, and no waiting for it or
 *	not long enough; too long; too much for an account; nobody there. A send that a signal
 *	interrupts and that is made again counts again
 * @faults: out: mailbox: times that a message or reply could not be copied, since a buffer is not
 *	in its owner's address space, or cannot be written
 * @peak_msgs: out: mailbox: the highest @msgs so far
 * @peak_bytes: out: mailbox: the highest @bytes so far
 * @delays: out: mailbox: messages that had been queued when they were received, by the nanoseconds
 *	since they were sent: delays[n] counts those of 2^(n-1) to 2^n - 1, the last one also all
 *	that took longer. While more than 16 are queued, every sixteenth message stands for those
 *	before it, and up to 15 may not have been counted yet
 * @maps: out: region: times that it was mapped by ``mmap``
 * @map_bytes: out: region: bytes that were mapped then, of all times together
 * @opens: out: region: endpoints that were bound to it
 * @used: out: region: bytes that have memory or swap now, in whole pages: what nobody has touched
 *	has none
 * @notices: out: region: notices given, by IPCX_IOC_REGION_NOTIFY
 * @heard: out: region: of these, those that a wait was the first to tell of, as the last there was
 * @coalesced: out: region: of these, those that were told of together with a later one
 * @unheard: out: region: of these, those that nobody has been told of yet
 * @waits: out: region: waits for news, by IPCX_IOC_REGION_WAIT, that have ended in whatever way
 * @waits_slept: out: region: of these, those that slept
 * @waits_vain: out: region: of these, those without news: none there and not to be waited for, the
 *	deadline, a signal, the region's removal
 *
 * Of a mailbox, all of it is of one moment, and at every moment @sent is @received + @msgs +
 * @dropped, and @handed + @queued; likewise for bytes. Of a region, @notices is @heard +
 * @coalesced + @unheard at every moment. What does not belong to the kind of object is 0. Nothing
 * is ever reset, but for @used, @msgs, @bytes and @unheard, which are of now.
 *
 * Errors:
 *
 * * ``ENOTCONN``: the endpoint is not bound
 */
struct ipcx_stats {
	__u64 sent;
	__u64 sent_bytes;
	__u64 received;
	__u64 received_bytes;
	__u64 msgs;
	__u64 bytes;
	__u64 dropped;
	__u64 dropped_bytes;
	__u64 handed;
	__u64 queued;
	__u64 lent;
	__u64 returned;
	__u64 calls;
	__u64 replies;
	__u64 reply_bytes;
	__u64 spun;
	__u64 yielded;
	__u64 slept;
	__u64 full;
	__u64 refused;
	__u64 faults;
	__u64 peak_msgs;
	__u64 peak_bytes;
	__u64 delays[IPCX_STATS_DELAYS];
	__u64 maps;
	__u64 map_bytes;
	__u64 opens;
	__u64 used;
	__u64 notices;
	__u64 heard;
	__u64 coalesced;
	__u64 unheard;
	__u64 waits;
	__u64 waits_slept;
	__u64 waits_vain;
};

/** IPCX_MSG_TRUNCATED - the message was longer than the buffer, and what did not fit is gone */
#define IPCX_MSG_TRUNCATED	(1U << 0)

/** IPCX_MSG_AWAITED - IPCX_IOC_PEEK: the message is a request, whose caller waits for the reply */
#define IPCX_MSG_AWAITED	(1U << 1)

/**
 * struct ipcx_limit - change the limits of the bound mailbox (IPCX_IOC_LIMIT)
 * @max_msgs: in: most messages queued at a time
 * @max_msg_size: in: longest message in bytes
 * @max_bytes: in: most payload bytes queued at a time, at least the longest message
 * @share: in: percentage of @max_msgs and of @max_bytes that messages of one sending user may take,
 *	1 to %IPCX_SHARE_ALL, rounded down; a user who has none there may always send one
 * @pad: in: 0
 *
 * What is 0 stays as it is.
 *
 * What is queued stays, over lower limits, too. Senders that wait are let in as far as there is
 * room now; one whose message is longer than @max_msg_size now gets EMSGSIZE. Calls that are under
 * way can still get the reply that &ipcx_recv.reply_room has promised.
 *
 * Who is over his share waits as if the mailbox were full, while others are served before him.
 * Only messages that are sent while the share is less than all count.
 *
 * Errors, nothing being changed:
 *
 * * ``E2BIG``: a limit is over what IPCX_IOC_INFO tells
 * * ``EINVAL``: padding not zero; @share more than all; less bytes than the longest message has
 * * ``ENOTCONN``: the endpoint is not bound
 * * ``EOPNOTSUPP``: the endpoint is bound to a region
 * * ``EPERM``: the caller is neither the owner nor has CAP_IPC_OWNER
 */
struct ipcx_limit {
	__u32 max_msgs;
	__u32 max_msg_size;
	__u64 max_bytes;
	__u32 share;
	__u32 pad;
};

/* Which fields of struct ipcx_knob are to change. */
/** IPCX_KNOB_WAIT - &ipcx_knob.wait */
#define IPCX_KNOB_WAIT		(1U << 0)
/** IPCX_KNOB_COPY - &ipcx_knob.copy */
#define IPCX_KNOB_COPY		(1U << 1)
/** IPCX_KNOB_DROP - &ipcx_knob.drop */
#define IPCX_KNOB_DROP		(1U << 2)
/** IPCX_KNOB_DELAY - &ipcx_knob.delay */
#define IPCX_KNOB_DELAY		(1U << 3)
/** IPCX_KNOB_WAKE - &ipcx_knob.wake */
#define IPCX_KNOB_WAKE		(1U << 4)

/** IPCX_WAIT_ADAPTIVE - &ipcx_knob.wait: for as long as the module thinks that it pays */
#define IPCX_WAIT_ADAPTIVE	(~0ULL)

/**
 * enum ipcx_copy - how a message is copied to a receiver that waits for it
 * @IPCX_COPY_DEFAULT: as its length suggests
 * @IPCX_COPY_HEAP: to memory that is allocated, and from there
 * @IPCX_COPY_INLINE: if it is short, to the sender's stack, to the receiver's, and from there;
 *	else as %IPCX_COPY_HEAP
 * @IPCX_COPY_LEND: straight from the sender's memory, if it is longer than 128 bytes and the sender
 *	is willing to wait for that
 */
enum ipcx_copy {
	IPCX_COPY_DEFAULT = 0,
	IPCX_COPY_HEAP = 1,
	IPCX_COPY_INLINE = 2,
	IPCX_COPY_LEND = 3,
};

/**
 * enum ipcx_wake - who is woken, and how
 * @IPCX_WAKE_DEFAULT: of the receivers that wait, the one that has waited longest; and whoever
 *	sleeps is woken wherever the scheduler likes
 * @IPCX_WAKE_SYNC: likewise, but the scheduler is told that who wakes is about to sleep, so that it
 *	need not look for another CPU
 * @IPCX_WAKE_LAST: of the receivers that wait, the one that came last, whose caches are warm.
 *	Others may wait for ever
 */
enum ipcx_wake {
	IPCX_WAKE_DEFAULT = 0,
	IPCX_WAKE_SYNC = 1,
	IPCX_WAKE_LAST = 2,
};

/**
 * struct ipcx_knob - turn knobs of the bound mailbox, for experiments (IPCX_IOC_KNOB)
 * @set: in: which of them, IPCX_KNOB_* flags; out: the same
 * @copy: in/out: enum ipcx_copy, of messages sent one by one and without descriptors
 * @drop: in/out: of 1000 messages, so many get lost, by chance, which the sender does not learn;
 *	requests of calls never do. Default 0
 * @wake: in/out: enum ipcx_wake
 * @wait: in/out: nanoseconds that whoever waits at the mailbox stays awake before it sleeps, at
 *	most a second; 0: it sleeps at once. Default %IPCX_WAIT_ADAPTIVE
 * @delay: in/out: nanoseconds by which sending a message takes longer, at most a second. Default
 *	0
 *
 * When the command returns, the fields tell how all knobs are. Whoever has an endpoint can ask,
 * with @set 0.
 *
 * Errors, nothing being changed:
 *
 * * ``EINVAL``: an unknown flag; a field that is to change and is out of range
 * * ``ENOTCONN``: the endpoint is not bound
 * * ``EOPNOTSUPP``: the endpoint is bound to a region
 * * ``EPERM``: the caller is neither the owner nor has CAP_IPC_OWNER; or @drop or @delay are to
 *   change, and the caller does not have CAP_SYS_ADMIN in the initial user namespace
 */
struct ipcx_knob {
	__u32 set;
	__u32 copy;
	__u32 drop;
	__u32 wake;
	__u64 wait;
	__u64 delay;
};

/**
 * struct ipcx_quota - what somebody has, and may have
 * @objects: mailboxes and regions made and not gone yet
 * @max_objects: most of them
 * @bytes: payload bytes of messages that are queued, in whatever mailbox, or whose senders wait for
 *	room; and %IPCX_MSG_COST for each
 * @max_bytes: most of them
 * @region_bytes: sizes of regions made and not gone yet
 * @max_region_bytes: most of them
 */
struct ipcx_quota {
	__u64 objects;
	__u64 max_objects;
	__u64 bytes;
	__u64 max_bytes;
	__u64 region_bytes;
	__u64 max_region_bytes;
};

/**
 * struct ipcx_usage - the accounts of the caller's user and of the namespace (IPCX_IOC_USAGE)
 * @user: out: of the caller's effective user
 * @net: out: of all users of the network namespace that the endpoint was opened in
 *
 * Works on every endpoint, bound or not. The limits are in /proc/sys/net/ipcx: ``user_objects``,
 * ``user_bytes`` and ``user_region_bytes`` for each user, ``max_objects``, ``max_bytes`` and
 * ``max_region_bytes`` for all.
 */
struct ipcx_usage {
	struct ipcx_quota user;
	struct ipcx_quota net;
};

/**
 * struct ipcx_msg - one message, going out or coming in
 * @data: address of the payload to send, or of the buffer to receive into
 * @len: payload length or buffer size in bytes; a receive sets it to the message's length
 * @prio: priority, 0 (lowest) to 31, or 32767 with %IPCX_BIND_MANY_PRIOS; set by a receive
 * @type: any number of the sender's choice; set by a receive
 * @fds: address of an array of __s32: file descriptors to send, or where to put those that are
 *	received. Not looked at if there are none
 * @nfds: how many to send, at most %IPCX_FDS_MAX, or the room in the array; a receive sets it to
 *	how many were received
 * @flags: must be 0 where a message goes out; a receive sets it to %IPCX_MSG_TRUNCATED or 0
 *
 * @prio, @type, %IPCX_MSG_TRUNCATED and, by IPCX_IOC_PEEK, %IPCX_MSG_AWAITED are not looked at
 * where a message comes in.
 *
 * What is sent is the open file, as through a Unix socket; the sender's descriptor remains, and can
 * be closed. The receiver gets one for each that was sent, in their order, close-on-exec, with the
 * rights that the file was opened with. It gets all of them or, with too little room, EMSGSIZE.
 * ``read`` takes the message and closes them.
 *
 * Descriptors of these can be sent:
 *
 * * regular files, but not those of file systems that show the kernel's own things, as ``/proc``,
 *   ``/sys``, ``mqueue`` and ``nsfs`` do
 * * memory: memfd_create(), shm_open(), anything on a tmpfs
 * * pipes and FIFOs
 * * eventfds
 * * regions; not to a mailbox that is persistent, but with a reply of it
 */
struct ipcx_msg {
	__u64 data;
	__u32 len;
	__u32 prio;
	__u64 type;
	__u64 fds;
	__u32 nfds;
	__u32 flags;
};

/**
 * struct ipcx_sender - who sent a message, vouched for by the kernel
 * @time: CLOCK_MONOTONIC nanoseconds at which it was sent
 * @pid: process id, in the receiver's pid namespace; 0 if it has none there
 * @uid: effective user id, in the receiver's user namespace, or the overflow id
 * @gid: effective group id, likewise
 * @pad: 0
 */
struct ipcx_sender {
	__u64 time;
	__s32 pid;
	__u32 uid;
	__u32 gid;
	__u32 pad;
};

/** IPCX_DONTWAIT - fail with EAGAIN instead of sleeping, as if the descriptor had O_NONBLOCK */
#define IPCX_DONTWAIT		(1U << 0)

/** IPCX_NOSIGNAL - send: no SIGPIPE with EPIPE */
#define IPCX_NOSIGNAL		(1U << 3)

/**
 * struct ipcx_send - send one message (IPCX_IOC_SEND)
 * @msg: in: the message
 * @deadline: in: CLOCK_MONOTONIC nanoseconds at which to stop waiting for room; 0 for never; at
 *	most 2^63 - 1. Looked at only if the mailbox is full: a time that has passed then means
 *	ETIMEDOUT
 * @flags: in: %IPCX_DONTWAIT, %IPCX_NOSIGNAL
 * @pad: in: 0
 *
 * Senders that wait are served first come, first served, whatever the length of their messages;
 * those over their share of the mailbox are passed over.
 *
 * A message that is not handed to a receiver at once counts in the account of its sender's user,
 * and in that of the network namespace, until it has been received. What would exceed one is
 * refused at once, whether the caller would wait or not, unless it has CAP_SYS_RESOURCE.
 *
 * Errors, the message not being sent:
 *
 * * ``EAGAIN``: the mailbox is full, or others wait for room, or the caller is over his share, and
 *   waiting was not asked for
 * * ``EBADF``: the endpoint was not opened for writing; or one of the file descriptors is not open,
 *   or was opened with O_PATH
 * * ``E2BIG``: more than %IPCX_FDS_MAX file descriptors
 * * ``EDQUOT``: the messages of the caller's user take as many bytes as those of a user may
 * * ``EFAULT``: the payload, or the array of file descriptors, is not in the caller's address space
 * * ``EIDRM``: the mailbox is full and was unlinked
 * * ``EINTR``: a signal came first
 * * ``EINVAL``: bad priority, deadline, flags or padding
 * * ``EMSGSIZE``: longer than the mailbox's longest message; or that was lowered while the caller
 *   waited
 * * ``ENOMEM``: no memory, or over the memory cgroup's limit
 * * ``ENOSPC``: as EDQUOT, for all users of the network namespace together
 * * ``ENOTCONN``: the endpoint is not bound
 * * ``EOPNOTSUPP``: the endpoint is bound to a region
 * * ``EPERM``: one of the file descriptors is of a kind that cannot be sent, see &struct ipcx_msg
 * * ``EPIPE``: the last endpoint that could receive was closed (%IPCX_BIND_HANGUP). Without
 *   %IPCX_NOSIGNAL, and from ``write``, the thread gets SIGPIPE, too
 * * ``ETIMEDOUT``: the deadline came first
 * * ``ETOOMANYREFS``: the user would have more file descriptors in messages than the caller's
 *   RLIMIT_NOFILE, and has neither CAP_SYS_RESOURCE nor CAP_SYS_ADMIN
 */
struct ipcx_send {
	struct ipcx_msg msg;
	__u64 deadline;
	__u32 flags;
	__u32 pad;
};

/**
 * IPCX_PEEK - receive: copy the message and leave it in its place, for anybody to receive. Its file
 * descriptors are counted in &ipcx_msg.nfds, whatever the room, and none comes
 */
#define IPCX_PEEK		(1U << 1)
/**
 * IPCX_TRUNCATE - receive: of a message that is longer than the buffer, copy the beginning, set
 * &ipcx_msg.len to the length of all of it and %IPCX_MSG_TRUNCATED in &ipcx_msg.flags; the rest is
 * gone. With %IPCX_PEEK the message stays as it is
 */
#define IPCX_TRUNCATE		(1U << 2)

/**
 * enum ipcx_select - which messages a receiver wants
 * @IPCX_SELECT_ANY: all of them
 * @IPCX_SELECT_TYPE: those of type &ipcx_recv.select_type
 * @IPCX_SELECT_EXCEPT: those of any other type
 * @IPCX_SELECT_UPTO: those of the lowest type that is queued, if it is at most
 *	&ipcx_recv.select_type; or the first of such a type to come
 *
 * Of those wanted, the first of the highest priority is received. Messages of other types are
 * neither disturbed nor walked over, however many there are.
 */
enum ipcx_select {
	IPCX_SELECT_ANY = 0,
	IPCX_SELECT_TYPE = 1,
	IPCX_SELECT_EXCEPT = 2,
	IPCX_SELECT_UPTO = 3,
};

/**
 * struct ipcx_recv - receive one message (IPCX_IOC_RECV)
 * @msg: in: the buffer; out: the message
 * @deadline: in: as in &struct ipcx_send, for a message to come
 * @flags: in: %IPCX_DONTWAIT, %IPCX_PEEK, %IPCX_TRUNCATE
 * @select: in: enum ipcx_select
 * @select_type: in: what @select is about; 0 with %IPCX_SELECT_ANY
 * @token: out: not 0 if the sender waits for a reply: the right to give it, once, with
 *	IPCX_IOC_REPLY on this endpoint. Closing the endpoint gives the right up. Always 0 with
 *	%IPCX_PEEK
 * @reply_room: out: longest reply that the caller can take, in bytes; at most the mailbox's longest
 *	message
 * @reply_nfds: out: most file descriptors that the caller can take with it
 * @from: out: who sent it
 *
 * Of several receivers that wait for a message, the one that has waited longest is served. What is
 * not in the mailbox yet, as its sender waits for room, cannot be selected.
 *
 * With %IPCX_PEEK, what is seen may be gone when the command returns. Who waits so does not keep
 * messages from receivers: what goes straight to one that waits is never seen.
 *
 * Errors, every message staying in its place:
 *
 * * ``EAGAIN``: there is no such message, and waiting was not asked for
 * * ``EBADF``: the endpoint was not opened for reading
 * * ``EFAULT``: the buffer, or the array of file descriptors, is not in the caller's address space,
 *   or not writable
 * * ``EIDRM``: there is no such message, and the mailbox was unlinked
 * * ``EINTR``: a signal came first
 * * ``EINVAL``: bad deadline, flags, selection or padding; a type with %IPCX_SELECT_ANY
 * * ``EMFILE``: the process has no file descriptors left (RLIMIT_NOFILE) for those of the message
 * * ``EMSGSIZE``: the buffer is too short, which it never is with %IPCX_TRUNCATE, or there is too
 *   little room for file descriptors; &ipcx_msg.len and &ipcx_msg.nfds are set to what is needed
 * * ``ENOMEM``: no memory for file descriptors
 * * ``ENOTCONN``: the endpoint is not bound
 * * ``EOPNOTSUPP``: the endpoint is bound to a region
 * * ``EPIPE``: there is no such message, and the last endpoint that could send was closed
 *   (%IPCX_BIND_HANGUP). ``read`` returns 0 then
 * * ``ETIMEDOUT``: the deadline came first
 */
struct ipcx_recv {
	struct ipcx_msg msg;
	__u64 deadline;
	__u32 flags;
	__u32 select;
	__u64 select_type;
	__u64 token;
	__u32 reply_room;
	__u32 reply_nfds;
	struct ipcx_sender from;
};

/** IPCX_BATCH_MAX - most messages of one batch */
#define IPCX_BATCH_MAX		1024

/**
 * struct ipcx_send_batch - send many messages, one after the other (IPCX_IOC_SEND_BATCH)
 * @msgs: in: address of an array of &struct ipcx_msg
 * @count: in: its length, 1 to %IPCX_BATCH_MAX
 * @flags: in: as in &struct ipcx_send
 * @deadline: in: likewise, for all of them
 *
 * The command returns how many were sent, which are the first so many of @msgs. It stops at the
 * first that cannot be sent; that is an error only if it is the very first.
 *
 * They are received in their order, where priorities are the same, but what others send at the same
 * time may come between any two. Each waits for room for itself: others that wait already are
 * before it, however many of the batch were sent.
 *
 * Errors, no message being sent, are those of &struct ipcx_send but for descriptors, and:
 *
 * * ``E2BIG``: @count is over %IPCX_BATCH_MAX
 * * ``EFAULT``: also if @msgs is not in the caller's address space
 * * ``EINVAL``: also if @count is 0
 * * ``EOPNOTSUPP``: also if file descriptors were given
 */
struct ipcx_send_batch {
	__u64 msgs;
	__u32 count;
	__u32 flags;
	__u64 deadline;
};

/**
 * struct ipcx_received - one message of a batch that is received
 * @msg: in: the buffer; out: the message
 * @token: out: as in &struct ipcx_recv
 * @reply_room: out: likewise
 * @pad: in/out: 0
 * @from: out: who sent it
 */
struct ipcx_received {
	struct ipcx_msg msg;
	__u64 token;
	__u32 reply_room;
	__u32 pad;
	struct ipcx_sender from;
};

/**
 * struct ipcx_recv_batch - receive many messages (IPCX_IOC_RECV_BATCH)
 * @msgs: in: address of an array of &struct ipcx_received
 * @count: in: its length, 1 to %IPCX_BATCH_MAX: take no more messages than that
 * @min: in: at most @count: wait until there were so many; 0 is 1
 * @deadline: in: as in &struct ipcx_recv, for all of them
 * @flags: in: %IPCX_DONTWAIT, %IPCX_TRUNCATE
 * @select: in: as in &struct ipcx_recv, for each of them
 * @select_type: in: likewise
 *
 * The command returns how many were received, which fill the first so many of @msgs in the order in
 * which single receives would have had them; nothing is said about the rest of @msgs. It waits only
 * while there were fewer than @min, and then for one message after the other, as a single receive.
 * It returns fewer if waiting was not asked for, a signal or the deadline comes, the mailbox is
 * unlinked, or the next message cannot be received: that is an error only if none was received.
 *
 * What was not received is in its place, also if the receiver is killed; but what it had got before
 * it began to wait for more, with @min over 1, is gone with it.
 *
 * Errors, every message staying, are those of &struct ipcx_recv but for descriptors, and:
 *
 * * ``E2BIG``: @count is over %IPCX_BATCH_MAX
 * * ``EFAULT``: also if @msgs is not in the caller's address space, or not writable
 * * ``EINVAL``: also if @count is 0, @min is more than @count, or %IPCX_PEEK was given
 * * ``EMSGSIZE``: also if the message has file descriptors, which cannot be received in a batch
 * * ``EOPNOTSUPP``: also if room for file descriptors was given
 */
struct ipcx_recv_batch {
	__u64 msgs;
	__u32 count;
	__u32 min;
	__u64 deadline;
	__u32 flags;
	__u32 select;
	__u64 select_type;
};

/**
 * struct ipcx_peek - look at the messages of a mailbox, one after the other (IPCX_IOC_PEEK)
 * @msg: in: the buffer; out: the message, which stays; as with %IPCX_PEEK, no file descriptor comes
 * @deadline: in: as in &struct ipcx_recv, for a message to come that comes after
 * @flags: in: %IPCX_DONTWAIT, %IPCX_TRUNCATE
 * @after_prio: in: with @after, the priority of that message; else 0
 * @after: in: @seq of a message: look at the one that comes after it in the mailbox, whether it is
 *	still there or not; 0: at the first
 * @seq: out: number of the message, in order of arrival, from 1 on; no other message of the mailbox
 *	has it
 * @from: out: who sent it
 *
 * Messages come after each other as they would be received: by falling priority, and of one
 * priority by rising @seq. A message keeps both, so whoever begins with @after 0 and goes on with
 * what he got, until EAGAIN, sees each message that stays that long once, and none twice, whatever
 * others send and receive. Of what comes or leaves meanwhile he sees what is behind where he is. A
 * message that a receiver has taken, and has not got yet, is not there; it may come back to its
 * place. What went straight to a receiver that waited never was.
 *
 * An endpoint remembers where it was. A command that goes on from there costs the same however many
 * messages there are; another one may look for its place, past every message of that priority.
 * Until EAGAIN or another error than EMSGSIZE, or the end of the endpoint, batches that others send
 * and receive cost as much as single messages.
 *
 * &ipcx_msg.flags is set to %IPCX_MSG_TRUNCATED, %IPCX_MSG_AWAITED, both or 0.
 *
 * Errors:
 *
 * * ``EAGAIN``: no message comes after that one, and waiting was not asked for
 * * ``EBADF``: the endpoint was not opened for reading
 * * ``EFAULT``: the buffer is not in the caller's address space, or not writable
 * * ``EIDRM``: no message comes after that one, and the mailbox was unlinked
 * * ``EINTR``: a signal came first
 * * ``EINVAL``: bad deadline or flags; @after_prio is no priority of this mailbox, or not 0 without
 *   @after
 * * ``EMSGSIZE``: the buffer is too short, which it never is with %IPCX_TRUNCATE; &ipcx_msg.len and
 *   &ipcx_msg.nfds are set to what the message has
 * * ``ENOMEM``: no memory, or over the memory cgroup's limit
 * * ``ENOTCONN``: the endpoint is not bound
 * * ``EOPNOTSUPP``: the endpoint is bound to a region
 * * ``EPIPE``: no message comes after that one, and the last endpoint that could send was closed
 *   (%IPCX_BIND_HANGUP)
 * * ``ETIMEDOUT``: the deadline came first
 */
struct ipcx_peek {
	struct ipcx_msg msg;
	__u64 deadline;
	__u32 flags;
	__u32 after_prio;
	__u64 after;
	__u64 seq;
	struct ipcx_sender from;
};

/**
 * struct ipcx_call - send a request and wait for its reply (IPCX_IOC_CALL)
 * @request: in: the message to send
 * @reply: in: the buffer for the reply; out: the reply
 * @deadline: in: as in &struct ipcx_send, for the whole of the call
 * @flags: in: %IPCX_DONTWAIT (do not wait for room; the reply is always waited for) or 0
 * @pad: in: 0
 * @from: out: who replied
 *
 * The reply reaches the caller without passing through the mailbox, so a caller needs an endpoint
 * for writing only. Request and reply may use the same memory. The file descriptors that @reply has
 * room for are reserved until the call is over.
 *
 * Errors are those of &struct ipcx_send, and:
 *
 * * ``ECONNRESET``: the endpoint that had received the request was closed, or ``read`` took the
 *   request, so that nobody can reply
 * * ``EFAULT``: as for sending if @request, or the beginning or end of @reply, is not in the
 *   caller's address space; if it is, but cannot be written, the request was carried out and its
 *   reply is lost, with its file descriptors
 * * ``EIDRM``: the mailbox was unlinked
 * * ``EINTR``: a signal came. If the request had not been received yet it is withdrawn (and with
 *   SA_RESTART sent again); if it had, the reply will find nobody
 * * ``EMFILE``: the process has fewer file descriptors left (RLIMIT_NOFILE) than @reply has room
 *   for; the request was not sent
 * * ``EPIPE``: there never comes a signal with it
 * * ``ETIMEDOUT``: the deadline came first; as for a signal, but never restarted
 */
struct ipcx_call {
	struct ipcx_msg request;
	struct ipcx_msg reply;
	__u64 deadline;
	__u32 flags;
	__u32 pad;
	struct ipcx_sender from;
};

/** IPCX_REPLY_RECV - after replying, receive as IPCX_IOC_RECV does, into &ipcx_reply.next */
#define IPCX_REPLY_RECV		(1U << 0)

/**
 * struct ipcx_reply - answer a request, and receive the next one (IPCX_IOC_REPLY)
 * @token: in: &ipcx_recv.token of the request; out: 0 as soon as the reply is given. With
 *	%IPCX_REPLY_RECV it may be 0: nothing to answer, just receive
 * @msg: in: the reply; its priority and type are carried
 * @flags: in: %IPCX_REPLY_RECV or 0
 * @pad: in: 0
 * @next: in/out: with %IPCX_REPLY_RECV, as &struct ipcx_recv; all zero otherwise
 *
 * Replying never waits. When the command fails and @token is 0, the reply was given and it was the
 * receiving that failed; the command can be repeated as it is.
 *
 * Errors of replying, the token staying valid:
 *
 * * ``EBADF``: the endpoint was not opened for reading; or one of the file descriptors is not open,
 *   or was opened with O_PATH
 * * ``E2BIG``: more than %IPCX_FDS_MAX file descriptors
 * * ``EFAULT``: the payload, or the array of file descriptors, is not in the caller's address
 *   space, or @token cannot be written
 * * ``EINVAL``: bad flags or padding; token 0 without %IPCX_REPLY_RECV
 * * ``EMSGSIZE``: longer than &ipcx_recv.reply_room, or more file descriptors than
 *   &ipcx_recv.reply_nfds
 * * ``ENOMEM``: no memory, or over the memory cgroup's limit
 * * ``ENOTCONN``: the endpoint is not bound
 * * ``EOPNOTSUPP``: the endpoint is bound to a region
 * * ``EPERM``: one of the file descriptors is of a kind that cannot be sent, see &struct ipcx_msg
 * * ``ESRCH``: no caller waits for this token on this endpoint (it was answered, or has left)
 * * ``ETOOMANYREFS``: as for sending
 *
 * and with %IPCX_REPLY_RECV, those of &struct ipcx_recv.
 */
struct ipcx_reply {
	__u64 token;
	struct ipcx_msg msg;
	__u32 flags;
	__u32 pad;
	struct ipcx_recv next;
};

/**
 * enum ipcx_notify_kind - how to be told of a message
 * @IPCX_NOTIFY_REMOVE: not any more
 * @IPCX_NOTIFY_NONE: not at all, but nobody else is told either
 * @IPCX_NOTIFY_SIGNAL: by a signal with SI_MESGQ, a value, and the sender's process and user
 * @IPCX_NOTIFY_EVENTFD: by adding 1 to an eventfd
 */
enum ipcx_notify_kind {
	IPCX_NOTIFY_REMOVE = 0,
	IPCX_NOTIFY_NONE = 1,
	IPCX_NOTIFY_SIGNAL = 2,
	IPCX_NOTIFY_EVENTFD = 3,
};

/**
 * struct ipcx_notify - be told, once, of a message to an empty mailbox (IPCX_IOC_NOTIFY)
 * @kind: in: enum ipcx_notify_kind
 * @signal: in: %IPCX_NOTIFY_SIGNAL: its number; 0 otherwise
 * @value: in: %IPCX_NOTIFY_SIGNAL: si_value; 0 otherwise
 * @fd: in: %IPCX_NOTIFY_EVENTFD: the eventfd, which can be closed after this; 0 otherwise
 * @pad: in: 0
 *
 * The process is told when a message comes to a mailbox that has none, and at which no receiver
 * waits for it: a receiver that waits gets the message, and nobody is told. Messages that are there
 * already do not count. Whoever receives the message has been told before he has it.
 *
 * Of all the processes that use a mailbox, one at a time can ask. It has to ask again after it was
 * told. %IPCX_NOTIFY_REMOVE takes back what this process has asked for, if anything; so does its
 * closing of a descriptor of the endpoint, and the end of the endpoint.
 *
 * A signal goes to a thread of the process that does not block it, and if all do, to the one that
 * asked. It is not sent to a program that the process has executed since.
 *
 * Errors, nothing being changed:
 *
 * * ``EBADF``: @fd is not open
 * * ``EBUSY``: somebody has asked already, perhaps this process
 * * ``EINVAL``: bad kind, signal or padding; a field that is not of this kind; @fd is not an
 *   eventfd
 * * ``ENOMEM``: no memory, or over the memory cgroup's limit
 * * ``ENOTCONN``: the endpoint is not bound
 * * ``EOPNOTSUPP``: the endpoint is bound to a region
 */
struct ipcx_notify {
	__u32 kind;
	__u32 signal;
	__u64 value;
	__s32 fd;
	__u32 pad;
};

/**
 * struct ipcx_region_notify - tell those who wait that there is news in the region
 *	(IPCX_IOC_REGION_NOTIFY)
 * @count: out: how often this was done, with the region's making: at least 2
 *
 * All who wait in IPCX_IOC_REGION_WAIT or poll are woken. Notices are not kept apart: whoever does
 * not wait finds, when it does, that there were some. It never waits, and makes the caller's stores
 * to the region visible to whoever hears of it.
 *
 * Errors, nobody being told but with EFAULT:
 *
 * * ``EBADF``: the endpoint was not opened for writing
 * * ``ENOTCONN``: the endpoint is not bound
 * * ``EOPNOTSUPP``: the endpoint is bound to a mailbox
 */
struct ipcx_region_notify {
	__u64 count;
};

/**
 * struct ipcx_region_wait - wait for news in the region (IPCX_IOC_REGION_WAIT)
 * @seen: in: &ipcx_region_notify.count as the caller knows it, 0 if it knows none; out: as it is
 *	now, if the command succeeds
 * @deadline: in: as in &struct ipcx_send, for the count to change; looked at only if it has not
 * @flags: in: %IPCX_DONTWAIT or 0
 * @pad: in: 0
 *
 * It returns when the count is not @seen, at once if it is not already; with 0, so, it tells the
 * count. So nothing is lost by whoever remembers the count, looks at the region, and then waits.
 *
 * ``poll`` says that the endpoint is readable while the count is not the one that was last told
 * through it, or as it was when the endpoint was bound.
 *
 * Errors:
 *
 * * ``EAGAIN``: the count is @seen, and waiting was not asked for
 * * ``EBADF``: the endpoint was not opened for reading
 * * ``EIDRM``: the count is @seen, and the region was unlinked
 * * ``EINTR``: a signal came first
 * * ``EINVAL``: bad deadline, flags or padding
 * * ``ENOTCONN``: the endpoint is not bound
 * * ``EOPNOTSUPP``: the endpoint is bound to a mailbox
 * * ``ETIMEDOUT``: the deadline came first
 */
struct ipcx_region_wait {
	__u64 seen;
	__u64 deadline;
	__u32 flags;
	__u32 pad;
};

/** IPCX_REOPEN_READ - the new endpoint is opened for reading */
#define IPCX_REOPEN_READ	(1U << 0)
/** IPCX_REOPEN_WRITE - the new endpoint is opened for writing */
#define IPCX_REOPEN_WRITE	(1U << 1)

/**
 * struct ipcx_reopen - a new endpoint of the bound object, perhaps with fewer rights
 *	(IPCX_IOC_REOPEN)
 * @flags: in: %IPCX_REOPEN_READ, %IPCX_REOPEN_WRITE or both
 * @pad: in: 0
 *
 * The command returns a new file descriptor, close-on-exec, to be passed on to somebody who is to
 * have no more. It is an open file of its own: not even O_NONBLOCK is shared.
 *
 * Errors:
 *
 * * ``EACCES``: this endpoint was not opened for what is asked for
 * * ``EINVAL``: no flag, an unknown one, or padding not zero
 * * ``EMFILE``: the process has no file descriptors left (RLIMIT_NOFILE)
 * * ``ENOMEM``: no memory, or over the memory cgroup's limit
 * * ``ENOTCONN``: the endpoint is not bound
 */
struct ipcx_reopen {
	__u32 flags;
	__u32 pad;
};

/** IPCX_IOC_MAGIC - type of all ipcx commands */
#define IPCX_IOC_MAGIC		0xC8

/** IPCX_IOC_INFO - what this module is and allows */
#define IPCX_IOC_INFO		_IOR(IPCX_IOC_MAGIC, 0x00, struct ipcx_info)
/** IPCX_IOC_BIND - bind this endpoint to a mailbox or region */
#define IPCX_IOC_BIND		_IOW(IPCX_IOC_MAGIC, 0x01, struct ipcx_bind)
/** IPCX_IOC_UNLINK - remove a name */
#define IPCX_IOC_UNLINK		_IOW(IPCX_IOC_MAGIC, 0x02, struct ipcx_unlink)
/** IPCX_IOC_STAT - attributes and state of the bound object */
#define IPCX_IOC_STAT		_IOR(IPCX_IOC_MAGIC, 0x03, struct ipcx_stat)
/** IPCX_IOC_LIMIT - change the limits of the bound mailbox */
#define IPCX_IOC_LIMIT		_IOW(IPCX_IOC_MAGIC, 0x04, struct ipcx_limit)
/** IPCX_IOC_USAGE - the accounts of the caller's user and of the namespace */
#define IPCX_IOC_USAGE		_IOR(IPCX_IOC_MAGIC, 0x05, struct ipcx_usage)
/** IPCX_IOC_STATS - what has happened to the bound object so far */
#define IPCX_IOC_STATS		_IOR(IPCX_IOC_MAGIC, 0x06, struct ipcx_stats)
/** IPCX_IOC_KNOB - turn knobs of the bound mailbox, or tell how they are */
#define IPCX_IOC_KNOB		_IOWR(IPCX_IOC_MAGIC, 0x07, struct ipcx_knob)
/** IPCX_IOC_REOPEN - a new endpoint of the bound object; returns its file descriptor */
#define IPCX_IOC_REOPEN		_IOW(IPCX_IOC_MAGIC, 0x08, struct ipcx_reopen)
/** IPCX_IOC_SEND - send one message */
#define IPCX_IOC_SEND		_IOW(IPCX_IOC_MAGIC, 0x10, struct ipcx_send)
/** IPCX_IOC_RECV - receive one message */
#define IPCX_IOC_RECV		_IOWR(IPCX_IOC_MAGIC, 0x11, struct ipcx_recv)
/** IPCX_IOC_CALL - send a request and wait for its reply */
#define IPCX_IOC_CALL		_IOWR(IPCX_IOC_MAGIC, 0x12, struct ipcx_call)
/** IPCX_IOC_REPLY - answer a request, and receive the next one */
#define IPCX_IOC_REPLY		_IOWR(IPCX_IOC_MAGIC, 0x13, struct ipcx_reply)
/** IPCX_IOC_SEND_BATCH - send many messages; returns how many */
#define IPCX_IOC_SEND_BATCH	_IOW(IPCX_IOC_MAGIC, 0x14, struct ipcx_send_batch)
/** IPCX_IOC_RECV_BATCH - receive many messages; returns how many */
#define IPCX_IOC_RECV_BATCH	_IOW(IPCX_IOC_MAGIC, 0x15, struct ipcx_recv_batch)
/** IPCX_IOC_PEEK - look at the message that comes after another */
#define IPCX_IOC_PEEK		_IOWR(IPCX_IOC_MAGIC, 0x16, struct ipcx_peek)
/** IPCX_IOC_NOTIFY - be told, once, that a message has come to an empty mailbox */
#define IPCX_IOC_NOTIFY		_IOW(IPCX_IOC_MAGIC, 0x20, struct ipcx_notify)
/** IPCX_IOC_REGION_NOTIFY - tell those who wait that there is news in the bound region */
#define IPCX_IOC_REGION_NOTIFY	_IOR(IPCX_IOC_MAGIC, 0x30, struct ipcx_region_notify)
/** IPCX_IOC_REGION_WAIT - wait for news in the bound region */
#define IPCX_IOC_REGION_WAIT	_IOWR(IPCX_IOC_MAGIC, 0x31, struct ipcx_region_wait)

#endif /* _UAPI_LINUX_IPCX_H */
