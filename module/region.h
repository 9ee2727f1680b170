/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_REGION_H
#define _IPCX_REGION_H

#include <linux/atomic.h>

#include "bell.h"
#include "object.h"

struct vm_area_struct;

/**
 * struct ipcx_region - memory to map and share
 * @object: name, rights, lifetime
 * @size: bytes. Constant
 * @memory: the shmem file that holds them, sealed at that size. Constant
 * @huge: its pages may be huge. Constant
 * @maps: times that it was mapped by mmap()
 * @map_bytes: bytes that were mapped then
 * @opens: endpoints that were bound to it
 * @bell: tells of news in it
 */
struct ipcx_region {
	struct ipcx_object object;
	u64 size;
	struct file *memory;
	bool huge;
	atomic64_t maps;
	atomic64_t map_bytes;
	atomic64_t opens;
	struct ipcx_bell bell;
};

static inline struct ipcx_region *ipcx_region_of(struct ipcx_object *object)
{
	return container_of(object, struct ipcx_region, object);
}

int ipcx_region_check(const struct ipcx_bind *bind);
struct ipcx_object *ipcx_region_create(const struct ipcx_bind *bind);
u64 ipcx_region_size(struct ipcx_object *object);
int ipcx_region_mmap(struct ipcx_object *object, struct file *file, struct vm_area_struct *vma);
void ipcx_region_join(struct ipcx_object *object, struct ipcx_endpoint *endpoint);
void ipcx_region_init(void);
void ipcx_region_exit(void);
void ipcx_region_info(struct ipcx_info *info);

#endif
