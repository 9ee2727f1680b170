// SPDX-License-Identifier: GPL-2.0-only
/*
 * A receiver in a storm: it takes messages in all the ways there are, and answers requests.
 */
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "storm.h"

/* A call that waits for its reply */
struct request {
	uint64_t token;
	unsigned int id;
	uint32_t room;
};

/**
 * struct reader - a receiver at work
 * @storm: storm
 * @slot: which one it is
 * @notes: its notes
 * @seed: what it does next
 * @fd: mailbox
 * @fds: descriptors that have come
 * @requests: not answered yet
 * @pending: how many those are
 * @scrap: for what is not to be received
 * @letter: payload of a reply
 * @fixed: an argument that nothing can be written to
 */
struct reader {
	struct storm *storm;
	unsigned int slot;
	struct storm_receiver *notes;
	unsigned int seed;
	int fd;
	int fds[IPCX_FDS_MAX];
	struct request requests[2 * STORM_BATCH];
	unsigned int pending;
	uint64_t scrap[STORM_ROOM / sizeof(uint64_t)];
	uint64_t letter[STORM_SMALL / sizeof(uint64_t)];
	struct ipcx_recv *fixed;
};

static const int expected[] = { EINTR, EAGAIN, ETIMEDOUT, EMSGSIZE, EMFILE, 0 };
static const int misled[] = { EFAULT, EINTR, EAGAIN, ETIMEDOUT, EMSGSIZE, EMFILE, 0 };

static void may_have_files(bool may)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = may ? limit.rlim_max : 0;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static void open_box(struct reader *me)
{
	me->fd = mailbox(me->storm->name[me->slot % me->storm->plan.boxes], O_RDONLY);
	if (me->fd < 0)
		storm_fail(me->storm, "open to receive", me->fd);
}

/* The descriptors that came must be those that are sent, in their order. */
static void take_files(struct reader *me, unsigned int nfds)
{
	struct stat stat;
	unsigned int i;

	for (i = 0; i < nfds; i++) {
		if (i > 1 || fstat(me->fds[i], &stat) || stat.st_ino != me->storm->inode[i])
			storm_fail(me->storm, "another file", i);
		close(me->fds[i]);
	}
}

/* Called before what came is noted: it is what the next receive overwrites. */
static void take_request(struct reader *me, const struct ipcx_msg *msg, const uint64_t *letter,
			 uint64_t token, uint32_t room)
{
	if (!token)
		return;
	if (msg->prio == 0)
		storm_fail(me->storm, "token with what was written", token);
	me->requests[me->pending++] = (struct request) { token, (uint32_t)letter[0], room };
}

static void failed(struct reader *me, const char *what, int err, const int *errors)
{
	storm_met(me->storm, what, err, errors);
	/* It goes on with as many descriptors as it needs. */
	if (err == -EMFILE)
		may_have_files(true);
}

static struct ipcx_recv ready(struct reader *me, void *letter, uint32_t room)
{
	struct ipcx_recv recv = { .msg = msg_of(letter, room, 0) };

	recv.msg.fds = (uintptr_t)me->fds;
	recv.msg.nfds = IPCX_FDS_MAX;
	return recv;
}

/* What the argument is about is in the notes already. */
static int receive(struct reader *me, unsigned long cmd, void *arg, struct ipcx_recv *recv,
		   const int *errors)
{
	struct storm_place place = {
		.msg = &recv->msg,
		.letter = (uint64_t *)(uintptr_t)recv->msg.data,
		.room = recv->msg.len,
	};
	unsigned int nfds = 0;
	int err;

	storm_expect(me->notes, &place, 1);
	err = command(me->fd, cmd, arg);
	if (!err) {
		nfds = recv->msg.nfds;
		take_request(me, &recv->msg, place.letter, recv->token, recv->reply_room);
	}
	storm_got(me->storm, me->slot, !err);
	take_files(me, nfds);
	if (err)
		failed(me, "receive", err, errors);
	return err;
}

static void receive_one(struct reader *me, uint32_t room, uint32_t flags)
{
	me->notes->recv = ready(me, me->notes->large, room);
	me->notes->recv.flags = flags;
	receive(me, IPCX_IOC_RECV, &me->notes->recv, &me->notes->recv, expected);
}

/* Waits briefly only: those it wants may wait for others to be received. */
static void receive_some_type(struct reader *me)
{
	struct ipcx_recv *recv = &me->notes->recv;

	*recv = ready(me, me->notes->large, STORM_ROOM);
	recv->select = 1 + rand_r(&me->seed) % 3;
	recv->select_type = rand_r(&me->seed) % (STORM_SENDERS + 1);
	if (storm_chance(&me->seed, 2))
		recv->flags = IPCX_DONTWAIT;
	else
		recv->deadline = after_ms(1);
	receive(me, IPCX_IOC_RECV, recv, recv, expected);
}

/* What is longer than there is memory stays. */
static void receive_at_the_edge(struct reader *me)
{
	char *end = me->notes->large + STORM_ROOM;

	me->notes->recv = ready(me, end - 64, STORM_ROOM);
	receive(me, IPCX_IOC_RECV, &me->notes->recv, &me->notes->recv, misled);
}

/* Nothing is received: what it would have told is overwritten by nobody. */
static void receive_nowhere(struct reader *me)
{
	struct ipcx_recv recv = ready(me, me->scrap, STORM_ROOM);
	struct ipcx_recv *arg = &recv;
	int err;

	switch (rand_r(&me->seed) % 4) {
	case 0:
		recv.msg.data = (uintptr_t)UNMAPPED;
		break;
	case 1:
		arg = UNMAPPED;
		break;
	case 2:
		arg = me->fixed;
		break;
	case 3:
		err = read(me->fd, me->fixed, STORM_ROOM) < 0 ? -errno : 0;
		goto out;
	}
	err = command(me->fd, IPCX_IOC_RECV, arg);
out:
	if (err)
		failed(me, "receive nowhere", err, misled);
	else
		storm_fail(me->storm, "received nowhere", 0);
}

static void peek(struct reader *me)
{
	struct ipcx_recv recv = ready(me, me->scrap, STORM_ROOM);
	struct storm_place place = { &recv.msg, me->scrap, STORM_ROOM };
	uint32_t prio;
	int64_t id;
	int err;

	recv.flags = IPCX_PEEK | IPCX_DONTWAIT;
	err = command(me->fd, IPCX_IOC_RECV, &recv);
	if (err) {
		failed(me, "peek", err, expected);
		return;
	}
	id = storm_read(&place, &prio);
	if (id < 0 || !me->storm->fate[id] || recv.token)
		storm_fail(me->storm, "peek", id);
}

/* Whoever waits for a reply to what was read is told. */
static void receive_by_read(struct reader *me)
{
	struct storm_place place = {
		.letter = (uint64_t *)me->notes->large,
		.room = STORM_ROOM,
	};
	ssize_t len;
	int err;

	storm_expect(me->notes, &place, 1);
	len = read(me->fd, place.letter, place.room);
	err = len < 0 ? -errno : 0;
	if (!err && (uint64_t)len != place.letter[1])
		storm_fail(me->storm, "read of another length", len);
	storm_got(me->storm, me->slot, !err);
	if (err)
		failed(me, "read", err, expected);
}

static void receive_batch(struct reader *me)
{
	struct ipcx_recv_batch batch = { .msgs = (uintptr_t)me->notes->batch };
	struct storm_place places[STORM_BATCH];
	struct ipcx_received *in = me->notes->batch;
	const int *errors = expected;
	int i, got;

	batch.count = 2 + rand_r(&me->seed) % (STORM_BATCH - 2);
	batch.flags = storm_chance(&me->seed, 4) ? IPCX_TRUNCATE : 0;
	batch.flags |= storm_chance(&me->seed, 2) ? IPCX_DONTWAIT : 0;
	for (i = 0; i < (int)batch.count; i++) {
		in[i] = (struct ipcx_received) { .msg = { .len = STORM_SMALL } };
		if (storm_chance(&me->seed, 16))
			in[i].msg.len = 64;
		in[i].msg.data = (uintptr_t)me->notes->small[i];
		places[i] = (struct storm_place) {
			&in[i].msg, me->notes->small[i], in[i].msg.len,
		};
	}
	if (me->storm->plan.deadly && storm_chance(&me->seed, 8)) {
		in[rand_r(&me->seed) % batch.count].msg.data = (uintptr_t)UNMAPPED;
		errors = misled;
	}
	storm_expect(me->notes, places, batch.count);
	got = command(me->fd, IPCX_IOC_RECV_BATCH, &batch);
	for (i = 0; i < got; i++)
		take_request(me, &in[i].msg, places[i].letter, in[i].token, in[i].reply_room);
	storm_got(me->storm, me->slot, got < 0 ? 0 : got);
	if (got <= 0)
		failed(me, "receive batch", got, errors);
}

/* Answers the last request, or finds that nobody waits for it any more. */
static void answer_one(struct reader *me)
{
	static const int errors[] = { EFAULT, ESRCH, EINTR, EMSGSIZE, EMFILE, 0 };
	struct request *request = &me->requests[--me->pending];
	struct ipcx_reply *reply = &me->notes->reply;
	size_t len = STORM_LEAST + rand_r(&me->seed) % (request->room - STORM_LEAST);
	int err;

	storm_write(me->letter, len, request->id, 1);
	memset(reply, 0, sizeof(*reply));
	reply->token = request->token;
	reply->msg = msg_of(me->letter, len, request->id + ANSWER);
	reply->msg.prio = 1;
	if (storm_chance(&me->seed, 16))
		reply->msg.data = (uintptr_t)UNMAPPED;
	if (storm_chance(&me->seed, 2)) {
		reply->flags = IPCX_REPLY_RECV;
		reply->next = ready(me, me->notes->large, STORM_ROOM);
		err = receive(me, IPCX_IOC_REPLY, reply, &reply->next, errors);
	} else {
		err = command(me->fd, IPCX_IOC_REPLY, reply);
		if (err && err != -ESRCH && err != -EFAULT)
			storm_fail(me->storm, "reply", err);
	}
	/* It is still to be answered if the answer was nowhere. */
	if (err == -EFAULT && reply->token)
		me->pending++;
}

/* A server that leaves: whoever waits for a reply is told. */
static void come_back(struct reader *me)
{
	may_have_files(true);
	close(me->fd);
	me->pending = 0;
	open_box(me);
}

static void answer_all(struct reader *me)
{
	if (storm_chance(&me->seed, 32)) {
		come_back(me);
		return;
	}
	/* An answer can bring another request. */
	while (me->pending && !me->storm->over)
		answer_one(me);
}

/* What makes messages go back, and come again */
static void some_trouble(struct reader *me)
{
	switch (rand_r(&me->seed) % 4) {
	case 0:
		receive_at_the_edge(me);
		break;
	case 1:
		receive_nowhere(me);
		break;
	case 2:
		may_have_files(false);
		break;
	case 3:
		come_back(me);
		break;
	}
}

static void some_way(struct reader *me)
{
	unsigned int what = rand_r(&me->seed) % 32;

	if (what < 10)
		receive_one(me, STORM_ROOM, 0);
	else if (what < 12)
		receive_one(me, 64, IPCX_TRUNCATE);
	else if (what < 14)
		receive_one(me, 128, IPCX_DONTWAIT);
	else if (what < 19)
		receive_by_read(me);
	else if (what < 24)
		receive_batch(me);
	else if (what < 27)
		receive_some_type(me);
	else if (what < 29)
		peek(me);
	else if (me->storm->plan.deadly)
		some_trouble(me);
}

/* Receives until the storm is over; what is left is for storm_drain(). */
void storm_receive(struct storm *storm, unsigned int slot)
{
	static struct reader me;

	me.storm = storm;
	me.slot = slot;
	me.notes = &storm->receiver[slot];
	me.seed = slot + me.notes->ticket;
	me.fixed = shared(sizeof(*me.fixed));
	*me.fixed = ready(&me, me.scrap, STORM_ROOM);
	mprotect(me.fixed, sizeof(*me.fixed), PROT_READ);
	open_box(&me);
	while (!__atomic_load_n(&storm->over, __ATOMIC_ACQUIRE) && !storm->failed) {
		some_way(&me);
		if (me.pending)
			answer_all(&me);
	}
}

unsigned int storm_drain(struct storm *storm, unsigned int slot)
{
	struct reader me = { .storm = storm, .slot = slot, .notes = &storm->receiver[slot] };
	unsigned int count = 0;

	open_box(&me);
	for (;;) {
		me.notes->recv = ready(&me, me.notes->large, STORM_ROOM);
		me.notes->recv.flags = IPCX_DONTWAIT;
		if (receive(&me, IPCX_IOC_RECV, &me.notes->recv, &me.notes->recv, expected))
			break;
		me.pending = 0;
		count++;
	}
	close(me.fd);
	return count;
}
