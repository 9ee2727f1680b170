// SPDX-License-Identifier: GPL-2.0-only
/* Two FIFOs, one each way: pipes that have names. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle.h"
#include "fdio.h"
#include "janitor.h"

/* Both ends of one FIFO; its name lives from mkfifo to unlink. */
static int fifo_ends(const char *path, int *reader, int *writer)
{
	int err;

	if (mkfifo(path, 0600))
		return -1;
	*reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (*reader >= 0)
		*writer = open(path, O_WRONLY | O_CLOEXEC);
	err = errno;
	unlink(path);
	errno = err;
	if (*reader < 0 || *writer < 0)
		return -1;
	return fcntl(*reader, F_SETFL, 0);
}

static enum channel_opened fifo_open(struct channel *ch)
{
	const char *tmp = getenv("TMPDIR");
	enum channel_opened result = CHANNEL_OPEN;
	char dir[256], path[280];
	struct chore *chore;

	snprintf(dir, sizeof(dir), "%s/ipcx-bench.%08x", tmp && *tmp ? tmp : "/tmp",
		 janitor_serial());
	snprintf(path, sizeof(path), "%s/fifo", dir);
	chore = janitor_name(CHORE_ALONE_IN_DIRECTORY, path);
	if (mkdir(dir, 0700)) {
		janitor_done(chore);
		return channel_failed(ch, dir);
	}
	for (int side = 0; side < SIDES && result == CHANNEL_OPEN; side++)
		if (fifo_ends(path, &ch->in[side], &ch->out[!side]))
			result = channel_failed(ch, path);
	rmdir(dir);
	janitor_done(chore);
	return result == CHANNEL_OPEN ? pipe_sized(ch) : result;
}

const struct mechanism mech_fifo = {
	.name = "fifo",
	.family = "stream",
	.about = "two FIFOs, one each way; write and read",
	.flow = "a full FIFO blocks the writer",
	.copies = 2,
	.syscalls = 2,
	.fan_in = true,
	.fan_out = true,
	.fan_size = PIPE_BUF,
	.waits = WAITS_FD,
	.batching = &stream_batching,
	.sized = true,
	.open = fifo_open,
	.commit = stream_commit,
	.receive = stream_receive,
};
