/* SPDX-License-Identifier: GPL-2.0-only */
/* How the kernel that runs was configured, where it tells. */
#ifndef HOST_CONFIG_H
#define HOST_CONFIG_H

#include <stdbool.h>

/**
 * struct host_config - an option of the kernel
 * @name: without CONFIG_
 * @value: y, m, a number, or empty if it is not set
 */
struct host_config {
	const char *name;
	char value[16];
};

/** host_config_read() - set the values of @n options; false if they are not known */
bool host_config_read(struct host_config *options, unsigned int n);

#endif /* HOST_CONFIG_H */
