// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two POSIX message queues, one each way.
 *
 * A queue's limits are attributes that its maker chooses; only a privileged maker may go over
 * msgsize_max, and over RLIMIT_MSGQUEUE by raising that for this process.
 */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "fdio.h"
#include "janitor.h"

#define POSIX_MQ_MSGS		10
#define POSIX_MQ_MOST		65536	/* of the kernel, for who is privileged */

static int posix_mq_make(struct channel *ch, struct mq_attr *attr, enum bench_side side)
{
	struct chore *chore;
	char name[64];

	snprintf(name, sizeof(name), "/ipcx-bench.%d.%d", (int)getpid(), (int)side);
	chore = janitor_name(CHORE_POSIX_MQ, name);
	ch->in[side] = mq_open(name, O_CREAT | O_EXCL | O_RDONLY | O_CLOEXEC, 0600, attr);
	if (ch->in[side] >= 0) {
		ch->out[!side] = mq_open(name, O_WRONLY | O_CLOEXEC);
		mq_unlink(name);
	}
	janitor_done(chore);
	return ch->in[side] < 0 || ch->out[!side] < 0 ? -1 : 0;
}

static enum channel_opened posix_mq_open(struct channel *ch)
{
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	long long max = sysctl_fact(ch, "msgsize_max", "/proc/sys/fs/mqueue/msgsize_max");
	long long msgs = sysctl_read("/proc/sys/fs/mqueue/msg_max");
	struct mq_attr attr = {
		.mq_maxmsg = msgs > 0 && msgs < POSIX_MQ_MSGS ? (long)msgs : POSIX_MQ_MSGS,
		.mq_msgsize = (long)ch->size,
	};

	if (ch->capacity)
		attr.mq_maxmsg = (long)(ch->capacity / ch->size);
	setrlimit(RLIMIT_MSGQUEUE, &unlimited);		/* fails unless privileged: as well */
	for (int side = 0; side < SIDES; side++) {
		if (!posix_mq_make(ch, &attr, side))
			continue;
		if (errno == EINVAL && max >= 0 && ch->size > (size_t)max)
			return channel_says(ch, CHANNEL_REFUSED,
					    "msgsize_max is %lld, for lack of CAP_SYS_RESOURCE",
					    max);
		if (errno == EINVAL && attr.mq_maxmsg > POSIX_MQ_MOST)
			return channel_says(ch, CHANNEL_REFUSED,
					    "a queue holds at most %d messages", POSIX_MQ_MOST);
		if (errno == EINVAL && ch->capacity)
			return channel_says(ch, CHANNEL_REFUSED,
					    "it would be %ld messages, and fs.mqueue.msg_max is "
					    "%lld, for lack of CAP_SYS_RESOURCE", attr.mq_maxmsg,
					    msgs);
		if (errno == EMFILE)
			return channel_says(ch, CHANNEL_REFUSED,
					    "RLIMIT_MSGQUEUE is too low for %ld messages",
					    attr.mq_maxmsg);
		return channel_failed(ch, "mq_open");
	}
	if (mq_getattr(ch->in[SIDE_PEER], &attr))
		return channel_failed(ch, "mq_getattr");
	channel_fact(ch, "mq_maxmsg", attr.mq_maxmsg);
	channel_fact(ch, "mq_msgsize", attr.mq_msgsize);
	return CHANNEL_OPEN;
}

static int posix_mq_commit(struct channel *ch, void *buf)
{
	uint64_t since = 0;
	int ret;

	if (fd_ask(ch, POLLOUT))
		return -1;
	do
		ret = mq_send(ch->wfd, buf, ch->size, 0);
	while (fd_again(ch, POLLOUT, ret, &since));
	return ret;
}

static void *posix_mq_receive(struct channel *ch)
{
	uint64_t since = 0;
	ssize_t n;

	if (fd_ask(ch, POLLIN))
		return NULL;
	do
		n = mq_receive(ch->rfd, (char *)ch->rx, ch->size, NULL);
	while (fd_again(ch, POLLIN, n, &since));
	if (n < 0)
		return NULL;
	ch->got = (size_t)n;
	return ch->rx;
}

const struct mechanism mech_posix_mq = {
	.name = "posix-mq",
	.family = "queue",
	.about = "two POSIX message queues, one each way; mq_send and mq_receive",
	.flow = "a full queue blocks the sender",
	.copies = 2,
	.syscalls = 2,
	.boundaries = true,
	.fan_in = true,
	.fan_out = true,
	.waits = WAITS_FD & ~(1u << WAIT_IO_URING),	/* no read and write */
	.sized = true,
	.open = posix_mq_open,
	.commit = posix_mq_commit,
	.receive = posix_mq_receive,
};
