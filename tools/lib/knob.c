// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Knobs: how a mailbox does what it would else choose for itself.
 */
#include <sys/ioctl.h>

#include "internal.h"

int ipcx_knob(int fd, struct ipcx_knob *knob)
{
	return ioctl(fd, IPCX_IOC_KNOB, knob);
}
