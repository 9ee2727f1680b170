// SPDX-License-Identifier: GPL-2.0-only
/* The processes of a demonstration: none of them outlives the command. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "demo.h"

void demo_failed(const char *what)
{
	fail(STATUS_FAILED, "%s: %s", what, strerror(errno));
}

/* A process that is to die is under way. */
static volatile sig_atomic_t doomed;

/*
 * Whoever is killed leaves others waiting for it: so this process ends at once, and the others with
 * it. What was told so far is on its way already.
 */
static void child_gone(int sig, siginfo_t *info, void *context)
{
	static const char killed[] = "ipcx demo: a process of the demonstration was killed\n";
	ssize_t ignored;

	(void)sig;
	(void)context;
	if (doomed || (info->si_code == CLD_EXITED && !info->si_status))
		return;
	keep_instead(info->si_pid);
	if (info->si_code != CLD_EXITED) {
		ignored = write(STDERR_FILENO, killed, sizeof(killed) - 1);
		(void)ignored;
	}
	_exit(STATUS_FAILED);
}

void children_watch(bool watch)
{
	struct sigaction action = { .sa_flags = SA_RESTART | SA_NOCLDSTOP };

	action.sa_handler = SIG_DFL;
	if (watch) {
		action.sa_flags |= SA_SIGINFO;
		action.sa_sigaction = child_gone;
	}
	sigaction(SIGCHLD, &action, NULL);
}

pid_t child_start(child_fn fn, void *arg)
{
	pid_t parent = getpid(), pid = fork();

	if (pid < 0)
		demo_failed("cannot start a process");
	if (pid)
		return pid;
	/* The parent may have died before it was asked for. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent)
		_exit(STATUS_FAILED);
	children_watch(false);
	fn(arg);
	_exit(STATUS_OK);
}

pid_t child_start_doomed(child_fn fn, void *arg)
{
	doomed = 1;
	return child_start(fn, arg);
}

/* Waits for a process; returns the signal that it died of, or 0. */
static int child_end(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			demo_failed("cannot wait for a process");
	}
	if (WIFEXITED(status) && WEXITSTATUS(status))
		exit(STATUS_FAILED);	/* It has said why. */
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

int child_fate(pid_t pid)
{
	int sig = child_end(pid);

	doomed = 0;
	return sig;
}

void children_wait(const pid_t *pids, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		int sig = child_end(pids[i]);

		/* Of several that die at once, perhaps but one is told of. */
		if (sig)
			fail(STATUS_FAILED, "a process of the demonstration was killed: %s",
			     strsignal(sig));
	}
}

int child_kill(pid_t pid)
{
	kill(pid, SIGKILL);
	return child_fate(pid);
}

void wire(int fds[2])
{
	if (pipe2(fds, O_CLOEXEC))
		demo_failed("cannot make a pipe");
}

void wire_tell(int fd)
{
	if (write(fd, "", 1) != 1)
		demo_failed("a process of the demonstration has gone");
}

bool wire_told(int fd, int timeout)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	ssize_t got;
	char byte;
	int ready;

	do
		ready = poll(&wait, 1, timeout);
	while (ready < 0 && errno == EINTR);
	if (ready <= 0)
		return false;
	got = read(fd, &byte, 1);
	if (got != 1)
		fail(STATUS_FAILED, "a process of the demonstration has gone");
	return true;
}
