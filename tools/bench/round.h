/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One round of a cell: a fresh channel, two processes or threads or more, a warm-up, the measured
 * messages.
 */
#ifndef BENCH_ROUND_H
#define BENCH_ROUND_H

#include <stdatomic.h>

#include "cell.h"
#include "counter.h"

#define ROUND_ERROR		200
#define ROUND_MAX_SEVERAL	32	/* on one side */

/**
 * struct round_worker - what one process or thread tells the others; written by that one only
 * @done: messages sent or received so far, so that a standstill can be seen
 * @tally: what it received
 * @sum: of the numbers of all messages that it received, if they are from several senders
 * @end: when it had checked the last one, one way; 0 if that never came
 * @usage: what it used for @covered messages
 * @covered: how many
 * @counted: whether @calls or @counter is known, in a round that counts that
 * @calls: system calls that it made for them
 * @counter: what it had its CPU do for them
 * @fetches: with batches, calls that it received all of its messages by
 * @error: why it failed
 */
struct round_worker {
	_Alignas(64) _Atomic uint64_t done;
	struct work_tally tally;
	uint64_t sum;
	uint64_t end;
	struct usage usage;
	uint64_t covered;
	bool counted;
	uint64_t calls;
	uint64_t counter[COUNTER_PARTS];
	uint64_t fetches;
	char error[ROUND_ERROR];
};

/**
 * struct round_shared - memory of all workers and the one that watches them
 * @absent: workers that are not yet where and what they are to be
 * @present: futex: none are. One under fifo that yields would keep the CPU from one that is not
 *	under it yet
 * @drained: futex: the warm-up is over, if messages are not in turn
 * @finished: futex: the clock has stopped. Who does not stop it waits for this, since what a
 *	process does to end itself would be measured on a CPU that both share
 * @arrived: senders that have sent their warm-up
 * @sending: senders that still send
 * @stopping: of the side that stops the clock, how many are still at work
 * @start: when the first measured message was sent, or is to be
 * @total: time of all measured messages, each for itself, if the mode takes it
 * @measured: how many that is the time of
 * @phase: time of each phase, all messages together
 * @hist: time of each measured message, if the mode takes it
 * @worker: senders, then receivers
 */
struct round_shared {
	_Alignas(64) _Atomic uint32_t absent;
	_Atomic uint32_t present;
	_Atomic uint32_t drained;
	_Atomic uint32_t finished;
	_Atomic uint32_t arrived;
	_Atomic uint32_t sending;
	_Atomic uint32_t stopping;
	uint64_t start;
	uint64_t total;
	uint64_t measured;
	uint64_t phase[ROUND_PHASES];
	struct hist hist;
	struct round_worker worker[];
};

/** enum round_kind - what a round is for: what counts takes time, so nothing is both */
enum round_kind {
	ROUND_TIMED,
	ROUND_CALLS,		/* system calls are counted */
	ROUND_INSTRUCTIONS,
	ROUND_KINDS
};

/**
 * struct round - one round of a cell
 * @cell: the cell
 * @kind: what it is for
 * @ch: the channel
 * @sh: what the workers share
 * @size: its size in bytes
 * @warm: messages before the measured ones, of each sender
 * @count: messages to measure, of all senders together
 * @cpu: CPU of each side, -1 for any
 */
struct round {
	const struct cell *cell;
	enum round_kind kind;
	struct channel ch;
	struct round_shared *sh;
	size_t size;
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
 * struct round_time - how long the messages of a round took
 * @n: messages
 * @total: time, of each for itself or of all
 */
struct round_time {
	uint64_t n;
	uint64_t total;
};

/**
 * round_run() - measure @cell once more, and add to what was found
 * @cell: the cell; its state is set if the channel is refused or unavailable
 * @count: messages to measure
 * @cpu: CPU of each side, -1 for any
 * @time: set to how long they took, if the round is done
 * @error: set to a sentence unless the round is done
 *
 * SIGCHLD, SIGHUP, SIGINT and SIGTERM must be blocked; the last three end the round.
 */
enum round_result round_run(struct cell *cell, uint64_t count, const int cpu[SIDES],
			    struct round_time *time, char error[ROUND_ERROR]);

/**
 * struct round_length - how many messages a round has that is not timed
 * @warm: before those that count, of each sender
 * @count: those that count, of all senders together
 */
struct round_length {
	uint64_t warm;
	uint64_t count;
};

/**
 * struct round_counts - what was counted in a round, for a message, both sides together
 * @counted: whether it was
 * @calls: system calls
 * @counter: what the CPUs did
 */
struct round_counts {
	bool counted;
	double calls;
	double counter[COUNTER_PARTS];
};

/**
 * round_count() - run a round of @cell that is not timed; nothing is added to the cell
 * @cell: the cell
 * @kind: what to count
 * @length: how many messages
 * @cpu: CPU of each side, -1 for any
 * @counts: set to what was counted, if the round is done
 * @error: set to a sentence unless it is
 *
 * Signals as for round_run().
 */
enum round_result round_count(const struct cell *cell, enum round_kind kind,
			      const struct round_length *length, const int cpu[SIDES],
			      struct round_counts *counts, char error[ROUND_ERROR]);

/** round_use() - what a round of @cell wants its channel for */
struct channel_use round_use(const struct cell *cell);

/** round_worker() - what worker @index of @side tells */
static inline struct round_worker *round_worker(const struct round *r, enum bench_side side,
						unsigned int index)
{
	return &r->sh->worker[(side == SIDE_PEER ? r->cell->several[SIDE_ORIGIN] : 0) + index];
}

#endif /* BENCH_ROUND_H */
