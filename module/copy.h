/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_COPY_H
#define _IPCX_COPY_H

#include <linux/compiler_types.h>
#include <linux/types.h>

struct iov_iter;

bool ipcx_copy_in_short(void *to, const void __user *from, size_t len);
bool ipcx_copy_out_short(const void *from, void __user *to, size_t len);
bool ipcx_copy_in(void *to, size_t len, struct iov_iter *from);
bool ipcx_copy_out(const void *from, size_t len, struct iov_iter *to);

#endif
