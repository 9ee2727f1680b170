// SPDX-License-Identifier: GPL-2.0-only
/*
 * Regions: memory to map and share. A region is a shmem file of fixed size, and what gets mapped is
 * that file: its pages are paged, charged, counted through fork and munmap as those of any shmem
 * mapping, and futexes in them are keyed by it, which pages of our own could not offer.
 */
#include <linux/blk_types.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/mount.h>
#include <linux/shmem_fs.h>
#include <linux/slab.h>

#include "compat.h"
#include "region.h"
#include "trace.h"

/* What fits into a file offset in whole pages */
#define IPCX_MAX_REGION_SIZE	((u64)MAX_LFS_FILESIZE & PAGE_MASK)

u64 ipcx_region_size(struct ipcx_object *object)
{
	return ipcx_region_of(object)->size;
}

/**
 * ipcx_region_mmap() - map a part of a region
 * @object: region
 * @file: endpoint's file
 * @vma: mapping to be
 *
 * Return: 0; -EINVAL if the mapping is private or reaches past the end; or what shmem says.
 */
int ipcx_region_mmap(struct ipcx_object *object, struct file *file, struct vm_area_struct *vma)
{
	struct ipcx_region *region = ipcx_region_of(object);
	u64 pages = PAGE_ALIGN(region->size) >> PAGE_SHIFT;
	int err;

	if (!(vma->vm_flags & VM_MAYSHARE))
		return -EINVAL;
	if (vma->vm_pgoff > pages || vma_pages(vma) > pages - vma->vm_pgoff)
		return -EINVAL;
	/*
	 * The shmem file is writable, but what was opened for reading must stay so. mmap() saw to
	 * it by the endpoint's mode before it called us; this does not rely on that.
	 */
	if (!(file->f_mode & FMODE_WRITE))
		ipcx_vma_flags_clear(vma, VM_MAYWRITE);
	vma_set_file(vma, region->memory);
	err = ipcx_mmap_file(region->memory, vma);
	trace_ipcx_map(object, vma, err);
	if (!err) {
		atomic64_inc(&region->maps);
		atomic64_add(vma->vm_end - vma->vm_start, &region->map_bytes);
	}
	return err;
}

/* An endpoint is being bound to it. */
void ipcx_region_join(struct ipcx_object *object, struct ipcx_endpoint *endpoint)
{
	struct ipcx_region *region = ipcx_region_of(object);

	atomic64_inc(&region->opens);
	ipcx_bell_join(&region->bell, endpoint);
}

/* A tmpfs of our own, of huge pages; NULL if the kernel has none */
static struct vfsmount *ipcx_region_huge;

static void ipcx_region_remove(struct ipcx_object *object)
{
	ipcx_bell_remove(&ipcx_region_of(object)->bell);
}

static void ipcx_region_free(struct ipcx_object *object)
{
	struct ipcx_region *region = ipcx_region_of(object);

	fput(region->memory);
	kfree_rcu(region, object.rcu);
}

static void ipcx_region_stat(struct ipcx_object *object, struct ipcx_stat *stat)
{
	struct ipcx_region *region = ipcx_region_of(object);

	stat->size = region->size;
	if (region->huge)
		stat->flags |= IPCX_STAT_HUGE;
	stat->receivers = atomic_read(&region->bell.waiting);
}

static void ipcx_region_stats(struct ipcx_object *object, struct ipcx_stats *stats)
{
	struct ipcx_region *region = ipcx_region_of(object);

	stats->maps = atomic64_read(&region->maps);
	stats->map_bytes = atomic64_read(&region->map_bytes);
	stats->opens = atomic64_read(&region->opens);
	/* In sectors, whatever the size of a page is */
	stats->used = (u64)READ_ONCE(file_inode(region->memory)->i_blocks) << SECTOR_SHIFT;
	ipcx_bell_stats(&region->bell, stats);
}

static const struct ipcx_object_ops ipcx_region_ops = {
	.remove = ipcx_region_remove,
	.free = ipcx_region_free,
	.stat = ipcx_region_stat,
	.stats = ipcx_region_stats,
};

/* Can there be such a region? */
int ipcx_region_check(const struct ipcx_bind *bind)
{
	if (bind->max_msgs || bind->max_msg_size || bind->max_bytes || bind->share ||
	    bind->flags & (IPCX_BIND_HANGUP | IPCX_BIND_MANY_PRIOS))
		return -EINVAL;
	if (bind->size > IPCX_MAX_REGION_SIZE)
		return -E2BIG;
	return 0;
}

/* Pages are accounted for when they are touched, not all of them now. */
static struct file *ipcx_region_memory(u64 size, bool huge)
{
	if (huge)
		return shmem_file_setup_with_mnt(ipcx_region_huge, "ipcx-region", size,
						 IPCX_SHMEM_NORESERVE);
	return shmem_file_setup("ipcx-region", size, IPCX_SHMEM_NORESERVE);
}

/**
 * ipcx_region_create() - make a region
 * @bind: its size, checked
 *
 * Return: the object, nothing of which but the operations is filled in, or a negative errno.
 */
struct ipcx_object *ipcx_region_create(const struct ipcx_bind *bind)
{
	struct ipcx_region *region;
	bool huge = bind->flags & IPCX_BIND_HUGE && ipcx_region_huge;
	struct file *memory;

	if (!bind->size)
		return ERR_PTR(-EINVAL);
	region = kzalloc(sizeof(*region), GFP_KERNEL_ACCOUNT);
	if (!region)
		return ERR_PTR(-ENOMEM);
	memory = ipcx_region_memory(bind->size, huge);
	if (IS_ERR(memory)) {
		kfree(region);
		/* So some kernels put it if there is no memory for the inode. */
		return memory == ERR_PTR(-ENOSPC) ? ERR_PTR(-ENOMEM) : ERR_CAST(memory);
	}
	/* It can be reached, and would be truncated, through /proc/PID/map_files. */
	SHMEM_I(file_inode(memory))->seals |= F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW;

	region->object.ops = &ipcx_region_ops;
	region->size = bind->size;
	region->memory = memory;
	region->huge = huge;
	ipcx_bell_init(&region->bell);
	return &region->object;
}

void __init ipcx_region_init(void)
{
	/* Huge pages only where the size has room for them: no region takes more than its size. */
	char options[] = "huge=within_size";
	struct file_system_type *type = get_fs_type("tmpfs");
	struct vfsmount *mount = type ? vfs_kern_mount(type, SB_KERNMOUNT, type->name, options) :
					NULL;

	ipcx_region_huge = IS_ERR(mount) ? NULL : mount;
}

/* What is still mapped keeps the file system, and not the module. */
void ipcx_region_exit(void)
{
	if (ipcx_region_huge)
		kern_unmount(ipcx_region_huge);
}

/* What IPCX_IOC_INFO tells of regions */
void ipcx_region_info(struct ipcx_info *info)
{
	info->max_region_size = IPCX_MAX_REGION_SIZE;
}
