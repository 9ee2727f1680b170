/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Requests of the netlink family, one by one, without a library.
 */
#ifndef _IPCX_GENL_H
#define _IPCX_GENL_H

#include <stddef.h>
#include <stdint.h>

#include <linux/ipcx_netlink.h>

/* A socket that knows the family: its number, and that of its events */
struct genl {
	int fd;
	uint16_t family;
	uint32_t events;
};

int genl_open(struct genl *genl);
int genl_listen(const struct genl *genl);
/* Asks with those flags, about the object of that name or none, and does not wait for an answer. */
int genl_send(const struct genl *genl, uint8_t cmd, uint16_t flags, const char *name);
/* About the object of that name, with one attribute more if @size is not 0: 0 or -errno */
int genl_do(const struct genl *genl, uint8_t cmd, const char *name, uint16_t attr,
	    const void *value, size_t size);
/* Is the attribute told of the object of that name? 1, 0, or a negative errno */
int genl_tells(const struct genl *genl, const char *name, uint16_t attr);

#endif
