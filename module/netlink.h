/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_NETLINK_H
#define _IPCX_NETLINK_H

#include <linux/ipcx_netlink.h>
#include <net/genetlink.h>

/* In &genl_family.mcgrps */
enum ipcx_netlink_group {
	IPCX_NETLINK_EVENTS,
};

extern struct genl_family ipcx_netlink_family;

int ipcx_netlink_init(void);
void ipcx_netlink_exit(void);

#endif
