// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signals and deadlines against messages: whoever leaves has either done it or not, and what it did
 * not do is there for others.
 */
#include "harness.h"

/* A child that receives; SIGUSR1 comes with these flags. */
static void receiver(struct child *child, int fd, int flags)
{
	if (child_start(child)) {
		handle(SIGUSR1, flags);
		child_done(child, get(fd, 0));
	}
}

static void sender(struct child *child, int fd, uint64_t type, int flags)
{
	if (child_start(child)) {
		handle(SIGUSR1, flags);
		child_done(child, put(fd, type, 10, 0));
	}
}

TEST(a_killed_receiver_takes_no_message_along)
{
	int fd = mailbox(NULL, O_RDWR);
	struct child first, second;
	unsigned int i;

	for (i = 0; i < 20; i++) {
		receiver(&first, fd, 0);
		ASSERT_EQ(0, await_receivers(fd, 1));
		receiver(&second, fd, 0);
		ASSERT_EQ(0, await_receivers(fd, 2));
		child_kill(&first);
		EXPECT_EQ(1, stat_of(fd).receivers);
		ASSERT_EQ(0, put(fd, i, 1, 0));
		EXPECT_EQ(i, child_join(&second));
	}
	EXPECT_EQ(-EAGAIN, get(fd, IPCX_DONTWAIT));
	EXPECT_EQ(0, stat_of(fd).receivers);
}

/* The receiver has the message, but not the CPU: it never gets to look at it. */
TEST(a_receiver_that_is_killed_before_it_runs_takes_no_message_along)
{
	const struct sched_param first = { .sched_priority = 1 };
	int fd = mailbox(NULL, O_RDWR);
	struct child child;
	cpu_set_t cpu;
	unsigned int i;

	CPU_ZERO(&cpu);
	CPU_SET(0, &cpu);
	ASSERT_EQ(0, sched_setaffinity(0, sizeof(cpu), &cpu));
	ASSERT_EQ(0, sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &first));
	for (i = 0; i < 20; i++) {
		receiver(&child, fd, 0);
		ASSERT_EQ(0, await_receivers(fd, 1));
		EXPECT_EQ(0, put(fd, i, i % 2 ? 1000 : 1, 0));
		EXPECT_EQ(0, stat_of(fd).receivers);
		EXPECT_EQ(0, stat_of(fd).msgs);
		child_kill(&child);
		EXPECT_EQ(i, get(fd, IPCX_DONTWAIT));
	}
	EXPECT_EQ(0, stat_of(fd).bytes);
}

TEST(a_killed_sender_sends_nothing)
{
	int fd = mailbox_of(1, 0, 0);
	struct child first, second;

	ASSERT_EQ(0, put(fd, 1, 1, 0));
	sender(&first, fd, 2, 0);
	ASSERT_EQ(0, await_senders(fd, 1));
	sender(&second, fd, 3, 0);
	ASSERT_EQ(0, await_senders(fd, 2));
	child_kill(&first);
	EXPECT_EQ(1, stat_of(fd).senders);
	EXPECT_EQ(1, get(fd, IPCX_DONTWAIT));
	EXPECT_EQ(0, child_join(&second));
	EXPECT_EQ(3, get(fd, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, get(fd, IPCX_DONTWAIT));
}

TEST(an_interrupted_receiver_says_so)
{
	int fd = mailbox(NULL, O_RDWR);
	struct child child;

	receiver(&child, fd, 0);
	ASSERT_EQ(0, await_receivers(fd, 1));
	ASSERT_EQ(0, await_asleep(child.pid));
	kill(child.pid, SIGUSR1);
	EXPECT_EQ(-EINTR, child_join(&child));
	EXPECT_EQ(0, stat_of(fd).receivers);
	ASSERT_EQ(0, put(fd, 1, 1, 0));
	EXPECT_EQ(1, get(fd, IPCX_DONTWAIT));
}

TEST(an_interrupted_receiver_goes_on_if_asked_to)
{
	int fd = mailbox(NULL, O_RDWR);
	struct child child;
	unsigned int i;

	receiver(&child, fd, SA_RESTART);
	for (i = 0; i < 5; i++) {
		ASSERT_EQ(0, await_receivers(fd, 1));
		ASSERT_EQ(0, await_asleep(child.pid));
		kill(child.pid, SIGUSR1);
	}
	usleep(2000);
	ASSERT_EQ(0, put(fd, 1, 1, 0));
	EXPECT_EQ(1, child_join(&child));
	EXPECT_EQ(0, stat_of(fd).msgs);
}

TEST(an_interrupted_sender_says_so)
{
	int fd = mailbox_of(1, 0, 0);
	struct child child;

	ASSERT_EQ(0, put(fd, 1, 1, 0));
	sender(&child, fd, 2, 0);
	ASSERT_EQ(0, await_senders(fd, 1));
	ASSERT_EQ(0, await_asleep(child.pid));
	kill(child.pid, SIGUSR1);
	EXPECT_EQ(-EINTR, child_join(&child));
	EXPECT_EQ(0, stat_of(fd).senders);
	EXPECT_EQ(1, get(fd, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, get(fd, IPCX_DONTWAIT));
}

TEST(an_interrupted_sender_goes_on_if_asked_to)
{
	int fd = mailbox_of(1, 0, 0);
	struct child child;
	unsigned int i;

	ASSERT_EQ(0, put(fd, 1, 1, 0));
	sender(&child, fd, 2, SA_RESTART);
	for (i = 0; i < 5; i++) {
		ASSERT_EQ(0, await_senders(fd, 1));
		ASSERT_EQ(0, await_asleep(child.pid));
		kill(child.pid, SIGUSR1);
	}
	EXPECT_EQ(1, get(fd, IPCX_DONTWAIT));
	EXPECT_EQ(0, child_join(&child));
	EXPECT_EQ(2, get(fd, IPCX_DONTWAIT));
	EXPECT_EQ(-EAGAIN, get(fd, IPCX_DONTWAIT));
}

TEST(read_and_write_are_interrupted_and_restarted)
{
	int flags[] = { 0, SA_RESTART };
	int fd = mailbox_of(1, 0, 0);
	struct child child;
	unsigned int i;
	char byte = 'x';

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		if (child_start(&child)) {
			handle(SIGUSR1, flags[i]);
			child_done(&child, read(fd, &byte, 1) < 0 ? -errno : byte);
		}
		ASSERT_EQ(0, await_receivers(fd, 1));
		ASSERT_EQ(0, await_asleep(child.pid));
		kill(child.pid, SIGUSR1);
		if (flags[i])
			ASSERT_EQ(1, write(fd, "a", 1));
		EXPECT_EQ(flags[i] ? 'a' : -EINTR, child_join(&child));

		ASSERT_EQ(0, put(fd, 1, 0, 0));
		if (child_start(&child)) {
			handle(SIGUSR1, flags[i]);
			child_done(&child, write(fd, "b", 1) < 0 ? -errno : 1);
		}
		ASSERT_EQ(0, await_senders(fd, 1));
		ASSERT_EQ(0, await_asleep(child.pid));
		kill(child.pid, SIGUSR1);
		if (!flags[i])
			EXPECT_EQ(-EINTR, child_join(&child));
		EXPECT_EQ(1, get(fd, IPCX_DONTWAIT));
		if (!flags[i])
			continue;
		EXPECT_EQ(1, child_join(&child));
		EXPECT_EQ(1, read(fd, &byte, 1));
		EXPECT_EQ('b', byte);
	}
}

TEST(a_restarted_wait_keeps_its_deadline)
{
	int fd = mailbox(NULL, O_RDWR);
	uint64_t deadline = after_ms(300);
	struct child child;

	if (child_start(&child)) {
		handle(SIGUSR1, SA_RESTART);
		child_done(&child, get_until(fd, deadline));
	}
	ASSERT_EQ(0, await_receivers(fd, 1));
	while (now_ns() < deadline - 20 * MSEC) {
		kill(child.pid, SIGUSR1);
		usleep(10000);
	}
	EXPECT_EQ(-ETIMEDOUT, child_join(&child));
	EXPECT_LE(deadline, now_ns());
}

TEST(a_stopped_receiver_goes_on_when_continued)
{
	int fd = mailbox(NULL, O_RDWR);
	struct child child;
	int status;

	receiver(&child, fd, 0);
	ASSERT_EQ(0, await_receivers(fd, 1));
	kill(child.pid, SIGSTOP);
	ASSERT_EQ(child.pid, waitpid(child.pid, &status, WUNTRACED));
	ASSERT_TRUE(WIFSTOPPED(status));
	ASSERT_EQ(0, put(fd, 1, 1, 0));
	kill(child.pid, SIGCONT);
	EXPECT_EQ(1, child_join(&child));
}

TEST(an_ignored_signal_interrupts_nobody)
{
	int fd = mailbox(NULL, O_RDWR);
	struct child child;

	if (child_start(&child)) {
		signal(SIGUSR1, SIG_IGN);
		child_done(&child, get(fd, 0));
	}
	ASSERT_EQ(0, await_receivers(fd, 1));
	kill(child.pid, SIGUSR1);
	kill(child.pid, SIGWINCH);
	usleep(2000);
	EXPECT_EQ(1, stat_of(fd).receivers);
	ASSERT_EQ(0, put(fd, 1, 1, 0));
	EXPECT_EQ(1, child_join(&child));
}

/*
 * Races. One side does its work in order, again when it is disturbed; the other disturbs it at
 * about the moment when it is served. Every message must come out once, in order.
 */

enum { rounds = 400 };

/* Anything from no time at all to about as long as it takes to be woken */
static void moment(void)
{
	static uint32_t state = 12345;
	volatile unsigned int i;

	state = state * 1103515245 + 12345;
	for (i = (state >> 16) % 2000; i; i--)
		;
}

/* Receives messages 0, 1, 2... until it has all: how many came, and a check that no other did. */
static int64_t receive_all(int fd, unsigned int timeout_us)
{
	unsigned int next = 0;
	int64_t type;

	while (next < rounds) {
		type = timeout_us ? get_until(fd, now_ns() + timeout_us * 1000) : get(fd, 0);
		if (type == next)
			next++;
		else if (type != (timeout_us ? -ETIMEDOUT : -EINTR))
			break;
	}
	return next;
}

TEST(a_message_handed_over_during_a_signal_comes_once)
{
	int fd = mailbox(NULL, O_RDWR);
	struct child child;
	unsigned int i;

	if (child_start(&child)) {
		handle(SIGUSR1, 0);
		child_done(&child, receive_all(fd, 0));
	}
	ASSERT_EQ(0, await_receivers(fd, 1));
	for (i = 0; i < rounds; i++) {
		if (i % 2) {
			kill(child.pid, SIGUSR1);
			moment();
		}
		ASSERT_EQ(0, put(fd, i, i % 3 ? 10 : 600, 0));
		if (i % 2 == 0) {
			moment();
			kill(child.pid, SIGUSR1);
		}
	}
	EXPECT_EQ(rounds, child_join(&child));
	EXPECT_EQ(0, stat_of(fd).msgs);
	EXPECT_EQ(0, stat_of(fd).receivers);
}

TEST(a_message_handed_over_during_a_restarted_signal_comes_once)
{
	int fd = mailbox(NULL, O_RDWR);
	struct child child;
	unsigned int i;

	if (child_start(&child)) {
		handle(SIGUSR1, SA_RESTART);
		child_done(&child, receive_all(fd, 0));
	}
	ASSERT_EQ(0, await_receivers(fd, 1));
	for (i = 0; i < rounds; i++) {
		kill(child.pid, SIGUSR1);
		moment();
		ASSERT_EQ(0, put(fd, i, 10, 0));
	}
	EXPECT_EQ(rounds, child_join(&child));
	EXPECT_EQ(0, stat_of(fd).msgs);
}

TEST(a_message_handed_over_at_the_deadline_comes_once)
{
	int fd = mailbox(NULL, O_RDWR);
	struct child child;
	unsigned int i;

	if (child_start(&child))
		child_done(&child, receive_all(fd, 150));
	for (i = 0; i < rounds; i++) {
		usleep(100);
		moment();
		ASSERT_EQ(0, put(fd, i, 10, 0));
	}
	EXPECT_EQ(rounds, child_join(&child));
	EXPECT_EQ(0, stat_of(fd).msgs);
	EXPECT_EQ(0, stat_of(fd).receivers);
}

/* Sends messages 0, 1, 2..., each again until it is sent. */
static int64_t send_all(int fd, unsigned int timeout_us)
{
	unsigned int i;
	int err;

	for (i = 0; i < rounds; ) {
		err = timeout_us ? put_until(fd, i, 10, now_ns() + timeout_us * 1000) :
				   put(fd, i, 10, 0);
		if (!err)
			i++;
		else if (err != (timeout_us ? -ETIMEDOUT : -EINTR))
			return err;
	}
	return 0;
}

TEST(a_message_let_in_during_a_signal_is_sent_once)
{
	int fd = mailbox_of(1, 0, 0);
	struct child child;
	unsigned int i;

	if (child_start(&child)) {
		handle(SIGUSR1, 0);
		child_done(&child, send_all(fd, 0));
	}
	ASSERT_EQ(0, await_msgs(fd, 1));
	for (i = 0; i < rounds; i++) {
		if (i % 2) {
			kill(child.pid, SIGUSR1);
			moment();
		}
		ASSERT_EQ(i, get(fd, 0));
		if (i % 2 == 0) {
			moment();
			kill(child.pid, SIGUSR1);
		}
	}
	EXPECT_EQ(0, child_join(&child));
	EXPECT_EQ(0, stat_of(fd).msgs);
	EXPECT_EQ(0, stat_of(fd).senders);
}

TEST(a_message_let_in_at_the_deadline_is_sent_once)
{
	int fd = mailbox_of(1, 0, 0);
	struct child child;
	unsigned int i;

	if (child_start(&child))
		child_done(&child, send_all(fd, 150));
	for (i = 0; i < rounds; i++) {
		usleep(100);
		moment();
		ASSERT_EQ(i, get(fd, 0));
	}
	EXPECT_EQ(0, child_join(&child));
	EXPECT_EQ(0, stat_of(fd).msgs);
	EXPECT_EQ(0, stat_of(fd).senders);
}

/* Client and server must agree on which calls succeeded. */
TEST(a_call_answered_at_the_deadline_is_answered_to_both_or_to_none)
{
	int fd = mailbox(NULL, O_RDWR);
	unsigned int answered = 0;
	struct child child;
	unsigned int i;
	int64_t result;

	if (child_start(&child)) {
		int64_t count = 0;

		do {
			result = serve(fd);
			count += result >= 0 && result != rounds;
		} while ((result >= 0 || result == -ESRCH) && result != rounds);
		child_done(&child, result == rounds ? count : result);
	}
	for (i = 0; i < rounds; i++) {
		result = ask_until(fd, i, 10, now_ns() + 20000 + i * 500);
		if (result == (int64_t)(i + ANSWER))
			answered++;
		else
			ASSERT_EQ(-ETIMEDOUT, result);
	}
	ASSERT_EQ(rounds + ANSWER, ask(fd, rounds, 10, 0));
	EXPECT_EQ(answered, child_join(&child));
	EXPECT_EQ(0, stat_of(fd).msgs);
}

TEST(a_call_answered_during_a_signal_is_answered_to_both_or_to_none)
{
	int fd = mailbox(NULL, O_RDWR);
	unsigned int answered = 0;
	struct child child;
	int64_t type = 0;
	unsigned int i;

	if (child_start(&child)) {
		int64_t count = 0, result;

		handle(SIGUSR1, 0);
		for (i = 0; i < rounds; i++) {
			result = ask(fd, i, 10, 0);
			if (result == (int64_t)(i + ANSWER))
				count++;
			else if (result != -EINTR)
				child_done(&child, result);
		}
		signal(SIGUSR1, SIG_IGN);
		ask(fd, rounds, 0, 0);
		child_done(&child, count);
	}
	while (type != rounds) {
		type = serve(fd);
		if (type >= 0 && type != rounds)
			answered++;
		else if (type < 0)
			ASSERT_EQ(-ESRCH, type);
		moment();
		if (answered % 2)
			kill(child.pid, SIGUSR1);
	}
	EXPECT_EQ(answered, child_join(&child));
	EXPECT_EQ(0, stat_of(fd).msgs);
}

TEST_HARNESS_MAIN
