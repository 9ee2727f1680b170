// SPDX-License-Identifier: GPL-2.0-only
/*
 * Running a program on a message: the payload on its standard input, the rest in its environment.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd.h"

#define FIRST_FD (STDERR_FILENO + 1)

static bool is_program(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode) && !access(path, X_OK);
}

/* Whether execvp(3) would find @name. */
bool program_exists(const char *name)
{
	const char *dir = getenv("PATH");

	if (strchr(name, '/'))
		return is_program(name);
	if (!dir)
		dir = "/bin:/usr/bin";
	while (dir) {
		char path[PATH_MAX];
		size_t len = strcspn(dir, ":");

		/* An empty entry is the current directory. */
		snprintf(path, sizeof(path), "%.*s/%s", len ? (int)len : 1, len ? dir : ".", name);
		if (is_program(path))
			return true;
		dir = dir[len] ? dir + len + 1 : NULL;
	}
	return false;
}

static void set_number(const char *name, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	setenv(name, text, 1);
}

static void set_environment(const struct message *m)
{
	setenv("IPCX_NAME", m->name, 1);
	set_number("IPCX_TYPE", m->msg->type);
	set_number("IPCX_PRIO", m->msg->prio);
	set_number("IPCX_PID", (uint64_t)m->from->pid);
	set_number("IPCX_UID", m->from->uid);
	set_number("IPCX_GID", m->from->gid);
	set_number("IPCX_FDS", m->msg->nfds);
}

/*
 * A file in memory and not a pipe: the program may read its input or not, before or after writing
 * its output, and nobody waits for anybody.
 */
static int payload_file(const struct message *m)
{
	int fd = memfd_create("ipcx-request", MFD_CLOEXEC);
	size_t done = 0;

	while (fd >= 0 && done < m->msg->len) {
		ssize_t n = write(fd, m->data + done, m->msg->len - done);

		if (n < 0)
			fail(STATUS_FAILED, "no memory for the request: %s", strerror(errno));
		done += (size_t)n;
	}
	if (fd < 0 || lseek(fd, 0, SEEK_SET))
		fail(STATUS_FAILED, "no memory for the request: %s", strerror(errno));
	return fd;
}

/*
 * As 3 and up. Received one by one when 0 to 3 were taken, each is greater than the number that it
 * is to have, so none is overwritten before it has been put there.
 */
static int add_fds(posix_spawn_file_actions_t *actions, const struct ipcx_msg *msg)
{
	unsigned int count;
	const int *fds = fds_of(msg, &count);
	int err = 0;

	for (unsigned int i = 0; !err && i < count; i++)
		err = posix_spawn_file_actions_adddup2(actions, fds[i], FIRST_FD + (int)i);
	return err;
}

static pid_t spawn(char **argv, const struct ipcx_msg *msg, int in, int out)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int err;

	err = posix_spawn_file_actions_init(&actions);
	if (!err)
		err = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	if (!err && out >= 0)
		err = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	if (!err)
		err = add_fds(&actions, msg);
	if (!err)
		err = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
	if (err)
		fail(STATUS_FAILED, "cannot run %s: %s", argv[0], strerror(err));
	posix_spawn_file_actions_destroy(&actions);
	return pid;
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			fail(STATUS_FAILED, "cannot wait for the program: %s", strerror(errno));
	}
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/*
 * Runs @argv on @request and gathers what it prints in @answer, or leaves it to standard output if
 * @answer is NULL. Returns its exit status as a shell tells it, or -1 if it printed more than
 * @limit bytes.
 */
int program_run(char **argv, const struct message *request, struct payload *answer, size_t limit)
{
	int pipefd[2] = { -1, -1 };
	bool fits = true;
	pid_t pid;
	int status, in;

	set_environment(request);
	in = payload_file(request);
	if (answer && pipe2(pipefd, O_CLOEXEC))
		fail(STATUS_FAILED, "cannot make a pipe: %s", strerror(errno));
	pid = spawn(argv, request->msg, in, pipefd[1]);
	close(in);
	if (answer) {
		close(pipefd[1]);
		fits = payload_read(answer, pipefd[0], "the program's output", limit);
		close(pipefd[0]);
	}
	status = wait_for(pid);
	return fits ? status : -1;
}
