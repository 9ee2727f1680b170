/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_DESCRIPTOR_H
#define _IPCX_DESCRIPTOR_H

#include <linux/compiler_types.h>

struct file;
struct ipcx_mailbox;
struct seq_file;

long ipcx_descriptor_ioctl(struct file *file, unsigned int cmd, int __user *arg);
void ipcx_descriptor_show(struct seq_file *seq, struct file *file);
int ipcx_descriptor_fasync(int fd, struct file *file, int on);
void ipcx_descriptor_leave(struct ipcx_mailbox *mailbox);

#endif
