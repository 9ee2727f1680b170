/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_EVENT_H
#define _IPCX_EVENT_H

#include <linux/types.h>

struct ipcx_account;
struct ipcx_object;
struct net;

/*
 * Each tells whoever listens, and costs next to nothing if nobody does. They may sleep, and none is
 * called with a mailbox locked.
 */

void ipcx_event_created(const struct ipcx_object *object);
void ipcx_event_removed(const struct ipcx_object *object);
void ipcx_event_full(const struct ipcx_object *object);
void ipcx_event_owner_died(const struct ipcx_object *object, unsigned int owed);
void ipcx_event_message_refused(struct net *net, struct ipcx_account *account, int err);
void ipcx_event_object_refused(struct net *net, struct ipcx_account *account, int err);

int ipcx_event_init(void);
void ipcx_event_exit(void);

#endif
