// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tracepoints: messages followed from their sender to their receiver by what the kernel tells of
 * them.
 */
#include <dirent.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "call.h"

#define TRACEFS		"/sys/kernel/tracing"

enum { SIZE = 100, LONG_SIZE = 65536, EVENTS = 256, LINE = 256 };

struct event {
	pid_t pid;
	char name[32];
	char fields[LINE];
};

/**
 * struct trace - what the kernel has told
 * @fd: a mailbox
 * @count: events that are about it
 * @event: them, in their order
 */
FIXTURE(trace)
{
	int fd;
	unsigned int count;
	struct event event[EVENTS];
};

#define struct_trace FIXTURE_DATA(trace)

/*
 * A trace of our own, from the first test that wants one until the program ends: to make it takes
 * the kernel longer than any test, for it has thousands of files.
 */
static char instance[64];
static pid_t owner;

static void __attribute__((constructor)) name_instance(void)
{
	owner = getpid();
	snprintf(instance, sizeof(instance), TRACEFS "/instances/ipcx-%d", owner);
}

static void __attribute__((destructor)) remove_instance(void)
{
	if (getpid() == owner)
		rmdir(instance);
}

static bool write_to(const char *name, const char *text)
{
	char path[128];
	bool done;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", instance, name);
	fd = open(path, O_WRONLY | O_TRUNC);
	if (fd < 0)
		return false;
	done = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	close(fd);
	return done;
}

FIXTURE_SETUP(trace)
{
	self->fd = mailbox_of(4, 0, 0);
	ASSERT_GE(self->fd, 0);
	if (access(TRACEFS "/events/ipcx", F_OK))
		SKIP(return, "this kernel traces no events");
	ASSERT_TRUE(!mkdir(instance, 0700) || errno == EEXIST);
	ASSERT_TRUE(write_to("trace", ""));
	ASSERT_TRUE(write_to("events/ipcx/enable", "1"));
}

FIXTURE_TEARDOWN(trace)
{
	write_to("events/ipcx/enable", "0");
	close(self->fd);
}

static const char *field(const struct event *event, const char *name)
{
	static char value[LINE];
	const char *at = event ? event->fields : NULL;
	size_t len = strlen(name);

	for (; at; at = strchr(at, ' ') ? strchr(at, ' ') + 1 : NULL) {
		if (strncmp(at, name, len) || at[len] != '=')
			continue;
		strcpy(value, at + len + 1);
		value[strcspn(value, "\n ")] = 0;
		return value;
	}
	return "";
}

static long long number(const struct event *event, const char *name)
{
	const char *value = field(event, name);

	return *value ? strtoll(value, NULL, 10) : -1;
}

/* "  comm-PID  [CPU] flags  time: event: fields" */
static bool parse(const char *line, struct event *event)
{
	const char *cpu = strstr(line, " ["), *name = strstr(line, ": ipcx_"), *pid = cpu;

	if (!cpu || !name || *line == '#')
		return false;
	while (pid > line && *pid != '-')
		pid--;
	event->pid = strtol(pid + 1, NULL, 10);
	if (sscanf(name, ": ipcx_%31[^:]", event->name) != 1)
		return false;
	snprintf(event->fields, LINE, "%s", strchr(name + 2, ':') + 2);
	return true;
}

/* Reads what was told of the mailbox, or region, and stops listening. */
static void read_trace(struct_trace *self)
{
	uint64_t id = stat_of(self->fd).id;
	char path[128], line[LINE * 2];
	struct event event;
	FILE *file;

	write_to("events/ipcx/enable", "0");
	snprintf(path, sizeof(path), "%s/trace", instance);
	file = fopen(path, "r");
	self->count = 0;
	while (file && fgets(line, sizeof(line), file) && self->count < EVENTS)
		if (parse(line, &event) && (number(&event, "mailbox") == (long long)id ||
					    number(&event, "region") == (long long)id))
			self->event[self->count++] = event;
	if (file)
		fclose(file);
}

/* The n-th event of that name, counted from 0 */
static const struct event *find(const struct_trace *self, const char *name, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < self->count; i++)
		if (!strcmp(self->event[i].name, name) && !n--)
			return &self->event[i];
	return NULL;
}

/*
 * Has a thread come through just these, in this order? Several of a kind count as one, and how it
 * waited awake is left out.
 */
static bool went(const struct_trace *self, pid_t pid, const char *expected)
{
	const char *last = "";
	char way[1024] = "";
	unsigned int i;

	for (i = 0; i < self->count; i++) {
		const struct event *event = &self->event[i];

		if (event->pid != pid || !strcmp(event->name, "awake") ||
		    !strcmp(event->name, last))
			continue;
		last = event->name;
		if (strlen(way) + sizeof(event->name) < sizeof(way))
			sprintf(way + strlen(way), "%s%s", *way ? " " : "", event->name);
	}
	if (!strcmp(way, expected))
		return true;
	printf("# %d came through: %s\n", pid, way);
	return false;
}

static bool is(const struct event *event, long long size, long long msg)
{
	if (number(event, "size") == size && number(event, "msg") == msg)
		return true;
	printf("# not message %lld of %lld bytes: %s\n", msg, size,
	       event ? event->fields : "no event");
	return false;
}

#define FIND(name)	find(self, name, 0)
#define VALUE(name, of)	number(FIND(name), of)
#define TEXT(name, of)	field(FIND(name), of)

TEST_F(trace, of_a_message_that_is_queued)
{
	long long msg;

	ASSERT_EQ(0, put_prio(self->fd, 7, SIZE, 3));
	ASSERT_EQ(7, get(self->fd, IPCX_DONTWAIT));
	read_trace(self);
	EXPECT_TRUE(went(self, getpid(), "enter copy_in queue exit enter take copy_out exit"));
	EXPECT_STREQ("send", TEXT("enter", "op"));
	EXPECT_STREQ("heap", TEXT("copy_in", "how"));
	EXPECT_EQ(SIZE, VALUE("copy_in", "size"));
	msg = VALUE("queue", "msg");
	EXPECT_TRUE(is(FIND("queue"), SIZE, msg));
	EXPECT_EQ(7, VALUE("queue", "type"));
	EXPECT_EQ(3, VALUE("queue", "prio"));
	EXPECT_EQ(1, VALUE("queue", "msgs"));
	EXPECT_EQ(SIZE, VALUE("queue", "bytes"));
	EXPECT_EQ(0, VALUE("exit", "result"));
	EXPECT_TRUE(is(FIND("take"), SIZE, msg));
	EXPECT_TRUE(is(FIND("copy_out"), SIZE, msg));
	EXPECT_EQ(0, VALUE("copy_out", "result"));
	EXPECT_STREQ("recv", field(find(self, "enter", 1), "op"));
	EXPECT_EQ(0, number(find(self, "exit", 1), "result"));
}

TEST_F(trace, of_reading_and_writing)
{
	char buf[SIZE] = { 0 };

	ASSERT_EQ(SIZE, write(self->fd, buf, SIZE));
	ASSERT_EQ(SIZE, read(self->fd, buf, SIZE));
	read_trace(self);
	EXPECT_TRUE(went(self, getpid(), "enter copy_in queue exit enter take copy_out exit"));
	EXPECT_STREQ("write", TEXT("enter", "op"));
	EXPECT_EQ(SIZE, VALUE("exit", "result"));
	EXPECT_STREQ("read", field(find(self, "enter", 1), "op"));
	EXPECT_EQ(SIZE, number(find(self, "exit", 1), "result"));
}

static int sleeping_receiver(struct child *child, int fd, void *buf, size_t room)
{
	struct ipcx_recv recv;

	if (child_start(child))
		child_done(child, get_into(fd, &recv, buf, room, 0));
	return await_receivers(fd, 1) ?: await_asleep(child->pid);
}

TEST_F(trace, of_a_message_that_is_handed_over)
{
	static char buf[SIZE];
	struct child child;
	long long msg;

	ASSERT_EQ(0, sleeping_receiver(&child, self->fd, buf, SIZE));
	ASSERT_EQ(0, put(self->fd, 7, SIZE, 0));
	ASSERT_EQ(7, child_join(&child));
	read_trace(self);
	EXPECT_TRUE(went(self, getpid(), "enter copy_in hand_over wake exit"));
	EXPECT_TRUE(went(self, child.pid, "enter sleep copy_out exit"));
	EXPECT_STREQ("inline", TEXT("copy_in", "how"));
	EXPECT_STREQ("inline", TEXT("hand_over", "how"));
	msg = VALUE("hand_over", "msg");
	EXPECT_TRUE(is(FIND("hand_over"), SIZE, msg));
	EXPECT_EQ(child.pid, VALUE("hand_over", "to"));
	EXPECT_EQ(child.pid, VALUE("wake", "to"));
	EXPECT_LT(0, VALUE("sleep", "ns"));
	EXPECT_EQ(0, VALUE("sleep", "result"));
	EXPECT_TRUE(is(FIND("copy_out"), SIZE, msg));
}

TEST_F(trace, of_a_message_that_is_lent)
{
	static char buf[LONG_SIZE];
	struct child child;
	long long msg;

	ASSERT_EQ(0, sleeping_receiver(&child, self->fd, buf, LONG_SIZE));
	ASSERT_EQ(0, put(self->fd, 7, LONG_SIZE, 0));
	ASSERT_EQ(7, child_join(&child));
	read_trace(self);
	EXPECT_STREQ("lent", TEXT("copy_in", "how"));
	EXPECT_STREQ("lent", TEXT("hand_over", "how"));
	msg = VALUE("hand_over", "msg");
	EXPECT_TRUE(is(FIND("lent"), LONG_SIZE, msg));
	EXPECT_EQ(0, VALUE("lent", "result"));
	EXPECT_TRUE(is(FIND("copy_out"), LONG_SIZE, msg));
}

TEST_F(trace, of_a_call)
{
	struct child server;
	long long token;

	if (child_start(&server))
		child_done(&server, serve(self->fd));
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	ASSERT_EQ(0, await_asleep(server.pid));
	ASSERT_EQ(1 + ANSWER, ask(self->fd, 1, SIZE, 0));
	ASSERT_EQ(1, child_join(&server));
	read_trace(self);
	token = VALUE("hand_over", "token");
	EXPECT_LT(0, token);
	EXPECT_EQ(token, VALUE("reply", "token"));
	EXPECT_EQ(SIZE, VALUE("reply", "size"));
	EXPECT_EQ(0, VALUE("reply", "result"));
	/* Of the request, and of the reply */
	EXPECT_TRUE(is(find(self, "copy_out", 0), SIZE, VALUE("hand_over", "msg")));
	EXPECT_EQ(token, number(find(self, "copy_out", 0), "token"));
	EXPECT_TRUE(is(find(self, "copy_out", 1), SIZE, 0));
	EXPECT_EQ(token, number(find(self, "copy_out", 1), "token"));
	EXPECT_EQ(getpid(), find(self, "copy_out", 1)->pid);
	EXPECT_STREQ("call", field(find(self, "enter", 1), "op"));
}

TEST_F(trace, of_a_batch)
{
	struct ipcx_received received[3] = { 0 };
	struct ipcx_recv_batch recv = { .msgs = (uintptr_t)received, .count = 3 };
	struct ipcx_msg msgs[3];
	struct ipcx_send_batch send = { .msgs = (uintptr_t)msgs, .count = 3 };
	static char buf[3][SIZE];
	long long msg;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		msgs[i] = msg_of(buf[i], SIZE, i);
		received[i].msg = msg_of(buf[i], SIZE, 0);
	}
	ASSERT_EQ(3, command(self->fd, IPCX_IOC_SEND_BATCH, &send));
	ASSERT_EQ(3, command(self->fd, IPCX_IOC_RECV_BATCH, &recv));
	read_trace(self);
	EXPECT_TRUE(went(self, getpid(), "enter copy_in queue exit enter take copy_out exit"));
	EXPECT_EQ(NULL, find(self, "copy_in", 3));
	msg = VALUE("queue", "msg");
	for (i = 0; i < 3; i++) {
		EXPECT_TRUE(is(find(self, "queue", i), SIZE, msg + i));
		EXPECT_EQ(i + 1, number(find(self, "queue", i), "msgs"));
		EXPECT_TRUE(is(find(self, "take", i), SIZE, msg + i));
		EXPECT_TRUE(is(find(self, "copy_out", i), SIZE, msg + i));
	}
	EXPECT_EQ(3, VALUE("exit", "result"));
}

TEST_F(trace, of_a_full_mailbox)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		ASSERT_EQ(0, put(self->fd, i, SIZE, IPCX_DONTWAIT));
	ASSERT_EQ(-EAGAIN, put(self->fd, 5, SIZE, IPCX_DONTWAIT));
	ASSERT_EQ(-ETIMEDOUT, put_until(self->fd, 6, SIZE, after_ms(1)));
	read_trace(self);
	EXPECT_EQ(5, VALUE("full", "type"));
	EXPECT_EQ(4, VALUE("full", "msgs"));
	EXPECT_EQ(-EAGAIN, number(find(self, "exit", 4), "result"));
	EXPECT_EQ(6, number(find(self, "full", 1), "type"));
	EXPECT_EQ(-ETIMEDOUT, VALUE("sleep", "result"));
	EXPECT_EQ(-ETIMEDOUT, number(find(self, "exit", 5), "result"));
}

TEST_F(trace, of_a_receiver_that_fails)
{
	struct ipcx_recv recv;

	ASSERT_EQ(0, put(self->fd, 1, SIZE, IPCX_DONTWAIT));
	ASSERT_EQ(-EFAULT, get_into(self->fd, &recv, UNMAPPED, SIZE, 0));
	read_trace(self);
	EXPECT_TRUE(went(self, getpid(),
			 "enter copy_in queue exit enter take copy_out return exit"));
	EXPECT_EQ(-EFAULT, VALUE("copy_out", "result"));
	EXPECT_TRUE(is(FIND("return"), SIZE, VALUE("queue", "msg")));
}

TEST_F(trace, of_a_request_that_is_withdrawn)
{
	ASSERT_EQ(-ETIMEDOUT, ask_until(self->fd, 1, SIZE, after_ms(1)));
	read_trace(self);
	EXPECT_TRUE(went(self, getpid(), "enter copy_in queue sleep drop exit"));
	EXPECT_TRUE(is(FIND("drop"), SIZE, VALUE("queue", "msg")));
}

TEST_F(trace, of_descriptors)
{
	int fd = memfd_create("traced", MFD_CLOEXEC);
	struct ipcx_send send = { .msg = { .fds = (uintptr_t)&fd, .nfds = 1 } };

	ASSERT_EQ(0, command(self->fd, IPCX_IOC_SEND, &send));
	read_trace(self);
	EXPECT_EQ(1, VALUE("queue", "nfds"));
	close(fd);
}

TEST_F(trace, of_a_region_that_is_mapped)
{
	size_t page = sysconf(_SC_PAGESIZE);

	close(self->fd);
	self->fd = region(NULL, O_RDWR, 3 * page);
	ASSERT_NE(MAP_FAILED, mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, self->fd, page));
	ASSERT_NE(MAP_FAILED, mmap(NULL, 2 * page, PROT_READ, MAP_SHARED, self->fd, 0));
	read_trace(self);
	EXPECT_EQ(2, self->count);
	EXPECT_EQ(page, VALUE("map", "offset"));
	EXPECT_EQ(page, VALUE("map", "size"));
	EXPECT_EQ(1, VALUE("map", "writable"));
	EXPECT_EQ(0, VALUE("map", "result"));
	EXPECT_EQ(0, number(find(self, "map", 1), "offset"));
	EXPECT_EQ(2 * page, number(find(self, "map", 1), "size"));
	EXPECT_EQ(0, number(find(self, "map", 1), "writable"));
}

static int hear(int fd, uint64_t seen, uint32_t flags)
{
	struct ipcx_region_wait wait = { .seen = seen, .flags = flags };

	return command(fd, IPCX_IOC_REGION_WAIT, &wait);
}

TEST_F(trace, of_news_of_a_region)
{
	struct ipcx_region_notify notify;
	const struct event *event;
	struct child child;

	close(self->fd);
	self->fd = region(NULL, O_RDWR, 4096);
	EXPECT_EQ(-EAGAIN, hear(self->fd, 1, IPCX_DONTWAIT));
	if (child_start(&child))
		child_done(&child, hear(self->fd, 1, 0));
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	ASSERT_EQ(0, await_asleep(child.pid));
	ASSERT_EQ(0, command(self->fd, IPCX_IOC_REGION_NOTIFY, &notify));
	ASSERT_EQ(0, child_join(&child));
	read_trace(self);
	EXPECT_EQ(3, self->count);
	event = find(self, "region_wait", 0);
	EXPECT_EQ(-EAGAIN, number(event, "result"));
	EXPECT_EQ(1, number(event, "seen"));
	EXPECT_EQ(1, number(event, "count"));
	EXPECT_EQ(0, number(event, "ns"));
	EXPECT_EQ(2, VALUE("region_notify", "count"));
	EXPECT_EQ(1, VALUE("region_notify", "waiting"));
	event = find(self, "region_wait", 1);
	ASSERT_NE(NULL, event);
	EXPECT_EQ(child.pid, event->pid);
	EXPECT_EQ(0, number(event, "result"));
	EXPECT_EQ(1, number(event, "seen"));
	EXPECT_EQ(2, number(event, "count"));
	EXPECT_LT(0, number(event, "ns"));
}

/* Where the event's own fields end, of which each begins where the one before ends; or 0 */
static size_t fields_end(const char *event)
{
	static const char format[] = " field:%255[^;]; offset:%zu; size:%zu;";
	char path[320], line[LINE], name[LINE];
	size_t end = 0, offset, size;
	FILE *file;

	snprintf(path, sizeof(path), TRACEFS "/events/ipcx/%s/format", event);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, format, name, &offset, &size) != 3 || strstr(name, " common_"))
			continue;
		if (end && offset != end)
			return 0;
		end = offset + size;
	}
	if (file)
		fclose(file);
	return end;
}

/* There would be what somebody else's record has left. */
TEST(records_have_no_holes)
{
	DIR *events = opendir(TRACEFS "/events/ipcx");
	unsigned int count = 0;
	struct dirent *event;
	size_t end;

	if (!events)
		SKIP(return, "this kernel traces no events");
	while ((event = readdir(events))) {
		if (event->d_type != DT_DIR || event->d_name[0] == '.')
			continue;
		end = fields_end(event->d_name);
		EXPECT_LT(0, end);
		EXPECT_EQ(0, end % sizeof(uint64_t)) {
			TH_LOG("%s", event->d_name);
		}
		count++;
	}
	closedir(events);
	EXPECT_LE(17, count);
}

TEST_HARNESS_MAIN
