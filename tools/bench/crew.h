/* SPDX-License-Identifier: GPL-2.0-only */
/* The processes, or the threads of one process, that do the work of a round. */
#ifndef BENCH_CREW_H
#define BENCH_CREW_H

#include "round.h"

/**
 * crew_run() - start all workers of @r and watch over them until the last has ended
 * @r: a round whose channel is open
 * @error: set to a sentence unless the round is done
 *
 * None of them is left when it returns.
 */
enum round_result crew_run(struct round *r, char error[ROUND_ERROR]);

#endif /* BENCH_CREW_H */
