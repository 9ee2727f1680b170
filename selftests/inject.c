// SPDX-License-Identifier: GPL-2.0-only
/*
 * Everything that the module does for its users, with the first, second, third, ... allocation or
 * copy in it failing, until there is none left that could. Each failure must come with an errno
 * that is documented, and leave everything as it was; then the same is done again, and succeeds.
 *
 *   inject [NAME...]
 */
#include <sys/mman.h>
#include <sys/wait.h>

#include <kselftest.h>

#include "inject.h"

/* More faults than anything has places for them */
#define MOST	2000

static const struct scenario * const tables[] = {
	inject_objects, inject_sending, inject_receiving, inject_calls, inject_others,
};

enum trouble { FAULT, NO_PAGE };

/* What came of a scenario; shared with the process that plays it */
struct outcome {
	/* How many faults there were, how many pages were inaccessible, how many acts failed */
	unsigned int faults, pages, refused;
	struct fault_counts counts;
	char complaint[200];
};

bool stage_mailbox(struct stage *stage)
{
	stage->fd = mailbox(NULL, O_RDWR);
	stage->watch = stage->fd;
	return stage->fd >= 0;
}

bool stage_region(struct stage *stage)
{
	stage->fd = region(NULL, O_RDWR, 65536);
	stage->watch = stage->fd;
	return stage->fd >= 0;
}

struct ipcx_msg stage_msg(struct stage *stage, uint64_t type)
{
	struct ipcx_msg msg = msg_of(stage->data, stage->scenario->len, type);
	unsigned int i;

	fill(stage->data, stage->scenario->len, type);
	for (i = 0; i < stage->scenario->nfds; i++)
		stage->array.fds[i] = stage->ends[1];
	if (i) {
		msg.fds = (uintptr_t)stage->array.fds;
		msg.nfds = i;
	}
	return msg;
}

bool stage_message(struct stage *stage)
{
	if (!stage_mailbox(stage) || (stage->scenario->nfds && pipe2(stage->ends, O_CLOEXEC)))
		return false;
	stage->arg.send = (struct ipcx_send) { .msg = stage_msg(stage, 1) };
	if (command(stage->fd, IPCX_IOC_SEND, &stage->arg.send))
		return false;
	/* And one behind it */
	return !put(stage->fd, 2, 5, 0);
}

bool stage_receives(struct stage *stage, uint64_t type)
{
	int fds[IPCX_FDS_MAX];
	struct ipcx_recv recv = { .flags = IPCX_DONTWAIT };
	unsigned int i;
	bool right;

	recv.msg = msg_of(stage->data, ROOM, 0);
	recv.msg.fds = (uintptr_t)fds;
	recv.msg.nfds = IPCX_FDS_MAX;
	if (command(stage->watch, IPCX_IOC_RECV, &recv))
		return false;
	right = recv.msg.type == type && filled(stage->data, recv.msg.len, type) &&
		recv.msg.nfds == stage->scenario->nfds;
	for (i = 0; i < recv.msg.nfds; i++)
		right &= !close(fds[i]);
	return right;
}

static void stage_open(struct stage *stage, const struct scenario *scenario)
{
	static struct child child;

	memset(stage, 0, sizeof(*stage));
	child.pid = 0;
	stage->child = &child;
	stage->scenario = scenario;
	stage->fd = stage->watch = stage->ends[0] = stage->ends[1] = -1;
}

static void close_open(int fd)
{
	if (fd >= 0)
		close(fd);
}

static void stage_close(struct stage *stage)
{
	if (stage->child->pid)
		child_kill(stage->child);
	while (stage->filled_from && stage->filled_to >= stage->filled_from)
		close(stage->filled_to--);
	close_open(stage->fd);
	if (stage->watch != stage->fd)
		close_open(stage->watch);
	close_open(stage->ends[0]);
	close_open(stage->ends[1]);
}

static bool documented(const struct scenario *scenario, long err)
{
	unsigned int i;

	for (i = 0; i < sizeof(scenario->errnos) / sizeof(scenario->errnos[0]); i++)
		if (err && err == -scenario->errnos[i])
			return true;
	return err == -EFAULT;
}

/* Whoever serves is waiting again. */
static void settle(struct stage *stage)
{
	if (stage->serves && await_receivers(stage->watch, 1))
		abort();
}

/* How many of the pages in take_away() the act has to do with */
static unsigned int pages_of(const struct stage *stage)
{
	if (stage->scenario->len > PAGE)
		return 8;
	if (stage->array.fds[0] || stage->array.msgs[0].data || stage->array.received[0].msg.data)
		return 6;
	return stage->scenario->len ? 4 : 2;
}

/*
 * Makes a page inaccessible, the @nth; false if there are no more that are of interest. This is how
 * those copies fail that the module makes word by word, of which fault injection does not know.
 */
static bool take_away(struct stage *stage, unsigned int nth)
{
	size_t last = stage->scenario->len ? (stage->scenario->len - 1) / PAGE * PAGE : 0;
	const struct {
		void *page;
		int prot;
	} pages[] = {
		{ &stage->arg, PROT_NONE }, { &stage->arg, PROT_READ },
		{ stage->data, PROT_NONE }, { stage->reply, PROT_READ },
		{ &stage->array, PROT_NONE }, { &stage->array, PROT_READ },
		{ stage->data + last, PROT_NONE }, { stage->reply + last, PROT_READ },
	};

	return nth < pages_of(stage) && !mprotect(pages[nth].page, PAGE, pages[nth].prot);
}

/* What went wrong in an act that has failed, beyond what was to fail? */
static const char *judge_failure(struct stage *stage, const struct state *before, long err)
{
	const struct scenario *scenario = stage->scenario;
	static struct state after;
	const char *changed;

	if (!documented(scenario, err))
		return strerrorname_np(-err);
	settle(stage);
	if (scenario->may & MAY_CHANGE)
		return NULL;
	state_take(&after, stage);
	changed = state_differs(before, &after, scenario->may);
	if (scenario->may & MAY_BE_DONE && (err == -ENOBUFS || err == -EFAULT))
		return NULL;
	return changed;
}

static const char *judge(struct stage *stage, long result)
{
	if (result < 0)
		return strerrorname_np(-result);
	if (stage->scenario->check && !stage->scenario->check(stage, result))
		return "what has come of it";
	return NULL;
}

/* Plays it with a fault, adds to the outcome what came of that, and returns what is wrong. */
static const char *play(struct stage *stage, enum trouble trouble, unsigned int nth, bool *fault,
			struct outcome *outcome)
{
	const struct scenario *scenario = stage->scenario;
	static struct state before;
	const char *wrong;
	long result;

	if (!scenario->prepare(stage))
		return "it cannot be prepared";
	settle(stage);
	state_take(&before, stage);
	if (trouble == FAULT) {
		fault_arm(nth);
		result = scenario->act(stage);
		*fault = fault_disarm();
		outcome->faults += *fault;
	} else {
		*fault = take_away(stage, nth - 1);
		result = scenario->act(stage);
		mprotect(stage, sizeof(*stage), PROT_READ | PROT_WRITE);
		outcome->pages += *fault;
	}
	if (result >= 0 || !*fault)
		return judge(stage, result);
	outcome->refused++;
	wrong = judge_failure(stage, &before, result);
	if (wrong)
		return wrong;
	result = scenario->act(stage);
	/* Not if it was done already */
	return result < 0 && scenario->may & MAY_BE_DONE ? NULL : judge(stage, result);
}

/* Until nothing is left that could fail. Returns false if something was wrong. */
static bool play_until(struct stage *stage, const struct scenario *scenario, enum trouble trouble,
		       struct outcome *outcome)
{
	const char *wrong = NULL;
	unsigned int nth;
	bool fault = true;

	for (nth = 1; fault && nth < MOST; nth++) {
		stage_open(stage, scenario);
		wrong = play(stage, trouble, nth, &fault, outcome);
		stage_close(stage);
		if (wrong)
			break;
	}
	if (!wrong && fault)
		wrong = "and no end";
	if (wrong)
		snprintf(outcome->complaint, sizeof(outcome->complaint), "%s %u: %s",
			 trouble == FAULT ? "fault" : "page", nth, wrong);
	return !wrong;
}

static void play_all(const struct scenario *scenario, struct outcome *outcome)
{
	struct stage *stage = shared(sizeof(*stage));
	static struct state before, after;
	const char *changed;

	if (faults_prepare())
		abort();
	stage_open(stage, scenario);
	state_take(&before, stage);
	if (!play_until(stage, scenario, FAULT, outcome) ||
	    !play_until(stage, scenario, NO_PAGE, outcome))
		return;
	fault_count(&outcome->counts);
	stage_open(stage, scenario);
	state_take(&after, stage);
	changed = state_differs(&before, &after, 0);
	if (changed)
		snprintf(outcome->complaint, sizeof(outcome->complaint), "in the end: %s", changed);
}

static void report(const struct scenario *scenario, const struct outcome *outcome, int status)
{
	if (status)
		ksft_test_result_fail("%s: status %x after %u faults\n", scenario->name, status,
				      outcome->faults);
	else if (outcome->complaint[0])
		ksft_test_result_fail("%s: %s\n", scenario->name, outcome->complaint);
	else
		ksft_test_result_pass("%s: %u faults, %u pages, failed %u times\n", scenario->name,
				      outcome->faults, outcome->pages, outcome->refused);
}

static void try(const struct scenario *scenario, struct fault_counts *sum)
{
	struct outcome *outcome = shared(sizeof(*outcome));
	int status = 0;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid) {
		alarm(100);
		play_all(scenario, outcome);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	sum->slab += outcome->counts.slab;
	sum->page += outcome->counts.page;
	sum->copy += outcome->counts.copy;
	sum->other += outcome->counts.other;
	report(scenario, outcome, status);
}

static bool wanted(const struct scenario *scenario, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		if (!strcmp(scenario->name, argv[i]))
			return true;
	return argc == 1;
}

int main(int argc, char **argv)
{
	struct fault_counts sum = { .slab = 0 };
	const struct scenario *scenario;
	unsigned int i, count = 0;
	const char *missing = faults_prepare();

	ksft_print_header();
	if (missing)
		ksft_exit_skip("%s\n", missing);
	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (scenario = tables[i]; scenario->name; scenario++)
			count += wanted(scenario, argc, argv);
	ksft_set_plan(count);
	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (scenario = tables[i]; scenario->name; scenario++)
			if (wanted(scenario, argc, argv))
				try(scenario, &sum);
	ksft_print_msg("%u allocations of objects, %u of pages, %u copies and %u others failed\n",
		       sum.slab, sum.page, sum.copy, sum.other);
	if (ksft_get_fail_cnt() || !sum.slab || !sum.page || !sum.copy)
		ksft_exit_fail();
	ksft_exit_pass();
}
