// SPDX-License-Identifier: GPL-2.0-only
/* Waiting for a descriptor. */
#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "uring.h"
#include "wait.h"

const char *const channel_wait_names[WAITS] = {
	[WAIT_BLOCK] = "block",
	[WAIT_SPIN] = "spin",
	[WAIT_ADAPTIVE] = "adaptive",
	[WAIT_POLL] = "poll",
	[WAIT_EPOLL] = "epoll",
	[WAIT_IO_URING] = "io_uring",
};

enum { FOR_INPUT, FOR_OUTPUT };

static int wait_unblock(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags < 0 ? -1 : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

/* One set for each direction: what a side waits for never has to be changed. */
static int wait_epoll(int fd, uint32_t events)
{
	struct epoll_event event = { .events = events };
	int epfd = epoll_create1(EPOLL_CLOEXEC);

	if (epfd < 0 || epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event))
		return -1;
	return epfd;
}

int channel_wait_enter(struct channel *ch)
{
	if (ch->wait == WAIT_BLOCK || ch->rfd < 0)
		return 0;
	if (wait_unblock(ch->rfd) || wait_unblock(ch->wfd))
		return -1;
	if (ch->wait == WAIT_IO_URING)
		return uring_begin(ch, 2, true);
	if (ch->wait != WAIT_EPOLL)
		return 0;
	ch->epfd[FOR_INPUT] = wait_epoll(ch->rfd, EPOLLIN);
	ch->epfd[FOR_OUTPUT] = wait_epoll(ch->wfd, EPOLLOUT);
	return ch->epfd[FOR_INPUT] < 0 || ch->epfd[FOR_OUTPUT] < 0 ? -1 : 0;
}

static int wait_sleep(struct channel *ch, short events)
{
	struct pollfd pollfd = {
		.fd = events == POLLIN ? ch->rfd : ch->wfd,
		.events = events,
	};
	struct epoll_event event;
	int ret;

	if (ch->wait == WAIT_EPOLL)
		ret = epoll_wait(ch->epfd[events == POLLIN ? FOR_INPUT : FOR_OUTPUT], &event, 1,
				 -1);
	else
		ret = poll(&pollfd, 1, -1);
	return ret < 0 && errno != EINTR ? -1 : 0;
}

int channel_ready(struct channel *ch, short events, uint64_t *since)
{
	switch (ch->wait) {
	case WAIT_SPIN:
		wait_relax();
		return 0;
	case WAIT_ADAPTIVE:
		if (wait_awake(since)) {
			wait_relax();
			return 0;
		}
		return wait_sleep(ch, events);
	default:
		return wait_sleep(ch, events);
	}
}
