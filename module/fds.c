// SPDX-License-Identifier: GPL-2.0-only
/*
 * Descriptors in messages: which files may go, on whose account they are held, and how they become
 * descriptors of the receiver.
 *
 * A file that held a mailbox, directly or through others, could be sent to that mailbox, and both
 * would be there for ever: nothing would close either. So only such files may go of which it is
 * known what they hold.
 */
#include <linux/eventfd.h>
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/magic.h>
#include <linux/pagemap.h>
#include <linux/shmem_fs.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "endpoint.h"
#include "fds.h"
#include "flight.h"
#include "object.h"

/*
 * A file on a file system that somebody has mounted, and that stores files. Others have inodes that
 * pass for regular files and stand for something else: a network namespace (nsfs, and many files of
 * /proc hold one, too) keeps its persistent mailboxes, and what is in them.
 */
static bool ipcx_fds_is_stored(const struct inode *inode)
{
	const struct super_block *sb = inode->i_sb;

	return S_ISREG(inode->i_mode) && !(sb->s_flags & (SB_KERNMOUNT | SB_NOUSER)) &&
	       !(sb->s_iflags & SB_I_NOEXEC);
}

/* The kernel mounts these two for itself; who asks for memory gets a file on one of them. */
static bool ipcx_fds_is_memory(const struct inode *inode)
{
	return shmem_mapping(inode->i_mapping) || inode->i_sb->s_magic == HUGETLBFS_MAGIC;
}

/* Unbound endpoints are none: they may be bound to a mailbox later. */
static bool ipcx_fds_is_region(struct file *file)
{
	const struct ipcx_object *object;

	if (file->f_op != &ipcx_endpoint_fops)
		return false;
	object = ipcx_endpoint_object(file->private_data);
	return !IS_ERR(object) && object->kind == IPCX_KIND_REGION;
}

static bool ipcx_fds_is_eventfd(struct file *file)
{
	struct eventfd_ctx *event = eventfd_ctx_fileget(file);

	if (IS_ERR(event))
		return false;
	eventfd_ctx_put(event);
	return true;
}

static bool ipcx_fds_may_go(struct file *file, bool regions)
{
	const struct inode *inode = file_inode(file);

	/* A tmpfs has directories, too. */
	if (S_ISREG(inode->i_mode) && ipcx_fds_is_memory(inode))
		return true;
	if (S_ISFIFO(inode->i_mode) || ipcx_fds_is_stored(inode))
		return true;
	return (regions && ipcx_fds_is_region(file)) || ipcx_fds_is_eventfd(file);
}

static void ipcx_fds_put_files(struct ipcx_fds *fds)
{
	while (fds->count)
		fput(fds->files[--fds->count]);
}

/* Takes one more file. */
static int ipcx_fds_add(struct ipcx_fds *fds, const __s32 __user *number, bool regions)
{
	struct file *file;
	__s32 fd;

	if (get_user(fd, number))
		return -EFAULT;
	file = fget(fd);
	if (!file)
		return -EBADF;
	if (!ipcx_fds_may_go(file, regions)) {
		fput(file);
		return -EPERM;
	}
	fds->files[fds->count++] = file;
	return 0;
}

/**
 * ipcx_fds_get() - take descriptors from the sender
 * @numbers: descriptors
 * @count: how many, at most %IPCX_FDS_MAX
 * @regions: may regions be among them?
 *
 * Return: their files, or -EBADF, -EFAULT, -ENOMEM, -EPERM or -ETOOMANYREFS.
 */
struct ipcx_fds *ipcx_fds_get(const __s32 __user *numbers, unsigned int count, bool regions)
{
	struct ipcx_fds *fds;
	unsigned int i;
	int err = 0;

	fds = kmalloc(struct_size(fds, files, count), GFP_KERNEL_ACCOUNT);
	if (!fds)
		return ERR_PTR(-ENOMEM);
	fds->count = 0;
	for (i = 0; !err && i < count; i++)
		err = ipcx_fds_add(fds, numbers + i, regions);
	if (!err) {
		fds->flight = ipcx_flight_begin(count);
		err = PTR_ERR_OR_ZERO(fds->flight);
	}
	if (err) {
		ipcx_fds_put_files(fds);
		kfree(fds);
		return ERR_PTR(err);
	}
	return fds;
}

/**
 * ipcx_fds_free() - close what goes with a message
 * @fds: files
 */
void ipcx_fds_free(struct ipcx_fds *fds)
{
	ipcx_flight_end(fds->flight, fds->count);
	ipcx_fds_put_files(fds);
	kfree(fds);
}

/**
 * ipcx_slots_release() - give back what was reserved
 * @slots: reserved descriptors, none afterwards
 */
void ipcx_slots_release(struct ipcx_slots *slots)
{
	while (slots->count)
		put_unused_fd(slots->numbers[--slots->count]);
}

static int ipcx_slots_reserve(struct ipcx_slots *slots, unsigned int count)
{
	int fd;

	slots->count = 0;
	while (slots->count < count) {
		fd = get_unused_fd_flags(O_CLOEXEC);
		if (fd < 0) {
			ipcx_slots_release(slots);
			return fd;
		}
		slots->numbers[slots->count++] = fd;
	}
	return 0;
}

/**
 * ipcx_slots_expect() - reserve descriptors for a message that may come
 * @slots: filled in; none in case of failure
 * @room: most that the receiver can take
 * @numbers: its array
 *
 * For a message that cannot go back: as much as can fail later fails now.
 *
 * Return: 0, -EFAULT, -EMFILE or -ENOMEM.
 */
int ipcx_slots_expect(struct ipcx_slots *slots, unsigned int room, __s32 __user *numbers)
{
	const char __user *start = (const char __user *)numbers;
	unsigned int count = min_t(unsigned int, room, IPCX_FDS_MAX);
	size_t size = count * sizeof(*numbers);

	if (!access_ok(start, size) || fault_in_readable(start, 1) ||
	    fault_in_readable(start + size - 1, 1))
		return -EFAULT;
	return ipcx_slots_reserve(slots, count);
}

/**
 * ipcx_slots_tell() - tell the receiver the numbers of its descriptors to be
 * @slots: reserved descriptors
 * @count: how many of them
 * @numbers: receiver's array
 *
 * Return: 0 or -EFAULT.
 */
int ipcx_slots_tell(const struct ipcx_slots *slots, unsigned int count, __s32 __user *numbers)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (put_user(slots->numbers[i], numbers + i))
			return -EFAULT;
	return 0;
}

/**
 * ipcx_slots_open() - reserve descriptors for what goes with a message, and say which
 * @slots: filled in; none in case of failure
 * @fds: files
 * @numbers: receiver's array
 *
 * Return: 0, -EFAULT, -EMFILE or -ENOMEM.
 */
int ipcx_slots_open(struct ipcx_slots *slots, const struct ipcx_fds *fds, __s32 __user *numbers)
{
	int err = ipcx_slots_reserve(slots, fds->count);

	if (err)
		return err;
	err = ipcx_slots_tell(slots, fds->count, numbers);
	if (err)
		ipcx_slots_release(slots);
	return err;
}

static void ipcx_slots_install(struct ipcx_slots *slots, struct ipcx_fds *fds)
{
	unsigned int i;

	for (i = 0; i < fds->count; i++)
		fd_install(slots->numbers[i], fds->files[i]);
	ipcx_flight_end(fds->flight, fds->count);
	kfree(fds);
}

/**
 * ipcx_slots_close() - the message has arrived, or not
 * @slots: reserved descriptors, none afterwards
 * @fds: files or NULL; if it has arrived they are the receiver's, and NULL
 * @err: 0 if it has
 *
 * Not to be undone: other threads of the receiver may use a descriptor as soon as it is there.
 */
void ipcx_slots_close(struct ipcx_slots *slots, struct ipcx_fds **fds, int err)
{
	unsigned int used = err ? 0 : ipcx_fds_count(*fds);

	while (slots->count > used)
		put_unused_fd(slots->numbers[--slots->count]);
	if (used) {
		ipcx_slots_install(slots, *fds);
		slots->count = 0;
		*fds = NULL;
	}
}
