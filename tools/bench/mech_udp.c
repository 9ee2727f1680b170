// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two UDP sockets over the loopback interface.
 *
 * UDP holds nobody back: a sender that shares its CPU with the receiver would fill the receive
 * buffer long before the receiver runs, and the figure would be that of throwing messages away. So
 * one way, the sender keeps a window of messages in flight that fits in the receive buffer, and the
 * receiver allows half a window more by a small datagram of its own whenever it has taken as many.
 * Those datagrams are part of what is measured. Losses can still happen, end in a timeout, and are
 * counted.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "bundle.h"
#include "fdio.h"
#include "window.h"

#define UDP_MAX_PAYLOAD		65507

/*
 * The timeout passes only when a datagram was lost. The peer's is the longer one, so that it still
 * listens when the origin has given up on a lost datagram and goes on.
 */
static int udp_bind(struct sockaddr_in *addr, enum bench_side side)
{
	struct timeval timeout = { .tv_sec = side == SIDE_PEER ? 10 : 3 };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t len = sizeof(*addr);

	if (fd < 0)
		return -1;
	*addr = (struct sockaddr_in){ .sin_family = AF_INET };
	addr->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)addr, len) ||
	    getsockname(fd, (struct sockaddr *)addr, &len) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout))) {
		close(fd);
		return -1;
	}
	return fd;
}

/*
 * The buffer is charged for the memory of a datagram, at worst twice its bytes and a head, and the
 * kernel puts off giving back up to a quarter of the buffer: fill half of it. Batches must be half
 * of a window, or no allowance could come between two of them; three quarters are still safe.
 */
static enum channel_opened udp_window(struct channel *ch)
{
	struct window *window = ch->state;
	size_t charge = 2 * ch->size + 1024, room;
	socklen_t len = sizeof(int);
	int rcvbuf = 0;

	if (getsockopt(ch->in[SIDE_PEER], SOL_SOCKET, SO_RCVBUF, &rcvbuf, &len))
		return channel_failed(ch, "SO_RCVBUF");
	room = ch->batch > 1 ? (size_t)rcvbuf * 3 / 4 : (size_t)rcvbuf / 2;
	window->size = (unsigned int)(room / charge) & ~1u;
	if (ch->batch > 1 && window->size < 2 * ch->batch)
		return channel_says(ch, CHANNEL_REFUSED,
				    "SO_RCVBUF is %d: not room enough for two batches", rcvbuf);
	if (ch->capacity && 2 * charge > (size_t)rcvbuf)
		return channel_says(ch, CHANNEL_REFUSED,
				    "SO_RCVBUF is %d: not room enough for two datagrams", rcvbuf);
	if (window->size < 2)
		window->size = 2;
	channel_fact(ch, "window", window->size);
	return CHANNEL_OPEN;
}

static enum channel_opened udp_open(struct channel *ch)
{
	struct sockaddr_in addr[SIDES];
	enum channel_opened result;

	if (ch->size > UDP_MAX_PAYLOAD)
		return channel_says(ch, CHANNEL_REFUSED, "a UDP datagram carries at most %d",
				    UDP_MAX_PAYLOAD);
	for (int side = 0; side < SIDES; side++) {
		ch->in[side] = udp_bind(&addr[side], side);
		ch->out[side] = ch->in[side];
		if (ch->in[side] < 0)
			return channel_failed(ch, "UDP socket");
		result = socket_sized(ch, ch->in[side]);
		if (result != CHANNEL_OPEN)
			return result;
	}
	for (int side = 0; side < SIDES; side++)
		if (connect(ch->in[side], (struct sockaddr *)&addr[!side], sizeof(addr[side])))
			return channel_failed(ch, "UDP over loopback");
	socket_facts(ch, ch->in[SIDE_PEER]);
	return ch->flow == FLOW_STREAM ? udp_window(ch) : CHANNEL_OPEN;
}

/* Wait until the receiver allows more; an allowance that does not come was lost. */
static int udp_await_room(struct channel *ch)
{
	struct window *window = ch->state;
	char allowance[8];

	if (recv(ch->rfd, allowance, sizeof(allowance), 0) >= 0)
		window_allowed(window);
	else if (errno == EAGAIN)
		window->count = 0;	/* that was lost, or what it was for */
	else if (errno != EINTR)
		return -1;
	return 0;
}

static int udp_commit(struct channel *ch, void *buf)
{
	struct window *window = ch->state;

	if (ch->flow == FLOW_STREAM) {
		if (window_full(window) && udp_await_room(ch))
			return -1;
		window->count++;
	}
	return packet_commit(ch, buf);
}

/* The receiver has taken a message: allow half a window more if that many are taken. */
static int udp_allow(struct channel *ch)
{
	static const char allowance[8];

	if (!window_due(ch->state))
		return 0;
	return send(ch->wfd, allowance, sizeof(allowance), 0) < 0 ? -1 : 0;
}

static void *udp_receive(struct channel *ch)
{
	void *buf = packet_receive(ch);

	return ch->flow == FLOW_STREAM && buf && udp_allow(ch) ? NULL : buf;
}

/* Batches are one way only. */
static int udp_batch_flush(struct channel *ch)
{
	struct window *window = ch->state;

	while (window->count + ch->bundle->filled > window->size)
		if (udp_await_room(ch))
			return -1;
	window->count += ch->bundle->filled;
	return bundle_packet_flush(ch);
}

static void *udp_batch_receive(struct channel *ch)
{
	void *buf = bundle_packet_receive(ch);

	return buf && udp_allow(ch) ? NULL : buf;
}

static const struct batching udp_batching = {
	.enter = bundle_packet_enter,
	.reserve = bundle_reserve,
	.commit = bundle_commit,
	.receive = udp_batch_receive,
	.release = bundle_release,
	.flush = udp_batch_flush,
};

const struct mechanism mech_udp = {
	.name = "udp",
	.family = "socket",
	.about = "two connected UDP sockets over loopback; send and recv",
	.flow = "none: the receiver allows half a window more by a datagram, as measured",
	.copies = 2,
	.syscalls = 2,
	.boundaries = true,
	.lossy = true,
	.batching = &udp_batching,
	.sized = true,
	.state_size = sizeof(struct window),
	.open = udp_open,
	.commit = udp_commit,
	.receive = udp_receive,
};
