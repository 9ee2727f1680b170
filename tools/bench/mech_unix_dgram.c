// SPDX-License-Identifier: GPL-2.0-only
/* A connected pair of Unix datagram sockets. */
#include <sys/socket.h>

#include "bundle.h"
#include "fdio.h"

static enum channel_opened unix_open(struct channel *ch)
{
	sysctl_fact(ch, "max_dgram_qlen", "/proc/sys/net/unix/max_dgram_qlen");
	return unix_pair(ch, SOCK_DGRAM);
}

const struct mechanism mech_unix_dgram = {
	.name = "unix-dgram",
	.family = "socket",
	.about = "a pair of Unix datagram sockets, which lose nothing; send and recv",
	.flow = "a full receive queue or send buffer blocks the sender",
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
