// SPDX-License-Identifier: GPL-2.0-only
/* A connected pair of Unix sequenced-packet sockets. */
#include <sys/socket.h>

#include "bundle.h"
#include "fdio.h"

static enum channel_opened unix_open(struct channel *ch)
{
	return unix_pair(ch, SOCK_SEQPACKET);
}

const struct mechanism mech_unix_seqpacket = {
	.name = "unix-seqpacket",
	.family = "socket",
	.about = "a pair of Unix sequenced-packet sockets; send and recv",
	.flow = "a full send buffer blocks the sender",
	.copies = 2,
	.syscalls = 2,
	.boundaries = true,
	.fan_in = true,
	.fan_out = true,
	.waits = WAITS_FD,
	.batching = &packet_batching,
	.sized = true,
	.open = unix_open,
	.commit = packet_commit,
	.receive = packet_receive,
};
