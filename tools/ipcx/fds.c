// SPDX-License-Identifier: GPL-2.0-only
/*
 * Descriptors that go with messages: from the command line, and what came.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"

static int fds[IPCX_FDS_MAX];

/* Adds what --fd says: a number, or a file to open. */
void fds_add(struct ipcx_msg *msg, const char *arg)
{
	int fd;

	if (msg->nfds == IPCX_FDS_MAX)
		usage("no more than %d descriptors go with a message", IPCX_FDS_MAX);
	if (isdigit((unsigned char)*arg)) {
		fd = (int)parse_number("--fd", arg, 0, INT_MAX);
		if (fcntl(fd, F_GETFD) < 0)
			fail(STATUS_FAILED, "descriptor %d is not open", fd);
	} else {
		fd = open(arg, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			fail(STATUS_FAILED, "cannot open %s: %s", arg, strerror(errno));
	}
	msg->fds = (__u64)(uintptr_t)fds;
	fds[msg->nfds++] = fd;
}

/* Makes room for as many as can come. */
void fds_expect(struct ipcx_msg *msg)
{
	msg->fds = (__u64)(uintptr_t)fds;
	msg->nfds = IPCX_FDS_MAX;
}

/* What came, and how many */
const int *fds_of(const struct ipcx_msg *msg, unsigned int *count)
{
	*count = msg->nfds;
	return (const int *)(uintptr_t)msg->fds;
}

void fds_close(const struct ipcx_msg *msg)
{
	unsigned int count;
	const int *came = fds_of(msg, &count);

	for (unsigned int i = 0; i < count; i++)
		close(came[i]);
}

/* What they are, as /proc has it: "/path", "pipe:[4711]", "/dev/ipcx" */
json_t *fds_json(const struct ipcx_msg *msg)
{
	json_t *list = json_array();
	unsigned int count;
	const int *came = fds_of(msg, &count);

	for (unsigned int i = 0; i < count; i++) {
		char path[32], what[PATH_MAX];
		ssize_t len;

		snprintf(path, sizeof(path), "/proc/self/fd/%d", came[i]);
		len = readlink(path, what, sizeof(what));
		/* A name need not be UTF-8. */
		if (len < 0 || json_array_append_new(list, json_stringn(what, (size_t)len)))
			json_array_append_new(list, json_null());
	}
	return list;
}
