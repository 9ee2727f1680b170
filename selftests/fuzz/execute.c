// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs programs: each actor is a thread, does its calls one after the other, and is interrupted
 * when one takes long, so that whatever waits ends.
 */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>

#include "fuzz.h"

/* How long a call may wait: long enough for the other actor to come */
#define PATIENCE_NS	4000000
/* Until a program has hung, in seconds */
#define DEADLINE	60

static struct {
	const struct program *program;
	struct cover *cover;
	unsigned int fresh;
	pthread_barrier_t start, end;
	int slots[SLOTS];
	uint64_t token, seq;
	int files[8];
	int control;		/* an endpoint that stays unbound */
	int netlink;
	uint16_t family;
} run;

int execute_slot(unsigned int slot)
{
	return __atomic_load_n(&run.slots[slot % SLOTS], __ATOMIC_RELAXED);
}

static void put_slot(unsigned int slot, int fd)
{
	int old;

	if (fd < 0)
		return;
	old = __atomic_exchange_n(&run.slots[slot % SLOTS], fd, __ATOMIC_RELAXED);
	if (old >= 0)
		close(old);
}

static uint64_t time_of(uint64_t value)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	switch (value) {
	case 2:
		return now.tv_sec * 1000000000ull + now.tv_nsec + 1000000;
	case 3:
		return INT64_MAX;
	case 4:
		return 1ull << 63;
	case 5:
		return UINT64_MAX;
	}
	return value;
}

void execute_name(char *to, uint64_t value)
{
	switch (value) {
	case 0:
		break;
	case 5:
		memset(to, 'n', IPCX_NAME_SIZE);
		break;
	case 6:
		strcpy(to, "a/b");
		break;
	case 7:
		memset(to, 'n', IPCX_NAME_SIZE - 1);
		break;
	default:
		snprintf(to, IPCX_NAME_SIZE, "fuzz-%llu", (unsigned long long)value % 5);
	}
}

/* Of messages, or of those that are received: their lengths are about what the number says. */
static uint64_t array_of(unsigned int actor, uint64_t value, bool receives)
{
	size_t size = receives ? sizeof(struct ipcx_received) : sizeof(struct ipcx_msg);
	uint8_t *place = memory_place(actor, value & ~0xf00ull, 64 * size);
	uint8_t *good = memory_place(actor, 0, 64 * size);
	unsigned int i;

	memset(good, 0, 64 * size);
	for (i = 0; i < 64; i++) {
		struct ipcx_msg *msg = (struct ipcx_msg *)(good + i * size);
		uint64_t odd = value >> (24 + i % 8);

		bool chosen = i == (value >> 16 & 0x3f);

		msg->data = (uintptr_t)memory_place(actor, chosen ? value >> 40 : 0x800, 0);
		msg->len = (value >> 32 & 0x1fff) + i % 3;
		if (!receives) {
			msg->prio = odd & 1;
			msg->type = odd >> 1 & 3;
		}
	}
	return (uintptr_t)place;
}

static uint64_t descriptors_of(unsigned int actor, uint64_t value)
{
	int32_t *numbers = (int32_t *)memory_place(actor, 0xf00, 64);
	unsigned int i;

	for (i = 0; i < 8; i++) {
		unsigned int which = value >> (16 + 4 * i) & 0xf;

		if (which >= 8 && which < 12)
			numbers[i] = execute_slot(which);
		else
			numbers[i] = run.files[which % 8];
	}
	return (uintptr_t)memory_place(actor, (value & 0xff) | 0xf00, 32);
}

static void field_bytes(uint8_t *argument, const struct call *call, unsigned int index)
{
	const struct field *field = &kinds[call->kind].fields[index];
	bool receives = kinds[call->kind].cmd == IPCX_IOC_RECV_BATCH;
	uint64_t value = call->values[index];

	switch (field->meaning) {
	case TIME:
		value = time_of(value);
		break;
	case NAME:
		execute_name((char *)argument + field->offset, value);
		return;
	case BUFFER:
		/* Whose length comes next */
		value = (uintptr_t)memory_place(call->actor, value, call->values[index + 1]);
		break;
	case ARRAY:
		value = array_of(call->actor, value, receives);
		break;
	case DESCRIPTORS:
		value = descriptors_of(call->actor, value);
		break;
	case TOKEN:
		value = value == 1 ? __atomic_load_n(&run.token, __ATOMIC_RELAXED) : value;
		break;
	case SEQUENCE:
		value = value == 1 ? __atomic_load_n(&run.seq, __ATOMIC_RELAXED) : value;
		break;
	case PROCESS_FD:
		value = value ? (uint64_t)run.files[value % 8] : 0;
		break;
	default:
		break;
	}
	/* Of a smaller one, what fits */
	memcpy(argument + field->offset, &value, field->size < 8 ? field->size : 8);
}

static void remember(unsigned long cmd, const void *argument)
{
	const struct ipcx_recv *recv = argument;
	const struct ipcx_peek *peek = argument;

	if (cmd == IPCX_IOC_RECV && recv->token)
		__atomic_store_n(&run.token, recv->token, __ATOMIC_RELAXED);
	if (cmd == IPCX_IOC_PEEK)
		__atomic_store_n(&run.seq, peek->seq, __ATOMIC_RELAXED);
}

/* Closes what has come with a message. */
static void close_received(unsigned long cmd, const void *argument)
{
	const struct ipcx_recv *recv = argument;
	const struct ipcx_call *call = argument;
	const struct ipcx_msg *msg = cmd == IPCX_IOC_CALL ? &call->reply : &recv->msg;
	const int32_t *numbers = (const int32_t *)(uintptr_t)msg->fds;
	unsigned int i;

	if (cmd != IPCX_IOC_CALL && (cmd != IPCX_IOC_RECV || recv->flags & IPCX_PEEK))
		return;
	for (i = 0; i < msg->nfds && i < IPCX_FDS_MAX; i++)
		close(numbers[i]);
}

static long command(const struct call *call)
{
	const struct kind *kind = &kinds[call->kind];
	uint8_t argument[1024] __attribute__((aligned(8))) = { 0 };
	unsigned int i;
	long ret;

	for (i = 0; i < fields_of(kind); i++)
		if (kind->fields[i].size)
			field_bytes(argument, call, i);
	ret = ioctl(execute_slot(call->slot), kind->cmd, argument);
	if (ret >= 0) {
		remember(kind->cmd, argument);
		close_received(kind->cmd, argument);
	}
	return ret;
}

static void map(const struct call *call)
{
	int flags = (call->values[2] & 1 ? MAP_PRIVATE : MAP_SHARED) |
		    (call->values[2] & 2 ? MAP_POPULATE : 0);
	size_t len = call->values[0] % (1 << 20);
	void *at = mmap(NULL, len, call->values[1] & 7, flags, execute_slot(call->slot),
			call->values[3] % 64 * 4096);

	if (at == MAP_FAILED)
		return;
	mprotect(at, len, PROT_READ | PROT_WRITE);
	munmap(at, len);
}

static void plain(const struct call *call)
{
	const uint64_t *values = call->values;
	int fd = execute_slot(call->slot);
	struct pollfd pollfd = { .fd = fd, .events = values[0] };

	switch (kinds[call->kind].action) {
	case OPEN:
		put_slot(call->slot, open("/dev/ipcx", (values[0] & 3) | O_CLOEXEC |
					  (values[0] & 4 ? O_NONBLOCK : 0)));
		break;
	case CLOSE:
		fd = __atomic_exchange_n(&run.slots[call->slot], -1, __ATOMIC_RELAXED);
		if (fd >= 0)
			close(fd);
		break;
	case DUP:
		put_slot(values[0], fcntl(fd, F_DUPFD_CLOEXEC, 0));
		break;
	case READ:
		read(fd, memory_place(call->actor, values[0], values[1]), values[1]);
		break;
	case WRITE:
		write(fd, memory_place(call->actor, values[0], values[1]), values[1]);
		break;
	case MAP:
		map(call);
		break;
	case POLL:
		poll(&pollfd, 1, values[0] & 1);
		break;
	case ASYNC:
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) ^ (values[0] & 1 ? O_ASYNC : O_NONBLOCK));
		break;
	case QUEUED:
		ioctl(fd, values[0] & 1 ? FIONREAD : TIOCOUTQ,
		      memory_place(call->actor, values[1], 4));
		break;
	case NETLINK:
		netlink_talk(run.netlink, run.family, values);
		break;
	default:
		break;
	}
}

static void make(const struct call *call)
{
	switch (kinds[call->kind].action) {
	case COMMAND:
		command(call);
		break;
	case REOPEN:
		put_slot(call->values[2], command(call));
		break;
	default:
		plain(call);
	}
}

/* The timer comes back as long as it is not heard. */
static void arm(timer_t timer, long ns)
{
	struct itimerspec when = { .it_value.tv_nsec = ns, .it_interval.tv_nsec = ns };

	timer_settime(timer, 0, &when, NULL);
}

static void act(unsigned int actor, timer_t timer)
{
	unsigned int i;

	for (i = 0; i < run.program->count; i++) {
		const struct call *call = &run.program->calls[i];

		if (call->actor != actor)
			continue;
		arm(timer, PATIENCE_NS);
		cover_start(actor);
		make(call);
		__atomic_fetch_add(&run.fresh, cover_stop(actor, run.cover), __ATOMIC_RELAXED);
	}
	arm(timer, 0);
}

static timer_t timer_new(void)
{
	struct sigevent event = {
		.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGUSR1,
	};
	timer_t timer;

	event._sigev_un._tid = syscall(SYS_gettid);
	if (timer_create(CLOCK_MONOTONIC, &event, &timer))
		abort();
	return timer;
}

static void *second(void *unused)
{
	timer_t timer = timer_new();

	(void)unused;
	cover_open(1);
	for (;;) {
		pthread_barrier_wait(&run.start);
		act(1, timer);
		pthread_barrier_wait(&run.end);
	}
	return NULL;
}

static void nothing(int signal)
{
	(void)signal;
}

/* Descriptors that go with messages, and some that must not */
static void files_init(void)
{
	int ends[2], sockets[2];

	if (pipe2(ends, O_CLOEXEC) || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets))
		abort();
	run.files[0] = ends[1];
	run.files[1] = memfd_create("fuzz", MFD_CLOEXEC);
	run.files[2] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	run.files[3] = ends[0];
	run.files[4] = sockets[0];
	run.files[5] = -1;
	run.files[6] = 1 << 20;
	run.files[7] = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
}

void execute_init(void)
{
	struct sigaction action = { .sa_handler = nothing };
	pthread_t thread;
	unsigned int i;

	for (i = 1; i < 32; i++)
		if (i != SIGALRM && i != SIGSEGV && i != SIGABRT && i != SIGBUS)
			sigaction(i, &action, NULL);
	for (i = 0; i < SLOTS; i++)
		run.slots[i] = -1;
	run.control = open("/dev/ipcx", O_RDWR | O_CLOEXEC);
	memory_init();
	files_init();
	run.netlink = netlink_connect(&run.family);
	pthread_barrier_init(&run.start, NULL, ACTORS);
	pthread_barrier_init(&run.end, NULL, ACTORS);
	cover_open(0);
	if (pthread_create(&thread, NULL, second, NULL))
		abort();
}

static void clean(void)
{
	unsigned int i;

	for (i = 0; i < SLOTS; i++) {
		if (run.slots[i] >= 0)
			close(run.slots[i]);
		run.slots[i] = -1;
	}
	/* All names, 10 being the last of those that execute_name() counts */
	for (i = 1; i <= 10; i++) {
		struct ipcx_unlink unlink = { .flags = 0 };

		execute_name(unlink.name, i);
		ioctl(run.control, IPCX_IOC_UNLINK, &unlink);
	}
}

const char *execute(const struct program *program, struct cover *cover, unsigned int *fresh)
{
	static timer_t timer;
	const char *wrong;

	if (!timer)
		timer = timer_new();
	alarm(DEADLINE);
	run.program = program;
	run.cover = cover;
	run.fresh = 0;
	run.token = run.seq = 0;
	put_slot(0, open("/dev/ipcx", O_RDWR | O_CLOEXEC));
	put_slot(1, open("/dev/ipcx", O_RDWR | O_CLOEXEC));
	pthread_barrier_wait(&run.start);
	act(0, timer);
	pthread_barrier_wait(&run.end);
	wrong = judge_open();
	clean();
	alarm(0);
	*fresh = run.fresh;
	return wrong ?: judge_after(run.control);
}
