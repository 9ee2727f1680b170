/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Statistics of an object, as a table and as JSON.
 */
#ifndef STATS_PRINT_H
#define STATS_PRINT_H

#include <jansson.h>

#include <linux/ipcx.h>

void stats_print(uint32_t kind, const struct ipcx_stats *stats);
json_t *stats_json(uint32_t kind, const struct ipcx_stats *stats, bool zeros);

#endif /* STATS_PRINT_H */
