/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One round of a cell: a fresh channel, two processes, a warm-up, the measured messages.
 */
#ifndef BENCH_ROUND_H
#define BENCH_ROUND_H

#include <stdatomic.h>

#include "cell.h"

#define ROUND_ERROR	200

/**
 * struct round_side - what one process tells the others; written by that process only
 * @done: messages sent or received so far, so that a standstill can be seen
 * @tally: what it received
 * @error: why it failed
 */
struct round_side {
	_Alignas(64) _Atomic uint64_t done;
	struct work_tally tally;
	char error[ROUND_ERROR];
};

/**
 * struct round_shared - memory of the two processes and the one that watches them
 * @side: what each side tells
 * @drained: futex: the peer has taken all of a one-way warm-up
 * @finished: futex: the clock has stopped. The side that does not stop it waits for this, since
 *	what a process does to end itself would be measured on a CPU that both share
 * @start: when the origin began with the first measured message, one way
 * @end: when the peer had checked the last one; 0 if that never came
 * @total: time of all measured round trips
 * @nsamples: measured round trips
 * @samples: time of each
 */
struct round_shared {
	struct round_side side[SIDES];
	_Alignas(64) _Atomic uint32_t drained;
	_Atomic uint32_t finished;
	uint64_t start;
	uint64_t end;
	uint64_t total;
	uint64_t nsamples;
	uint64_t samples[];
};

/**
 * struct round - one round of a cell
 * @ch: the channel
 * @sh: what the processes share
 * @warm: messages before the measured ones
 * @count: messages to measure
 * @cpu: CPU of each side, -1 for any
 */
struct round {
	struct channel ch;
	struct round_shared *sh;
	uint64_t warm;
	uint64_t count;
	int cpu[SIDES];
};

/** enum round_result - what came of a round */
enum round_result {
	ROUND_DONE,
	ROUND_FAILED,
	ROUND_INTERRUPTED,
};

/**
 * round_run() - measure @cell once more, and add to what was found
 * @cell: the cell; its state is set if the channel is refused or unavailable
 * @count: messages to measure
 * @cpu: CPU of each side, -1 for any
 * @error: set to a sentence unless the round is done
 *
 * SIGCHLD, SIGHUP, SIGINT and SIGTERM must be blocked; the last three end the round.
 */
enum round_result round_run(struct cell *cell, uint64_t count, const int cpu[SIDES],
			    char error[ROUND_ERROR]);

/** worker_run() - be @side in the process made for it; the status to exit with */
int worker_run(struct round *r, enum bench_side side);

#endif /* BENCH_ROUND_H */
