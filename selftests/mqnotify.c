// SPDX-License-Identifier: GPL-2.0-only
/*
 * POSIX message queues: mq_notify().
 */
#include <pthread.h>

#include "mq_test.h"

static int notify(mqd_t mqd, const struct sigevent *event)
{
	return mq_notify(mqd, event) ? -errno : 0;
}

static int notify_signal(mqd_t mqd, int signal, void *value)
{
	struct sigevent event = {
		.sigev_notify = SIGEV_SIGNAL,
		.sigev_signo = signal,
		.sigev_value.sival_ptr = value,
	};

	return notify(mqd, &event);
}

static int notify_none(mqd_t mqd)
{
	return notify(mqd, &(struct sigevent){ .sigev_notify = SIGEV_NONE });
}

static int notify_thread(mqd_t mqd, void (*function)(union sigval value), void *value)
{
	struct sigevent event = {
		.sigev_notify = SIGEV_THREAD,
		.sigev_notify_function = function,
		.sigev_value.sival_ptr = value,
	};

	return notify(mqd, &event);
}

static void block(int signal)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

/* The siginfo of a blocked signal that has come; si_signo is 0 if none has. */
static siginfo_t come(int signal)
{
	struct timespec now = { .tv_sec = 0 };
	siginfo_t info = { .si_signo = 0 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal);
	if (sigtimedwait(&set, &info, &now) < 0)
		info.si_signo = 0;
	return info;
}

TEST_F(queue, sends_a_signal_once)
{
	siginfo_t info;

	block(SIGUSR1);
	ASSERT_EQ(0, notify_signal(self->mqd, SIGUSR1, &info));
	EXPECT_EQ(0, come(SIGUSR1).si_signo);
	ASSERT_EQ(0, mq_put(self->mqd, "a", 0));
	info = come(SIGUSR1);
	EXPECT_EQ(SIGUSR1, info.si_signo);
	EXPECT_EQ(SI_MESGQ, info.si_code);
	EXPECT_EQ(&info, info.si_value.sival_ptr);
	EXPECT_EQ(getpid(), info.si_pid);
	EXPECT_EQ(getuid(), info.si_uid);

	ASSERT_EQ('a', mq_get(self->mqd));
	ASSERT_EQ(0, mq_put(self->mqd, "a", 0));
	EXPECT_EQ(0, come(SIGUSR1).si_signo);
	ASSERT_EQ(0, notify_signal(self->mqd, SIGUSR1, NULL));
}

TEST_F(queue, tells_of_messages_that_come_to_nothing_only)
{
	block(SIGUSR1);
	ASSERT_EQ(0, mq_put(self->mqd, "a", 0));
	ASSERT_EQ(0, notify_signal(self->mqd, SIGUSR1, NULL));
	ASSERT_EQ(0, mq_put(self->mqd, "b", 0));
	EXPECT_EQ(0, come(SIGUSR1).si_signo);
	ASSERT_EQ('a', mq_get(self->mqd));
	ASSERT_EQ('b', mq_get(self->mqd));
	ASSERT_EQ(0, mq_put(self->mqd, "c", 0));
	EXPECT_EQ(SIGUSR1, come(SIGUSR1).si_signo);
}

TEST_F(queue, tells_nobody_of_messages_that_are_waited_for)
{
	struct child child;

	block(SIGUSR1);
	if (child_start(&child))
		child_done(&child, mq_get(self->mqd));
	ASSERT_EQ(0, await_asleep(child.pid));
	ASSERT_EQ(0, notify_signal(self->mqd, SIGUSR1, NULL));
	ASSERT_EQ(0, mq_put(self->mqd, "a", 0));
	EXPECT_EQ('a', child_join(&child));
	EXPECT_EQ(0, come(SIGUSR1).si_signo);
	EXPECT_EQ(-EBUSY, notify_none(self->mqd));
}

TEST_F(queue, tells_one_process_at_a_time)
{
	mqd_t other = mq_old(self->name, O_WRONLY);
	struct child child;

	ASSERT_EQ(0, notify_none(self->mqd));
	EXPECT_EQ(-EBUSY, notify_none(self->mqd));
	EXPECT_EQ(-EBUSY, notify_none(other));
	EXPECT_EQ(-EBUSY, notify_thread(other, NULL, NULL));
	if (child_start(&child)) {
		int err = notify(other, NULL);

		child_done(&child, err ?: notify_none(other));
	}
	EXPECT_EQ(-EBUSY, child_join(&child));
	EXPECT_EQ(0, notify(self->mqd, NULL));
	EXPECT_EQ(0, notify(self->mqd, NULL));
	EXPECT_EQ(0, notify_none(other));
}

TEST_F(queue, takes_back_what_was_asked_for_with_the_close)
{
	mqd_t other = mq_old(self->name, O_RDWR);
	struct child child;

	ASSERT_EQ(0, notify_none(other));
	if (child_start(&child))
		child_done(&child, mq_close(other) ?: notify_none(self->mqd));
	EXPECT_EQ(-EBUSY, child_join(&child));
	ASSERT_EQ(0, mq_close(other));
	EXPECT_EQ(0, notify_none(self->mqd));

	ASSERT_EQ(0, notify(self->mqd, NULL));
	if (child_start(&child))
		child_done(&child, notify_none(self->mqd));
	EXPECT_EQ(0, child_join(&child));
	EXPECT_EQ(0, notify_none(self->mqd));
}

TEST_F(queue, refuses_what_it_cannot_do)
{
	EXPECT_EQ(-EINVAL, notify_signal(self->mqd, 65, NULL));
	EXPECT_EQ(-EINVAL, notify_signal(self->mqd, -1, NULL));
	EXPECT_EQ(-EINVAL, notify(self->mqd, &(struct sigevent){ .sigev_notify = 99 }));
	EXPECT_EQ(0, notify_none(self->mqd));
}

/*
 * Who has the message has been told of it: the signal does not come when he waits for the next one,
 * to interrupt that.
 */
TEST_F(queue, tells_before_the_message_can_be_had)
{
	unsigned int i, rounds = often(3000);
	int *asked = shared(sizeof(*asked));
	struct child child;

	if (child_start(&child)) {
		int64_t result = 't';

		handle(SIGUSR1, 0);
		for (i = 0; i < rounds && result == 't'; i++) {
			notify_signal(self->mqd, SIGUSR1, NULL);
			__atomic_store_n(asked, 1, __ATOMIC_RELEASE);
			while (!mq_count(self->mqd))
				;
			if (mq_get(self->mqd) != 't')
				break;
			result = mq_get(self->mqd);
		}
		__atomic_store_n(asked, -1, __ATOMIC_RELEASE);
		child_done(&child, result);
	}
	for (i = 0; i < rounds; i++) {
		if (await_flag(asked) || *asked < 0)
			break;
		__atomic_store_n(asked, 0, __ATOMIC_RELAXED);
		ASSERT_EQ(0, mq_put(self->mqd, "t", 0));
		usleep(50);
		ASSERT_EQ(0, mq_put(self->mqd, "t", 0));
	}
	EXPECT_EQ('t', child_join(&child));
}

/* Functions */

static void count_up(union sigval value)
{
	__atomic_add_fetch((int *)value.sival_ptr, 1, __ATOMIC_SEQ_CST);
}

static void *send_one(void *mqd)
{
	return (void *)(intptr_t)mq_put(*(mqd_t *)mqd, "a", 0);
}

TEST_F(queue, runs_a_function_once)
{
	int called = 0, later = 0;

	ASSERT_EQ(0, notify_thread(self->mqd, count_up, &called));
	ASSERT_EQ(0, mq_put(self->mqd, "a", 0));
	ASSERT_EQ(0, await_flag(&called));
	ASSERT_EQ(0, mq_put(self->mqd, "b", 0));
	ASSERT_EQ('a', mq_get(self->mqd));
	ASSERT_EQ('b', mq_get(self->mqd));

	ASSERT_EQ(0, notify_thread(self->mqd, count_up, &later));
	ASSERT_EQ(0, mq_put(self->mqd, "c", 0));
	ASSERT_EQ(0, await_flag(&later));
	EXPECT_EQ(1, called);
	EXPECT_EQ(1, later);
}

/* The usual: a function that asks to be called again, and takes all that there is. */
static struct {
	mqd_t mqd;
	int total;
	int done;
} consumer;

static void consume(union sigval value)
{
	char buf[SIZE];

	notify_thread(consumer.mqd, consume, value.sival_ptr);
	while (mq_receive(consumer.mqd, buf, sizeof(buf), NULL) == 1)
		if (__atomic_add_fetch(&consumer.total, 1, __ATOMIC_SEQ_CST) == value.sival_int)
			__atomic_store_n(&consumer.done, 1, __ATOMIC_SEQ_CST);
}

TEST_F(queue, runs_a_function_again_and_again)
{
	mqd_t sender = mq_old(self->name, O_WRONLY);
	unsigned int i;

	consumer.mqd = self->mqd;
	ASSERT_EQ(0, mq_nonblock(self->mqd, O_NONBLOCK));
	ASSERT_EQ(0, notify_thread(self->mqd, consume, (void *)500));
	for (i = 0; i < 500; i++)
		ASSERT_EQ(0, mq_put(sender, "a", 0));
	EXPECT_EQ(0, await_flag(&consumer.done));
	EXPECT_EQ(500, consumer.total);
}

TEST_F(queue, does_not_run_what_was_taken_back)
{
	int called = 0, later = 0, i;

	for (i = 0; i < 20; i++) {
		ASSERT_EQ(0, notify_thread(self->mqd, count_up, &called));
		ASSERT_EQ(0, notify(self->mqd, NULL));
	}
	ASSERT_EQ(0, notify_thread(self->mqd, count_up, &later));
	ASSERT_EQ(0, mq_put(self->mqd, "a", 0));
	ASSERT_EQ(0, await_flag(&later));
	EXPECT_EQ(0, called);
}

TEST_F(queue, runs_the_function_in_the_process_that_asked)
{
	struct child child;
	int called = 0;

	ASSERT_EQ(0, notify_thread(self->mqd, count_up, &called));
	/* Whose copy of the descriptor is its own to close */
	if (child_start(&child)) {
		mqd_t other = mq_old(self->name, O_WRONLY);
		int err = mq_close(self->mqd);

		child_done(&child, err ?: mq_put(other, "a", 0));
	}
	EXPECT_EQ(0, child_join(&child));
	EXPECT_EQ(0, await_flag(&called));
}

/* The signal is for the process: whichever of its threads waits for it gets it. */
static void *wait_for_signal(void *tid)
{
	siginfo_t info = { .si_signo = 0 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	__atomic_store_n((int *)tid, gettid(), __ATOMIC_RELEASE);
	sigwaitinfo(&set, &info);
	return info.si_value.sival_ptr;
}

TEST_F(queue, signals_the_thread_that_waits_for_it)
{
	pthread_t thread, sender;
	void *value;
	int tid = 0;

	block(SIGUSR1);
	ASSERT_EQ(0, pthread_create(&thread, NULL, wait_for_signal, &tid));
	ASSERT_EQ(0, await_flag(&tid));
	ASSERT_EQ(0, await_asleep(tid));
	ASSERT_EQ(0, notify_signal(self->mqd, SIGUSR1, &tid));
	ASSERT_EQ(0, pthread_create(&sender, NULL, send_one, &self->mqd));
	ASSERT_EQ(0, pthread_join(thread, &value));
	EXPECT_EQ(&tid, value);
	pthread_join(sender, NULL);
}

TEST_HARNESS_MAIN
