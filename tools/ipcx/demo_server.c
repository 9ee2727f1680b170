// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx demo server: one server, several clients. The protocol: a request is a line such as "7 * 6",
 * its reply another one, "= 42", or "! why not".
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <bench/clock.h>

#include "demo.h"

#define SERVER_CLIENTS	4
#define SERVER_REQUESTS	50	/* of each */
#define SERVER_LINE	64	/* longest, and its newline or NUL */

/*
 * struct service - what server and clients share
 * @fd: where the server listens or receives
 * @address: of that, for sockets
 * @length: of @address
 * @name: of the mailbox
 * @served: requests that the server has answered
 * @right: of each client, replies that were right
 */
struct service {
	int fd;
	struct sockaddr_storage address;
	socklen_t length;
	char name[IPCX_NAME_SIZE];
	unsigned int served;
	unsigned int right[SERVER_CLIENTS];
};

/* Which of the clients the next process is; it keeps its own. */
static unsigned int asking;

/* What the server makes of a request, however that came */
static void answer(const char *request, char reply[SERVER_LINE])
{
	long a, b;
	char op, more;

	if (sscanf(request, "%ld %c %ld %c", &a, &op, &b, &more) != 3)
		snprintf(reply, SERVER_LINE, "! not understood");
	else if (op == '+')
		snprintf(reply, SERVER_LINE, "= %ld", a + b);
	else if (op == '*')
		snprintf(reply, SERVER_LINE, "= %ld", a * b);
	else if (op == '/' && !b)
		snprintf(reply, SERVER_LINE, "! divided by 0");
	else if (op == '/')
		snprintf(reply, SERVER_LINE, "= %ld", a / b);
	else
		snprintf(reply, SERVER_LINE, "! no such operation: %c", op);
}

/* What a client asks, and what it must be told: one request in ten is wrong. */
static void question(unsigned int client, unsigned int i, char request[SERVER_LINE],
		     char expected[SERVER_LINE])
{
	if (i % 10 == 9) {
		snprintf(request, SERVER_LINE, "%u / 0", i);
		snprintf(expected, SERVER_LINE, "! divided by 0");
		return;
	}
	snprintf(request, SERVER_LINE, "%u * %u", client + 2, i);
	snprintf(expected, SERVER_LINE, "= %u", (client + 2) * i);
}

static void put_line(int fd, char line[SERVER_LINE])
{
	size_t len = strlen(line);

	line[len++] = '\n';
	if (send(fd, line, len, MSG_NOSIGNAL) != (ssize_t)len)
		demo_failed("cannot send");
}

/*
 * struct line - what of a line has come so far: a stream has no boundaries, so it may be a part of
 * one, but never more, as who asks waits for the reply
 */
struct line {
	char text[SERVER_LINE];
	size_t len;
};

/* Reads what there is. Returns whether the line is complete; -1 if the other side is gone. */
static int get_line(int fd, struct line *line)
{
	ssize_t got = recv(fd, line->text + line->len, sizeof(line->text) - line->len, 0);

	if (got < 0)
		demo_failed("cannot receive");
	if (!got)
		return -1;
	line->len += (size_t)got;
	if (line->text[line->len - 1] == '\n') {
		line->text[line->len - 1] = 0;
		line->len = 0;
		return 1;
	}
	if (line->len == sizeof(line->text))
		fail(STATUS_FAILED, "a line is longer than %d bytes", SERVER_LINE);
	return 0;
}

static void serve_socket(void *arg)
{
	struct service *s = arg;
	struct pollfd fds[1 + SERVER_CLIENTS] = { { .fd = s->fd, .events = POLLIN } };
	struct line lines[1 + SERVER_CLIENTS] = { 0 };
	unsigned int clients = 0, gone = 0;
	char reply[SERVER_LINE];

	while (gone < SERVER_CLIENTS) {
		if (poll(fds, 1 + clients, -1) < 0)
			demo_failed("cannot poll");
		for (unsigned int i = 1; i <= clients; i++) {
			int complete = fds[i].revents ? get_line(fds[i].fd, &lines[i]) : 0;

			if (complete > 0) {
				answer(lines[i].text, reply);
				put_line(fds[i].fd, reply);
				s->served++;
			} else if (complete < 0) {
				close(fds[i].fd);
				fds[i].fd = -1;
				gone++;
			}
		}
		if (fds[0].revents && clients < SERVER_CLIENTS) {
			clients++;
			fds[clients] = (struct pollfd){
				.fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC),
				.events = POLLIN,
			};
			if (fds[clients].fd < 0)
				demo_failed("cannot accept");
		}
	}
}

static void ask_socket(void *arg)
{
	struct service *s = arg;
	unsigned int me = asking;
	char request[SERVER_LINE], expected[SERVER_LINE];
	int one = 1, fd = socket(s->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&s->address, s->length))
		demo_failed("cannot connect");
	/* Short lines are not to wait for more of them. */
	if (s->address.ss_family == AF_INET)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	for (unsigned int i = 0; i < SERVER_REQUESTS; i++) {
		struct line line = { .len = 0 };
		int complete;

		question(me, i, request, expected);
		put_line(fd, request);
		do
			complete = get_line(fd, &line);
		while (!complete);
		if (complete < 0)
			fail(STATUS_FAILED, "the server has gone");
		s->right[me] += !strcmp(line.text, expected);
	}
	close(fd);
}

/* One system call gives the reply and waits for the next request. */
static void serve_calls(void *arg)
{
	struct service *s = arg;
	char request[SERVER_LINE], text[SERVER_LINE];
	struct ipcx_reply reply = { .flags = IPCX_REPLY_RECV };

	for (;;) {
		reply.next = (struct ipcx_recv){
			.msg.data = (__u64)(uintptr_t)request,
			.msg.len = sizeof(request),
		};
		if (ipcx_replymsg(s->fd, &reply))
			demo_failed("cannot reply");
		s->served += reply.next.token != 0;
		/* What nobody waits for is the end. */
		if (!reply.next.token)
			return;
		answer(request, text);
		reply.token = reply.next.token;
		reply.msg = (struct ipcx_msg){
			.data = (__u64)(uintptr_t)text,
			.len = (__u32)strlen(text) + 1,
		};
	}
}

static void ask_calls(void *arg)
{
	struct service *s = arg;
	unsigned int me = asking;
	char request[SERVER_LINE], expected[SERVER_LINE], reply[SERVER_LINE];
	int fd = ipcx_mailbox(s->name, O_WRONLY | O_CLOEXEC, 0);

	if (fd < 0)
		bind_failed(s->name, IPCX_KIND_MAILBOX, O_WRONLY);
	for (unsigned int i = 0; i < SERVER_REQUESTS; i++) {
		question(me, i, request, expected);
		if (ipcx_call(fd, request, strlen(request) + 1, reply, sizeof(reply)) < 0)
			demo_failed("cannot call");
		s->right[me] += !strcmp(reply, expected);
	}
	close(fd);
}

static bool serve(struct service *s, const char *how, child_fn server, child_fn client)
{
	unsigned int right = 0, all = SERVER_CLIENTS * SERVER_REQUESTS;
	uint64_t begun;
	pid_t pids[1 + SERVER_CLIENTS];
	double us;

	tell_does("a server reckons for %d clients at once, %s; each sends %d requests, such as "
		  "\"7 * 6\" or \"9 / 0\", and waits for each reply", SERVER_CLIENTS, how,
		  SERVER_REQUESTS);
	tell_expects("each client gets the replies to its own requests, \"= 42\" and \"! divided "
		     "by 0\", all of them right");
	s->served = 0;
	memset(s->right, 0, sizeof(s->right));
	begun = clock_now();
	pids[0] = child_start(server, s);
	for (unsigned int i = 0; i < SERVER_CLIENTS; i++) {
		asking = i;
		pids[1 + i] = child_start(client, s);
	}
	children_wait(pids + 1, SERVER_CLIENTS);
	us = (double)(clock_now() - begun) / 1e3;
	if (server == serve_calls) {
		int fd = ipcx_mailbox(s->name, O_WRONLY | O_CLOEXEC, 0);

		if (fd < 0 || ipcx_send(fd, "", 0, 0))
			demo_failed("cannot tell the server to end");
		close(fd);
	}
	children_wait(pids, 1);
	close(s->fd);
	for (unsigned int i = 0; i < SERVER_CLIENTS; i++)
		right += s->right[i];
	return tell_happened(right == all && s->served == all,
			     "%u requests served, %u replies right, in %.1f ms", s->served, right,
			     us / 1e3);
}

static void listen_at(struct service *s, const void *address, socklen_t length)
{
	const struct sockaddr *at = address;

	s->fd = socket(at->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s->fd < 0 || bind(s->fd, at, length) || listen(s->fd, SERVER_CLIENTS))
		demo_failed("cannot listen");
	s->length = sizeof(s->address);
	getsockname(s->fd, (struct sockaddr *)&s->address, &s->length);
}

/* Any port that is free, and any abstract name: nothing is left of either. */
static bool server_native(void)
{
	const struct sockaddr_in tcp = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	const sa_family_t any = AF_UNIX;
	struct service *s = notebook(sizeof(*s));
	bool expected;

	listen_at(s, &tcp, sizeof(tcp));
	expected = serve(s, "over TCP (socket, bind, listen, accept)", serve_socket, ask_socket);
	listen_at(s, &any, sizeof(any));
	expected &= serve(s, "over a Unix socket (AF_UNIX)", serve_socket, ask_socket);
	notebook_close(s, sizeof(*s));
	return expected;
}

static bool server_ipcx(void)
{
	struct service *s = notebook(sizeof(*s));
	bool expected;

	demo_mailbox_name(s->name, "server");
	s->fd = ipcx_mailbox(s->name, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
	if (s->fd < 0)
		bind_failed(s->name, IPCX_KIND_MAILBOX, O_RDONLY | O_CREAT);
	expected = serve(s, "by calls of a mailbox (ipcx_call, ipcx_replymsg)", serve_calls,
			 ask_calls);
	notebook_close(s, sizeof(*s));
	return expected;
}

const struct demo demo_server = {
	.name = "server",
	.claim = "a server answers many clients, each what that one has asked",
	.ipcx = server_ipcx,
	.native = server_native,
};
