// SPDX-License-Identifier: GPL-2.0-only
/*
 * A mailbox does what the reference model does (model_mailbox.c), whatever is done to it. How many
 * plans are tried is told by IPCX_MODEL in the environment, and the first by IPCX_MODEL_SEED.
 */
#include <sys/wait.h>

#include "harness.h"
#include "model_mailbox.h"
#include "model_run.h"

enum {
	PLANS = 150,
	OPS = 150,
	/* Seconds until one that gets stuck is given up, and the leaving out of what need not be */
	LIMIT = 100,
};

/* What is due comes at once; but a kernel may be slow, or the machine busy. */
#define PATIENCE	(20 * SEC)
/* Of many tries, some may be wrong. */
#define HASTE		(SEC / 2)

static unsigned int number_from(const char *name, unsigned int otherwise)
{
	const char *number = getenv(name);

	return number ? strtoul(number, NULL, 0) : otherwise;
}

/* Tries a plan. Returns how many ops were as the model says */
static unsigned int try(const struct plan *plan, uint64_t patience, FILE *report)
{
	unsigned int *agreed = shared(sizeof(*agreed));
	const char *name = fresh_name();
	unsigned int result;
	int status = 0;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid) {
		alarm(LIMIT);
		model_run(plan, name, patience, report, agreed);
		fflush(report);
		_exit(0);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status))
		fprintf(report, "killed by signal %d\n", WTERMSIG(status));
	unlink_name(name);
	result = *agreed;
	munmap(agreed, sizeof(*agreed));
	return result;
}

static bool fails(const struct plan *plan, const bool *kept)
{
	struct plan *part = plan_part(plan, kept);
	FILE *nowhere = fopen("/dev/null", "w");
	bool failed = nowhere && try(part, HASTE, nowhere) < part->count;

	if (nowhere)
		fclose(nowhere);
	plan_free(part);
	return failed;
}

/* Which ops of the plan are done, up to that one? */
static void done(const struct plan *plan, unsigned int last, bool *kept)
{
	static struct model model;
	unsigned int i;

	model_init(&model, plan);
	for (i = 0; i <= last; i++)
		kept[i] = model_do(&model, &plan->ops[i]);
}

/* Leaves out what need not be, in pieces that get smaller. */
static struct plan *least(const struct plan *plan, unsigned int agreed)
{
	bool *kept = calloc(plan->count, sizeof(*kept)), *less;
	uint64_t end = now_ns() + LIMIT * SEC;
	unsigned int i, from, size;
	struct plan *part;

	less = calloc(plan->count, sizeof(*less));
	if (!kept || !less)
		abort();
	done(plan, agreed, kept);
	for (size = (agreed + 1) / 2; size; size /= 2) {
		for (from = 0; from <= agreed && now_ns() < end; from += size) {
			memcpy(less, kept, plan->count * sizeof(*less));
			for (i = from; i < from + size && i < plan->count; i++)
				less[i] = false;
			if (fails(plan, less))
				memcpy(kept, less, plan->count * sizeof(*kept));
		}
	}
	part = plan_part(plan, kept);
	free(kept);
	free(less);
	return part;
}

static void explain(const struct plan *plan, unsigned int agreed)
{
	struct plan *part = least(plan, agreed);

	plan_print(part, stdout);
	agreed = try(part, PATIENCE, stdout);
	printf("so it was at the last of these, or, this time, at number %u\n", agreed);
	plan_free(part);
}

FIXTURE(mailbox)
{
};

FIXTURE_SETUP(mailbox)
{
}

FIXTURE_TEARDOWN(mailbox)
{
}

/* As long as it takes: each plan has its own limit. */
TEST_F_TIMEOUT(mailbox, does_what_the_model_does, 3600)
{
	unsigned int first = number_from("IPCX_MODEL_SEED", 1), seed;
	unsigned int plans = number_from("IPCX_MODEL", often(PLANS));

	for (seed = first; seed < first + plans; seed++) {
		struct plan *plan = plan_make(seed, OPS);
		unsigned int agreed = try(plan, PATIENCE, stdout);

		EXPECT_EQ(plan->count, agreed) {
			TH_LOG("a plan differs: IPCX_MODEL_SEED=%u; the least of it:", seed);
			explain(plan, agreed);
		}
		if (agreed != plan->count)
			plans = 0;
		plan_free(plan);
	}
}

TEST_HARNESS_MAIN
