// SPDX-License-Identifier: GPL-2.0-only
/*
 * A sender in a storm: each message goes one of all the ways there are.
 */
#include "storm.h"

/**
 * struct writer - a sender at work
 * @storm: storm
 * @slot: which one it is
 * @seed: what it does next
 * @fd: mailboxes
 * @letters: payloads of a batch
 * @large: payload of one message
 * @reply: payload of a reply
 */
struct writer {
	struct storm *storm;
	unsigned int slot;
	unsigned int seed;
	int fd[STORM_BOXES];
	uint64_t letters[STORM_BATCH][STORM_SMALL / sizeof(uint64_t)];
	uint64_t large[STORM_ROOM / sizeof(uint64_t)];
	uint64_t reply[STORM_SMALL / sizeof(uint64_t)];
};

static const int expected[] = { EINTR, EAGAIN, ETIMEDOUT, 0 };
static const int misled[] = { EFAULT, EINTR, EAGAIN, ETIMEDOUT, 0 };
static const int unanswered[] = { EINTR, EAGAIN, ETIMEDOUT, ECONNRESET, 0 };

static int some_box(struct writer *me)
{
	return me->fd[rand_r(&me->seed) % me->storm->plan.boxes];
}

static size_t some_length(struct writer *me)
{
	return STORM_LEAST + rand_r(&me->seed) % (storm_chance(&me->seed, 8) ? 1500 : 200);
}

/* Of a sender and a priority, all have the same type: choosing by that keeps the order. */
static struct ipcx_msg write_msg(struct writer *me, uint64_t *letter, size_t len, unsigned int id)
{
	uint32_t prio = 1 + rand_r(&me->seed) % (STORM_PRIOS - 1);
	struct ipcx_msg msg = msg_of(letter, len, me->slot + 1);

	msg.prio = prio;
	storm_write(letter, len, id, prio);
	return msg;
}

/* Most wait for as long as it takes. */
static void some_patience(struct writer *me, __u64 *deadline, __u32 *flags)
{
	if (storm_chance(&me->seed, 32))
		*deadline = after_ms(rand_r(&me->seed) % 3);
	else if (storm_chance(&me->seed, 32))
		*flags |= IPCX_DONTWAIT;
}

static void settle(struct writer *me, const char *what, int err, const int *errors)
{
	storm_tried(me->storm, me->slot, err >= 0);
	if (err < 0)
		storm_met(me->storm, what, err, errors);
}

static void by_write(struct writer *me)
{
	unsigned int id = storm_try(me->storm, me->slot, 1, false);
	size_t len = some_length(me);
	ssize_t written;

	storm_write(me->large, len, id, 0);
	written = write(some_box(me), me->large, len);
	settle(me, "write", written < 0 ? -errno : 0, expected);
	if (written >= 0 && written != (ssize_t)len)
		storm_fail(me->storm, "write of less", written);
}

static void by_send(struct writer *me, size_t len, unsigned int nfds)
{
	unsigned int id = storm_try(me->storm, me->slot, 1, false);
	struct ipcx_send send = { .msg = write_msg(me, me->large, len, id) };

	some_patience(me, &send.deadline, &send.flags);
	send.msg.fds = (uintptr_t)me->storm->file;
	send.msg.nfds = nfds;
	settle(me, "send", command(some_box(me), IPCX_IOC_SEND, &send), expected);
}

/* Of which nothing must arrive: the payload, its end, or the argument is nowhere */
static void by_mistake(struct writer *me)
{
	static char *end;
	unsigned int id = storm_try(me->storm, me->slot, 1, false);
	struct ipcx_send send = { .msg = write_msg(me, me->large, STORM_LARGE / 2, id) };
	const void *arg = &send;

	if (!end)
		end = cliff();
	switch (rand_r(&me->seed) % 4) {
	case 0:
		send.msg.data = (uintptr_t)UNMAPPED;
		break;
	case 1:
		memcpy(end - 1024, me->large, 1024);
		send.msg.data = (uintptr_t)end - 1024;
		break;
	case 2:
		send.msg.len = STORM_LARGE + 8;
		send.msg.data = (uintptr_t)end - 1024;
		break;
	case 3:
		arg = end;
		break;
	}
	settle(me, "send from nowhere", command(some_box(me), IPCX_IOC_SEND, arg), misled);
	if (me->storm->fate[id] == STORM_ACCEPTED)
		storm_fail(me->storm, "send from nowhere", 0);
}

static void by_batch(struct writer *me)
{
	unsigned int i, count = 2 + rand_r(&me->seed) % (STORM_BATCH - 2);
	unsigned int id = storm_try(me->storm, me->slot, count, false);
	struct ipcx_msg msgs[STORM_BATCH];
	struct ipcx_send_batch batch = { .msgs = (uintptr_t)msgs, .count = count };
	const int *errors = expected;
	int sent;

	for (i = 0; i < count; i++)
		msgs[i] = write_msg(me, me->letters[i], some_length(me), id + i);
	some_patience(me, &batch.deadline, &batch.flags);
	if (storm_chance(&me->seed, 16)) {
		msgs[rand_r(&me->seed) % count].data = (uintptr_t)UNMAPPED;
		errors = misled;
	}
	sent = command(some_box(me), IPCX_IOC_SEND_BATCH, &batch);
	storm_tried(me->storm, me->slot, sent < 0 ? 0 : sent);
	if (sent <= 0)
		storm_met(me->storm, "batch", sent, errors);
}

static void by_call(struct writer *me)
{
	unsigned int id = storm_try(me->storm, me->slot, 1, true);
	struct ipcx_call call = {
		.request = write_msg(me, me->large, some_length(me), id),
		.reply = msg_of(me->reply, sizeof(me->reply), 0),
	};
	struct storm_place place = { &call.reply, me->reply, sizeof(me->reply) };
	uint32_t prio;
	int err;

	some_patience(me, &call.deadline, &call.flags);
	err = command(some_box(me), IPCX_IOC_CALL, &call);
	storm_called(me->storm, me->slot, err);
	if (err)
		storm_met(me->storm, "call", err, unanswered);
	else if (storm_read(&place, &prio) != id || call.reply.type != id + ANSWER)
		storm_fail(me->storm, "reply to another call", call.reply.type);
}

static void some_way(struct writer *me)
{
	unsigned int what = rand_r(&me->seed) % 64;

	if (what < 20)
		by_write(me);
	else if (what < 40)
		by_send(me, some_length(me), 0);
	else if (what < 42)
		by_send(me, STORM_LARGE + rand_r(&me->seed) % 8000, 0);
	else if (what < 46)
		by_send(me, some_length(me), 1 + rand_r(&me->seed) % 2);
	else if (what < 54)
		by_batch(me);
	else if (what < 62)
		by_call(me);
	else
		by_mistake(me);
}

/* Sends until enough has been accepted. */
void storm_send(struct storm *storm, unsigned int slot)
{
	static struct writer me;
	const struct storm_sender *sender = &storm->sender[slot];
	unsigned int i;

	me.storm = storm;
	me.slot = slot;
	me.seed = slot + 1000 * sender->next;
	for (i = 0; i < storm->plan.boxes; i++) {
		me.fd[i] = mailbox(storm->name[i], O_WRONLY);
		if (me.fd[i] < 0)
			storm_fail(storm, "open to send", me.fd[i]);
	}
	while (sender->accepted < storm->goal && sender->next + STORM_BATCH < storm->numbers &&
	       !storm->failed)
		some_way(&me);
	storm->sender[slot].done = 1;
}
