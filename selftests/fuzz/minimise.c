// SPDX-License-Identifier: GPL-2.0-only
/*
 * Leaves out of a program whatever it fails without: calls first, then values.
 */
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "fuzz.h"

enum {
	/* Tries of each, since what depends on who comes first does not happen every time */
	TRIES = 3,
	/* Attempts to make do with less */
	ATTEMPTS = 200,
	VERDICT = 4096,
};

static char *verdict;
static unsigned int tries_needed = TRIES, attempts_left = ATTEMPTS;

static const char *attempt_once(const struct program *program)
{
	static struct cover cover;
	unsigned int fresh;
	const char *wrong;
	int status;
	pid_t pid;

	if (!verdict)
		verdict = mmap(NULL, VERDICT, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			       -1, 0);
	verdict[0] = '\0';
	fflush(NULL);
	pid = fork();
	if (!pid) {
		if (unshare(CLONE_NEWNET))
			_exit(1);
		judge_init();
		execute_init();
		wrong = execute(program, &cover, &fresh);
		if (wrong)
			snprintf(verdict, VERDICT, "%s", wrong);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGALRM ? "it hangs" : "it was killed";
	return verdict[0] ? verdict : NULL;
}

const char *attempt(const struct program *program)
{
	unsigned int tries;
	const char *wrong = NULL;

	for (tries = 0; !wrong && tries < tries_needed; tries++)
		wrong = attempt_once(program);
	/* If it fails at once, so will what is left of it. */
	if (wrong && tries == 1)
		tries_needed = 1;
	return wrong;
}

static bool still_fails(const struct program *program)
{
	if (!program->count || !attempts_left)
		return false;
	attempts_left--;
	return attempt(program);
}

static bool leave_out_calls(struct program *program)
{
	struct program less;
	bool changed = false;
	unsigned int i;

	for (i = program->count; i-- > 0;) {
		less = *program;
		program_remove(&less, i);
		if (still_fails(&less)) {
			*program = less;
			changed = true;
		}
	}
	return changed;
}

static void leave_out_values(struct program *program)
{
	struct program less;
	unsigned int i, j;

	for (i = 0; i < program->count; i++) {
		for (j = 0; j < FIELDS; j++) {
			less = *program;
			if (!less.calls[i].values[j])
				continue;
			less.calls[i].values[j] = 0;
			if (still_fails(&less))
				*program = less;
		}
		less = *program;
		less.calls[i].actor = 0;
		if (program->calls[i].actor && still_fails(&less))
			*program = less;
	}
}

void minimise(struct program *program)
{
	while (leave_out_calls(program))
		;
	leave_out_values(program);
}
