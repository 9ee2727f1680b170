// SPDX-License-Identifier: GPL-2.0-only
/* A TCP connection over the loopback interface. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fdio.h"

/* Connect to @listener and accept: a connection stands before it is accepted. */
static int tcp_connect(struct channel *ch, int listener)
{
	struct sockaddr_in addr = { .sin_family = AF_INET };
	socklen_t len = sizeof(addr);
	int fd;

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(listener, (struct sockaddr *)&addr, len) || listen(listener, 1) ||
	    getsockname(listener, (struct sockaddr *)&addr, &len))
		return -1;
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	ch->in[SIDE_ORIGIN] = fd;
	ch->out[SIDE_ORIGIN] = fd;
	if (connect(fd, (struct sockaddr *)&addr, len))
		return -1;
	fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	ch->in[SIDE_PEER] = fd;
	ch->out[SIDE_PEER] = fd;
	return fd < 0 ? -1 : 0;
}

static enum channel_opened tcp_open(struct channel *ch)
{
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	enum channel_opened result = CHANNEL_OPEN;
	int on = 1;

	if (listener < 0)
		return channel_failed(ch, "TCP socket");
	if (tcp_connect(ch, listener))
		result = channel_failed(ch, "TCP over loopback");
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
	.open = tcp_open,
	.commit = stream_commit,
	.receive = stream_receive,
};
