/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_FDS_H
#define _IPCX_FDS_H

#include <linux/compiler.h>
#include <linux/ipcx.h>
#include <linux/types.h>

struct file;
struct ipcx_flight;

/**
 * struct ipcx_fds - the files that go with a message
 * @flight: account of the user who sent them
 * @count: how many, at least 1
 * @files: with a reference each
 *
 * Constant, and it belongs to whoever the message belongs to.
 */
struct ipcx_fds {
	struct ipcx_flight *flight;
	unsigned int count;
	struct file *files[];
};

/**
 * struct ipcx_slots - descriptors that a receiver has reserved, and nobody can use yet
 * @count: how many
 * @numbers: which
 */
struct ipcx_slots {
	unsigned int count;
	int numbers[IPCX_FDS_MAX];
};

struct ipcx_fds *ipcx_fds_get(const __s32 __user *numbers, unsigned int count, bool regions);
void ipcx_fds_free(struct ipcx_fds *fds);

int ipcx_slots_expect(struct ipcx_slots *slots, unsigned int room, __s32 __user *numbers);
int ipcx_slots_tell(const struct ipcx_slots *slots, unsigned int count, __s32 __user *numbers);
int ipcx_slots_open(struct ipcx_slots *slots, const struct ipcx_fds *fds, __s32 __user *numbers);
void ipcx_slots_close(struct ipcx_slots *slots, struct ipcx_fds **fds, int err);
void ipcx_slots_release(struct ipcx_slots *slots);

/**
 * ipcx_fds_count() - number of descriptors that go with a message
 * @fds: files or NULL
 *
 * Return: how many.
 */
static inline unsigned int ipcx_fds_count(const struct ipcx_fds *fds)
{
	return unlikely(fds) ? fds->count : 0;
}

#endif
