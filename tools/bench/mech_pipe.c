// SPDX-License-Identifier: GPL-2.0-only
/* Two pipes, one each way. */
#include <fcntl.h>
#include <unistd.h>

#include "fdio.h"

static enum channel_opened pipe_open(struct channel *ch)
{
	for (int side = 0; side < SIDES; side++) {
		int ends[2];

		if (pipe2(ends, O_CLOEXEC))
			return channel_failed(ch, "pipe2");
		ch->in[side] = ends[0];
		ch->out[!side] = ends[1];
	}
	pipe_facts(ch, ch->in[SIDE_PEER]);
	return CHANNEL_OPEN;
}

const struct mechanism mech_pipe = {
	.name = "pipe",
	.about = "two pipes, one each way; write and read",
	.flow = "a full pipe blocks the writer",
	.copies = 2,
	.syscalls = 2,
	.open = pipe_open,
	.commit = stream_commit,
	.receive = stream_receive,
};
