/* SPDX-License-Identifier: GPL-2.0-only */
/* A cell: one mechanism in one mode at one size and placement, and what was found there. */
#ifndef BENCH_CELL_H
#define BENCH_CELL_H

#include "mechanism.h"
#include "work.h"

enum bench_placement {
	PLACE_SAME_CPU,
	PLACE_TWO_CPUS,
	PLACE_UNPINNED,
	BENCH_PLACEMENTS
};

#define BENCH_MAX_ROUNDS	120

/** enum cell_state - refused and unavailable cells have no figures, but a reason */
enum cell_state {
	CELL_MEASURED,
	CELL_REFUSED,
	CELL_UNAVAILABLE,
};

/**
 * struct cell - what to measure, and the result
 * @mech: the mechanism
 * @mode: round trip or one way
 * @placement: where the two sides run
 * @size: bytes of a message
 * @count: messages to measure, in all rounds together
 * @rounds: rounds to spread them over
 * @most_rounds: rounds of the same length that may be run until the mean is sure
 * @state: whether it could be measured
 * @why: if not, why not
 * @facts: buffers and limits as they are
 * @nfacts: how many
 * @tally: what the receivers saw, warm-up included, all rounds together
 * @n: messages measured
 * @samples: time of each round trip, sorted at the end; NULL if one way
 * @nsamples: how many
 * @round_mean: mean time of a message in each round that could be timed
 * @nrounds: how many
 * @mean: mean of the middle half of @round_mean
 * @error: standard error of @mean
 */
struct cell {
	const struct mechanism *mech;
	enum bench_mode mode;
	enum bench_placement placement;
	size_t size;
	uint64_t count;
	unsigned int rounds;
	unsigned int most_rounds;

	enum cell_state state;
	char why[CHANNEL_WHY];
	struct channel_fact facts[CHANNEL_FACTS];
	unsigned int nfacts;
	struct work_tally tally;
	uint64_t n;
	uint64_t *samples;
	size_t nsamples;
	double round_mean[BENCH_MAX_ROUNDS];
	unsigned int nrounds;
	double mean;
	double error;
};

extern const char *const bench_mode_names[BENCH_MODES];
extern const char *const bench_placement_names[BENCH_PLACEMENTS];

/** cell_damaged() - whether messages were damaged, or lost by a mechanism that must not */
bool cell_damaged(const struct cell *cell);

#endif /* BENCH_CELL_H */
