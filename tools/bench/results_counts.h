/* SPDX-License-Identifier: GPL-2.0-only */
/* What is counted beside time, in files of results and on the terminal. */
#ifndef BENCH_RESULTS_COUNTS_H
#define BENCH_RESULTS_COUNTS_H

#include "results.h"

/** floors_json() - what the kernel asks for the least */
json_t *floors_json(const struct results *results);

/** counters_json() - by what there are counts, or why there are none */
json_t *counters_json(const struct results *results);

/** copies_json() - copies declared and measured, of every mechanism in every mode */
json_t *copies_json(const struct results *results);

/** copy_costs_json() - what a copy of each size costs */
json_t *copy_costs_json(const struct results *results);

/** cell_knob_json() - what of the channel is turned; null if nothing is */
json_t *cell_knob_json(const struct cell *cell);

/** cell_syscalls_json() - system calls a message */
json_t *cell_syscalls_json(const struct cell *cell);

/** cell_instructions_json() - instructions a message */
json_t *cell_instructions_json(const struct results *results, const struct cell *cell);

/** table_counts() - floors, system calls and copies, for a terminal */
void table_counts(const struct results *results, FILE *out);

#endif /* BENCH_RESULTS_COUNTS_H */
