/* SPDX-License-Identifier: GPL-2.0-only */
/* Which cells there are to measure. */
#ifndef BENCH_PLAN_H
#define BENCH_PLAN_H

#include "results.h"

/** plan_cells() - make the cells that @results' options ask for; the status to exit with, or -1 */
int plan_cells(struct results *results);

#endif /* BENCH_PLAN_H */
