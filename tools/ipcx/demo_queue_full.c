// SPDX-License-Identifier: GPL-2.0-only
/* ipcx demo queue-full: what becomes of a sender when there is no room. */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <string.h>
#include <sys/msg.h>
#include <time.h>
#include <unistd.h>

#include <bench/clock.h>

#include "demo.h"

#define FULL_ROOM	4u	/* messages */
#define FULL_SIZE	64u	/* bytes of one */
#define FULL_PATIENCE	100	/* milliseconds */
#define FULL_LIMIT	60000	/* for what must happen */

struct letter {
	long type;	/* as System V queues want it */
	char text[FULL_SIZE];
};

/*
 * struct full - a queue of one kind
 * @what: what it is
 * @id: its descriptor, or System V's number
 * @send: 0, or -1 with errno; @wait_ms 0: refuse, -1: block
 * @take: receive one message
 * @no_timeout: why it cannot give up after a while; NULL if it can
 */
struct full {
	const char *what;
	int id;
	int (*send)(const struct full *q, int wait_ms);
	int (*take)(const struct full *q);
	const char *no_timeout;
	int begun[2];
	int sent[2];
};

static int sysv_send(const struct full *q, int wait_ms)
{
	struct letter letter = { .type = 1 };

	return msgsnd(q->id, &letter, FULL_SIZE, wait_ms ? 0 : IPC_NOWAIT);
}

static int sysv_take(const struct full *q)
{
	struct letter letter;

	return msgrcv(q->id, &letter, FULL_SIZE, 0, IPC_NOWAIT) < 0 ? -1 : 0;
}

static int sysv_make(struct kept *kept)
{
	struct msqid_ds ds;

	kept->id = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
	if (kept->id < 0)
		return -1;
	if (!msgctl(kept->id, IPC_STAT, &ds)) {
		ds.msg_qbytes = FULL_ROOM * FULL_SIZE;
		if (!msgctl(kept->id, IPC_SET, &ds))
			return 0;
	}
	msgctl(kept->id, IPC_RMID, NULL);
	return -1;
}

static void sysv_undo(const struct kept *kept)
{
	msgctl(kept->id, IPC_RMID, NULL);
}

/* mq_timedsend() goes by the time of day. */
static struct timespec day_time_in(int ms)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	ts.tv_nsec += (long)ms * 1000000;
	ts.tv_sec += ts.tv_nsec / 1000000000;
	ts.tv_nsec %= 1000000000;
	return ts;
}

static int posix_send(const struct full *q, int wait_ms)
{
	static const char text[FULL_SIZE];
	const struct mq_attr now = { .mq_flags = wait_ms ? 0 : O_NONBLOCK };
	struct timespec end;

	/* There is no flag of a single message. */
	if (mq_setattr(q->id, &now, NULL))
		return -1;
	if (wait_ms <= 0)
		return mq_send(q->id, text, sizeof(text), 0);
	end = day_time_in(wait_ms);
	return mq_timedsend(q->id, text, sizeof(text), 0, &end);
}

static int posix_take(const struct full *q)
{
	char text[FULL_SIZE];

	return mq_receive(q->id, text, sizeof(text), NULL) < 0 ? -1 : 0;
}

static int posix_make(void)
{
	struct mq_attr attr = { .mq_maxmsg = FULL_ROOM, .mq_msgsize = FULL_SIZE };
	char name[48];
	mqd_t mq;

	snprintf(name, sizeof(name), "/ipcx-demo-%d", getpid());
	mq = mq_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600, &attr);
	if (mq < 0)
		demo_failed("cannot make a POSIX queue (mq_open)");
	mq_unlink(name);
	return mq;
}

static int ipcx_full_send(const struct full *q, int wait_ms)
{
	static const char text[FULL_SIZE];
	struct ipcx_send send = {
		.msg.data = (__u64)(uintptr_t)text,
		.msg.len = FULL_SIZE,
		.flags = wait_ms ? 0 : IPCX_DONTWAIT,
		.deadline = wait_ms > 0 ? ipcx_deadline((uint64_t)wait_ms * 1000000) :
			    IPCX_NO_DEADLINE,
	};

	return ipcx_sendmsg(q->id, &send);
}

static int ipcx_full_take(const struct full *q)
{
	char text[FULL_SIZE];

	return ipcx_recv(q->id, text, sizeof(text)) < 0 ? -1 : 0;
}

static int ipcx_make(void)
{
	struct ipcx_bind bind = {
		.kind = IPCX_KIND_MAILBOX,
		.flags = IPCX_BIND_CREATE,
		.max_msgs = FULL_ROOM,
		.max_msg_size = FULL_SIZE,
	};
	int fd = device_open(O_RDWR);

	if (ipcx_bind(fd, &bind))
		bind_failed("(anonymous)", IPCX_KIND_MAILBOX, O_RDWR | O_CREAT);
	return fd;
}

static bool full_refuses(const struct full *q)
{
	unsigned int sent = 0;
	int error;

	tell_does("messages are sent to %s of %u messages, which nobody receives, by a sender that "
		  "does not wait", q->what, FULL_ROOM);
	tell_expects("%u are taken, and the next is refused: EAGAIN", FULL_ROOM);
	while (sent <= FULL_ROOM && !q->send(q, 0))
		sent++;
	error = errno;
	return tell_happened(sent == FULL_ROOM && error == EAGAIN, "%u were taken; then: %s", sent,
			     sent > FULL_ROOM ? "no end" : errno_name(error));
}

static bool full_times_out(const struct full *q)
{
	uint64_t begun, ns;
	int error;

	if (q->no_timeout) {
		tell_note("a sender cannot wait for a while only: %s", q->no_timeout);
		return true;
	}
	tell_does("a sender waits %d ms for room, and no longer", FULL_PATIENCE);
	tell_expects("ETIMEDOUT, not earlier");
	begun = clock_now();
	error = q->send(q, FULL_PATIENCE) ? errno : 0;
	ns = clock_now() - begun;
	return tell_happened(error == ETIMEDOUT && ns >= FULL_PATIENCE * 900000ull,
			     "%s after %.1f ms", error ? errno_name(error) : "it was sent",
			     (double)ns / 1e6);
}

static void blocked_sender(void *arg)
{
	const struct full *q = arg;

	wire_tell(q->begun[1]);
	if (q->send(q, -1))
		demo_failed("cannot send");
	wire_tell(q->sent[1]);
}

static bool full_blocks(struct full *q)
{
	bool early, late;
	pid_t pid;

	tell_does("a sender waits for as long as it takes; after %d ms, one message is received",
		  FULL_PATIENCE);
	tell_expects("it sends nothing until there is room, and then it does");
	wire(q->begun);
	wire(q->sent);
	pid = child_start(blocked_sender, q);
	wire_told(q->begun[0], -1);
	early = wire_told(q->sent[0], FULL_PATIENCE);
	if (q->take(q))
		demo_failed("cannot receive");
	late = !early && wire_told(q->sent[0], FULL_LIMIT);
	if (late || early)
		children_wait(&pid, 1);
	for (int i = 0; i < 2; i++) {
		close(q->begun[i]);
		close(q->sent[i]);
	}
	return tell_happened(late, "%s", early ? "it was sent before there was room" :
			     late ? "it slept, and was sent when one had been received" :
			     "it was not sent");
}

static bool full(struct full *q)
{
	bool expected = full_refuses(q);

	expected &= full_times_out(q);
	expected &= full_blocks(q);
	return expected;
}

static bool full_native(void)
{
	struct full sysv = {
		.what = "a System V queue (msgget)",
		.send = sysv_send,
		.take = sysv_take,
		.no_timeout = "msgsnd() waits for ever, or not at all (IPC_NOWAIT)",
	};
	struct full posix = {
		.what = "a POSIX queue (mq_open)",
		.send = posix_send,
		.take = posix_take,
	};
	struct kept *kept = keep(sysv_make, sysv_undo);
	bool expected;

	if (!kept)
		demo_failed("cannot make a System V queue (msgget)");
	sysv.id = kept->id;
	expected = full(&sysv);
	keep_end();
	posix.id = posix_make();
	expected &= full(&posix);
	mq_close(posix.id);
	return expected;
}

static bool full_ipcx(void)
{
	struct full box = {
		.what = "a mailbox",
		.send = ipcx_full_send,
		.take = ipcx_full_take,
	};
	bool expected;

	box.id = ipcx_make();
	expected = full(&box);
	close(box.id);
	return expected;
}

const struct demo demo_queue_full = {
	.name = "queue-full",
	.claim = "a queue has a limit: who sends more waits, is refused, or gives up after a while",
	.ipcx = full_ipcx,
	.native = full_native,
};
