// SPDX-License-Identifier: GPL-2.0-only
/* A connected pair of Unix stream sockets. */
#include <sys/socket.h>

#include "bundle.h"
#include "fdio.h"

static enum channel_opened unix_open(struct channel *ch)
{
	return unix_pair(ch, SOCK_STREAM);
}

const struct mechanism mech_unix_stream = {
	.name = "unix-stream",
	.family = "socket",
	.about = "a pair of Unix stream sockets; write and read",
	.flow = "a full send buffer blocks the writer",
	.copies = 2,
	.syscalls = 2,
	.waits = WAITS_FD,
	.batching = &stream_batching,
	.sized = true,
	.open = unix_open,
	.commit = stream_commit,
	.receive = stream_receive,
};
