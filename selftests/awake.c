// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting awake: a wait that spins, or gives its CPU away, ends when it should, whoever else there
 * is on the CPU, and does not go on for long.
 */
#include <time.h>

#include "box.h"

#define SPIN_NS "/sys/module/ipcx/parameters/spin_ns"

static int stay_on_first_cpu(void)
{
	cpu_set_t cpu;

	CPU_ZERO(&cpu);
	CPU_SET(0, &cpu);
	return sched_setaffinity(0, sizeof(cpu), &cpu);
}

static int become_real_time(void)
{
	const struct sched_param first = { .sched_priority = 10 };

	return sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &first);
}

static uint64_t cpu_time(void)
{
	struct timespec spent;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
	return spent.tv_sec * SEC + spent.tv_nsec;
}

/* The peer can only run while the caller sleeps: to give it the CPU any other way is in vain. */
TEST_F(box, a_real_time_caller_is_answered_by_a_server_of_lower_priority)
{
	unsigned int times = often(1000), i;
	struct child server;

	ASSERT_EQ(0, stay_on_first_cpu());
	if (child_start(&server)) {
		for (i = 0; i < times; i++)
			if (serve(self->fd) != i)
				child_done(&server, -EBADMSG);
		child_done(&server, 0);
	}
	if (become_real_time())
		SKIP(return, "no real-time scheduling");
	for (i = 0; i < times; i++)
		ASSERT_EQ(i + ANSWER, ask(self->fd, i, 10, 0));
	EXPECT_EQ(0, child_join(&server));
}

TEST(a_real_time_sender_waits_for_a_receiver_of_lower_priority)
{
	unsigned int times = often(1000), i;
	int fd = mailbox_of(1, 0, 0);
	struct child receiver;

	ASSERT_EQ(0, stay_on_first_cpu());
	if (child_start(&receiver)) {
		for (i = 0; i < times; i++)
			if (get(fd, 0) != i)
				child_done(&receiver, -EBADMSG);
		child_done(&receiver, 0);
	}
	if (become_real_time())
		SKIP(return, "no real-time scheduling");
	for (i = 0; i < times; i++)
		ASSERT_EQ(0, put(fd, i, 10, 0));
	EXPECT_EQ(0, child_join(&receiver));
}

static uint64_t cpu_time_of_waiting(int fd)
{
	uint64_t before = cpu_time();
	unsigned int i;

	for (i = 0; i < 10; i++)
		if (get_until(fd, after_ms(50)) != -ETIMEDOUT)
			abort();
	return cpu_time() - before;
}

TEST_F(box, a_long_wait_takes_little_of_the_cpu)
{
	EXPECT_GT(100 * MSEC, cpu_time_of_waiting(self->fd));
}

TEST_F(box, a_long_wait_beside_another_process_takes_little_of_the_cpu)
{
	struct child other;

	ASSERT_EQ(0, stay_on_first_cpu());
	if (child_start(&other))
		for (;;)
			;
	EXPECT_GT(100 * MSEC, cpu_time_of_waiting(self->fd));
	child_kill(&other);
}

static bool set_spin(const char *ns)
{
	int fd = open(SPIN_NS, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, ns, strlen(ns)) == (ssize_t)strlen(ns);

	close(fd);
	return done;
}

/* An endpoint whose waits spin for four seconds, if nothing ends them */
FIXTURE(spinner)
{
	int fd;
	uint64_t taught;
};

FIXTURE_SETUP(spinner)
{
	uint64_t begin = now_ns();
	unsigned int i;

	self->fd = mailbox(NULL, O_RDWR);
	ASSERT_GE(self->fd, 0);
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		SKIP(return, "needs two CPUs");
	if (!set_spin("4000000000"))
		SKIP(return, "needs root");
	/* Waits that are short, for so long a spin, teach the endpoint to spin for longer. */
	for (i = 0; i < 25; i++)
		EXPECT_EQ(-ETIMEDOUT, get_until(self->fd, after_ms(1)));
	self->taught = now_ns() - begin;
}

FIXTURE_TEARDOWN(spinner)
{
	set_spin("200000");
	close(self->fd);
}

TEST_F(spinner, a_wait_that_spins_for_long_ends_at_its_deadline)
{
	uint64_t begin = now_ns();

	EXPECT_EQ(-ETIMEDOUT, get_until(self->fd, after_ms(20)));
	EXPECT_GT(3 * SEC, now_ns() - begin);
	EXPECT_GT(3 * SEC, self->taught);
}

TEST_F(spinner, a_wait_that_spins_for_long_hears_of_a_signal)
{
	struct child child;
	uint64_t begin;
	unsigned int i;

	handle(SIGUSR1, 0);
	begin = now_ns();
	if (child_start(&child))
		child_done(&child, get_until(self->fd, after_ms(60000)));
	for (i = 0; i < 50; i++) {
		usleep(10000);
		kill(child.pid, SIGUSR1);
	}
	EXPECT_EQ(-EINTR, child_join(&child));
	EXPECT_GT(3 * SEC, now_ns() - begin);
}

TEST_HARNESS_MAIN
