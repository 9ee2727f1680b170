/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An anonymous mailbox to test with.
 */
#ifndef _IPCX_BOX_H
#define _IPCX_BOX_H

#include "harness.h"

FIXTURE(box)
{
	int fd;
};

FIXTURE_SETUP(box)
{
	self->fd = mailbox(NULL, O_RDWR);
	ASSERT_GE(self->fd, 0);
}

FIXTURE_TEARDOWN(box)
{
	close(self->fd);
}

#endif
