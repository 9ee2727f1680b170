/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A mailbox with a name to test with.
 */
#ifndef _IPCX_NAME_H
#define _IPCX_NAME_H

#include "harness.h"

FIXTURE(name)
{
	const char *name;
	int fd;
};

FIXTURE_SETUP(name)
{
	self->name = fresh_name();
	self->fd = mailbox(self->name, O_RDWR | O_CREAT | O_EXCL);
	ASSERT_GE(self->fd, 0);
}

FIXTURE_TEARDOWN(name)
{
	close(self->fd);
	unlink_name(self->name);
}

#endif
