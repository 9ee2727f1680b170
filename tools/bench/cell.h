/* SPDX-License-Identifier: GPL-2.0-only */
/* A cell: one mechanism in one mode at one point of every axis, and what was found there. */
#ifndef BENCH_CELL_H
#define BENCH_CELL_H

#include "counter.h"
#include "hist.h"
#include "mechanism.h"
#include "policy.h"
#include "usage.h"
#include "work.h"

enum bench_placement {
	PLACE_SAME_CPU,
	PLACE_TWO_CPUS,
	PLACE_UNPINNED,
	BENCH_PLACEMENTS
};

/** enum bench_as - what the two sides are */
enum bench_as {
	AS_PROCESS,
	AS_THREAD,
	BENCH_AS
};

#define BENCH_MAX_ROUNDS	120

/** enum cell_state - refused and unavailable cells have no figures, but a reason */
enum cell_state {
	CELL_MEASURED,
	CELL_REFUSED,
	CELL_UNAVAILABLE,
};

/** enum round_phase - what setting a channel up takes, apart */
enum round_phase {
	PHASE_OPEN,
	PHASE_CLOSE,
	ROUND_PHASES
};

struct mode;

/**
 * struct cell - what to measure, and the result
 * @mech: the mechanism
 * @mode: what is measured
 * @placement: where the two sides run
 * @wait: what a side does that has to wait
 * @as: processes or threads
 * @policy: by what the scheduler chooses between them
 * @size: bytes of a message
 * @batch: messages of a system call, at most
 * @capacity: bytes that the channel is to hold; 0: as the system makes it
 * @knob: what of the channel is turned
 * @rate: messages a second, if the mode has a pace, else 0
 * @gap: nanoseconds that nothing happens before a message, if the mode has such, else 0
 * @several: senders and receivers
 * @count: messages to measure, in all rounds together
 * @rounds: rounds to spread them over
 * @most_rounds: rounds of the same length that may be run until the mean is sure
 * @time: nanoseconds or instructions that its messages may take together until then
 * @whole: take all of @time, in rounds that are as long as that makes them
 * @longer: how many times as long as planned rounds are by now
 * @tried: rounds of that length that were run
 * @spent: time of the messages that were measured, in rounds of any length
 * @state: whether it could be measured
 * @why: if not, why not
 * @facts: buffers and limits as they are
 * @nfacts: how many
 * @tally: what the receivers saw, warm-up included, all rounds together
 * @fetches: with batches, calls that those came by
 * @n: messages measured, in rounds of the last length
 * @span: time from the first to the last of them, 0 if there was idling in between
 * @phase: time of each phase, if the mode has such
 * @usage: what both sides used for them, together
 * @hist: time of each message, if the mode takes it; NULL before the first
 * @round_mean: mean time of a message in each round that could be timed
 * @round_fixed: time in each of them that does not depend on the number of messages, in one part of
 *	two; see cell_fixed()
 * @nrounds: how many
 * @mean: mean of the middle half of @round_mean
 * @error: standard error of @mean
 * @calls_known: whether @calls is
 * @calls: system calls a message
 * @counted: whether @counter is known
 * @counter: instructions a message, of the parts that can be counted here
 */
struct cell {
	const struct mechanism *mech;
	const struct mode *mode;
	enum bench_placement placement;
	enum channel_wait wait;
	enum bench_as as;
	enum bench_policy policy;
	size_t size;
	unsigned int batch;
	size_t capacity;
	struct knob knob;
	uint64_t rate;
	uint64_t gap;
	unsigned int several[SIDES];
	uint64_t count;
	unsigned int rounds;
	unsigned int most_rounds;
	double time;
	uint64_t longer;
	bool whole;
	unsigned int tried;
	double spent;

	enum cell_state state;
	char why[CHANNEL_WHY];
	struct channel_fact facts[CHANNEL_FACTS];
	unsigned int nfacts;
	struct work_tally tally;
	uint64_t fetches;
	uint64_t n;
	uint64_t span;
	uint64_t phase[ROUND_PHASES];
	struct usage usage;
	struct hist *hist;
	double round_mean[BENCH_MAX_ROUNDS];
	double round_fixed[BENCH_MAX_ROUNDS];
	unsigned int nrounds;
	double mean;
	double error;
	bool calls_known;
	double calls;
	bool counted;
	double counter[COUNTER_PARTS];
};

extern const char *const bench_placement_names[BENCH_PLACEMENTS];
extern const char *const bench_as_names[BENCH_AS];

/** cell_cpus() - the CPU of each side, -1 for any */
void cell_cpus(const struct cell *cell, int cpu[SIDES]);

/** cell_damaged() - whether messages were damaged, or lost by a mechanism that must not */
bool cell_damaged(const struct cell *cell);

/** cell_summarise() - the mean of the rounds so far, and how sure it is */
void cell_summarise(struct cell *cell);

/** cell_interval() - where the mean is, with 95 % confidence */
void cell_interval(const struct cell *cell, double *low, double *high);

/** cell_fixed() - what beginning and ending the rounds take of the mean; 0 if it is not known */
double cell_fixed(const struct cell *cell);

/** cell_beside() - whether both belong into one table, as rows or columns of it */
bool cell_beside(const struct cell *a, const struct cell *b);

/** cell_below() - whether both belong into one column of their table: only rows differ */
bool cell_below(const struct cell *a, const struct cell *b);

/** cell_row() - mechanism, how it waits unless that is by blocking, and its knob if there is one */
const char *cell_row(char *text, size_t room, const struct cell *cell);

/** cell_point() - size, and batch and capacity unless there is no such thing */
const char *cell_point(char *text, size_t room, const struct cell *cell);

/** cell_column() - the same, and the point on the axis of its mode */
const char *cell_column(char *text, size_t room, const struct cell *cell);

#endif /* BENCH_CELL_H */
