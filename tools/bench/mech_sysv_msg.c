// SPDX-License-Identifier: GPL-2.0-only
/* Two System V message queues, one each way. */
#include <errno.h>
#include <stddef.h>
#include <sys/ipc.h>
#include <sys/msg.h>

#include "fdio.h"
#include "janitor.h"

/**
 * struct sysv_msg_state - identifiers of the queues
 * @made: how many of @queue there are
 * @queue: the queue that each side receives from
 * @chore: for the case that nobody is left to remove it
 */
struct sysv_msg_state {
	int made;
	int queue[SIDES];
	struct chore *chore[SIDES];
};

/* msgsnd() and msgrcv() want the type just before the text: it goes into the headroom. */
static struct msgbuf *sysv_msg_at(void *text)
{
	return (struct msgbuf *)((char *)text - offsetof(struct msgbuf, mtext));
}

static enum channel_opened sysv_msg_sized(struct channel *ch, int queue)
{
	struct msqid_ds ds;

	if (msgctl(queue, IPC_STAT, &ds))
		return channel_failed(ch, "msgctl");
	ds.msg_qbytes = ch->capacity;
	if (!msgctl(queue, IPC_SET, &ds))
		return CHANNEL_OPEN;
	if (errno == EPERM)
		return channel_says(ch, CHANNEL_REFUSED,
				    "kernel.msgmnb is %lld, for lack of CAP_SYS_RESOURCE",
				    sysctl_read("/proc/sys/kernel/msgmnb"));
	return channel_failed(ch, "msg_qbytes");
}

static enum channel_opened sysv_msg_open(struct channel *ch)
{
	struct sysv_msg_state *state = ch->state;
	long long max = sysctl_fact(ch, "msgmax", "/proc/sys/kernel/msgmax");
	struct msqid_ds ds;

	while (state->made < SIDES) {
		key_t key;
		struct chore *chore = janitor_key(CHORE_SYSV_MSG, &key);
		int id = msgget(key, IPC_CREAT | IPC_EXCL | 0600);

		if (id < 0) {
			janitor_done(chore);
			return channel_failed(ch, "msgget");
		}
		state->chore[state->made] = chore;
		state->queue[state->made++] = id;
	}
	for (int side = 0; side < SIDES && ch->capacity; side++) {
		enum channel_opened result = sysv_msg_sized(ch, state->queue[side]);

		if (result != CHANNEL_OPEN)
			return result;
	}
	if (msgctl(state->queue[SIDE_PEER], IPC_STAT, &ds))
		return channel_failed(ch, "msgctl");
	channel_fact(ch, "msg_qbytes", (long long)ds.msg_qbytes);
	if (max >= 0 && ch->size > (size_t)max)
		return channel_says(ch, CHANNEL_REFUSED, "msgmax is %lld", max);
	if (ch->size > ds.msg_qbytes)
		return channel_says(ch, CHANNEL_REFUSED, "msg_qbytes is %llu",
				    (unsigned long long)ds.msg_qbytes);
	return CHANNEL_OPEN;
}

static int sysv_msg_commit(struct channel *ch, void *buf)
{
	struct sysv_msg_state *state = ch->state;
	struct msgbuf *msg = sysv_msg_at(buf);
	int ret;

	msg->mtype = 1;
	do
		ret = msgsnd(state->queue[!ch->side], msg, ch->size, 0);
	while (ret < 0 && errno == EINTR);
	return ret;
}

static void *sysv_msg_receive(struct channel *ch)
{
	struct sysv_msg_state *state = ch->state;
	ssize_t n;

	do
		n = msgrcv(state->queue[ch->side], sysv_msg_at(ch->rx), ch->size, 0, 0);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return NULL;
	ch->got = (size_t)n;
	return ch->rx;
}

static void sysv_msg_destroy(struct channel *ch)
{
	struct sysv_msg_state *state = ch->state;

	for (int i = 0; i < state->made; i++) {
		msgctl(state->queue[i], IPC_RMID, NULL);
		janitor_done(state->chore[i]);
	}
	state->made = 0;
}

const struct mechanism mech_sysv_msg = {
	.name = "sysv-msg",
	.family = "queue",
	.about = "two System V message queues, one each way; msgsnd and msgrcv",
	.flow = "a full queue blocks the sender",
	.copies = 2,
	.syscalls = 2,
	.boundaries = true,
	.fan_in = true,
	.fan_out = true,
	.sized = true,
	.state_size = sizeof(struct sysv_msg_state),
	.open = sysv_msg_open,
	.commit = sysv_msg_commit,
	.receive = sysv_msg_receive,
	.destroy = sysv_msg_destroy,
};
