/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The argument of any command.
 */
#ifndef _ARGUMENT_H
#define _ARGUMENT_H

#include <stdint.h>

#include <linux/ipcx.h>

union argument {
	struct ipcx_info info;
	struct ipcx_bind bind;
	struct ipcx_unlink unlink;
	struct ipcx_stat stat;
	struct ipcx_limit limit;
	struct ipcx_usage usage;
	struct ipcx_stats stats;
	struct ipcx_knob knob;
	struct ipcx_reopen reopen;
	struct ipcx_send send;
	struct ipcx_recv recv;
	struct ipcx_call call;
	struct ipcx_reply reply;
	struct ipcx_send_batch send_batch;
	struct ipcx_recv_batch recv_batch;
	struct ipcx_peek peek;
	struct ipcx_notify notify;
	struct ipcx_region_notify region_notify;
	struct ipcx_region_wait region_wait;
	uint8_t bytes[1024];
};

#endif
