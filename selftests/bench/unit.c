// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether the comparison notices what it must notice: damaged, lost and overtaken messages, a side
 * that dies; and whether its statistics are right. Runs anywhere; needs no module.
 *
 * The mechanisms that misbehave are made here, over a pair of sockets, and run through the same
 * rounds as the real ones.
 */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "fdio.h"
#include "mode.h"
#include "round.h"
#include "stats.h"
#include "unit.h"
#include "window.h"
#include "work.h"

static unsigned int tests, failures;

void check(bool ok, const char *format, ...)
{
	va_list args;

	tests++;
	failures += !ok;
	printf("%s %u - ", ok ? "ok" : "not ok", tests);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

static void test_fill_and_check(void)
{
	static unsigned char buf[65536 + 2];
	bool intact = true, inside = true;
	uint64_t seq;

	for (size_t size = 1; size <= sizeof(buf) - 2; size = size < 300 ? size + 1 : size * 2) {
		buf[0] = 0xaa;
		buf[size + 1] = 0xaa;
		work_fill(buf + 1, size, 77);
		inside &= buf[0] == 0xaa && buf[size + 1] == 0xaa;
		intact &= work_check(buf + 1, size, &seq) && (unsigned char)seq == 77;
		intact &= size < 8 || seq == 77;
	}
	check(intact, "a message of any size is found intact, with its number");
	check(inside, "filling stays within the message");
}

static void test_every_bit(void)
{
	static const size_t sizes[] = { 16, 17, 63, 64, 65, 127, 200, 4096 };
	unsigned char buf[4096];
	bool noticed = true;
	uint64_t seq;

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		work_fill(buf, sizes[i], 123456789);
		for (size_t bit = 0; bit < 8 * sizes[i]; bit++) {
			buf[bit / 8] ^= (unsigned char)(1 << bit % 8);
			noticed &= !work_check(buf, sizes[i], &seq);
			buf[bit / 8] ^= (unsigned char)(1 << bit % 8);
		}
	}
	check(noticed, "any flipped bit is noticed");
}

static void test_torn(void)
{
	unsigned char old[4096], new[4096], torn[4096];
	bool noticed = true;
	uint64_t seq;

	for (uint64_t age = 1; age <= 1024; age++) {
		work_fill(old, sizeof(old), 5000 - age);
		work_fill(new, sizeof(new), 5000);
		memcpy(torn, new, sizeof(new));
		memcpy(torn + 2048, old + 2048, 8);
		noticed &= !work_check(torn, sizeof(torn), &seq);
		memcpy(torn, new, 2048);
		memcpy(torn + 2048, new, 2048);
		noticed &= !work_check(torn, sizeof(torn), &seq);
	}
	check(noticed, "an old word in a new message, or a piece in the wrong place, is noticed");
}

static enum work_verdict take(struct work_tally *tally, uint64_t seq, size_t size)
{
	unsigned char buf[4096];

	work_fill(buf, size, seq);
	return work_take(tally, buf, size, size);
}

static void test_tally(void)
{
	struct work_tally t = { .end = 100 };
	unsigned char buf[64] = { 0 };

	check(take(&t, 0, 64) == WORK_EXPECTED && take(&t, 1, 64) == WORK_EXPECTED && !t.lost,
	      "messages in order are expected");
	check(take(&t, 4, 64) == WORK_AHEAD && t.lost == 2 && t.next == 5, "a gap is a loss");
	check(take(&t, 2, 64) == WORK_LATE && t.lost == 1 && t.reordered == 1,
	      "a late message is reordered, no longer lost");
	check(take(&t, 4, 64) == WORK_LATE && t.reordered == 2,
	      "a message that comes twice is told");
	t = (struct work_tally){ .next = 7, .end = 100 };
	check(work_take(&t, buf, 64, 64) == WORK_CORRUPT && t.corrupt == 1 && t.next == 8,
	      "a message of zeroes is corrupt");
	work_fill(buf, 64, 8);
	check(work_take(&t, buf, 63, 64) == WORK_CORRUPT && t.corrupt == 2 && !t.lost,
	      "a short message is corrupt, not lost");
	work_give_up(&t, 20);
	check(t.lost == 11 && t.next == 20, "what never comes is lost");
	work_give_up(&t, 10);
	check(t.lost == 11 && t.next == 20, "and only once");
	check(take(&t, 99, 64) == WORK_AHEAD && take(&t, 100, 8) == WORK_CORRUPT,
	      "a number that no message has is corrupt");
	t = (struct work_tally){ .next = 254, .end = 1000 };
	check(take(&t, 254, 1) == WORK_EXPECTED && take(&t, 255, 1) == WORK_EXPECTED &&
	      take(&t, 256, 1) == WORK_EXPECTED && take(&t, 258, 1) == WORK_AHEAD && t.lost == 1,
	      "a message of one byte carries its number modulo 256");
}

static void test_statistics(void)
{
	uint64_t s[1000];
	double odd[] = { 3, 1, 2 }, even[] = { 4, 1, 3, 2 };
	double eight[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	double far[] = { 900, 3, 4, 2, -70 };

	for (unsigned int i = 0; i < 1000; i++)
		s[i] = (i * 7919) % 1000 + 1;
	stats_sort(s, 1000);
	check(s[0] == 1 && s[999] == 1000, "samples are sorted");
	check(stats_percentile(s, 1000, 50) == 500 && stats_percentile(s, 1000, 90) == 900 &&
	      stats_percentile(s, 1000, 99) == 990 && stats_percentile(s, 1000, 99.9) == 999 &&
	      stats_percentile(s, 1000, 100) == 1000, "percentiles of 1 to 1000");
	check(stats_percentile(s, 10, 99) == 10 && stats_percentile(s, 10, 50) == 5 &&
	      stats_percentile(s, 1, 50) == 1, "percentiles of a few");
	check(stats_median(odd, 3) == 2 && stats_median(even, 4) == 2.5, "medians");
	check(stats_midmean(far, 5) == 3 && stats_midmean(odd, 1) == 1,
	      "the mean of the middle half does not see what is far off");
	check(fabs(stats_midmean_error(eight, 8) - 1) < 0.001 &&
	      stats_midmean_error(far, 3) == 0, "and its error is known");
}

static void test_window(void)
{
	bool bounded = true, wraps = true, goes_on = true;

	for (size_t bytes = 1; bytes <= 1 << 20; bytes *= 2) {
		struct window sender = { .size = window_fit(bytes) }, receiver = sender;
		unsigned int in_flight = 0, allowances = 0;

		wraps &= sender.size >= 2 && !(sender.size & (sender.size - 1));
		bounded &= sender.size == 2 || sender.size * bytes <= WINDOW_BYTES;
		for (unsigned int i = 0; i < 1000; i++) {
			/* The receiver runs only when the sender can not. */
			while (window_full(&sender) && !allowances && in_flight--)
				allowances += window_due(&receiver);
			goes_on &= !window_full(&sender) || allowances;
			if (window_full(&sender)) {
				window_allowed(&sender);
				allowances--;
			}
			sender.count++;
			bounded &= ++in_flight <= sender.size;
		}
	}
	check(wraps, "windows are powers of two");
	check(bounded, "no more messages are in flight than the window has, or 64 KiB");
	check(goes_on, "an allowance comes before the last message of a full window is taken");
}

/* What a test double does to message DOUBLE_AT of those it is to send. */
#define DOUBLE_AT	40

enum misdeed {
	NONE,
	DROP,
	SWAP,
	REPEAT,
	DAMAGE,
	SHORTEN,
	DIE_SENDING,
	DIE_RECEIVING,
	FAIL,
};

static enum misdeed misdeed;

struct double_state {
	unsigned int sent;
	unsigned int received;
	unsigned char kept[4096];
};

static enum channel_opened double_open(struct channel *ch)
{
	enum channel_opened result = unix_pair(ch, SOCK_SEQPACKET);

	for (int side = 0; side < SIDES; side++) {
		struct timeval timeout = { .tv_sec = side == SIDE_PEER ? 10 : 3 };

		setsockopt(ch->in[side], SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	}
	return result;
}

static int double_commit(struct channel *ch, void *buf)
{
	struct double_state *state = ch->state;
	bool now = ch->side == SIDE_ORIGIN && ++state->sent == DOUBLE_AT;

	if (misdeed == SWAP && ch->side == SIDE_ORIGIN && state->sent == DOUBLE_AT + 1)
		return packet_commit(ch, buf) || packet_commit(ch, state->kept) ? -1 : 0;
	if (!now)
		return packet_commit(ch, buf);
	switch (misdeed) {
	case SWAP:
		memcpy(state->kept, buf, ch->size);
		return 0;
	case DROP:
		return 0;
	case REPEAT:
		return packet_commit(ch, buf) || packet_commit(ch, buf) ? -1 : 0;
	case DAMAGE:
		((unsigned char *)buf)[ch->size / 2] ^= 4;
		return packet_commit(ch, buf);
	case SHORTEN:
		return send(ch->wfd, buf, ch->size - 1, 0) < 0 ? -1 : 0;
	case DIE_SENDING:
		raise(SIGKILL);
		return -1;
	default:
		return packet_commit(ch, buf);
	}
}

static void *double_receive(struct channel *ch)
{
	struct double_state *state = ch->state;

	if (ch->side == SIDE_PEER && ++state->received == DOUBLE_AT) {
		if (misdeed == DIE_RECEIVING)
			raise(SIGKILL);
		if (misdeed == FAIL) {
			errno = EIO;
			return NULL;
		}
	}
	return packet_receive(ch);
}

static const struct mechanism mech_double = {
	.name = "double",
	.about = "a test double",
	.boundaries = true,
	.lossy = true,
	.state_size = sizeof(struct double_state),
	.open = double_open,
	.commit = double_commit,
	.receive = double_receive,
};

static struct round_time round_time;

static enum round_result run(struct cell *cell, const struct mode *mode, enum misdeed what,
			     char *error)
{
	static const int anywhere[SIDES] = { -1, -1 };

	misdeed = what;
	free(cell->hist);
	*cell = (struct cell){
		.mech = &mech_double,
		.mode = mode,
		.size = 4096,
		.batch = 1,
		.rate = 1000,
		.several = { 1, 1 },
	};
	*error = '\0';
	return round_run(cell, 16, anywhere, &round_time, error);
}

static void test_double(const char *name)
{
	const struct mode *mode = mode_find(name, strlen(name));
	const struct work_tally *t;
	char error[ROUND_ERROR];
	struct cell cell = { 0 };

	t = &cell.tally;
	check(run(&cell, mode, NONE, error) == ROUND_DONE && !t->lost && !t->reordered &&
	      !t->corrupt && cell.n == 16 && t->received == 48 && round_time.n == 16 &&
	      round_time.total,
	      "%s: an honest mechanism has no faults", name);
	check(mode->sampled ? hist_count(cell.hist) == 16 : !cell.hist, "%s: samples", name);
	check(run(&cell, mode, DROP, error) == ROUND_DONE && t->lost == 1 && !t->corrupt &&
	      cell.n == 15 && round_time.n == 15, "%s: a dropped message is lost", name);
	check(run(&cell, mode, SWAP, error) == ROUND_DONE && t->reordered == 1,
	      "%s: swapped messages are reordered", name);
	check(run(&cell, mode, REPEAT, error) == ROUND_DONE && t->reordered == 1 && !t->lost,
	      "%s: a message that comes twice is noticed", name);
	check(run(&cell, mode, DAMAGE, error) == ROUND_DONE && t->corrupt == 1 && !t->lost,
	      "%s: a flipped bit is noticed", name);
	check(cell_damaged(&cell), "%s: and the cell is damaged", name);
	check(run(&cell, mode, SHORTEN, error) == ROUND_DONE && t->corrupt == 1,
	      "%s: a byte too few is noticed", name);
	check(run(&cell, mode, DIE_SENDING, error) == ROUND_FAILED &&
	      strstr(error, "the sending process was killed by signal 9"),
	      "%s: a killed sender is told: %s", name, error);
	check(run(&cell, mode, DIE_RECEIVING, error) == ROUND_FAILED &&
	      strstr(error, "the receiving process was killed by signal 9"),
	      "%s: a killed receiver is told: %s", name, error);
	check(run(&cell, mode, FAIL, error) == ROUND_FAILED &&
	      strstr(error, "the receiving process failed: receiving: Input/output error"),
	      "%s: an error is told: %s", name, error);
	free(cell.hist);
}

int main(void)
{
	sigset_t set;

	setvbuf(stdout, NULL, _IOLBF, 0);
	puts("TAP version 13");
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	test_fill_and_check();
	test_every_bit();
	test_torn();
	test_tally();
	test_statistics();
	test_window();
	unit_stats();
	unit_effort();
	unit_hist();
	unit_change();
	unit_count();
	unit_plot();
	unit_host();
	unit_usage();
	unit_place();
	unit_knob();
	test_double("lat");
	test_double("bw");
	test_double("load");
	unit_axes();
	printf("1..%u\n", tests);
	return failures ? 1 : 0;
}
