/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_KNOB_H
#define _IPCX_KNOB_H

#include <linux/ipcx.h>
#include <linux/jump_label_ratelimit.h>
#include <linux/time64.h>
#include <linux/types.h>

#include "mailbox.h"

struct ipcx_caller;
struct ipcx_parcel;
struct ipcx_patience;
struct ipcx_wait;

/* What a knob may be turned to at most */
#define IPCX_KNOB_WAIT_MAX	NSEC_PER_SEC
#define IPCX_KNOB_DELAY_MAX	NSEC_PER_SEC

extern struct static_key_false_deferred ipcx_knobs;

int ipcx_knob_check(const struct ipcx_mailbox *mailbox, const struct ipcx_knob *knob);
void ipcx_knob_apply(struct ipcx_mailbox *mailbox, const struct ipcx_knob *knob);
bool ipcx_knob_get(struct ipcx_mailbox *mailbox, struct ipcx_knob *knob);
int ipcx_knob_plan(struct ipcx_mailbox *mailbox, const struct ipcx_knob *knob,
		   struct ipcx_knob *all);
void ipcx_knob_reset(struct ipcx_mailbox *mailbox);
bool ipcx_knob_wait(struct ipcx_wait *wait, const struct ipcx_patience *patience, bool *decided);
bool ipcx_knob_post(struct ipcx_mailbox *mailbox, struct ipcx_parcel *parcel,
		    struct ipcx_caller *caller, int *result);
void ipcx_knob_exit(void);

/* Is any knob of any mailbox turned? While none is, they cost nothing. */
static __always_inline bool ipcx_knobs_turned(void)
{
	return static_branch_unlikely(&ipcx_knobs.key);
}

/* The way that messages of a mailbox are to be copied: enum ipcx_copy */
static __always_inline u32 ipcx_knob_copy(const struct ipcx_mailbox *mailbox)
{
	return ipcx_knobs_turned() ? READ_ONCE(READ_ONCE(mailbox->ledger)->copy) :
				     IPCX_COPY_DEFAULT;
}

/* How sleepers of a mailbox are to be woken: enum ipcx_wake */
static __always_inline u32 ipcx_knob_wake(const struct ipcx_mailbox *mailbox)
{
	const struct ipcx_ledger *ledger;

	if (!ipcx_knobs_turned())
		return IPCX_WAKE_DEFAULT;
	ledger = READ_ONCE(mailbox->ledger);
	return ledger ? READ_ONCE(ledger->wake) : IPCX_WAKE_DEFAULT;
}

/* Is something to happen to messages of a mailbox that they would not like? */
static __always_inline bool ipcx_knob_injects(const struct ipcx_mailbox *mailbox)
{
	const struct ipcx_ledger *ledger;

	if (!ipcx_knobs_turned())
		return false;
	ledger = READ_ONCE(mailbox->ledger);
	return READ_ONCE(ledger->drop) || READ_ONCE(ledger->delay);
}

#endif
