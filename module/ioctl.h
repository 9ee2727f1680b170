/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_IOCTL_H
#define _IPCX_IOCTL_H

#include <linux/fs.h>

long ipcx_ioctl(struct file *file, unsigned int cmd, unsigned long arg);

#endif
