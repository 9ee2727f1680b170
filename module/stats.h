/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_STATS_H
#define _IPCX_STATS_H

#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/ipcx.h>
#include <linux/minmax.h>
#include <linux/types.h>

#include "mailbox.h"
#include "message.h"
#include "wait.h"

/* Of a queue that is longer, one message in so many has its delay measured. */
#define IPCX_DELAY_RUN	16

void ipcx_stats_start(struct ipcx_mailbox *mailbox);
int ipcx_stats_fault(struct ipcx_mailbox *mailbox, int err);
int ipcx_stats_refuse(struct ipcx_mailbox *mailbox, int err);
void ipcx_stats_returned(struct ipcx_mailbox *mailbox, const struct ipcx_parcel *parcel,
			 bool dropped);
void ipcx_stats_measure(struct ipcx_mailbox *mailbox, const struct ipcx_envelope *env);
void ipcx_stats_tell(struct ipcx_mailbox *mailbox, struct ipcx_stats *stats);

/* Has a command come, or read() or write()? Then the mailbox has a ledger, and keeps it. */
static inline bool ipcx_stats_started(const struct ipcx_mailbox *mailbox)
{
	return READ_ONCE(mailbox->ledger);
}

/**
 * ipcx_stats_hand_over() - a message goes straight to a receiver
 * @mailbox: mailbox, locked
 * @parcel: message
 *
 * One that was queued before and went back is counted already; whether one that is lent arrives is
 * not known yet.
 */
static inline void ipcx_stats_hand_over(struct ipcx_mailbox *mailbox,
					const struct ipcx_parcel *parcel)
{
	if (unlikely(parcel->charged || parcel->loan))
		return;
	mailbox->ledger->handed++;
	mailbox->ledger->handed_bytes += parcel->env.len;
}

/* A message that was lent has arrived. The mailbox is locked. */
static inline void ipcx_stats_lent(struct ipcx_mailbox *mailbox, const struct ipcx_parcel *parcel)
{
	mailbox->ledger->handed++;
	mailbox->ledger->handed_bytes += parcel->env.len;
	mailbox->ledger->lent++;
}

/* Nobody will receive it. The mailbox is locked. */
static inline void ipcx_stats_drop(struct ipcx_mailbox *mailbox, size_t len)
{
	mailbox->ledger->dropped++;
	mailbox->ledger->dropped_bytes += len;
}

static inline void ipcx_stats_reply(struct ipcx_mailbox *mailbox, size_t len)
{
	mailbox->ledger->replies++;
	mailbox->ledger->reply_bytes += len;
}

static inline void ipcx_stats_delay_of(struct ipcx_mailbox *mailbox, u64 delay, u32 count)
{
	unsigned int log = fls64(delay);

	mailbox->ledger->delays[min(log, IPCX_STATS_DELAYS - 1U)] += count;
}

/**
 * ipcx_stats_delay() - a message that was queued has arrived
 * @mailbox: mailbox, locked; the message still counts in it
 * @env: of the message
 *
 * To read the clock costs as much as all else that is counted. Messages of a long queue have
 * waited about as long as those next to them, so one of them stands for some; when the queue has
 * become short, all have been counted.
 */
static inline void ipcx_stats_delay(struct ipcx_mailbox *mailbox, const struct ipcx_envelope *env)
{
	struct ipcx_ledger *ledger = mailbox->ledger;

	if (mailbox->msgs > IPCX_DELAY_RUN && ledger->unmeasured < IPCX_DELAY_RUN - 1) {
		ledger->unmeasured++;
		return;
	}
	ipcx_stats_measure(mailbox, env);
}

/* Messages have arrived that were sent at the same time. The mailbox is locked. */
static inline void ipcx_stats_delay_all(struct ipcx_mailbox *mailbox, u64 delay, u32 count)
{
	struct ipcx_ledger *ledger = mailbox->ledger;

	ipcx_stats_delay_of(mailbox, delay, count + ledger->unmeasured);
	ledger->unmeasured = 0;
}

/* A wait is decided. The mailbox is locked. */
static inline void ipcx_stats_wait(struct ipcx_mailbox *mailbox, enum ipcx_way way)
{
	mailbox->ledger->waits[way]++;
}

#endif
