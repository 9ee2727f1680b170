/* SPDX-License-Identifier: GPL-2.0-only */
/* The page of a report. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <stdio.h>

#include <jansson.h>

/** report_page() - write the page for results that have been checked */
void report_page(FILE *out, const json_t *root);

#endif /* BENCH_REPORT_H */
