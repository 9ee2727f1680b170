// SPDX-License-Identifier: GPL-2.0-only
/*
 * net.ipcx: the limits of a network namespace, which its root can change.
 */
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/sysctl.h>
#include <net/net_namespace.h>

#include "account.h"
#include "compat.h"
#include "sysctl.h"

/* Accounts are counted in signed numbers. */
static unsigned long ipcx_sysctl_most = LONG_MAX;

/**
 * struct ipcx_sysctl - one file
 * @name: its name
 * @offset: of what it is about, in &struct ipcx_accounts
 */
struct ipcx_sysctl {
	const char *name;
	size_t offset;
};

static const struct ipcx_sysctl ipcx_sysctls[] = {
	{ "max_objects", offsetof(struct ipcx_accounts, whole.objects) },
	{ "max_bytes", offsetof(struct ipcx_accounts, whole.bytes) },
	{ "max_region_bytes", offsetof(struct ipcx_accounts, whole.region_bytes) },
	{ "user_objects", offsetof(struct ipcx_accounts, user.objects) },
	{ "user_bytes", offsetof(struct ipcx_accounts, user.bytes) },
	{ "user_region_bytes", offsetof(struct ipcx_accounts, user.region_bytes) },
};

/**
 * ipcx_sysctl_register() - make the files of a namespace
 * @net: namespace
 * @accounts: its accounts
 *
 * Return: 0 or -ENOMEM.
 */
int ipcx_sysctl_register(struct net *net, struct ipcx_accounts *accounts)
{
	struct ctl_table *table;
	size_t i;

	if (!IS_ENABLED(CONFIG_SYSCTL))
		return 0;
	/* One more, empty, where older kernels look for the end. */
	table = kcalloc(ARRAY_SIZE(ipcx_sysctls) + 1, sizeof(*table), GFP_KERNEL_ACCOUNT);
	if (!table)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(ipcx_sysctls); i++) {
		table[i].procname = ipcx_sysctls[i].name;
		table[i].data = (char *)accounts + ipcx_sysctls[i].offset;
		table[i].maxlen = sizeof(unsigned long);
		table[i].mode = 0644;
		table[i].proc_handler = proc_doulongvec_minmax;
		table[i].extra2 = &ipcx_sysctl_most;
	}
	accounts->sysctl = ipcx_register_net_sysctl(net, "net/ipcx", table,
						    ARRAY_SIZE(ipcx_sysctls));
	if (!accounts->sysctl) {
		kfree(table);
		return -ENOMEM;
	}
	accounts->table = table;
	return 0;
}

void ipcx_sysctl_unregister(struct ipcx_accounts *accounts)
{
	if (!accounts->sysctl)
		return;
	unregister_net_sysctl_table(accounts->sysctl);
	kfree(accounts->table);
}
