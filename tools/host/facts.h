/* SPDX-License-Identifier: GPL-2.0-only */
/* What machine this is. */
#ifndef HOST_FACTS_H
#define HOST_FACTS_H

#include <stdint.h>

#include "read.h"

#define HOST_CLOCKSOURCE	"/sys/devices/system/clocksource/clocksource0/current_clocksource"

/** host_taint() - the kernel's taint bits; false if they are not known */
bool host_taint(uint64_t *taint);

/**
 * host_mitigation() - what is done about one flaw of the CPU
 * @i: counts the flaws, from 0
 * @flaw: set to its name
 * @state: set to what the kernel says
 *
 * Return: false if there are no more.
 */
bool host_mitigation(unsigned int i, char flaw[HOST_LINE], char state[HOST_LINE]);

/**
 * host_mitigations() - "flaw: what is done about it", for each that this CPU has
 *
 * "none needed" if it has none; empty if that is not known. Cut off at @room.
 */
const char *host_mitigations(char *text, size_t room);

/**
 * host_cpus_choose() - choose CPUs for two sides: of two cores, if there are
 * @set: CPUs that may be used
 * @first: set to one of them, or to -1
 * @second: set to another, or to -1
 *
 * Return: -1 if there are not enough.
 */
int host_cpus_choose(const cpu_set_t *set, int *first, int *second);

/** host_siblings() - whether @a and @b are threads of one core */
bool host_siblings(int a, int b);

/** host_node() - NUMA node of a CPU, or -1 */
int host_node(int cpu);

/**
 * host_clock_measure() - measure the monotonic clock, on this CPU, now
 * @reading: set to what reading it costs
 * @step: set to the smallest step that was seen between two readings; 0 if there was none
 */
void host_clock_measure(double *reading, double *step);

#endif /* HOST_FACTS_H */
