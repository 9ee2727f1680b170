/* SPDX-License-Identifier: GPL-2.0-only */
/* Making ipcx objects: what the mechanisms over /dev/ipcx have in common. */
#ifndef BENCH_IPCX_BOX_H
#define BENCH_IPCX_BOX_H

#include "mechanism.h"

struct ipcx_info;

/**
 * ipcx_module() - what the module allows, asked once
 * @info: set
 *
 * Return: 0, or -1 with errno set.
 */
int ipcx_module(struct ipcx_info *info);

/** ipcx_unavailable() - CHANNEL_UNAVAILABLE, errno telling why */
enum channel_opened ipcx_unavailable(struct channel *ch);

/**
 * ipcx_box() - make the mailbox that @side receives from
 *
 * It is for messages of &channel.size, and &channel.knob is turned.
 */
enum channel_opened ipcx_box(struct channel *ch, enum bench_side side);

#endif /* BENCH_IPCX_BOX_H */
