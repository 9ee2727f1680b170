// SPDX-License-Identifier: GPL-2.0-only
/*
 * Being told of messages: when, who, how, and how often.
 */
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/wait.h>

#include "box.h"

static int notify(int fd, const struct ipcx_notify *how)
{
	return command(fd, IPCX_IOC_NOTIFY, how);
}

static int notify_event(int fd, int event)
{
	struct ipcx_notify how = { .kind = IPCX_NOTIFY_EVENTFD, .fd = event };

	return notify(fd, &how);
}

static int notify_signal(int fd, int signal, uint64_t value)
{
	struct ipcx_notify how = {
		.kind = IPCX_NOTIFY_SIGNAL,
		.signal = (uint32_t)signal,
		.value = value,
	};

	return notify(fd, &how);
}

static int notify_kind(int fd, uint32_t kind)
{
	struct ipcx_notify how = { .kind = kind };

	return notify(fd, &how);
}

/* How often an eventfd was raised since last asked */
static int64_t raised(int event)
{
	uint64_t count;

	return read(event, &count, sizeof(count)) < 0 ? 0 : (int64_t)count;
}

/* A blocked signal that has come: its siginfo, or no signal number */
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

static void block(int signal)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

TEST_F(box, tells_once_of_a_message_that_comes_to_nothing)
{
	int event = eventfd(0, EFD_NONBLOCK);

	ASSERT_EQ(0, notify_event(self->fd, event));
	EXPECT_EQ(0, raised(event));
	ASSERT_EQ(0, put(self->fd, 1, 1, 0));
	EXPECT_EQ(1, raised(event));
	ASSERT_EQ(0, put(self->fd, 2, 1, 0));
	ASSERT_EQ(1, get(self->fd, 0));
	ASSERT_EQ(2, get(self->fd, 0));
	ASSERT_EQ(0, put(self->fd, 3, 1, 0));
	EXPECT_EQ(0, raised(event));
	ASSERT_EQ(0, notify_event(self->fd, event));
}

TEST_F(box, does_not_tell_of_a_message_that_is_not_the_first)
{
	int event = eventfd(0, EFD_NONBLOCK);

	ASSERT_EQ(0, put(self->fd, 1, 1, 0));
	ASSERT_EQ(0, notify_event(self->fd, event));
	ASSERT_EQ(0, put(self->fd, 2, 1, 0));
	EXPECT_EQ(0, raised(event));
	ASSERT_EQ(1, get(self->fd, 0));
	ASSERT_EQ(2, get(self->fd, 0));
	ASSERT_EQ(0, put(self->fd, 3, 1, 0));
	EXPECT_EQ(1, raised(event));
}

TEST_F(box, does_not_tell_of_a_message_that_a_receiver_waits_for)
{
	int event = eventfd(0, EFD_NONBLOCK);
	struct child child;

	ASSERT_EQ(0, notify_event(self->fd, event));
	if (child_start(&child))
		child_done(&child, get(self->fd, 0));
	ASSERT_EQ(0, await_receivers(self->fd, 1));
	ASSERT_EQ(0, put(self->fd, 1, 1, 0));
	EXPECT_EQ(1, child_join(&child));
	EXPECT_EQ(0, raised(event));
	EXPECT_EQ(-EBUSY, notify_event(self->fd, event));
}

TEST_F(box, tells_of_what_write_and_call_send)
{
	int event = eventfd(0, EFD_NONBLOCK);

	ASSERT_EQ(0, notify_event(self->fd, event));
	ASSERT_EQ(1, write(self->fd, "x", 1));
	EXPECT_EQ(1, raised(event));
	ASSERT_EQ(1, read(self->fd, &(char){ 0 }, 1));
	ASSERT_EQ(0, notify_event(self->fd, event));
	EXPECT_EQ(-ETIMEDOUT, ask_until(self->fd, 1, 1, after_ms(1)));
	EXPECT_EQ(1, raised(event));
}

TEST(a_message_let_in_when_the_last_went_counts)
{
	int event = eventfd(0, EFD_NONBLOCK);
	int fd = mailbox_of(1, 0, 0);
	struct child child;

	ASSERT_EQ(0, put(fd, 1, 1, 0));
	if (child_start(&child))
		child_done(&child, put(fd, 2, 1, 0));
	ASSERT_EQ(0, await_senders(fd, 1));
	ASSERT_EQ(0, notify_event(fd, event));
	ASSERT_EQ(1, get(fd, 0));
	EXPECT_EQ(0, child_join(&child));
	EXPECT_EQ(1, raised(event));
}

TEST_F(box, sends_a_signal_with_value_and_sender)
{
	struct child child;
	siginfo_t info;

	block(SIGRTMIN);
	ASSERT_EQ(0, notify_signal(self->fd, SIGRTMIN, UINT64_C(0x123456789abcdef0)));
	if (child_start(&child))
		child_done(&child, put(self->fd, 1, 1, 0));
	EXPECT_EQ(0, child_join(&child));
	info = come(SIGRTMIN);
	EXPECT_EQ(SIGRTMIN, info.si_signo);
	EXPECT_EQ(SI_MESGQ, info.si_code);
	EXPECT_EQ(child.pid, info.si_pid);
	EXPECT_EQ(getuid(), info.si_uid);
	EXPECT_EQ((void *)UINT64_C(0x123456789abcdef0), info.si_value.sival_ptr);
	EXPECT_EQ(0, come(SIGRTMIN).si_signo);
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
	return (void *)(intptr_t)info.si_value.sival_int;
}

TEST_F(box, signals_the_thread_that_waits_for_it)
{
	pthread_t thread;
	void *value;
	int tid = 0;

	block(SIGUSR1);
	ASSERT_EQ(0, pthread_create(&thread, NULL, wait_for_signal, &tid));
	ASSERT_EQ(0, await_flag(&tid));
	ASSERT_EQ(0, await_asleep(tid));
	ASSERT_EQ(0, notify_signal(self->fd, SIGUSR1, 77));
	ASSERT_EQ(0, put(self->fd, 1, 1, 0));
	ASSERT_EQ(0, pthread_join(thread, &value));
	EXPECT_EQ((void *)77, value);
}

TEST_F(box, tells_one_at_a_time)
{
	int event = eventfd(0, EFD_NONBLOCK);
	struct child child;

	ASSERT_EQ(0, notify_kind(self->fd, IPCX_NOTIFY_NONE));
	EXPECT_EQ(-EBUSY, notify_event(self->fd, event));
	if (child_start(&child)) {
		/* Not the one that asked: neither can it ask, nor take back. */
		int err = notify_kind(self->fd, IPCX_NOTIFY_REMOVE);

		child_done(&child, err ?: notify_event(self->fd, event));
	}
	EXPECT_EQ(-EBUSY, child_join(&child));
	ASSERT_EQ(0, notify_kind(self->fd, IPCX_NOTIFY_REMOVE));
	EXPECT_EQ(0, notify_kind(self->fd, IPCX_NOTIFY_REMOVE));
	ASSERT_EQ(0, notify_event(self->fd, event));
	ASSERT_EQ(0, put(self->fd, 1, 1, 0));
	EXPECT_EQ(1, raised(event));
}

TEST_F(box, is_freed_for_others_by_being_told)
{
	ASSERT_EQ(0, notify_kind(self->fd, IPCX_NOTIFY_NONE));
	ASSERT_EQ(0, put(self->fd, 1, 1, 0));
	EXPECT_EQ(0, notify_kind(self->fd, IPCX_NOTIFY_NONE));
}

TEST(closing_takes_back_what_was_asked_for)
{
	int fd = mailbox(fresh_name(), O_RDWR | O_CREAT);
	int event = eventfd(0, EFD_NONBLOCK);
	int other, copy;
	struct child child;

	/* The descriptor that it was asked through, though the endpoint lives on in a child */
	other = dup(fd);
	ASSERT_EQ(0, notify_event(other, event));
	if (child_start(&child)) {
		close(other);
		child_done(&child, notify_kind(fd, IPCX_NOTIFY_NONE));
	}
	EXPECT_EQ(-EBUSY, child_join(&child));
	close(other);
	EXPECT_EQ(0, notify_event(fd, event));

	/* The death of who asked */
	ASSERT_EQ(0, notify_kind(fd, IPCX_NOTIFY_REMOVE));
	if (child_start(&child)) {
		copy = notify_event(fd, event);
		child_done(&child, copy);
	}
	EXPECT_EQ(0, child_join(&child));
	EXPECT_EQ(0, notify_event(fd, event));
}

TEST_F(box, does_not_signal_another_program_of_the_same_process)
{
	int pipes[2], status;
	char byte;
	pid_t pid;

	ASSERT_EQ(0, pipe(pipes));
	pid = fork();
	if (!pid) {
		if (notify_signal(self->fd, SIGKILL, 0))
			_exit(9);
		dup2(pipes[1], STDOUT_FILENO);
		execl("/bin/sh", "sh", "-c", "echo; read x", NULL);
		_exit(10);
	}
	close(pipes[1]);
	ASSERT_EQ(1, read(pipes[0], &byte, 1));
	ASSERT_EQ(0, put(self->fd, 1, 1, 0));
	EXPECT_EQ(0, waitpid(pid, &status, WNOHANG) > 0 && WIFSIGNALED(status));
	kill(pid, SIGTERM);
	waitpid(pid, &status, 0);
	EXPECT_FALSE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

TEST_F(box, refuses_what_means_nothing)
{
	const struct {
		struct ipcx_notify how;
		int err;
	} cases[] = {
		{ { .kind = 4 }, -EINVAL },
		{ { .kind = UINT32_MAX }, -EINVAL },
		{ { .kind = IPCX_NOTIFY_NONE, .pad = 1 }, -EINVAL },
		{ { .kind = IPCX_NOTIFY_NONE, .signal = 1 }, -EINVAL },
		{ { .kind = IPCX_NOTIFY_NONE, .value = 1 }, -EINVAL },
		{ { .kind = IPCX_NOTIFY_NONE, .fd = 1 }, -EINVAL },
		{ { .kind = IPCX_NOTIFY_SIGNAL }, -EINVAL },
		{ { .kind = IPCX_NOTIFY_SIGNAL, .signal = 65 }, -EINVAL },
		{ { .kind = IPCX_NOTIFY_SIGNAL, .signal = UINT32_MAX }, -EINVAL },
		{ { .kind = IPCX_NOTIFY_EVENTFD, .fd = -1 }, -EBADF },
		{ { .kind = IPCX_NOTIFY_EVENTFD, .fd = self->fd }, -EINVAL },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		EXPECT_EQ(cases[i].err, notify(self->fd, &cases[i].how)) {
			TH_LOG("case %u", i);
		}
	EXPECT_EQ(0, notify_kind(self->fd, IPCX_NOTIFY_NONE));
	EXPECT_EQ(-EOPNOTSUPP, notify_kind(region(NULL, O_RDWR | O_CREAT, 4096),
					   IPCX_NOTIFY_NONE));
}

/* One asks, is told and asks again, while another takes everything back and closes. */
TEST(asking_telling_and_closing_at_the_same_time)
{
	const char *name = fresh_name();
	int fd = mailbox(name, O_RDWR | O_CREAT);
	int event = eventfd(0, EFD_NONBLOCK);
	unsigned int i, rounds = often(20000);
	struct child asker, closer;

	if (child_start(&asker)) {
		block(SIGUSR1);
		for (i = 0; i < rounds; i++)
			if (i % 2)
				notify_signal(fd, SIGUSR1, i);
			else
				notify_event(fd, event);
		child_done(&asker, 0);
	}
	if (child_start(&closer)) {
		for (i = 0; i < rounds / 4; i++) {
			int other = mailbox(name, O_RDWR);

			notify_event(other, event);
			if (i % 2)
				notify_kind(other, IPCX_NOTIFY_REMOVE);
			close(other);
		}
		child_done(&closer, 0);
	}
	for (i = 0; i < rounds; i++) {
		ASSERT_EQ(0, put(fd, i, 1, 0));
		ASSERT_EQ(i, get(fd, 0));
	}
	EXPECT_EQ(0, child_join(&asker));
	EXPECT_EQ(0, child_join(&closer));
	EXPECT_EQ(0, notify_event(fd, event));
}

TEST_HARNESS_MAIN
