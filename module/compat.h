/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between the kernels that ipcx is built for, and nothing else.
 */
#ifndef _IPCX_COMPAT_H
#define _IPCX_COMPAT_H

#include <linux/eventfd.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/mm.h>
#include <linux/version.h>
#include <net/net_namespace.h>

/* For kernels that zero what is on the stack: not this, which is written before it is read. */
#define __ipcx_uninitialized	__attribute__((__uninitialized__))

static inline void ipcx_vma_flags_clear(struct vm_area_struct *vma, vm_flags_t flags)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	vm_flags_clear(vma, flags);
#else
	vma->vm_flags &= ~flags;
#endif
}

/* Has the file set up a mapping of it. */
static inline int ipcx_mmap_file(struct file *file, struct vm_area_struct *vma)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
	return vfs_mmap(file, vma);
#else
	return call_mmap(file, vma);
#endif
}

/* For shmem_file_setup(): pages are accounted for when they are touched. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
#define IPCX_SHMEM_NORESERVE	mk_vma_flags(VMA_NORESERVE_BIT)
#else
#define IPCX_SHMEM_NORESERVE	VM_NORESERVE
#endif

static inline void ipcx_eventfd_signal(struct eventfd_ctx *event)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
	eventfd_signal(event);
#else
	eventfd_signal(event, 1);
#endif
}

static inline struct ctl_table_header *ipcx_register_net_sysctl(struct net *net, const char *path,
								struct ctl_table *table,
								size_t count)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	return register_net_sysctl_sz(net, path, table, count);
#else
	return register_net_sysctl(net, path, table);
#endif
}

#endif
