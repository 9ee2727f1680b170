// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tries programs on /dev/ipcx: those of the corpus, others that are made of them, and new ones. One
 * that reaches code that no other has reached is kept, and others are made of it. A program fails
 * if the kernel complains, if it hangs, or if what it has used is not given back; then it is made
 * as short as possible and printed, as text and in C.
 *
 *   fuzz [-n EXECUTIONS] [-j PROCESSES] [-s SEED] [-c COVERAGE] [-k KEEP] [CORPUS]
 *   fuzz -r PROGRAM
 *
 * Each process has a corpus and a network namespace of its own, so that what it tries follows from
 * its seed, as far as that is so of what two threads do at the same time.
 */
#include <dirent.h>
#include <err.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "fuzz.h"

enum { PROCESSES = 8, KEPT = 4096 };

struct work {
	struct program current;
	unsigned long executions;
	unsigned int kept, seeds;
	char wrong[256];
};

static struct {
	unsigned long executions;
	unsigned int processes;
	uint64_t seed;
	const char *coverage, *keep;
	struct work *work;
	struct cover *cover;
} options = { .executions = 2000, .processes = 2, .seed = 1 };

static struct program corpus[KEPT];
static unsigned int corpus_count;

static void read_corpus(const char *path)
{
	struct dirent **names;
	int count = scandir(path, &names, NULL, alphasort), i;
	char name[512];
	FILE *file;

	if (count < 0)
		err(2, "%s", path);
	for (i = 0; i < count; i++) {
		if (names[i]->d_name[0] == '.' || corpus_count == KEPT)
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, names[i]->d_name);
		file = fopen(name, "r");
		if (!file || !program_read(&corpus[corpus_count++], file))
			errx(2, "%s is no program", name);
		fclose(file);
	}
}

/* One of the last is more likely, as there may be more to it. */
static const struct program *choose(uint64_t *state)
{
	uint64_t r = next_random(state);

	if (r & 1 && corpus_count > 16)
		return &corpus[corpus_count - 1 - (r >> 8) % (corpus_count / 4)];
	return &corpus[(r >> 8) % corpus_count];
}

static void next_program(struct program *program, unsigned long number, uint64_t *state)
{
	if (number < options.work->seeds) {
		*program = corpus[number];
	} else if (!corpus_count || next_random(state) % 8 == 0) {
		program_random(program, state);
	} else {
		*program = *choose(state);
		program_mutate(program, choose(state), state);
	}
}

static void keep(const struct program *program)
{
	if (corpus_count < KEPT)
		corpus[corpus_count++] = *program;
}

static void worker(unsigned int number)
{
	struct work *work = &options.work[number];
	uint64_t state = options.seed * PROCESSES + number;
	static struct cover cover;
	const char *wrong = NULL;
	unsigned int fresh;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (unshare(CLONE_NEWNET))
		err(1, "a network namespace");
	judge_init();
	execute_init();
	while (!wrong && work->executions < options.executions / options.processes) {
		next_program(&work->current, work->executions, &state);
		wrong = execute(&work->current, &cover, &fresh);
		/* The corpus is here already. */
		if (fresh && work->executions >= options.work->seeds) {
			keep(&work->current);
			work->kept++;
		}
		work->executions++;
	}
	if (wrong)
		snprintf(work->wrong, sizeof(work->wrong), "%s", wrong);
	cover_add(options.cover, &cover);
	_exit(wrong ? 1 : 0);
}

static void save(const struct program *program, const char *suffix,
		 void (*print)(const struct program *program, FILE *file))
{
	char path[256];
	FILE *file;

	if (!options.keep)
		return;
	snprintf(path, sizeof(path), "%s/failed%s", options.keep, suffix);
	file = fopen(path, "w");
	if (!file)
		return;
	print(program, file);
	fclose(file);
}

static void report(struct work *work)
{
	struct program least = work->current;
	const char *again;
	char why[256];

	printf("# %s\n# after %lu executions, the program\n", work->wrong, work->executions);
	program_print(&work->current, stdout);
	again = attempt(&least);
	if (!again) {
		printf("# does not fail when it is run alone\n");
		save(&least, "", program_print);
		return;
	}
	snprintf(why, sizeof(why), "%s", again);
	minimise(&least);
	printf("# of which this is enough (%s):\n", why);
	program_print(&least, stdout);
	printf("# In C:\n");
	reproduce(&least, stdout);
	save(&least, "", program_print);
	save(&least, ".c", reproduce);
}

static bool fuzz(void)
{
	struct work *bad = NULL;
	unsigned long executions = 0;
	unsigned int i, kept = 0;
	int status;
	pid_t pids[PROCESSES];

	for (i = 0; i < options.processes; i++) {
		pids[i] = fork();
		if (!pids[i])
			worker(i);
	}
	for (i = 0; i < options.processes; i++) {
		struct work *work = &options.work[i];

		waitpid(pids[i], &status, 0);
		executions += work->executions;
		kept += work->kept;
		if (status && !work->wrong[0])
			snprintf(work->wrong, sizeof(work->wrong), "%s (status %#x)",
				 WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM ? "it hangs" :
				 "it ended its process", status);
		if (work->wrong[0] && !bad)
			bad = work;
	}
	if (bad)
		report(bad);
	printf("%s 1 %lu executions in %u processes, seed %llu: ", bad ? "not ok" : "ok",
	       executions, options.processes, (unsigned long long)options.seed);
	printf("%u programs kept, %u places reached\n", kept, cover_count(options.cover));
	if (options.coverage && !cover_save(options.cover, options.coverage))
		err(1, "%s", options.coverage);
	return !bad;
}

static bool run_one(const char *path)
{
	FILE *file = fopen(path, "r");
	struct program program;
	const char *wrong;

	if (!file || !program_read(&program, file))
		errx(2, "%s is no program", path);
	wrong = attempt(&program);
	printf("%s 1 %s\n", wrong ? "not ok" : "ok", wrong ?: path);
	reproduce(&program, stdout);
	return !wrong;
}

static void *shared(size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		err(1, "memory");
	return at;
}

int main(int argc, char **argv)
{
	const char *program = NULL;
	int option;

	while ((option = getopt(argc, argv, "n:j:s:c:k:r:")) != -1) {
		switch (option) {
		case 'n':
			options.executions = strtoul(optarg, NULL, 0);
			break;
		case 'j':
			options.processes = strtoul(optarg, NULL, 0) % (PROCESSES + 1);
			break;
		case 's':
			options.seed = strtoull(optarg, NULL, 0);
			break;
		case 'c':
			options.coverage = optarg;
			break;
		case 'k':
			options.keep = optarg;
			break;
		case 'r':
			program = optarg;
			break;
		default:
			return 2;
		}
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("TAP version 13\n");
	if (!cover_available()) {
		printf("1..0 # SKIP no KCOV, or no module: there is nothing to be guided by\n");
		return 4;
	}
	printf("1..1\n");
	if (program)
		return run_one(program) ? 0 : 1;
	options.work = shared(PROCESSES * sizeof(struct work));
	options.cover = shared(sizeof(struct cover));
	if (optind < argc)
		read_corpus(argv[optind]);
	options.work->seeds = corpus_count;
	return options.processes && fuzz() ? 0 : 1;
}
