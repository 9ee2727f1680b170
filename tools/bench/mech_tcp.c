// SPDX-License-Identifier: GPL-2.0-only
/* A TCP connection over the loopback interface. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bundle.h"
#include "fdio.h"

/* Connect to @listener and accept: a connection stands before it is accepted. */
static enum channel_opened tcp_connect(struct channel *ch, int listener)
{
	struct sockaddr_in addr = { .sin_family = AF_INET };
	enum channel_opened result;
	socklen_t len = sizeof(addr);
	int fd;

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(listener, (struct sockaddr *)&addr, len) || listen(listener, 1) ||
	    getsockname(listener, (struct sockaddr *)&addr, &len))
		return channel_failed(ch, "TCP listener");
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return channel_failed(ch, "TCP socket");
	ch->in[SIDE_ORIGIN] = fd;
	ch->out[SIDE_ORIGIN] = fd;
	result = socket_sized(ch, fd);
	if (result != CHANNEL_OPEN)
		return result;
	if (connect(fd, (struct sockaddr *)&addr, len))
		return channel_failed(ch, "TCP over loopback");
	fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	ch->in[SIDE_PEER] = fd;
	ch->out[SIDE_PEER] = fd;
	return fd < 0 ? channel_failed(ch, "TCP over loopback") : CHANNEL_OPEN;
}

static enum channel_opened tcp_open(struct channel *ch)
{
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	enum channel_opened result;
	int on = 1;

	if (listener < 0)
		return channel_failed(ch, "TCP socket");
	/* What is accepted has what the listener has; later, a window would have been offered. */
	result = socket_sized(ch, listener);
	if (result == CHANNEL_OPEN)
		result = tcp_connect(ch, listener);
	close(listener);
	if (result != CHANNEL_OPEN)
		return result;
	for (int side = 0; side < SIDES; side++)
		if (setsockopt(ch->in[side], IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)))
			return channel_failed(ch, "TCP_NODELAY");
	socket_facts(ch, ch->in[SIDE_PEER]);
	return CHANNEL_OPEN;
}

const struct mechanism mech_tcp = {
	.name = "tcp",
	.family = "socket",
	.about = "a TCP connection over loopback with TCP_NODELAY; write and read",
	.flow = "a full send buffer or receive window blocks the writer; both grow by themselves",
	.copies = 2,
	.syscalls = 2,
	.waits = WAITS_FD,
	.batching = &stream_batching,
	.sized = true,
	.open = tcp_open,
	.commit = stream_commit,
	.receive = stream_receive,
};
