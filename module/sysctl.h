/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_SYSCTL_H
#define _IPCX_SYSCTL_H

struct ipcx_accounts;
struct net;

int ipcx_sysctl_register(struct net *net, struct ipcx_accounts *accounts);
void ipcx_sysctl_unregister(struct ipcx_accounts *accounts);

#endif
