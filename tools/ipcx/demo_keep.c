// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel does not remove by itself: System V queues and semaphores, and names of files.
 * Another process makes them, and removes them when the command is gone: also if it was killed.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "demo.h"

static pid_t keeper;
static int lifeline = -1;	/* Its other end tells the keeper that nobody has this any more. */
static struct kept *kept;
static void (*unmake)(const struct kept *kept);

static _Noreturn void keeper_run(int line, int ready, int (*make)(struct kept *kept),
				 void (*undo)(const struct kept *kept))
{
	static const int deaf[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE };
	char byte;
	ssize_t got;

	/* A terminal tells all of its processes. This one must go last. */
	for (size_t i = 0; i < sizeof(deaf) / sizeof(deaf[0]); i++)
		signal(deaf[i], SIG_IGN);
	if (make(kept)) {
		kept->error = errno;
		_exit(STATUS_OK);
	}
	/* Nobody there any more is noticed below. */
	if (write(ready, "", 1) == 1)
		close(ready);
	do
		got = read(line, &byte, 1);
	while (got > 0 || (got < 0 && errno == EINTR));
	undo(kept);
	_exit(STATUS_OK);
}

struct kept *keep(int (*make)(struct kept *kept), void (*undo)(const struct kept *kept))
{
	int line[2], ready[2];
	ssize_t got;
	char byte;

	kept = notebook(sizeof(*kept));
	wire(line);
	wire(ready);
	keeper = fork();
	if (keeper < 0)
		demo_failed("cannot start a process");
	if (!keeper) {
		close(line[1]);
		close(ready[0]);
		keeper_run(line[0], ready[1], make, undo);
	}
	close(line[0]);
	close(ready[1]);
	lifeline = line[1];
	do
		got = read(ready[0], &byte, 1);
	while (got < 0 && errno == EINTR);
	close(ready[0]);
	if (got == 1) {
		unmake = undo;
		return kept;
	}
	errno = kept->error ? kept->error : ECHILD;
	keep_end();
	return NULL;
}

/* Called by a handler of signals */
void keep_instead(pid_t dead)
{
	if (unmake && dead == keeper)
		unmake(kept);
}

void keep_end(void)
{
	int error = errno;

	close(lifeline);
	while (waitpid(keeper, NULL, 0) < 0 && errno == EINTR)
		;
	unmake = NULL;
	notebook_close(kept, sizeof(*kept));
	errno = error;
}
