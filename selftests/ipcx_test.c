// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the tests share.
 */
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "ipcx_test.h"

#define MAX_PAYLOAD	65536

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "# %s: %s\n", what, strerror(errno));
	abort();
}

const char *fresh_name(void)
{
	static unsigned int count;
	char *name;

	if (asprintf(&name, "test-%d-%u", getpid(), count++) < 0)
		die("asprintf");
	return name;
}

int endpoint(int oflag)
{
	int fd = open(IPCX_DEVICE, oflag | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int command(int fd, unsigned long cmd, const void *arg)
{
	int ret = ioctl(fd, cmd, arg);

	return ret < 0 ? -errno : ret;
}

int bind_to(int fd, const struct ipcx_bind *bind)
{
	return command(fd, IPCX_IOC_BIND, bind);
}

int bound(int oflag, const struct ipcx_bind *bind)
{
	int fd = endpoint(oflag);
	int err;

	if (fd < 0)
		return fd;
	err = bind_to(fd, bind);
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

struct ipcx_bind mailbox_bind(const char *name, uint32_t flags)
{
	struct ipcx_bind bind = { .kind = IPCX_KIND_MAILBOX, .flags = flags };

	if (name)
		memcpy(bind.name, name, strnlen(name, sizeof(bind.name)));
	return bind;
}

struct ipcx_bind region_bind(const char *name, uint32_t flags, uint64_t size)
{
	struct ipcx_bind bind = mailbox_bind(name, flags);

	bind.kind = IPCX_KIND_REGION;
	bind.size = size;
	return bind;
}

static uint32_t bind_flags(const char *name, int oflag)
{
	uint32_t flags = 0;

	if (oflag & O_CREAT || !name)
		flags |= IPCX_BIND_CREATE;
	if (oflag & O_EXCL)
		flags |= IPCX_BIND_EXCL;
	return flags;
}

int mailbox(const char *name, int oflag)
{
	struct ipcx_bind bind = mailbox_bind(name, bind_flags(name, oflag));

	return bound(oflag & ~(O_CREAT | O_EXCL), &bind);
}

int region(const char *name, int oflag, uint64_t size)
{
	struct ipcx_bind bind = region_bind(name, bind_flags(name, oflag), size);

	return bound(oflag & ~(O_CREAT | O_EXCL), &bind);
}

int mailbox_of(uint32_t max_msgs, uint32_t max_msg_size, uint64_t max_bytes)
{
	struct ipcx_bind bind = mailbox_bind(NULL, IPCX_BIND_CREATE);

	bind.max_msgs = max_msgs;
	bind.max_msg_size = max_msg_size;
	bind.max_bytes = max_bytes;
	return bound(O_RDWR, &bind);
}

int unlink_name(const char *name)
{
	struct ipcx_unlink unlink = { .flags = 0 };
	int fd = endpoint(O_RDONLY);
	int err;

	if (fd < 0)
		return fd;
	memcpy(unlink.name, name, strnlen(name, sizeof(unlink.name)));
	err = command(fd, IPCX_IOC_UNLINK, &unlink);
	close(fd);
	return err;
}

int try_bind(const struct ipcx_bind *bind)
{
	int fd = bound(O_RDWR, bind);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

bool exists(const char *name)
{
	int fd = mailbox(name, O_RDWR);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

struct ipcx_stat stat_of(int fd)
{
	struct ipcx_stat stat;

	if (ioctl(fd, IPCX_IOC_STAT, &stat))
		die("IPCX_IOC_STAT");
	return stat;
}

struct ipcx_stats stats_of(int fd)
{
	struct ipcx_stats stats;

	if (ioctl(fd, IPCX_IOC_STATS, &stats))
		die("IPCX_IOC_STATS");
	return stats;
}

/* Different for every type and length, and for every byte of a page. */
static uint8_t payload_byte(size_t i, size_t len, uint64_t type)
{
	return type * 31 + len * 7 + i + (i >> 8) * 13;
}

void fill(void *buf, size_t len, uint64_t type)
{
	uint8_t *bytes = buf;
	size_t i;

	for (i = 0; i < len; i++)
		bytes[i] = payload_byte(i, len, type);
}

bool filled(const void *buf, size_t len, uint64_t type)
{
	const uint8_t *bytes = buf;
	size_t i;

	for (i = 0; i < len; i++)
		if (bytes[i] != payload_byte(i, len, type))
			return false;
	return true;
}

struct ipcx_msg msg_of(void *buf, size_t len, uint64_t type)
{
	return (struct ipcx_msg) { .data = (uintptr_t)buf, .len = len, .type = type };
}

static int put_msg(int fd, uint64_t type, size_t len, uint32_t prio, uint32_t flags,
		   uint64_t deadline)
{
	struct ipcx_send send = { .deadline = deadline, .flags = flags };
	uint8_t small[1024];
	uint8_t *buf = len > sizeof(small) ? malloc(len) : small;
	int err;

	if (!buf)
		die("malloc");
	fill(buf, len, type);
	send.msg = msg_of(buf, len, type);
	send.msg.prio = prio;
	err = command(fd, IPCX_IOC_SEND, &send);
	if (buf != small)
		free(buf);
	return err;
}

int put(int fd, uint64_t type, size_t len, uint32_t flags)
{
	return put_msg(fd, type, len, 0, flags, 0);
}

int put_prio(int fd, uint64_t type, size_t len, uint32_t prio)
{
	return put_msg(fd, type, len, prio, IPCX_DONTWAIT, 0);
}

int put_until(int fd, uint64_t type, size_t len, uint64_t deadline)
{
	return put_msg(fd, type, len, 0, 0, deadline);
}

int64_t get_msg(int fd, struct ipcx_recv *recv, void *buf, size_t size)
{
	int err;

	recv->msg = msg_of(buf, size, 0);
	err = command(fd, IPCX_IOC_RECV, recv);
	if (err)
		return err;
	return filled(buf, recv->msg.len, recv->msg.type) ? (int64_t)recv->msg.type : -EBADMSG;
}

int64_t get_into(int fd, struct ipcx_recv *recv, void *buf, size_t size, uint32_t flags)
{
	memset(recv, 0, sizeof(*recv));
	recv->flags = flags;
	return get_msg(fd, recv, buf, size);
}

int64_t get(int fd, uint32_t flags)
{
	static _Thread_local uint8_t buf[MAX_PAYLOAD];
	struct ipcx_recv recv;

	return get_into(fd, &recv, buf, sizeof(buf), flags);
}

int64_t get_until(int fd, uint64_t deadline)
{
	static _Thread_local uint8_t buf[MAX_PAYLOAD];
	struct ipcx_recv recv = { .deadline = deadline };

	return get_msg(fd, &recv, buf, sizeof(buf));
}

static int64_t ask_msg(int fd, uint64_t type, size_t len, uint32_t flags, uint64_t deadline)
{
	static _Thread_local uint8_t request[MAX_PAYLOAD], reply[MAX_PAYLOAD];
	struct ipcx_call call = {
		.request = msg_of(request, len, type),
		.reply = msg_of(reply, sizeof(reply), 0),
		.flags = flags,
		.deadline = deadline,
	};
	int err;

	fill(request, len, type);
	err = command(fd, IPCX_IOC_CALL, &call);
	if (err)
		return err;
	if (call.reply.type != type + ANSWER || !filled(reply, call.reply.len, call.reply.type))
		return -EBADMSG;
	return call.reply.type;
}

int64_t ask(int fd, uint64_t type, size_t len, uint32_t flags)
{
	return ask_msg(fd, type, len, flags, 0);
}

int64_t ask_until(int fd, uint64_t type, size_t len, uint64_t deadline)
{
	return ask_msg(fd, type, len, 0, deadline);
}

int answer(int fd, uint64_t token, uint64_t type, size_t len)
{
	static _Thread_local uint8_t buf[MAX_PAYLOAD];
	struct ipcx_reply reply = {
		.token = token,
		.msg = msg_of(buf, len, type + ANSWER),
	};

	fill(buf, len, type + ANSWER);
	return command(fd, IPCX_IOC_REPLY, &reply);
}

int64_t serve(int fd)
{
	static _Thread_local uint8_t buf[MAX_PAYLOAD];
	struct ipcx_recv recv;
	int64_t type = get_into(fd, &recv, buf, sizeof(buf), 0);
	int err;

	if (type < 0)
		return type;
	err = answer(fd, recv.token, type, recv.msg.len);
	return err ?: type;
}

uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SEC + now.tv_nsec;
}

uint64_t after_ms(unsigned int ms)
{
	return now_ns() + ms * MSEC;
}

/* Long enough for the slowest of kernels; nobody waits that long for what does come to pass. */
unsigned int often(unsigned int times)
{
	const char *slowdown = getenv("IPCX_SLOWDOWN");
	int by = slowdown ? atoi(slowdown) : 1;

	return by > 1 ? times / by : times;
}

#define VERY_LONG	(60 * SEC)

#define AWAIT(condition) ({						\
	uint64_t start_ = now_ns();					\
	bool met_;							\
									\
	while (!(met_ = (condition)) && now_ns() - start_ < VERY_LONG)	\
		usleep(200);						\
	met_ ? 0 : -ETIMEDOUT;						\
})

int await_receivers(int fd, unsigned int count)
{
	return AWAIT(stat_of(fd).receivers == count);
}

int await_senders(int fd, unsigned int count)
{
	return AWAIT(stat_of(fd).senders == count);
}

int await_msgs(int fd, unsigned int count)
{
	return AWAIT(stat_of(fd).msgs == count);
}

static char task_state(pid_t tid)
{
	char path[64], line[256], *end;
	char state = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", tid);
	file = fopen(path, "r");
	if (!file)
		return 0;
	if (fgets(line, sizeof(line), file)) {
		end = strrchr(line, ')');
		if (end)
			state = end[2];
	}
	fclose(file);
	return state;
}

int await_asleep(pid_t tid)
{
	return AWAIT(task_state(tid) == 'S');
}

int await_flag(const int *flag)
{
	return AWAIT(__atomic_load_n(flag, __ATOMIC_ACQUIRE));
}

bool child_start(struct child *child)
{
	pid_t parent = getpid();

	child->result = shared(sizeof(*child->result));
	*child->result = NO_RESULT;
	fflush(NULL);
	child->pid = fork();
	if (child->pid < 0)
		die("fork");
	if (child->pid)
		return false;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	return true;
}

void child_done(struct child *child, int64_t result)
{
	*child->result = result;
	_exit(0);
}

int64_t child_join(struct child *child)
{
	int64_t result;
	int status;

	if (waitpid(child->pid, &status, 0) != child->pid)
		die("waitpid");
	result = *child->result;
	munmap(child->result, sizeof(*child->result));
	return WIFSIGNALED(status) ? KILLED_BY(WTERMSIG(status)) : result;
}

void child_kill(struct child *child)
{
	kill(child->pid, SIGKILL);
	child_join(child);
}

int pass_fd(int socket, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov = { .iov_base = "", .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(int));
	return sendmsg(socket, &msg, 0) < 0 ? -errno : 0;
}

int passed_fd(int socket)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	char byte;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	int fd;

	if (recvmsg(socket, &msg, 0) < 0)
		return -errno;
	if (!CMSG_FIRSTHDR(&msg))
		return -ENOMSG;
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(int));
	return fd;
}

static void *map(size_t size, int prot, int flags)
{
	void *address = mmap(NULL, size, prot, flags | MAP_ANONYMOUS, -1, 0);

	if (address == MAP_FAILED)
		die("mmap");
	return address;
}

void *shared(size_t size)
{
	return map(size, PROT_READ | PROT_WRITE, MAP_SHARED);
}

char *cliff(void)
{
	char *address = map(2 * CLIFF_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE);

	if (mprotect(address + CLIFF_SIZE, CLIFF_SIZE, PROT_NONE))
		die("mprotect");
	return address + CLIFF_SIZE;
}

void *read_only(void)
{
	return map(CLIFF_SIZE, PROT_READ, MAP_PRIVATE);
}

static void do_nothing(int signal)
{
	(void)signal;
}

void handle(int signal, int flags)
{
	struct sigaction action = { .sa_handler = do_nothing, .sa_flags = flags };

	sigaction(signal, &action, NULL);
}

long module_references(void)
{
	FILE *file = fopen("/sys/module/ipcx/refcnt", "r");
	long count = -1;

	if (file) {
		if (fscanf(file, "%ld", &count) != 1)
			count = -1;
		fclose(file);
	}
	return count;
}
