// SPDX-License-Identifier: GPL-2.0-only
/* Two pipes, one each way. */
#include <limits.h>

#include "bundle.h"
#include "fdio.h"

static enum channel_opened pipe_open(struct channel *ch)
{
	enum channel_opened result = pipe_pair(ch);

	return result == CHANNEL_OPEN ? pipe_sized(ch) : result;
}

const struct mechanism mech_pipe = {
	.name = "pipe",
	.family = "stream",
	.about = "two pipes, one each way; write and read",
	.flow = "a full pipe blocks the writer",
	.copies = 2,
	.syscalls = 2,
	.fan_in = true,
	.fan_out = true,
	.fan_size = PIPE_BUF,
	.waits = WAITS_FD,
	.batching = &stream_batching,
	.sized = true,
	.open = pipe_open,
	.commit = stream_commit,
	.receive = stream_receive,
};
