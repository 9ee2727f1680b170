// SPDX-License-Identifier: GPL-2.0-only
/*
 * Payloads to send or write: from an argument, a file, or standard input.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd.h"

#define FIRST_READ 65536

static void grow(struct payload *p, size_t room)
{
	p->buffer = realloc(p->buffer, room);
	if (!p->buffer)
		fail(STATUS_FAILED, "no memory for %zu bytes", room);
	p->data = p->buffer;
}

int payload_open(const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		fail(STATUS_FAILED, "cannot read %s: %s", file, strerror(errno));
	return fd;
}

/*
 * Reads all there is, and no more than one byte over @limit, for what comes may never end. Returns
 * false if it is longer than @limit.
 */
bool payload_read(struct payload *p, int fd, const char *from, size_t limit)
{
	size_t room = 0;

	p->buffer = NULL;
	p->len = 0;
	for (;;) {
		ssize_t n;

		if (p->len == room) {
			room = room ? room * 2 : FIRST_READ;
			if (room > limit + 1)
				room = limit + 1;
			grow(p, room);
		}
		n = read(fd, p->buffer + p->len, room - p->len);
		if (n < 0 && errno == EAGAIN) {
			struct pollfd pfd = { .fd = fd, .events = POLLIN };

			poll(&pfd, 1, -1);
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			fail(STATUS_FAILED, "cannot read %s: %s", from, strerror(errno));
		if (!n)
			return true;
		p->len += (size_t)n;
		if (p->len > limit)
			return false;
	}
}

/*
 * Loads @arg, or else @file, or else standard input. Returns false if it is longer than @limit,
 * with its length, or 0 if that is unknown.
 */
bool payload_load(struct payload *p, const char *arg, const char *file, size_t limit)
{
	int fd = STDIN_FILENO;
	struct stat st;

	if (arg && file)
		usage("a payload from --file or from an argument, not from both");
	if (arg) {
		p->buffer = NULL;
		p->data = arg;
		p->len = strlen(arg);
		return p->len <= limit;
	}

	if (file && strcmp(file, "-")) {
		fd = payload_open(file);
		if (fstat(fd, &st))
			fail(STATUS_FAILED, "cannot read %s: %s", file, strerror(errno));
		if (S_ISREG(st.st_mode) && (uint64_t)st.st_size > limit) {
			close(fd);
			p->len = (size_t)st.st_size;
			return false;
		}
	}
	if (!payload_read(p, fd, fd == STDIN_FILENO ? "standard input" : file, limit)) {
		p->len = 0;
		return false;
	}
	if (fd != STDIN_FILENO)
		close(fd);
	return true;
}
