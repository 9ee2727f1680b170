// SPDX-License-Identifier: GPL-2.0-only
/*
 * No memory left: ENOMEM, and nothing has changed. The tests run in a memory cgroup that has too
 * little, as the one task there, which must not be killed for it.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "fds.h"

#define CGROUP	"/sys/fs/cgroup"
#define POOR	CGROUP "/ipcx-test"

enum { LONG = 60000, PLENTY = 4096, LIMIT = 2 << 20 };

static bool write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return done;
}

static uint8_t payload[LONG];

static int put_batch(int fd)
{
	struct ipcx_msg msgs[2] = { msg_of(payload, LONG, 0), msg_of(payload, LONG, 0) };
	struct ipcx_send_batch batch = { .msgs = (uintptr_t)msgs, .count = 2 };

	return command(fd, IPCX_IOC_SEND_BATCH, &batch);
}

/*
 * What userspace touches must be there before, stay there, and not be shared with a child any more:
 * a page fault that finds no memory would try for ever.
 */
static void touch_all(int fd)
{
	mlockall(MCL_CURRENT);
	put_batch(-1);
	put(fd, 0, LONG, 0);
	get(fd, 0);
	answer(fd, 1, 1, LONG);
	ask(-1, 1, LONG, 0);
}

static bool become_poor(int fd)
{
	char limit[16];

	touch_all(fd);
	snprintf(limit, sizeof(limit), "%d", LIMIT);
	return write_to("/proc/self/oom_score_adj", "-1000") &&
	       write_to(CGROUP "/cgroup.subtree_control", "+memory") &&
	       (!mkdir(POOR, 0755) || errno == EEXIST) &&
	       write_to(POOR "/cgroup.procs", "0") &&
	       write_to(POOR "/memory.max", limit);
}

static void become_rich(void)
{
	write_to(CGROUP "/cgroup.procs", "0");
	rmdir(POOR);
}

/* Bytes that the poor group is charged for, or 0 */
static uint64_t charged(void)
{
	char text[24] = "";
	int fd = open(POOR "/memory.current", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		text[0] = 0;
	close(fd);
	return strtoull(text, NULL, 10);
}

/*
 * Messages are sent until there is no memory for the next: nor a moment later, as what another CPU
 * has in stock comes back only then.
 */
static int exhaust_by(int fd, unsigned int *sent, size_t len)
{
	unsigned int refused = 0;
	int err;

	do {
		err = put(fd, *sent, len, IPCX_DONTWAIT);
		if (err) {
			refused++;
			usleep(2000);
		} else {
			refused = 0;
			++*sent;
		}
	} while (*sent < PLENTY && refused < 10);
	return err;
}

static int exhaust(int fd, unsigned int *sent)
{
	return exhaust_by(fd, sent, LONG);
}

/* Nor for a short one */
static int exhaust_wholly(int fd, unsigned int *sent)
{
	exhaust_by(fd, sent, LONG);
	return exhaust_by(fd, sent, 1);
}

static int relax(int fd, unsigned int sent)
{
	unsigned int i;

	for (i = 0; i < sent; i++)
		if (get(fd, IPCX_DONTWAIT) != i)
			return -EBADMSG;
	return 0;
}

FIXTURE(no_memory)
{
	int fd;
	unsigned int sent;
};

FIXTURE_SETUP(no_memory)
{
	self->fd = mailbox_of(PLENTY, 0, 64 << 20);
	if (!become_poor(self->fd))
		SKIP(return, "no memory cgroup to be had");
	become_rich();
}

FIXTURE_TEARDOWN(no_memory)
{
	become_rich();
	close(self->fd);
}

TEST_F(no_memory, for_a_message)
{
	struct ipcx_stat stat;

	ASSERT_TRUE(become_poor(self->fd));
	EXPECT_EQ(-ENOMEM, exhaust(self->fd, &self->sent));
	ASSERT_GT(self->sent, 0);
	stat = stat_of(self->fd);
	EXPECT_EQ(-ENOMEM, put_batch(self->fd));
	EXPECT_EQ(self->sent, stat.msgs);
	EXPECT_EQ((uint64_t)self->sent * LONG, stat.bytes);
	EXPECT_EQ(0, relax(self->fd, self->sent));
	EXPECT_EQ(0, put(self->fd, 7, LONG, 0));
	EXPECT_EQ(7, get(self->fd, 0));
}

TEST_F(no_memory, for_a_request_and_for_a_reply)
{
	int calls = mailbox(NULL, O_RDWR);
	static uint8_t request[LONG];
	struct ipcx_recv recv;
	struct child client;

	if (child_start(&client))
		child_done(&client, ask(calls, 1, LONG, 0));
	ASSERT_EQ(0, await_msgs(calls, 1));
	ASSERT_EQ(1, get_into(calls, &recv, request, LONG, 0));
	ASSERT_TRUE(become_poor(self->fd));
	ASSERT_EQ(-ENOMEM, exhaust(self->fd, &self->sent));
	EXPECT_EQ(-ENOMEM, answer(calls, recv.token, 1, LONG));
	EXPECT_EQ(-ENOMEM, ask(calls, 2, LONG, 0));
	EXPECT_EQ(0, stat_of(calls).msgs);
	EXPECT_EQ(0, relax(self->fd, self->sent));
	EXPECT_EQ(0, answer(calls, recv.token, 1, LONG));
	EXPECT_EQ(1 + ANSWER, child_join(&client));
}

TEST_F(no_memory, for_an_object)
{
	struct ipcx_bind mailbox_of_mine = mailbox_bind(fresh_name(), IPCX_BIND_CREATE);
	struct ipcx_bind region_of_mine = region_bind(fresh_name(), IPCX_BIND_CREATE, 4096);
	static int fds[PLENTY];
	unsigned int count = 0, i;
	int err = 0;

	memset(fds, -1, sizeof(fds));
	ASSERT_TRUE(become_poor(self->fd));
	ASSERT_EQ(-ENOMEM, exhaust(self->fd, &self->sent));
	/* What is left would do for a few. */
	for (i = 0; i < PLENTY && !err; i++) {
		fds[i] = endpoint(O_RDWR);
		err = fds[i] < 0 ? -errno : bind_to(fds[i], &mailbox_of_mine);
		if (fds[i] >= 0)
			count = i + 1;
		strcpy(mailbox_of_mine.name, fresh_name());
	}
	EXPECT_EQ(-ENOMEM, err);
	EXPECT_EQ(-ENOMEM, bound(O_RDWR, &region_of_mine));
	EXPECT_EQ(0, relax(self->fd, self->sent));
	i = bound(O_RDWR, &region_of_mine);
	EXPECT_LE(0, (int)i);
	close(i);
	while (count)
		close(fds[--count]);
}

/* The table of descriptors is full, and to double it takes more than is left. */
TEST_F(no_memory, for_descriptors_of_a_message)
{
	enum { FULL = 16384 };
	struct rlimit limit = { 2 * FULL, 2 * FULL };
	int box = mailbox(NULL, O_RDWR), last;
	struct parcel parcel;

	ASSERT_EQ(0, put_fd(box, 1, memfd_create("ipcx", 0)));
	ASSERT_EQ(0, put(box, 2, 1, 0));
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &limit));
	do {
		last = dup(STDIN_FILENO);
	} while (last >= 0 && last < FULL - 1);
	ASSERT_EQ(FULL - 1, last);
	/* So that there is nothing that user space would touch for the first time */
	EXPECT_EQ(-EMSGSIZE, get_fds(box, &parcel, 0, 0));

	/* It takes one to become poor. */
	close(last);
	ASSERT_TRUE(become_poor(self->fd));
	ASSERT_EQ(-ENOMEM, exhaust(self->fd, &self->sent));
	ASSERT_EQ(last, dup(STDIN_FILENO));
	EXPECT_EQ(-ENOMEM, get_fds(box, &parcel, 1, IPCX_DONTWAIT));
	EXPECT_EQ(2, stat_of(box).msgs);
	EXPECT_EQ(0, relax(self->fd, self->sent));
	EXPECT_EQ(1, get_fds(box, &parcel, 1, IPCX_DONTWAIT));
	EXPECT_EQ(FULL, parcel.fds[0]);
	EXPECT_EQ(2, get(box, IPCX_DONTWAIT));
}

/* What is left would do for some, so there are many that ask. */
enum { ASKING = 400 };

static int ask_notice(int fd)
{
	struct ipcx_notify notify = { .kind = IPCX_NOTIFY_NONE };

	return command(fd, IPCX_IOC_NOTIFY, &notify);
}

static int ask_signals(int fd)
{
	return fcntl(fd, F_SETFL, O_RDWR | O_ASYNC) ? -errno : 0;
}

/* The message does not fit, but where the endpoint was is remembered. */
static int ask_to_look(int fd)
{
	struct ipcx_peek peek = { .flags = IPCX_DONTWAIT };
	int err = command(fd, IPCX_IOC_PEEK, &peek);

	return err == -EMSGSIZE ? 0 : err;
}

/* What is opened stays, to be closed when the test ends. */
static int ask_to_reopen(int fd)
{
	struct ipcx_reopen reopen = { .flags = IPCX_REOPEN_READ };
	int ret = command(fd, IPCX_IOC_REOPEN, &reopen);

	return ret < 0 ? ret : 0;
}

/* The first that is not served, and why */
static int first_refused(const int *fds, int (*ask_for)(int fd), unsigned int *first)
{
	int err = 0;

	for (*first = 0; *first < ASKING; ++*first) {
		err = ask_for(fds[*first]);
		if (err)
			break;
	}
	return err;
}

TEST_F(no_memory, for_a_notice_or_for_signals_or_to_look_through_or_to_reopen)
{
	static int fds[ASKING];
	unsigned int i, notice, signals, look, reopen;

	for (i = 0; i < ASKING; i++) {
		ASSERT_LE(0, fds[i] = mailbox(NULL, O_RDWR));
		ASSERT_EQ(0, put(fds[i], 1, 1, 0));
	}
	ask_notice(-1);
	ask_signals(-1);
	ask_to_look(-1);
	ask_to_reopen(self->fd);
	ASSERT_TRUE(become_poor(self->fd));
	ASSERT_EQ(-ENOMEM, exhaust_wholly(self->fd, &self->sent));
	ASSERT_EQ(-ENOMEM, first_refused(fds, ask_notice, &notice));
	ASSERT_EQ(-ENOMEM, first_refused(fds, ask_signals, &signals));
	ASSERT_EQ(-ENOMEM, first_refused(fds, ask_to_look, &look));
	ASSERT_EQ(-ENOMEM, first_refused(fds, ask_to_reopen, &reopen));
	EXPECT_EQ(1, stat_of(fds[reopen]).endpoints);
	EXPECT_EQ(0, relax(self->fd, self->sent));
	EXPECT_EQ(0, ask_notice(fds[notice]));
	EXPECT_EQ(0, ask_signals(fds[signals]));
	EXPECT_EQ(0, ask_to_look(fds[look]));
	EXPECT_EQ(0, ask_to_reopen(fds[reopen]));
	for (i = 0; i < ASKING; i++)
		close(fds[i]);
}

TEST_F(no_memory, is_what_pages_of_a_region_count_for_when_they_are_touched)
{
	enum { SIZE = 8 << 20, SLACK = 1 << 20 };
	uint64_t before;
	char *base;
	int fd;

	ASSERT_TRUE(become_poor(self->fd));
	/* More than is needed: who touches a page that there is no memory for would be killed. */
	ASSERT_TRUE(write_to(POOR "/memory.max", "67108864"));
	fd = region(NULL, O_RDWR, SIZE);
	base = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, (void *)base);
	munlockall();
	before = charged();
	ASSERT_LT(0, before);
	memset(base, 1, SIZE);
	EXPECT_LT(before + SIZE - SLACK, charged());
	munmap(base, SIZE);
	close(fd);
	EXPECT_GT(before + SIZE - SLACK, charged());
}

TEST_HARNESS_MAIN
