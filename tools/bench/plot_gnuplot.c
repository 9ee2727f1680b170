// SPDX-License-Identifier: GPL-2.0-only
/*
 * Running gnuplot, without a shell. What it reads and prints is in memory, not in pipes: so neither
 * waits for the other, and whatever it leaves behind keeps nobody waiting for the end of a pipe.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "plot_gnuplot.h"

extern char **environ;

enum { IN, OUT, ERR, FILES };

static int fail(char *error, size_t room, const char *what, const char *why)
{
	snprintf(error, room, "%s%s%s", what, *why ? ": " : "", why);
	return -1;
}

static int open_files(int *files, const char *script, size_t len)
{
	for (int i = 0; i < FILES; i++) {
		files[i] = memfd_create("gnuplot", MFD_CLOEXEC);
		if (files[i] < 0)
			return -1;
	}
	errno = ENOSPC;
	return pwrite(files[IN], script, len, 0) == (ssize_t)len ? 0 : -1;
}

/* All that was printed to @file, with a zero at the end. */
static char *read_back(int file)
{
	off_t size = lseek(file, 0, SEEK_END);
	char *text = size < 0 ? NULL : malloc((size_t)size + 1);

	if (!text)
		return NULL;
	for (off_t got = 0; got < size;) {
		ssize_t n = pread(file, text + got, (size_t)(size - got), got);

		if (n <= 0) {
			free(text);
			return NULL;
		}
		got += n;
	}
	text[size] = '\0';
	return text;
}

/* In a process group of its own, so that it can be killed with all that it started. */
static int start(pid_t *pid, const int *files)
{
	/* Nobody's ~/.gnuplot changes how a plot looks. */
	static char *const argv[] = { "gnuplot", "--default-settings", "-", NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	int err;

	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	for (int i = 0; i < FILES; i++)
		posix_spawn_file_actions_adddup2(&actions, files[i], i);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
	err = posix_spawnp(pid, argv[0], &actions, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return err;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Returns whether it ended by itself in time. */
static bool await_end(pid_t pid, int patience, int *status)
{
	struct pollfd process = { .fd = pidfd_open(pid, 0), .events = POLLIN };
	int64_t end = now_ms() + patience, left = patience;
	bool ended = false;

	while (process.fd >= 0 && left >= 0 && !ended) {
		ended = poll(&process, 1, (int)left) > 0;
		left = end - now_ms();
	}
	if (process.fd >= 0)
		close(process.fd);
	kill(-pid, SIGKILL);
	while (waitpid(pid, status, 0) < 0 && errno == EINTR)
		;
	return ended;
}

static int judge(int status, char *printed, char *complaint, char *error, size_t room)
{
	char *line;

	if (!printed || !complaint)
		return fail(error, room, "what gnuplot printed cannot be read", strerror(errno));
	if (WIFSIGNALED(status))
		return fail(error, room, "gnuplot was killed", strsignal(WTERMSIG(status)));
	/* A complaint shows the script first, and a caret below it. */
	line = strstr(complaint, "line ");
	line = line ? line : complaint + strspn(complaint, " \t\n^");
	line[strcspn(line, "\n")] = '\0';
	for (char *p = line; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = ' ';
	if (WEXITSTATUS(status) || *complaint)
		return fail(error, room, "gnuplot failed", line);
	if (!*printed)
		return fail(error, room, "gnuplot drew nothing", "");
	return 0;
}

int gnuplot_run(const char *script, size_t len, int patience, char **printed, char *error,
		size_t room)
{
	int files[FILES] = { -1, -1, -1 }, ret = -1, status = 0, err;
	char *complaint = NULL;
	pid_t pid;

	*printed = NULL;
	err = open_files(files, script, len) ? errno : start(&pid, files);
	if (err == ENOENT) {
		fail(error, room, "gnuplot is not installed", "");
	} else if (err) {
		fail(error, room, "gnuplot cannot be started", strerror(err));
	} else if (!await_end(pid, patience, &status)) {
		snprintf(error, room, "gnuplot hung, and was killed after %g s", patience / 1e3);
	} else {
		*printed = read_back(files[OUT]);
		complaint = read_back(files[ERR]);
		ret = judge(status, *printed, complaint, error, room);
	}
	if (ret) {
		free(*printed);
		*printed = NULL;
	}
	free(complaint);
	for (int i = 0; i < FILES; i++)
		if (files[i] >= 0)
			close(files[i]);
	return ret;
}
