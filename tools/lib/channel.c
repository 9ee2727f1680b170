// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Channels: opening and closing either end.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "channel.h"

int channel_map(struct ipcx_channel *ch, int region)
{
	struct ipcx_stat stat;
	size_t size;
	void *base;

	if (ipcx_stat(region, &stat))
		return -1;
	if (stat.kind != IPCX_KIND_REGION || stat.size < CHANNEL_PAGE) {
		errno = EBADMSG;
		return -1;
	}
	base = ipcx_map(region, PROT_READ | PROT_WRITE, &size);
	if (base == MAP_FAILED)
		return -1;
	ch->base = base;
	ch->size = size;
	ch->id = stat.id;
	ch->region = region;
	return 0;
}

void channel_unmap(struct ipcx_channel *ch)
{
	if (ch->base)
		munmap(ch->base, ch->size);
	if (ch->region >= 0)
		close(ch->region);
	ch->base = NULL;
	ch->region = -1;
}

static int make_region(struct ipcx_channel *ch, size_t size)
{
	int fd;

	if (size > SIZE_MAX - 2 * CHANNEL_PAGE) {
		errno = EINVAL;
		return -1;
	}
	size = (size + CHANNEL_PAGE - 1) / CHANNEL_PAGE * CHANNEL_PAGE + CHANNEL_PAGE;
	fd = ipcx_region(NULL, O_RDWR | O_CREAT | O_CLOEXEC, 0, size);
	if (fd < 0)
		return -1;
	if (channel_map(ch, fd)) {
		close(fd);
		return -1;
	}
	return 0;
}

struct ipcx_channel *ipcx_channel_on(int fd, size_t size)
{
	int flags = fcntl(fd, F_GETFL), err;
	struct ipcx_channel *ch;

	if (flags < 0)
		return NULL;
	if ((flags & O_ACCMODE) == O_RDWR) {
		errno = EINVAL;
		return NULL;
	}
	ch = calloc(1, sizeof(*ch));
	if (!ch)
		return NULL;
	ch->fd = fd;
	ch->region = -1;
	ch->sends = (flags & O_ACCMODE) == O_WRONLY;
	if (ch->sends && make_region(ch, size ? size : IPCX_CHANNEL_SIZE)) {
		err = errno;
		free(ch);
		errno = err;
		return NULL;
	}
	return ch;
}

struct ipcx_channel *ipcx_channel_open(const char *name, int oflag, size_t size)
{
	struct ipcx_bind bind = { .kind = IPCX_KIND_MAILBOX };
	struct ipcx_channel *ch;
	int fd, err;

	if (!name || (oflag != O_RDONLY && oflag != O_WRONLY)) {
		errno = EINVAL;
		return NULL;
	}
	if (oflag == O_RDONLY) {
		bind.flags = IPCX_BIND_HANGUP;
		oflag |= O_CREAT | O_EXCL;
	}
	fd = ipcx__open(name, oflag | O_CLOEXEC, &bind);
	if (fd < 0)
		return NULL;
	ch = ipcx_channel_on(fd, size);
	if (!ch) {
		err = errno;
		close(fd);
		errno = err;
	}
	return ch;
}

int ipcx_channel_fd(const struct ipcx_channel *ch)
{
	return ch->fd;
}

void ipcx_channel_close(struct ipcx_channel *ch)
{
	if (!ch)
		return;
	close(ch->fd);
	channel_unmap(ch);
	free(ch->spare);
	while (ch->shorts) {
		struct channel_short *message = ch->shorts;

		ch->shorts = message->next;
		free(message);
	}
	free(ch);
}
