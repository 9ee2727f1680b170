// SPDX-License-Identifier: GPL-2.0-only
/*
 * A plan is carried out, on the module and on the model at the same time, and after each op they
 * are compared: what it has come to, for whom; who waits; what is there.
 */
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <time.h>

#include <linux/sockios.h>

#include "ipcx_test.h"
#include "model_mailbox.h"
#include "model_run.h"

/* No token is that large before the machine is very old. */
#define NO_TOKEN	UINT64_MAX

/**
 * struct actor - one who does what the plan says
 * @go: it has something to do
 * @done: it has done it
 * @thread: that waits, unless it is the one who never does
 * @op: what it does
 * @fd: through which descriptor
 * @token: OP_REPLY: to which
 * @outcome: what came of it, but for the ids of messages, which their payloads tell
 * @tokens: of the requests among those
 * @data: payloads, to send and as received
 */
struct actor {
	sem_t go;
	sem_t done;
	pthread_t thread;
	const struct op *op;
	int fd;
	uint64_t token;
	struct outcome outcome;
	uint64_t tokens[MODEL_BATCH];
	uint8_t (*data)[MODEL_SIZE];
};

/**
 * struct run - a plan that is being carried out
 * @model: what should be
 * @name: of the mailbox
 * @fd: ends, or -1
 * @actor: who does what
 * @token: of the last request of each that was received
 * @patience: nanoseconds to wait for what is due
 * @report: what is wrong is told here
 */
struct run {
	struct model model;
	const char *name;
	int fd[MODEL_ENDS];
	struct actor actor[MODEL_ACTORS];
	uint64_t token[MODEL_WAITERS];
	uint64_t patience;
	FILE *report;
};

/* Doing it */

static void *address(const struct actor *actor, unsigned int i)
{
	return i >= actor->op->bad ? UNMAPPED : actor->data[i];
}

static uint64_t deadline(const struct op *op)
{
	return op->how == HOW_EXPIRED ? 1 : 0;
}

static uint32_t flags(const struct op *op)
{
	return op->how == HOW_DONTWAIT ? IPCX_DONTWAIT : 0;
}

/* Message @i is ready to be sent. */
static struct ipcx_msg outgoing(const struct actor *actor, unsigned int i)
{
	const struct op_msg *from = &actor->op->msg[i];
	struct ipcx_msg msg = msg_of(address(actor, i), from->len, from->type);

	msg.prio = from->prio;
	fill(actor->data[i], from->len, from->id);
	return msg;
}

static void got(struct actor *actor, const struct ipcx_msg *msg, uint64_t token)
{
	unsigned int i = actor->outcome.count++;

	actor->tokens[i] = token;
	actor->outcome.got[i] = (struct op_got) {
		.msg = { .type = msg->type, .prio = msg->prio, .len = msg->len },
		.cut = msg->flags & IPCX_MSG_TRUNCATED,
		.request = token,
	};
}

static int64_t act_send(struct actor *actor)
{
	struct ipcx_send send = {
		.msg = outgoing(actor, 0),
		.deadline = deadline(actor->op),
		.flags = flags(actor->op) | IPCX_NOSIGNAL,
	};

	return command(actor->fd, IPCX_IOC_SEND, &send);
}

static int64_t act_write(struct actor *actor)
{
	struct iovec iov = { address(actor, 0), actor->op->msg[0].len };
	ssize_t ret;

	outgoing(actor, 0);
	ret = pwritev2(actor->fd, &iov, 1, -1, RWF_NOWAIT);
	return ret < 0 ? -errno : ret;
}

static int64_t act_send_batch(struct actor *actor)
{
	struct ipcx_msg msgs[MODEL_BATCH];
	struct ipcx_send_batch batch = {
		.msgs = (uintptr_t)msgs,
		.count = actor->op->count,
		.deadline = deadline(actor->op),
		.flags = flags(actor->op) | IPCX_NOSIGNAL,
	};
	unsigned int i;

	for (i = 0; i < actor->op->count; i++)
		msgs[i] = outgoing(actor, i);
	return command(actor->fd, IPCX_IOC_SEND_BATCH, &batch);
}

static int64_t act_call(struct actor *actor)
{
	struct ipcx_call call = {
		.request = outgoing(actor, 0),
		.reply = msg_of(actor->data[1], actor->op->reply_room, 0),
		.deadline = deadline(actor->op),
		.flags = flags(actor->op),
	};
	int err = command(actor->fd, IPCX_IOC_CALL, &call);

	if (!err) {
		got(actor, &call.reply, 0);
		memcpy(actor->data[0], actor->data[1], call.reply.len);
	}
	return err;
}

static struct ipcx_recv incoming(const struct actor *actor)
{
	const struct op *op = actor->op;

	return (struct ipcx_recv) {
		.msg = msg_of(address(actor, 0), op->wanted.room[0], 0),
		.deadline = deadline(op),
		.flags = flags(op) | (op->wanted.truncate ? IPCX_TRUNCATE : 0) |
			 (op->kind == OP_PEEK ? IPCX_PEEK : 0),
		.select = op->wanted.select,
		.select_type = op->wanted.type,
	};
}

static int64_t came(struct actor *actor, const struct ipcx_recv *recv, int err)
{
	if (err == -EMSGSIZE)
		actor->outcome.need = recv->msg.len;
	if (!err)
		got(actor, &recv->msg, recv->token);
	return err;
}

static int64_t act_recv(struct actor *actor)
{
	struct ipcx_recv recv = incoming(actor);

	return came(actor, &recv, command(actor->fd, IPCX_IOC_RECV, &recv));
}

static int64_t act_read(struct actor *actor)
{
	struct iovec iov = { address(actor, 0), actor->op->wanted.room[0] };
	ssize_t ret = preadv2(actor->fd, &iov, 1, -1, RWF_NOWAIT);

	return ret < 0 ? -errno : ret;
}

static int64_t act_recv_batch(struct actor *actor)
{
	const struct op *op = actor->op;
	struct ipcx_received msgs[MODEL_BATCH];
	struct ipcx_recv_batch batch = {
		.msgs = (uintptr_t)msgs,
		.count = op->count,
		.deadline = deadline(op),
		.flags = flags(op) | (op->wanted.truncate ? IPCX_TRUNCATE : 0),
		.select = op->wanted.select,
		.select_type = op->wanted.type,
	};
	int i, n;

	memset(msgs, 0, sizeof(msgs));
	for (i = 0; i < (int)op->count; i++)
		msgs[i].msg = msg_of(address(actor, i), op->wanted.room[i], 0);
	n = command(actor->fd, IPCX_IOC_RECV_BATCH, &batch);
	for (i = 0; i < n; i++)
		got(actor, &msgs[i].msg, msgs[i].token);
	if (n == -EMSGSIZE)
		actor->outcome.need = msgs[0].msg.len;
	return n;
}

static int64_t act_reply(struct actor *actor)
{
	struct ipcx_reply reply = { .token = actor->token, .msg = outgoing(actor, 0) };
	int err;

	if (actor->op->kind == OP_REPLY)
		return command(actor->fd, IPCX_IOC_REPLY, &reply);
	reply.flags = IPCX_REPLY_RECV;
	reply.next = incoming(actor);
	err = command(actor->fd, IPCX_IOC_REPLY, &reply);
	return reply.token ? err : came(actor, &reply.next, err);
}

static int64_t act_limit(struct actor *actor)
{
	struct ipcx_limit limit = {
		.max_msgs = actor->op->max_msgs,
		.max_msg_size = actor->op->max_msg_size,
		.max_bytes = actor->op->max_bytes,
	};

	return command(actor->fd, IPCX_IOC_LIMIT, &limit);
}

static void act(struct actor *actor)
{
	static int64_t (*const acts[OP_KINDS])(struct actor *actor) = {
		[OP_SEND] = act_send, [OP_CALL] = act_call, [OP_WRITE] = act_write,
		[OP_SEND_BATCH] = act_send_batch, [OP_RECV] = act_recv, [OP_PEEK] = act_recv,
		[OP_READ] = act_read, [OP_RECV_BATCH] = act_recv_batch, [OP_REPLY] = act_reply,
		[OP_REPLY_RECV] = act_reply, [OP_LIMIT] = act_limit,
	};

	memset(&actor->outcome, 0, sizeof(actor->outcome));
	actor->outcome.result = acts[actor->op->kind](actor);
}

static void *act_for_ever(void *arg)
{
	struct actor *actor = arg;

	for (;;) {
		sem_wait(&actor->go);
		act(actor);
		sem_post(&actor->done);
	}
	return NULL;
}

/* What is done to the ends, and to those who wait */
static int64_t act_for(struct run *run, const struct op *op)
{
	struct ipcx_bind bind = mailbox_bind(run->name, 0);

	switch (op->kind) {
	case OP_OPEN:
		run->fd[op->end] = bound(op->oflag, &bind);
		return run->fd[op->end] < 0 ? run->fd[op->end] : 0;
	case OP_CLOSE:
		close(run->fd[op->end]);
		run->fd[op->end] = -1;
		return 0;
	case OP_UNLINK:
		return unlink_name(run->name);
	default:
		return -pthread_kill(run->actor[op->whom].thread, SIGUSR1);
	}
}

static void start(struct run *run, const struct op *op)
{
	struct actor *actor = &run->actor[op->actor];

	actor->op = op;
	actor->fd = run->fd[op->kind == OP_LIMIT ? 0 : op->end];
	actor->token = run->token[op->whom];
	switch (op->kind) {
	case OP_OPEN:
	case OP_CLOSE:
	case OP_UNLINK:
	case OP_INTERRUPT:
		memset(&actor->outcome, 0, sizeof(actor->outcome));
		actor->outcome.result = act_for(run, op);
		sem_post(&actor->done);
		break;
	default:
		if (op->actor != MODEL_MAIN) {
			sem_post(&actor->go);
			break;
		}
		act(actor);
		sem_post(&actor->done);
	}
}

/* Comparing. Each says what is wrong, if anything is. */

static bool is_content(const struct actor *actor, unsigned int i, const struct op_got *got)
{
	uint32_t room = actor->op->kind == OP_CALL ? actor->op->reply_room :
			actor->op->wanted.room[i];
	static uint8_t whole[MODEL_SIZE];

	fill(whole, got->msg.len, got->msg.id);
	return !memcmp(whole, actor->data[i], got->msg.len < room ? got->msg.len : room);
}

static bool is_got(const struct actor *actor, unsigned int i, const struct op_got *got)
{
	const struct op_got *real = &actor->outcome.got[i];

	return real->msg.type == got->msg.type && real->msg.prio == got->msg.prio &&
	       real->msg.len == got->msg.len && real->cut == got->cut &&
	       (real->request == got->request || actor->op->kind == OP_PEEK) &&
	       is_content(actor, i, got);
}

/* read() does not tell more than the payload. */
static bool is_read(const struct actor *actor, const struct outcome *expected)
{
	return actor->outcome.result == expected->result &&
	       (!expected->count || is_content(actor, 0, &expected->got[0]));
}

static bool is_outcome(const struct actor *actor, const struct outcome *expected)
{
	const struct outcome *real = &actor->outcome;
	unsigned int i;

	if (actor->op->kind == OP_READ)
		return is_read(actor, expected);
	if (real->result != expected->result || real->need != expected->need ||
	    real->count != expected->count)
		return false;
	for (i = 0; i < real->count; i++)
		if (!is_got(actor, i, &expected->got[i]))
			return false;
	return true;
}

static bool check_outcome(struct run *run, unsigned int i)
{
	const struct outcome *expected = &run->model.actor[i].outcome;
	const struct actor *actor = &run->actor[i];

	if (is_outcome(actor, expected))
		return true;
	fprintf(run->report, "actor %u, which has asked to ", i);
	op_print(actor->op, run->report);
	fputs("\n\tgot      ", run->report);
	outcome_print(&actor->outcome, run->report);
	fputs("\n\tand not  ", run->report);
	outcome_print(expected, run->report);
	fputc('\n', run->report);
	return false;
}

/* Each receiver of a request has a token for it. */
static void note_tokens(struct run *run, unsigned int i)
{
	const struct outcome *expected = &run->model.actor[i].outcome;
	const struct actor *actor = &run->actor[i];
	unsigned int n, whom;

	for (n = 0; n < actor->outcome.count; n++) {
		uint64_t id = expected->got[n].msg.id;

		for (whom = 0; actor->tokens[n] && whom < MODEL_WAITERS; whom++) {
			const struct op *asked = run->actor[whom].op;

			if (asked && asked->kind == OP_CALL && asked->msg[0].id == id)
				run->token[whom] = actor->tokens[n];
		}
	}
}

static bool check_ended(struct run *run, unsigned int i)
{
	uint64_t end = now_ns() + run->patience;
	struct timespec until = { .tv_sec = end / SEC, .tv_nsec = end % SEC };

	while (sem_clockwait(&run->actor[i].done, CLOCK_MONOTONIC, &until)) {
		if (errno == EINTR)
			continue;
		fprintf(run->report, "actor %u still waits, and should have got ", i);
		outcome_print(&run->model.actor[i].outcome, run->report);
		fputc('\n', run->report);
		return false;
	}
	if (!check_outcome(run, i))
		return false;
	note_tokens(run, i);
	return true;
}

static bool check_waiting(struct run *run, unsigned int i)
{
	if (sem_trywait(&run->actor[i].done))
		return true;
	fprintf(run->report, "actor %u should wait, and got ", i);
	outcome_print(&run->actor[i].outcome, run->report);
	fputc('\n', run->report);
	return false;
}

static bool is_state(const struct ipcx_stat *stat, const struct model *model)
{
	return stat->msgs == model->queued && stat->bytes == model_bytes(model) &&
	       stat->receivers == model_count(model, STATE_RECEIVING) &&
	       stat->senders == model_count(model, STATE_SENDING) &&
	       stat->max_msgs == model->max_msgs && stat->max_msg_size == model->max_msg_size &&
	       stat->max_bytes == model->max_bytes;
}

/* Those who are to wait may take a moment until they do. */
static bool check_state(struct run *run)
{
	const struct model *model = &run->model;
	uint64_t began = now_ns();
	struct ipcx_stat stat;

	while (stat = stat_of(run->fd[0]), !is_state(&stat, model)) {
		if (now_ns() - began < run->patience) {
			sched_yield();
			continue;
		}
		fprintf(run->report, "there are %u messages of %llu bytes, %u receivers, ",
			stat.msgs, (unsigned long long)stat.bytes, stat.receivers);
		fprintf(run->report, "%u senders", stat.senders);
		fprintf(run->report, "; and not %u of %llu, %u, %u\n", model->queued,
			(unsigned long long)model_bytes(model), model_count(model, STATE_RECEIVING),
			model_count(model, STATE_SENDING));
		return false;
	}
	return true;
}

static bool check_stats(struct run *run)
{
	const struct model *model = &run->model;
	struct ipcx_stats stats = stats_of(run->fd[0]);

	if (stats.sent == model->sent && stats.received == model->received &&
	    stats.dropped == model->dropped && stats.replies == model->replies)
		return true;
	fprintf(run->report, "%llu were sent, %llu received, %llu dropped, %llu replied",
		stats.sent, stats.received, stats.dropped, stats.replies);
	fprintf(run->report, "; and not %llu, %llu, %llu, %llu\n",
		(unsigned long long)model->sent, (unsigned long long)model->received,
		(unsigned long long)model->dropped, (unsigned long long)model->replies);
	return false;
}

static bool check_end(struct run *run, unsigned int i)
{
	struct pollfd poll_fd = { .fd = run->fd[i], .events = POLLIN | POLLOUT };
	short events = model_poll(&run->model, i);
	uint32_t expected = model_first(&run->model);
	int first = 0, bytes;

	if (poll(&poll_fd, 1, 0) < 0 || poll_fd.revents != events) {
		fprintf(run->report, "end %u polls %#x and not %#x\n", i, poll_fd.revents, events);
		return false;
	}
	if (run->model.end[i].reads && (ioctl(run->fd[i], FIONREAD, &first) ||
					(uint32_t)first != expected)) {
		fprintf(run->report, "end %u has %d bytes to read and not %u\n", i, first,
			expected);
		return false;
	}
	if (ioctl(run->fd[i], TIOCOUTQ, &bytes) ||
	    (uint64_t)bytes != model_bytes(&run->model)) {
		fprintf(run->report, "end %u has %d bytes queued\n", i, bytes);
		return false;
	}
	return true;
}

static bool check_all(struct run *run)
{
	unsigned int i;

	for (i = 0; i < MODEL_ACTORS; i++)
		if (run->model.actor[i].ended && !check_ended(run, i))
			return false;
	if (!check_state(run) || !check_stats(run))
		return false;
	for (i = 0; i < MODEL_WAITERS; i++)
		if (run->model.actor[i].state != STATE_IDLE && !check_waiting(run, i))
			return false;
	for (i = 0; i < MODEL_ENDS; i++)
		if (run->model.end[i].open && !check_end(run, i))
			return false;
	return true;
}

static void run_begin(struct run *run, const struct plan *plan, const char *name, FILE *report)
{
	struct ipcx_bind bind = mailbox_bind(name, IPCX_BIND_CREATE | IPCX_BIND_PERSIST);
	unsigned int i;

	handle(SIGUSR1, 0);
	/* With EPIPE, write() has a signal that cannot be had without. */
	signal(SIGPIPE, SIG_IGN);
	memset(run, 0, sizeof(*run));
	run->name = name;
	run->report = report;
	model_init(&run->model, plan);
	for (i = 0; i < MODEL_ACTORS; i++) {
		struct actor *actor = &run->actor[i];

		actor->data = calloc(MODEL_BATCH, sizeof(*actor->data));
		if (!actor->data || sem_init(&actor->go, 0, 0) || sem_init(&actor->done, 0, 0) ||
		    (i != MODEL_MAIN &&
		     pthread_create(&actor->thread, NULL, act_for_ever, actor)))
			abort();
	}
	for (i = 0; i < MODEL_WAITERS; i++)
		run->token[i] = NO_TOKEN;
	if (plan->hangup)
		bind.flags |= IPCX_BIND_HANGUP;
	if (plan->many_prios)
		bind.flags |= IPCX_BIND_MANY_PRIOS;
	bind.max_msgs = plan->max_msgs;
	bind.max_msg_size = plan->max_msg_size;
	bind.max_bytes = plan->max_bytes;
	for (i = 0; i < MODEL_ENDS; i++)
		run->fd[i] = -1;
	run->fd[0] = bound(plan->first, &bind);
	if (run->fd[0] < 0)
		abort();
}

void model_run(const struct plan *plan, const char *name, uint64_t patience, FILE *report,
	       unsigned int *agreed)
{
	static struct run run;

	run_begin(&run, plan, name, report);
	run.patience = patience;
	for (*agreed = 0; *agreed < plan->count; ++*agreed) {
		const struct op *op = &plan->ops[*agreed];

		if (!model_do(&run.model, op))
			continue;
		start(&run, op);
		if (!check_all(&run))
			break;
	}
}
