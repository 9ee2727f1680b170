/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_LEDGER_H
#define _IPCX_LEDGER_H

#include <linux/ipcx.h>
#include <linux/types.h>

#include "wait.h"

/**
 * struct ipcx_ledger - what is counted of a mailbox
 * @queued: messages that were queued
 * @queued_bytes: their payload bytes
 * @handed: messages that went straight to a receiver that waited, and did not come back
 * @handed_bytes: their payload bytes
 * @peak_msgs: highest &ipcx_mailbox.msgs so far
 * @peak_bytes: highest &ipcx_mailbox.bytes
 * @waits: waits that have ended, by enum ipcx_way
 * @full: messages that found no room
 * @refused: messages that were not accepted
 * @faults: messages that could not be copied
 * @returned: messages that went back, since their receiver could not have them
 * @dropped: messages accepted that nobody will receive
 * @dropped_bytes: their payload bytes
 * @lent: messages copied straight out of their sender's pages
 * @calls: requests accepted
 * @replies: replies given
 * @reply_bytes: their payload bytes
 * @delays: messages that were queued and have arrived, by the time that took, see
 *	&ipcx_stats.delays
 * @unmeasured: messages that have arrived and will be counted in @delays with the next
 * @copy: knob: enum ipcx_copy
 * @drop: knob: of 1000 messages, so many are dropped
 * @waits_fixed: knob: a wait stays awake for @wait, and not for as long as seems good
 * @wake: knob: enum ipcx_wake
 * @wait: nanoseconds
 * @delay: knob: nanoseconds that a send takes longer
 *
 * What is used most comes first. A mailbox has none until the first command that is about messages:
 * idle ones do without, as there may be very many. All of it belongs to the mailbox's lock; knobs
 * are read without, too.
 */
struct ipcx_ledger {
	u64 queued;
	u64 queued_bytes;
	u64 handed;
	u64 handed_bytes;
	u64 peak_msgs;
	u64 peak_bytes;
	u64 waits[IPCX_WAYS];
	u64 full;
	u64 refused;
	u64 faults;
	u64 returned;
	u64 dropped;
	u64 dropped_bytes;
	u64 lent;
	u64 calls;
	u64 replies;
	u64 reply_bytes;
	u32 unmeasured;
	u32 copy;
	u32 drop;
	bool waits_fixed;
	u8 wake;
	u64 wait;
	u64 delay;
	u64 delays[IPCX_STATS_DELAYS];
};

#endif
