/* SPDX-License-Identifier: GPL-2.0-only */
/* Facts about the machine that a result is worth nothing without. */
#ifndef BENCH_HOST_H
#define BENCH_HOST_H

#include <jansson.h>

#include "mechanism.h"

#define HOST_TEXT	1024

/**
 * struct host - where the comparison ran; an empty text is a fact that could not be had
 * @kernel: release and machine
 * @cpu: model
 * @cpus: CPUs that this process may use
 * @mitigations: what the kernel does about which flaw of the CPU
 * @clocksource: of the kernel
 * @module_version: of the ipcx module; empty if it is not loaded
 * @git_commit: of these sources
 * @date: UTC
 * @spoilers: list of what spoils a measurement here, each with its level and what to do; or NULL
 * @unknown: list of what was looked at and could not be seen; or NULL
 */
struct host {
	char kernel[256];
	char cpu[256];
	int cpus;
	char mitigations[HOST_TEXT];
	char clocksource[64];
	char module_version[64];
	char git_commit[128];
	char date[32];
	json_t *spoilers;
	json_t *unknown;
};

/**
 * struct overhead - what the comparison itself costs, in the unit of the run
 * @clock: reading the clock once
 * @granularity: smallest step of the clock seen
 */
struct overhead {
	double clock;
	double granularity;
};

/** struct work_cost - what filling and checking one message costs */
struct work_cost {
	size_t size;
	double fill;
	double check;
};

/** host_read() - look at the machine; host_forget() is due then */
void host_read(struct host *host);

/**
 * host_judge() - find out what spoils a measurement
 * @host: where to put it
 * @sizes: of messages that are to be measured
 * @nsizes: how many
 * @instructions: the clock counts instructions
 */
void host_judge(struct host *host, const uint64_t *sizes, unsigned int nsizes, bool instructions);

/** host_warnings() - how many things that spoil a measurement were found */
unsigned int host_warnings(const struct host *host);

/** host_forget() - free what is known */
void host_forget(struct host *host);

/** host_cpus() - choose CPUs for two sides; -1 if there are not enough */
int host_cpus(int *first, int *second);

/** host_settle() - let a machine that was started just now come to rest */
void host_settle(void);

/** overhead_measure() - on this CPU, now */
void overhead_measure(struct overhead *overhead);

/** work_cost_measure() - on this CPU, now; -1 without memory */
int work_cost_measure(struct work_cost *cost, size_t size);

#endif /* BENCH_HOST_H */
