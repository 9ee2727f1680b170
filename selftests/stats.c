// SPDX-License-Identifier: GPL-2.0-only
/*
 * Statistics: each counter is moved by what it names, and by nothing else. That they add up
 * whatever happens is shown by storm.c.
 */
#include <sys/mman.h>
#include <sys/uio.h>

#include "call.h"
#include "stuck.h"

enum { SIZE = 100, LONG_SIZE = 65536 };

FIXTURE(stats)
{
	int fd;
	struct ipcx_stats before;
};

FIXTURE_SETUP(stats)
{
	self->fd = mailbox_of(4, 0, 0);
	ASSERT_GE(self->fd, 0);
	self->before = stats_of(self->fd);
}

FIXTURE_TEARDOWN(stats)
{
	close(self->fd);
}

static uint64_t delays_of(const struct ipcx_stats *stats)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i < IPCX_STATS_DELAYS; i++)
		sum += stats->delays[i];
	return sum;
}

static const char *const names[] = {
	"sent", "sent_bytes", "received", "received_bytes", "msgs", "bytes", "dropped",
	"dropped_bytes", "handed", "queued", "lent", "returned", "calls", "replies", "reply_bytes",
	"spun", "yielded", "slept", "full", "refused", "faults", "peak_msgs", "peak_bytes",
};

/* Have exactly these counters moved, and by that? The highest so far is another matter. */
static bool moved(int fd, struct ipcx_stats *before, const struct ipcx_stats *by)
{
	struct ipcx_stats after = stats_of(fd);
	const __u64 *was = &before->sent, *now = &after.sent, *expected = &by->sent;
	bool right = true;
	unsigned int i;

	for (i = 0; &was[i] < &before->peak_msgs; i++) {
		if (now[i] - was[i] == expected[i])
			continue;
		printf("# %s: by %lld, not %lld\n", names[i], (long long)(now[i] - was[i]),
		       (long long)expected[i]);
		right = false;
	}
	if (delays_of(&after) - delays_of(before) != delays_of(by)) {
		printf("# delays: of %lld messages\n",
		       (long long)(delays_of(&after) - delays_of(before)));
		right = false;
	}
	*before = after;
	return right;
}

#define EXPECT_MOVED(...) \
	EXPECT_TRUE(moved(self->fd, &self->before, &(struct ipcx_stats) { __VA_ARGS__ }))
#define EXPECT_UNMOVED() \
	EXPECT_TRUE(moved(self->fd, &self->before, &(struct ipcx_stats) { .sent = 0 }))

/* All of them: whether a waiter slept is a matter of chance. */
static uint64_t waits_of(const struct ipcx_stats *stats)
{
	return stats->spun + stats->yielded + stats->slept;
}

static void ignore_waits(struct ipcx_stats *before, int fd)
{
	struct ipcx_stats now = stats_of(fd);

	before->spun = now.spun;
	before->yielded = now.yielded;
	before->slept = now.slept;
}

/* Messages */

TEST_F(stats, of_a_new_mailbox_are_zero)
{
	static const struct ipcx_stats zero;

	EXPECT_EQ(0, memcmp(&zero, &self->before, sizeof(zero)));
}

TEST_F(stats, count_what_is_queued_and_received)
{
	ASSERT_EQ(0, put(self->fd, 1, SIZE, IPCX_DONTWAIT));
	EXPECT_MOVED(.sent = 1, .sent_bytes = SIZE, .msgs = 1, .bytes = SIZE, .queued = 1);
	ASSERT_EQ(1, get(self->fd, IPCX_DONTWAIT));
	EXPECT_MOVED(.received = 1, .received_bytes = SIZE, .msgs = -1ULL, .bytes = -(__u64)SIZE,
		     .delays = { 1 });
}

TEST_F(stats, count_reads_and_writes)
{
	char buf[SIZE] = { 0 };

	ASSERT_EQ(SIZE, write(self->fd, buf, SIZE));
	EXPECT_MOVED(.sent = 1, .sent_bytes = SIZE, .msgs = 1, .bytes = SIZE, .queued = 1);
	ASSERT_EQ(SIZE, read(self->fd, buf, SIZE));
	EXPECT_MOVED(.received = 1, .received_bytes = SIZE, .msgs = -1ULL, .bytes = -(__u64)SIZE,
		     .delays = { 1 });
}

TEST_F(stats, are_not_moved_by_looking)
{
	struct pollfd poll_fd = { .fd = self->fd, .events = POLLIN | POLLOUT };

	EXPECT_EQ(-EAGAIN, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, get(self->fd, IPCX_DONTWAIT | IPCX_PEEK));
	EXPECT_UNMOVED();
	ASSERT_EQ(0, put(self->fd, 1, SIZE, IPCX_DONTWAIT));
	self->before = stats_of(self->fd);
	EXPECT_EQ(1, get(self->fd, IPCX_DONTWAIT | IPCX_PEEK));
	EXPECT_EQ(1, poll(&poll_fd, 1, 0));
	EXPECT_EQ(1, stat_of(self->fd).msgs);
	EXPECT_UNMOVED();
}

/* A child that sleeps until a message comes */
static int sleeping_receiver(struct child *child, int fd, void *buf, size_t room)
{
	struct ipcx_recv recv;

	if (child_start(child))
		child_done(child, get_into(fd, &recv, buf, room, 0));
	return await_receivers(fd, 1) ?: await_asleep(child->pid);
}

TEST_F(stats, count_what_is_handed_over)
{
	static char buf[SIZE];
	struct child child;

	ASSERT_EQ(0, sleeping_receiver(&child, self->fd, buf, SIZE));
	ASSERT_EQ(0, put(self->fd, 7, SIZE, IPCX_DONTWAIT));
	EXPECT_EQ(7, child_join(&child));
	EXPECT_MOVED(.sent = 1, .sent_bytes = SIZE, .received = 1, .received_bytes = SIZE,
		     .handed = 1, .slept = 1);
}

TEST_F(stats, count_what_is_lent)
{
	static char buf[LONG_SIZE];
	struct ipcx_stats now;
	struct child child;

	ASSERT_EQ(0, sleeping_receiver(&child, self->fd, buf, LONG_SIZE));
	ASSERT_EQ(0, put(self->fd, 7, LONG_SIZE, 0));
	EXPECT_EQ(7, child_join(&child));
	now = stats_of(self->fd);
	/* Who lends waits, too. */
	EXPECT_EQ(2, waits_of(&now));
	ignore_waits(&self->before, self->fd);
	EXPECT_MOVED(.sent = 1, .sent_bytes = LONG_SIZE, .received = 1,
		     .received_bytes = LONG_SIZE, .handed = 1, .lent = 1);
}

TEST_F(stats, do_not_count_what_was_lent_in_vain)
{
	struct child child;

	/* The receiver declines it, since it cannot be copied; then it is sent as any other. */
	ASSERT_EQ(0, sleeping_receiver(&child, self->fd, UNMAPPED, LONG_SIZE));
	ASSERT_EQ(0, put(self->fd, 7, LONG_SIZE, 0));
	EXPECT_EQ(-EFAULT, child_join(&child));
	ignore_waits(&self->before, self->fd);
	EXPECT_MOVED(.sent = 1, .sent_bytes = LONG_SIZE, .msgs = 1, .bytes = LONG_SIZE, .queued = 1,
		     .faults = 1);
}

TEST_F(stats, count_each_message_of_a_batch)
{
	struct ipcx_received received[4] = { 0 };
	struct ipcx_recv_batch recv = { .msgs = (uintptr_t)received, .count = 4 };
	struct ipcx_msg msgs[4];
	struct ipcx_send_batch send = { .msgs = (uintptr_t)msgs, .count = 4 };
	static char buf[4][SIZE];
	unsigned int i;

	for (i = 0; i < 4; i++) {
		msgs[i] = msg_of(buf[i], SIZE, i);
		received[i].msg = msg_of(buf[i], SIZE, 0);
	}
	ASSERT_EQ(4, command(self->fd, IPCX_IOC_SEND_BATCH, &send));
	EXPECT_MOVED(.sent = 4, .sent_bytes = 4 * SIZE, .msgs = 4, .bytes = 4 * SIZE, .queued = 4);
	ASSERT_EQ(4, command(self->fd, IPCX_IOC_RECV_BATCH, &recv));
	EXPECT_MOVED(.received = 4, .received_bytes = 4 * SIZE, .msgs = -4ULL,
		     .bytes = -4ULL * SIZE, .delays = { 4 });
}

TEST_F(stats, remember_the_highest)
{
	struct ipcx_stats now;

	ASSERT_EQ(0, put(self->fd, 1, 300, IPCX_DONTWAIT));
	ASSERT_EQ(1, get(self->fd, IPCX_DONTWAIT));
	ASSERT_EQ(0, put(self->fd, 1, 10, IPCX_DONTWAIT));
	ASSERT_EQ(0, put(self->fd, 2, 20, IPCX_DONTWAIT));
	now = stats_of(self->fd);
	EXPECT_EQ(2, now.peak_msgs);
	EXPECT_EQ(300, now.peak_bytes);
}

/* Messages that are not accepted, or not received */

static void fill_up(int fd)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		put(fd, i, SIZE, IPCX_DONTWAIT);
}

TEST_F(stats, count_what_finds_no_room)
{
	fill_up(self->fd);
	self->before = stats_of(self->fd);
	EXPECT_EQ(-EAGAIN, put(self->fd, 5, SIZE, IPCX_DONTWAIT));
	EXPECT_MOVED(.full = 1, .refused = 1);
	EXPECT_EQ(-ETIMEDOUT, put_until(self->fd, 5, SIZE, after_ms(1)));
	EXPECT_MOVED(.full = 1, .refused = 1, .slept = 1);
}

TEST_F(stats, do_not_call_refused_what_waits_for_room)
{
	struct child child;

	fill_up(self->fd);
	if (child_start(&child))
		child_done(&child, put(self->fd, 5, SIZE, 0));
	ASSERT_EQ(0, await_senders(self->fd, 1));
	ASSERT_EQ(0, await_asleep(child.pid));
	EXPECT_EQ(0, get(self->fd, IPCX_DONTWAIT));
	EXPECT_EQ(0, child_join(&child));
	self->before = (struct ipcx_stats) { .sent = 4, .sent_bytes = 4 * SIZE, .queued = 4,
					     .msgs = 4, .bytes = 4 * SIZE };
	EXPECT_MOVED(.sent = 1, .sent_bytes = SIZE, .queued = 1, .received = 1,
		     .received_bytes = SIZE, .full = 1, .slept = 1, .delays = { 1 });
}

TEST_F(stats, count_what_is_too_long)
{
	struct ipcx_msg msg = { .len = 70000 };
	struct ipcx_send_batch batch = { .msgs = (uintptr_t)&msg, .count = 1 };
	static char buf[70000];

	msg.data = (uintptr_t)buf;
	EXPECT_EQ(-EMSGSIZE, put(self->fd, 1, 70000, IPCX_DONTWAIT));
	EXPECT_MOVED(.refused = 1);
	EXPECT_EQ(-1, write(self->fd, buf, 70000));
	EXPECT_MOVED(.refused = 1);
	EXPECT_EQ(-EMSGSIZE, command(self->fd, IPCX_IOC_SEND_BATCH, &batch));
	EXPECT_MOVED(.refused = 1);
	EXPECT_EQ(-EMSGSIZE, ask_until(self->fd, 1, 70000, 1));
	EXPECT_MOVED(.refused = 1);
}

TEST_F(stats, count_faults_of_senders)
{
	struct ipcx_send send = { .msg = msg_of(UNMAPPED, SIZE, 1) };
	struct ipcx_send_batch batch = { .msgs = (uintptr_t)&send.msg, .count = 1 };
	struct ipcx_reply reply = { .token = 1, .msg = send.msg };

	EXPECT_EQ(-EFAULT, command(self->fd, IPCX_IOC_SEND, &send));
	EXPECT_MOVED(.faults = 1);
	EXPECT_EQ(-1, write(self->fd, cliff(), SIZE));
	EXPECT_MOVED(.faults = 1);
	EXPECT_EQ(-EFAULT, command(self->fd, IPCX_IOC_SEND_BATCH, &batch));
	EXPECT_MOVED(.faults = 1);
	EXPECT_EQ(-EFAULT, command(self->fd, IPCX_IOC_REPLY, &reply));
	EXPECT_MOVED(.faults = 1);
}

TEST_F(stats, count_faults_of_receivers_and_what_goes_back)
{
	struct ipcx_received received = { .msg = msg_of(UNMAPPED, SIZE, 0) };
	struct ipcx_recv_batch batch = { .msgs = (uintptr_t)&received, .count = 1 };
	struct ipcx_recv recv;

	ASSERT_EQ(0, put(self->fd, 1, SIZE, IPCX_DONTWAIT));
	self->before = stats_of(self->fd);
	EXPECT_EQ(-EFAULT, get_into(self->fd, &recv, UNMAPPED, SIZE, 0));
	EXPECT_MOVED(.faults = 1, .returned = 1);
	EXPECT_EQ(-1, read(self->fd, cliff(), SIZE));
	EXPECT_MOVED(.faults = 1, .returned = 1);
	EXPECT_EQ(-EFAULT, command(self->fd, IPCX_IOC_RECV_BATCH, &batch));
	EXPECT_MOVED(.faults = 1, .returned = 1);
	EXPECT_EQ(-EFAULT, get_into(self->fd, &recv, UNMAPPED, SIZE, IPCX_PEEK));
	EXPECT_MOVED(.faults = 1);
}

TEST_F(stats, count_as_queued_what_comes_back_from_a_receiver_that_waited)
{
	struct child child;

	ASSERT_EQ(0, sleeping_receiver(&child, self->fd, UNMAPPED, SIZE));
	ASSERT_EQ(0, put(self->fd, 1, SIZE, IPCX_DONTWAIT));
	EXPECT_EQ(-EFAULT, child_join(&child));
	EXPECT_MOVED(.sent = 1, .sent_bytes = SIZE, .msgs = 1, .bytes = SIZE, .queued = 1,
		     .slept = 1, .faults = 1, .returned = 1);
}

TEST_F(stats, count_a_message_that_goes_from_hand_to_hand_once)
{
	struct child first, second;
	static char buf[SIZE];

	/* The first cannot have it, so it is the second's. */
	ASSERT_EQ(0, sleeping_receiver(&first, self->fd, UNMAPPED, SIZE));
	if (child_start(&second)) {
		struct ipcx_recv recv;

		child_done(&second, get_into(self->fd, &recv, buf, SIZE, 0));
	}
	ASSERT_EQ(0, await_receivers(self->fd, 2));
	ASSERT_EQ(0, put(self->fd, 9, SIZE, IPCX_DONTWAIT));
	EXPECT_EQ(-EFAULT, child_join(&first));
	EXPECT_EQ(9, child_join(&second));
	ignore_waits(&self->before, self->fd);
	EXPECT_MOVED(.sent = 1, .sent_bytes = SIZE, .received = 1, .received_bytes = SIZE,
		     .handed = 1, .faults = 1, .returned = 1);
}

TEST_F(stats, count_a_wait_that_a_signal_ends)
{
	struct child child;

	if (child_start(&child)) {
		handle(SIGUSR1, 0);
		child_done(&child, get(self->fd, 0));
	}
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	ASSERT_EQ(0, await_asleep(child.pid));
	kill(child.pid, SIGUSR1);
	EXPECT_EQ(-EINTR, child_join(&child));
	EXPECT_MOVED(.slept = 1);
}

/* How long */

TEST_F(stats, tell_how_long_messages_were_queued)
{
	struct ipcx_stats now;
	uint64_t sum = 0;
	unsigned int i;

	ASSERT_EQ(0, put(self->fd, 1, SIZE, IPCX_DONTWAIT));
	usleep(50000);
	ASSERT_EQ(1, get(self->fd, IPCX_DONTWAIT));
	now = stats_of(self->fd);
	/* 2^25 ns is less than 50 ms, and 2^35 a longer time than this test may take. */
	for (i = 26; i < 36; i++)
		sum += now.delays[i];
	EXPECT_EQ(1, sum);
	EXPECT_EQ(1, delays_of(&now));
}

TEST(the_delays_of_a_long_queue_are_all_counted_in_the_end)
{
	int fd = mailbox_of(200, 0, 0);
	struct ipcx_stats now;
	unsigned int i;

	for (i = 0; i < 200; i++)
		ASSERT_EQ(0, put(fd, i, SIZE, IPCX_DONTWAIT));
	for (i = 0; i < 200; i++) {
		ASSERT_EQ(i, get(fd, IPCX_DONTWAIT));
		now = stats_of(fd);
		ASSERT_GE(i + 1, delays_of(&now));
		ASSERT_LE(i + 1, delays_of(&now) + 15);
	}
	EXPECT_EQ(200, delays_of(&now));
	EXPECT_EQ(200, now.received);
}

/* Calls */

static void serve_one(struct child *server, int fd)
{
	if (child_start(server))
		child_done(server, serve(fd));
}

TEST_F(stats, count_calls_and_replies)
{
	struct child server;

	serve_one(&server, self->fd);
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	EXPECT_EQ(1 + ANSWER, ask(self->fd, 1, SIZE, 0));
	EXPECT_EQ(1, child_join(&server));
	ignore_waits(&self->before, self->fd);
	EXPECT_MOVED(.sent = 1, .sent_bytes = SIZE, .received = 1, .received_bytes = SIZE,
		     .handed = 1, .calls = 1, .replies = 1, .reply_bytes = SIZE);
}

TEST_F(stats, count_a_request_that_goes_back_once)
{
	struct child first, caller;

	ASSERT_EQ(0, sleeping_receiver(&first, self->fd, UNMAPPED, SIZE));
	if (child_start(&caller))
		child_done(&caller, ask(self->fd, 1, SIZE, 0));
	EXPECT_EQ(-EFAULT, child_join(&first));
	ASSERT_EQ(0, await_msgs(self->fd, 1));
	EXPECT_EQ(1, serve(self->fd));
	EXPECT_EQ(1 + ANSWER, child_join(&caller));
	EXPECT_EQ(1, stats_of(self->fd).calls);
	EXPECT_EQ(1, stats_of(self->fd).replies);
}

TEST_F(stats, count_how_each_wait_ended)
{
	unsigned int calls = often(2000), i;
	struct child server;
	struct ipcx_stats now;

	if (child_start(&server)) {
		for (i = 0; i < calls; i++)
			serve(self->fd);
		child_done(&server, 0);
	}
	for (i = 0; i < calls; i++)
		ASSERT_EQ(i + ANSWER, ask(self->fd, i, SIZE, 0));
	EXPECT_EQ(0, child_join(&server));
	now = stats_of(self->fd);
	EXPECT_EQ(calls, now.calls);
	EXPECT_EQ(calls, now.replies);
	/* Every caller waited, and the server did for whatever was handed over to it. */
	EXPECT_EQ(calls + now.handed, waits_of(&now));
	TH_LOG("%llu spun, %llu yielded, %llu slept", (unsigned long long)now.spun,
	       (unsigned long long)now.yielded, (unsigned long long)now.slept);
}

TEST_F(stats, count_requests_that_are_withdrawn)
{
	EXPECT_EQ(-ETIMEDOUT, ask_until(self->fd, 1, SIZE, after_ms(1)));
	EXPECT_MOVED(.sent = 1, .sent_bytes = SIZE, .queued = 1, .calls = 1, .dropped = 1,
		     .dropped_bytes = SIZE, .slept = 1);
}

TEST_F(stats, count_requests_that_go_with_the_name)
{
	const char *name = fresh_name();
	int fd = mailbox(name, O_RDWR | O_CREAT);
	struct child child;

	if (child_start(&child))
		child_done(&child, ask(fd, 1, SIZE, 0));
	ASSERT_EQ(0, await_msgs(fd, 1));
	ASSERT_EQ(0, await_asleep(child.pid));
	ASSERT_EQ(0, unlink_name(name));
	EXPECT_EQ(-EIDRM, child_join(&child));
	close(self->fd);
	self->fd = fd;
	EXPECT_MOVED(.sent = 1, .sent_bytes = SIZE, .queued = 1, .calls = 1, .dropped = 1,
		     .dropped_bytes = SIZE, .slept = 1);
}

TEST_F(stats, count_requests_whose_receiver_fails_after_the_caller_has_left)
{
	struct child child;
	struct stuck stuck;

	if (child_start(&child))
		child_done(&child, ask(self->fd, 1, SIZE, 0));
	ASSERT_EQ(0, await_msgs(self->fd, 1));
	if (!stuck_start(&stuck, self->fd))
		SKIP(return, "no userfaultfd");
	ASSERT_EQ(0, stuck_await(&stuck));
	child_kill(&child);
	EXPECT_EQ(-EFAULT, stuck_end(&stuck, true));
	ignore_waits(&self->before, self->fd);
	EXPECT_MOVED(.sent = 1, .sent_bytes = SIZE, .queued = 1, .calls = 1, .dropped = 1,
		     .dropped_bytes = SIZE, .faults = 1, .returned = 1);
}

/* Regions */

TEST(of_regions_maps_are_counted)
{
	size_t size = 4096;
	int fd = region(NULL, O_RDWR, size);
	int box = mailbox(NULL, O_RDWR);

	EXPECT_EQ(0, stats_of(fd).maps);
	EXPECT_NE(MAP_FAILED, mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0));
	EXPECT_NE(MAP_FAILED, mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0));
	EXPECT_EQ(MAP_FAILED, mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0));
	EXPECT_EQ(MAP_FAILED, mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 4096 * 4));
	EXPECT_EQ(2, stats_of(fd).maps);
	EXPECT_EQ(2 * size, stats_of(fd).map_bytes);
	EXPECT_EQ(0, stats_of(fd).sent);
	EXPECT_EQ(0, stats_of(box).maps);
}

TEST(of_regions_endpoints_are_counted)
{
	const char *name = fresh_name();
	int fd = region(name, O_RDWR | O_CREAT | O_EXCL, 4096);
	int other = region(name, O_RDONLY, 0);

	ASSERT_GE(other, 0);
	close(other);
	EXPECT_EQ(2, stats_of(fd).opens);
	EXPECT_EQ(0, stats_of(mailbox(NULL, O_RDWR)).opens);
}

TEST(of_regions_what_is_touched_is_told)
{
	size_t page = sysconf(_SC_PAGESIZE), size = 16 * page;
	int fd = region(NULL, O_RDWR, size);
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	ASSERT_NE(MAP_FAILED, (void *)memory);
	EXPECT_EQ(0, stats_of(fd).used);
	memory[0] = 1;
	memory[5 * page] = 1;
	EXPECT_EQ(2 * page, stats_of(fd).used);
	/* It is the region's, whoever maps it. */
	munmap(memory, size);
	EXPECT_EQ(2 * page, stats_of(fd).used);
}

TEST_HARNESS_MAIN
