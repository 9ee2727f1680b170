// SPDX-License-Identifier: GPL-2.0-only
/*
 * Statistics: what is counted of a mailbox, always.
 *
 * None of it is per CPU. Whatever happens to a message happens under the mailbox's lock, so a plain
 * counter is exact there, and one instruction. Whether a waiter had to sleep is counted by who
 * decides its wait, who knows, and not by the waiter, who does not have the lock any more.
 *
 * How many messages were received is not counted at all: it is what was accepted, and is neither
 * queued nor dropped.
 */
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#include <asm/barrier.h>

#include "stats.h"

/**
 * ipcx_stats_start() - a command that is about messages, or read() or write(), begins
 * @mailbox: mailbox, not locked
 *
 * After this there is a ledger for whoever has the lock and finds a message or a waiter.
 *
 * It is so small that it is there if the message can be, so nothing is lost for want of it; a
 * cgroup at its limit goes over it by that much.
 */
void ipcx_stats_start(struct ipcx_mailbox *mailbox)
{
	struct ipcx_ledger *ledger;

	if (ipcx_stats_started(mailbox))
		return;
	ledger = kzalloc(sizeof(*ledger), GFP_KERNEL_ACCOUNT | __GFP_NOFAIL);
	spin_lock(&mailbox->lock);
	if (!mailbox->ledger) {
		/* Zeroed, also for those who look at knobs without the lock. */
		smp_store_release(&mailbox->ledger, ledger);
		ledger = NULL;
	}
	spin_unlock(&mailbox->lock);
	kfree(ledger);
}

/**
 * ipcx_stats_fault() - a message may have a buffer that is not there
 * @mailbox: mailbox, not locked
 * @err: what copying it came to
 *
 * Return: @err.
 */
int ipcx_stats_fault(struct ipcx_mailbox *mailbox, int err)
{
	if (err != -EFAULT)
		return err;
	spin_lock(&mailbox->lock);
	mailbox->ledger->faults++;
	spin_unlock(&mailbox->lock);
	return err;
}

/**
 * ipcx_stats_refuse() - a message is not accepted
 * @mailbox: mailbox, not locked
 * @err: why
 *
 * Return: @err.
 */
int ipcx_stats_refuse(struct ipcx_mailbox *mailbox, int err)
{
	spin_lock(&mailbox->lock);
	mailbox->ledger->refused++;
	spin_unlock(&mailbox->lock);
	return err;
}

/**
 * ipcx_stats_returned() - the receiver of a message could not have it
 * @mailbox: mailbox, locked
 * @parcel: message
 * @dropped: nobody else is to have it
 *
 * If it had been handed over, it is about to be again, or to be queued.
 */
void ipcx_stats_returned(struct ipcx_mailbox *mailbox, const struct ipcx_parcel *parcel,
			 bool dropped)
{
	mailbox->ledger->returned++;
	if (dropped) {
		ipcx_stats_drop(mailbox, parcel->env.len);
	} else if (!parcel->charged) {
		mailbox->ledger->handed--;
		mailbox->ledger->handed_bytes -= parcel->env.len;
	}
}

/* ipcx_stats_delay() of a message whose delay is measured */
void ipcx_stats_measure(struct ipcx_mailbox *mailbox, const struct ipcx_envelope *env)
{
	ipcx_stats_delay_all(mailbox, ktime_get_ns() - env->time, 1);
}

static void ipcx_stats_tell_ledger(const struct ipcx_ledger *ledger, struct ipcx_stats *stats)
{
	stats->handed = ledger->handed;
	stats->queued = ledger->queued;
	stats->sent = ledger->handed + ledger->queued;
	stats->sent_bytes = ledger->handed_bytes + ledger->queued_bytes;
	stats->peak_msgs = ledger->peak_msgs;
	stats->peak_bytes = ledger->peak_bytes;
	stats->dropped = ledger->dropped;
	stats->dropped_bytes = ledger->dropped_bytes;
	stats->lent = ledger->lent;
	stats->returned = ledger->returned;
	stats->calls = ledger->calls;
	stats->replies = ledger->replies;
	stats->reply_bytes = ledger->reply_bytes;
	/* Who was served before he had begun to wait need not have spun for longer. */
	stats->spun = ledger->waits[IPCX_WAY_NONE] + ledger->waits[IPCX_WAY_SPUN];
	stats->yielded = ledger->waits[IPCX_WAY_YIELDED];
	stats->slept = ledger->waits[IPCX_WAY_SLEPT];
	stats->full = ledger->full;
	stats->refused = ledger->refused;
	stats->faults = ledger->faults;
	memcpy(stats->delays, ledger->delays, sizeof(stats->delays));
}

/**
 * ipcx_stats_tell() - what was counted of a mailbox, all at one moment
 * @mailbox: mailbox, not locked
 * @stats: all zero; filled in
 */
void ipcx_stats_tell(struct ipcx_mailbox *mailbox, struct ipcx_stats *stats)
{
	spin_lock(&mailbox->lock);
	if (mailbox->ledger)
		ipcx_stats_tell_ledger(mailbox->ledger, stats);
	stats->msgs = mailbox->msgs;
	stats->bytes = mailbox->bytes;
	spin_unlock(&mailbox->lock);
	stats->received = stats->sent - stats->msgs - stats->dropped;
	stats->received_bytes = stats->sent_bytes - stats->bytes - stats->dropped_bytes;
}
