// SPDX-License-Identifier: GPL-2.0-only
/*
 * No loss under fire: every message that was accepted is received, once, and in its order, whatever
 * happens to those who send and receive. How many is told by IPCX_STORM in the environment.
 */
#include <sys/mman.h>

#include "fds.h"
#include "storm.h"

/* One in so many of those it hits is killed; the others get a signal. */
#define KILL_ONE_IN	12

/* Messages to a hit, at least; and the most hits at a time */
#define HIT_EVERY	8
#define HITS		8

#define FOR_EVER	(120 * SEC)

/**
 * struct fury - what rages
 * @storm: what those in it know
 * @before: the accounts before it
 * @numbers: of the next descriptor, likewise
 * @device: unbound
 * @box: mailboxes
 * @pipe: the reading end
 * @sender: senders
 * @receiver: receivers
 * @seed: whom to hit next, and how
 * @signals: how many were sent
 * @kills: how many were killed
 * @in_call: of those, in a system call
 */
struct fury {
	struct storm *storm;
	struct ipcx_usage before;
	int numbers;
	int device;
	int box[STORM_BOXES];
	int pipe;
	struct child sender[STORM_SENDERS];
	struct child receiver[STORM_RECEIVERS];
	unsigned int seed;
	unsigned int signals;
	unsigned int kills;
	unsigned int in_call;
};

FIXTURE(storm)
{
	struct fury fury;
};

FIXTURE_VARIANT(storm)
{
	struct storm_plan plan;
	/* Of ten messages, this many */
	unsigned int tenths;
};

FIXTURE_VARIANT_ADD(storm, of_many_at_one_mailbox)
{
	.plan = { .boxes = 1, .senders = 4, .receivers = 3, .deadly = true },
	.tenths = 4,
};

FIXTURE_VARIANT_ADD(storm, of_one_receiver)
{
	.plan = { .boxes = 1, .senders = 3, .receivers = 1, .deadly = true, .ordered = true },
	.tenths = 2,
};

FIXTURE_VARIANT_ADD(storm, at_several_mailboxes)
{
	.plan = { .boxes = 3, .senders = 4, .receivers = 3, .deadly = true, .ordered = true },
	.tenths = 3,
};

/* Nobody dies, and nothing goes back: so each of several receivers sees the order. */
FIXTURE_VARIANT_ADD(storm, of_signals_only)
{
	.plan = { .boxes = 1, .senders = 3, .receivers = 3, .ordered = true },
	.tenths = 1,
};

static unsigned int storm_size(void)
{
	const char *size = getenv("IPCX_STORM");

	return size ? strtoul(size, NULL, 0) : often(8000);
}

static struct ipcx_usage usage_of(int fd)
{
	struct ipcx_usage usage = { .user = { .bytes = 0 } };

	command(fd, IPCX_IOC_USAGE, &usage);
	return usage;
}

/* So small that it is full most of the time */
static int storm_box(const char *name)
{
	struct ipcx_bind bind = mailbox_bind(name, IPCX_BIND_CREATE | IPCX_BIND_EXCL);

	bind.max_msgs = 24;
	bind.max_msg_size = STORM_ROOM;
	bind.max_bytes = 2 * STORM_ROOM;
	return bound(O_RDWR, &bind);
}

FIXTURE_SETUP(storm)
{
	struct fury *fury = &self->fury;
	struct storm *storm;
	unsigned int i;
	int ends[2];

	fury->numbers = next_number();
	fury->device = endpoint(O_RDWR);
	fury->before = usage_of(fury->device);
	fury->seed = 42;
	ASSERT_EQ(0, pipe2(ends, O_CLOEXEC));
	fury->pipe = ends[0];
	storm = storm_new(&variant->plan, storm_size() / 10 * variant->tenths);
	fury->storm = storm;
	storm_files(storm, ends[1], memfd_create("storm", MFD_CLOEXEC));
	for (i = 0; i < variant->plan.boxes; i++) {
		storm->name[i] = fresh_name();
		fury->box[i] = storm_box(storm->name[i]);
		ASSERT_GE(fury->box[i], 0);
	}
	handle(SIGUSR1, 0);
}

FIXTURE_TEARDOWN(storm)
{
	storm_free(self->fury.storm);
}

static void start_sender(struct fury *fury, unsigned int slot)
{
	if (child_start(&fury->sender[slot])) {
		storm_send(fury->storm, slot);
		child_done(&fury->sender[slot], 0);
	}
}

static void start_receiver(struct fury *fury, unsigned int slot)
{
	if (child_start(&fury->receiver[slot])) {
		storm_receive(fury->storm, slot);
		child_done(&fury->receiver[slot], 0);
	}
}

/* Kills one, and has a new one go on in its place. */
static void replace(struct fury *fury, unsigned int who)
{
	unsigned int senders = fury->storm->plan.senders;
	struct storm_death death;

	if (who < senders) {
		death = storm_kill(&fury->sender[who]);
		storm_bury_sender(fury->storm, who, &death);
		start_sender(fury, who);
	} else {
		death = storm_kill(&fury->receiver[who - senders]);
		storm_bury_receiver(fury->storm, who - senders, &death);
		start_receiver(fury, who - senders);
	}
	fury->kills++;
	fury->in_call += death.in_call;
}

static void hit(struct fury *fury)
{
	const struct storm_plan *plan = &fury->storm->plan;
	unsigned int who = rand_r(&fury->seed) % (plan->senders + plan->receivers);

	if (who < plan->senders && fury->storm->sender[who].done)
		return;
	if (plan->deadly && storm_chance(&fury->seed, KILL_ONE_IN)) {
		replace(fury, who);
		return;
	}
	kill(who < plan->senders ? fury->sender[who].pid : fury->receiver[who - plan->senders].pid,
	     SIGUSR1);
	fury->signals++;
}

/* How far they have come, all together */
static unsigned int progress(const struct storm *storm, bool *done)
{
	unsigned int i, sum = 0;

	*done = true;
	for (i = 0; i < storm->plan.senders; i++) {
		sum += storm->sender[i].next;
		*done &= __atomic_load_n(&storm->sender[i].done, __ATOMIC_ACQUIRE);
	}
	return sum;
}

static void rage(struct fury *fury)
{
	unsigned int now, i, before = 0;
	uint64_t since = now_ns();
	bool done;

	for (;;) {
		now = progress(fury->storm, &done);
		if (done || fury->storm->failed)
			return;
		if (now != before)
			since = now_ns();
		else if (now_ns() - since > FOR_EVER)
			storm_fail(fury->storm, "nobody gets on", now);
		usleep(rand_r(&fury->seed) % 1000);
		for (i = 0; i == 0 || (i < HITS && i < (now - before) / HIT_EVERY); i++)
			hit(fury);
		before = now;
	}
}

/* Those who wait for messages that will never come are told by a signal that it is over. */
static void calm(struct fury *fury)
{
	struct storm *storm = fury->storm;
	unsigned int i;

	for (i = 0; i < storm->plan.senders; i++) {
		if (storm->failed)
			storm_kill(&fury->sender[i]);
		else
			child_join(&fury->sender[i]);
	}
	__atomic_store_n(&storm->over, 1, __ATOMIC_RELEASE);
	for (i = 0; i < storm->plan.receivers; i++) {
		while (!storm_has_ended(&fury->receiver[i])) {
			kill(fury->receiver[i].pid, SIGUSR1);
			usleep(1000);
		}
		child_join(&fury->receiver[i]);
	}
}

/**
 * struct account - what has become of all messages
 * @accepted: were sent
 * @refused: were not
 * @doubtful: may have been: their senders were killed, or called and were interrupted
 * @perhaps: were received by nobody, unless by one who was killed on his way out of the kernel
 * @lost: were accepted and not received
 * @revived: were refused and received
 * @seen: were received
 * @unseen: may have been, by one who was killed on his way out of the kernel
 */
struct account {
	unsigned int accepted;
	unsigned int refused;
	unsigned int doubtful;
	unsigned int perhaps;
	unsigned int lost;
	unsigned int revived;
	unsigned int seen;
	unsigned int unseen;
};

static struct account account_for(const struct storm *storm)
{
	unsigned int i, all = storm->plan.senders * storm->numbers;
	struct account account = { .accepted = 0 };

	for (i = 0; i < all; i++) {
		bool accepted = storm->fate[i] == STORM_ACCEPTED;
		bool refused = storm->fate[i] == STORM_REFUSED;

		account.accepted += accepted;
		account.refused += refused;
		account.doubtful += storm->fate[i] == STORM_TRIED;
		account.perhaps += accepted && !storm->seen[i] && storm->perhaps[i];
		account.lost += accepted && !storm->seen[i] && !storm->perhaps[i];
		account.revived += refused && storm->seen[i];
		account.seen += storm->seen[i] != 0;
		account.unseen += !storm->seen[i] && storm->perhaps[i];
	}
	return account;
}

static void tell(const struct fury *fury, const struct account *account,
		 unsigned int left)
{
	const struct storm *storm = fury->storm;
	unsigned int i;

	printf("# %u accepted, %u refused, %u in doubt; %u left to drain, %u perhaps received\n",
	       account->accepted, account->refused, account->doubtful, left, account->perhaps);
	printf("# %u signals, %u kills, %u of them in a system call; errors:", fury->signals,
	       fury->kills, fury->in_call);
	for (i = 0; i < ARRAY_SIZE(storm->errors); i++)
		if (storm->errors[i])
			printf(" %u %s,", storm->errors[i], strerrorname_np(i));
	printf(" %s\n", storm->failed ? storm->failed : "all expected");
	fflush(stdout);
}

/*
 * Do the mailboxes' counters agree with our books? Of messages that are in doubt, and of those
 * received by who was killed on his way out of the kernel, we do not know more than they do.
 */
static void expect_counted(struct __test_metadata *_metadata, struct fury *fury,
			   const struct account *account)
{
	const struct storm *storm = fury->storm;
	uint64_t sent = 0, received = 0, dropped = 0;
	unsigned int i, n;

	for (i = 0; i < storm->plan.boxes; i++) {
		struct ipcx_stats stats = stats_of(fury->box[i]);
		uint64_t delays = 0;

		for (n = 0; n < IPCX_STATS_DELAYS; n++)
			delays += stats.delays[n];
		EXPECT_EQ(stats.sent, stats.received + stats.msgs + stats.dropped);
		EXPECT_EQ(stats.sent, stats.handed + stats.queued);
		EXPECT_EQ(0, stats.msgs);
		EXPECT_EQ(stats.sent_bytes, stats.received_bytes + stats.dropped_bytes);
		/*
		 * What was queued has arrived after some time, or was dropped. If those behind it
		 * were, a few messages still wait to be told with the next.
		 */
		EXPECT_GE(stats.queued, delays);
		EXPECT_LE(stats.queued, delays + stats.dropped + (stats.dropped ? 15 : 0));
		EXPECT_GE(stats.sent, stats.calls);
		EXPECT_GE(stats.calls, stats.replies);
		sent += stats.sent;
		received += stats.received;
		dropped += stats.dropped;
	}
	printf("# counted: %llu sent, %llu received, %llu dropped\n", (unsigned long long)sent,
	       (unsigned long long)received, (unsigned long long)dropped);
	fflush(stdout);
	EXPECT_GE(sent, account->accepted);
	EXPECT_LE(sent, account->accepted + account->doubtful);
	EXPECT_GE(received, account->seen);
	EXPECT_LE(received, account->seen + account->unseen);
}

static void expect_clean(struct __test_metadata *_metadata, struct fury *fury)
{
	struct ipcx_usage after;
	unsigned int i;

	for (i = 0; i < fury->storm->plan.boxes; i++) {
		struct ipcx_stat stat = stat_of(fury->box[i]);

		EXPECT_EQ(0, stat.msgs);
		EXPECT_EQ(0, stat.bytes);
		EXPECT_EQ(0, stat.senders);
		EXPECT_EQ(0, stat.receivers);
		EXPECT_EQ(1, stat.endpoints);
	}
	after = usage_of(fury->device);
	EXPECT_EQ(fury->before.user.bytes, after.user.bytes);
	EXPECT_EQ(fury->before.net.bytes, after.net.bytes);
	for (i = 0; i < fury->storm->plan.boxes; i++)
		close(fury->box[i]);
	after = usage_of(fury->device);
	EXPECT_EQ(fury->before.user.objects, after.user.objects);
	EXPECT_EQ(fury->before.net.objects, after.net.objects);
	close(fury->storm->file[0]);
	close(fury->storm->file[1]);
	EXPECT_TRUE(hung_up(fury->pipe));
	close(fury->pipe);
	close(fury->device);
	EXPECT_EQ(fury->numbers, next_number());
}

TEST_F_TIMEOUT(storm, loses_nothing, 3600)
{
	struct fury *fury = &self->fury;
	struct storm *storm = fury->storm;
	struct account account;
	unsigned int i, left = 0;

	if (!storm_knows_death())
		SKIP(return, "what a process was about to return is known on x86-64 only");
	for (i = 0; i < storm->plan.receivers; i++)
		start_receiver(fury, i);
	for (i = 0; i < storm->plan.senders; i++)
		start_sender(fury, i);
	rage(fury);
	calm(fury);
	for (i = 0; i < storm->plan.boxes; i++)
		left += storm_drain(storm, i);
	account = account_for(storm);
	tell(fury, &account, left);
	expect_counted(_metadata, fury, &account);

	EXPECT_EQ(NULL, storm->failed)
		TH_LOG("%s: %lld", storm->failed, (long long)storm->error);
	EXPECT_GE(account.accepted, storm->goal * storm->plan.senders);
	EXPECT_EQ(0, account.lost);
	EXPECT_EQ(0, account.revived);
	EXPECT_EQ(0, storm->doubled);
	EXPECT_EQ(0, storm->invented);
	if (storm->plan.ordered)
		EXPECT_EQ(0, storm->disordered);
	expect_clean(_metadata, fury);
}

TEST_HARNESS_MAIN
