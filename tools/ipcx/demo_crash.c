// SPDX-License-Identifier: GPL-2.0-only
/* ipcx demo crash: a process is killed while it holds a lock, or owes an answer. */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "demo.h"

#define CRASH_PATIENCE	100	/* milliseconds for what would take for ever */

/*
 * struct crash - what the process that is killed has, and the one that is left
 * @ready: a wire: it has got so far as to be killed
 * @mutex: that it holds
 * @sem: System V semaphore that it holds
 * @flags: of taking that
 * @fd: of what it has received a request from, or was to answer by
 * @error: errno of who has waited for the answer
 */
struct crash {
	int ready[2];
	pthread_mutex_t *mutex;
	int sem;
	short flags;
	int fd;
	int error;
};

static struct timespec patience(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	ts.tv_nsec += CRASH_PATIENCE * 1000000;
	ts.tv_sec += ts.tv_nsec / 1000000000;
	ts.tv_nsec %= 1000000000;
	return ts;
}

/* Starts @fn, and kills it when it is ready for that. */
static void crash(child_fn fn, struct crash *c)
{
	pid_t pid;

	wire(c->ready);
	pid = child_start_doomed(fn, c);
	close(c->ready[1]);
	wire_told(c->ready[0], -1);
	child_kill(pid);
	close(c->ready[0]);
}

static void now_kill_me(const struct crash *c)
{
	wire_tell(c->ready[1]);
	for (;;)
		pause();
}

static void holds_mutex(void *arg)
{
	struct crash *c = arg;

	pthread_mutex_lock(c->mutex);
	now_kill_me(c);
}

static bool crash_plain_mutex(struct crash *c, const char *what)
{
	struct timespec end;
	int error;

	tell_does("a process locks a mutex in %s, and is killed; another one locks it, for at most "
		  "%d ms", what, CRASH_PATIENCE);
	tell_expects("ETIMEDOUT: nobody ever unlocks it");
	mutex_make(c->mutex, false);
	crash(holds_mutex, c);
	end = patience(CLOCK_REALTIME);
	error = pthread_mutex_timedlock(c->mutex, &end);
	return tell_happened(error == ETIMEDOUT, "%s", error ? errno_name(error) : "it got it");
}

static bool crash_robust_mutex(struct crash *c)
{
	int error, again = 0;

	tell_does("the same with a robust mutex (pthread_mutexattr_setrobust)");
	tell_expects("EOWNERDEAD: the kernel has seen who died; the other has the lock, mends what "
		     "it guards, and goes on (pthread_mutex_consistent)");
	mutex_make(c->mutex, true);
	crash(holds_mutex, c);
	error = pthread_mutex_lock(c->mutex);
	if (error == EOWNERDEAD) {
		pthread_mutex_consistent(c->mutex);
		pthread_mutex_unlock(c->mutex);
		again = pthread_mutex_lock(c->mutex);
		pthread_mutex_unlock(c->mutex);
	}
	return tell_happened(error == EOWNERDEAD && !again, "%s; the next to lock it: %s",
			     errno_name(error), errno_name(again));
}

static bool crash_mutexes(bool native)
{
	struct crash c = { .fd = -1 };
	const char *what;
	bool expected;

	c.mutex = memory_share(native, sizeof(*c.mutex), &what);
	expected = crash_plain_mutex(&c, what);
	expected &= crash_robust_mutex(&c);
	memory_unshare(c.mutex, native, sizeof(*c.mutex));
	return expected;
}

static int sem_take(int sem, short flags, const struct timespec *timeout)
{
	struct sembuf take = { .sem_op = -1, .sem_flg = flags };

	return semtimedop(sem, &take, 1, timeout);
}

static void holds_semaphore(void *arg)
{
	struct crash *c = arg;

	if (sem_take(c->sem, c->flags, NULL))
		demo_failed("cannot take a semaphore (semop)");
	now_kill_me(c);
}

static int sem_make(struct kept *kept)
{
	kept->id = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
	return kept->id < 0 ? -1 : 0;
}

static void sem_undo(const struct kept *kept)
{
	semctl(kept->id, 0, IPC_RMID);
}

static bool crash_semaphore(short flags, const char *how, const char *expects)
{
	const struct timespec timeout = { .tv_nsec = CRASH_PATIENCE * 1000000 };
	struct kept *kept = keep(sem_make, sem_undo);
	struct crash c = { .flags = flags };
	bool want = flags & SEM_UNDO;
	int error;

	if (!kept)
		demo_failed("cannot make a System V semaphore (semget)");
	c.sem = kept->id;
	tell_does("a process takes a System V semaphore (semop) %s, and is killed; another one "
		  "waits for it, for at most %d ms", how, CRASH_PATIENCE);
	tell_expects("%s", expects);
	/* From here on there is one to take. */
	if (semctl(c.sem, 0, SETVAL, 1))
		demo_failed("cannot set a semaphore (semctl)");
	crash(holds_semaphore, &c);
	error = sem_take(c.sem, 0, &timeout) ? errno : 0;
	keep_end();
	return tell_happened(error == (want ? 0 : EAGAIN), "%s",
			     error ? errno_name(error) : "it got it");
}

/* Takes a request, and lets nobody have the answer. */
static void takes_request(void *arg)
{
	struct crash *c = arg;
	char request[64];

	if (read(c->fd, request, sizeof(request)) < 0)
		demo_failed("cannot receive");
	now_kill_me(c);
}

static bool crash_socket(void)
{
	struct crash c;
	int pair[2];
	char reply;
	ssize_t got;
	int error;
	pid_t pid;

	tell_does("a server receives a request by a Unix socket (socketpair), and is killed before "
		  "it replies");
	tell_expects("the client's receive returns 0: nobody is there any more");
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		demo_failed("cannot make sockets");
	wire(c.ready);
	c.fd = pair[1];
	pid = child_start_doomed(takes_request, &c);
	close(c.ready[1]);
	close(pair[1]);
	if (write(pair[0], "?", 1) != 1)
		demo_failed("cannot send");
	wire_told(c.ready[0], -1);
	child_kill(pid);
	close(c.ready[0]);
	got = read(pair[0], &reply, 1);
	error = errno;
	close(pair[0]);
	return tell_happened(!got, "it returned %zd%s%s", got, got < 0 ? ": " : "",
			     got < 0 ? errno_name(error) : "");
}

/* So that it is at work on a request when it dies; who asks has no queue that tells. */
static void takes_letter(void *arg)
{
	struct crash *c = arg;
	char request[64];

	if (mq_receive(c->fd, request, sizeof(request), NULL) < 0)
		demo_failed("cannot receive");
	now_kill_me(c);
}

static mqd_t queue_make(const char *what)
{
	struct mq_attr attr = { .mq_maxmsg = 1, .mq_msgsize = 64 };
	char name[48];
	mqd_t mq;

	snprintf(name, sizeof(name), "/ipcx-demo-%s-%d", what, getpid());
	mq = mq_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600, &attr);
	if (mq < 0)
		demo_failed("cannot make a POSIX queue (mq_open)");
	mq_unlink(name);
	return mq;
}

static bool crash_queue(void)
{
	mqd_t request = queue_make("request"), reply = queue_make("reply");
	struct crash c = { .fd = request };
	struct timespec end;
	char text[64];
	int error;

	tell_does("the same by two POSIX queues (mq_open); the client waits for at most %d ms",
		  CRASH_PATIENCE);
	tell_expects("ETIMEDOUT: a queue does not know who was to send, and nobody tells");
	if (mq_send(request, "?", 1, 0))
		demo_failed("cannot send");
	crash(takes_letter, &c);
	end = patience(CLOCK_REALTIME);
	error = mq_timedreceive(reply, text, sizeof(text), NULL, &end) < 0 ? errno : 0;
	mq_close(request);
	mq_close(reply);
	return tell_happened(error == ETIMEDOUT, "%s", error ? errno_name(error) : "a reply came");
}

static bool crash_native(void)
{
	bool expected = crash_mutexes(true);

	expected &= crash_semaphore(0, "without SEM_UNDO",
				    "EAGAIN, as semtimedop() has it: nobody ever gives it back");
	expected &= crash_semaphore(SEM_UNDO, "with SEM_UNDO",
				    "it gets it: the kernel has undone what the dead one did, but "
				    "does not tell that it died");
	expected &= crash_socket();
	expected &= crash_queue();
	return expected;
}

static int server_endpoint(const char *name)
{
	int fd = ipcx_mailbox(name, O_RDONLY | O_CREAT | O_CLOEXEC, 0);

	if (fd < 0)
		bind_failed(name, IPCX_KIND_MAILBOX, O_RDONLY | O_CREAT);
	return fd;
}

/* The right to reply dies with the last descriptor of the endpoint that received the request. */
static void takes_call(void *arg)
{
	struct crash *c = arg;
	struct ipcx_recv recv = { .flags = 0 };
	char request[64];

	recv.msg.data = (__u64)(uintptr_t)request;
	recv.msg.len = sizeof(request);
	if (ipcx_recvmsg(c->fd, &recv))
		demo_failed("cannot receive");
	now_kill_me(c);
}

static void calls(void *arg)
{
	struct crash *c = arg;
	char reply[64];

	c->error = ipcx_call(c->fd, "?", 1, reply, sizeof(reply)) < 0 ? errno : 0;
}

/* The client is a process of its own, as the server is to be killed while that one waits. */
static bool crash_call(void)
{
	struct crash *client = notebook(sizeof(*client)), server = { .fd = -1 };
	char name[IPCX_NAME_SIZE];
	pid_t pid, caller;
	int error;

	tell_does("a server receives a call (ipcx_call), and is killed before it replies");
	tell_expects("ECONNRESET for the client: the right to reply died with the server");
	demo_mailbox_name(name, "crash");
	server.fd = server_endpoint(name);
	client->fd = ipcx_mailbox(name, O_WRONLY | O_CLOEXEC, 0);
	if (client->fd < 0)
		bind_failed(name, IPCX_KIND_MAILBOX, O_WRONLY);
	wire(server.ready);
	pid = child_start_doomed(takes_call, &server);
	/* From here on, only the server has what it receives by. */
	close(server.fd);
	close(server.ready[1]);
	caller = child_start(calls, client);
	wire_told(server.ready[0], -1);
	child_kill(pid);
	children_wait(&caller, 1);
	error = client->error;
	close(server.ready[0]);
	close(client->fd);
	notebook_close(client, sizeof(*client));
	return tell_happened(error == ECONNRESET, "%s", error ? errno_name(error) : "a reply came");
}

static void opens_and_dies(void *arg)
{
	struct crash *c = arg;

	now_kill_me(c);
}

/* What is left of a mailbox whose sender is killed: with a hang-up, and without */
static bool crash_box(bool hangup)
{
	struct ipcx_bind bind = {
		.kind = IPCX_KIND_MAILBOX,
		.flags = IPCX_BIND_CREATE | (hangup ? IPCX_BIND_HANGUP : 0),
	};
	struct ipcx_recv recv = { .flags = 0 };
	char name[IPCX_NAME_SIZE], text[64];
	struct crash c;
	int in, error;
	pid_t pid;

	tell_does("who was to send to a mailbox%s is killed; the receiver waits for at most %d ms",
		  hangup ? " made with IPCX_BIND_HANGUP" : "", CRASH_PATIENCE);
	tell_expects("%s", hangup ? "EPIPE at once: the last sender has gone" :
		     "ETIMEDOUT: others might still come");
	demo_mailbox_name(name, "box");
	in = device_open(O_RDONLY);
	if (object_bind(in, name, &bind))
		bind_failed(name, IPCX_KIND_MAILBOX, O_RDONLY | O_CREAT);
	c.fd = ipcx_mailbox(name, O_WRONLY | O_CLOEXEC, 0);
	if (c.fd < 0)
		bind_failed(name, IPCX_KIND_MAILBOX, O_WRONLY);
	wire(c.ready);
	pid = child_start_doomed(opens_and_dies, &c);
	close(c.fd);
	close(c.ready[1]);
	wire_told(c.ready[0], -1);
	child_kill(pid);
	close(c.ready[0]);
	recv.msg.data = (__u64)(uintptr_t)text;
	recv.msg.len = sizeof(text);
	recv.deadline = ipcx_deadline(CRASH_PATIENCE * 1000000ull);
	error = ipcx_recvmsg(in, &recv) ? errno : 0;
	close(in);
	return tell_happened(error == (hangup ? EPIPE : ETIMEDOUT), "%s",
			     error ? errno_name(error) : "a message came");
}

static bool crash_ipcx(void)
{
	bool expected = crash_mutexes(false);

	expected &= crash_call();
	expected &= crash_box(false);
	expected &= crash_box(true);
	return expected;
}

const struct demo demo_crash = {
	.name = "crash",
	.claim = "who dies with a lock, or owing a reply, leaves others waiting, or they are told",
	.ipcx = crash_ipcx,
	.native = crash_native,
};
