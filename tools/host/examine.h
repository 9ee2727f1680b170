/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What would spoil a measurement on this machine. Every check looks at one thing, tells what it
 * is, and adds a finding if that is not as it should be. To add one: write host_check_NAME() and
 * name it in checks.def.
 */
#ifndef HOST_EXAMINE_H
#define HOST_EXAMINE_H

#include <stdint.h>

#include "finding.h"
#include "read.h"

/**
 * struct host_sample - what happened on the machine in a moment
 * @cpu: CPU time was seen to pass
 * @steal: percent of it that the hypervisor gave to others
 * @running_known: tasks were counted
 * @running: how many were ready to run beside this one, on average
 * @swapped: pages that went to or came from swap; -1: not known
 * @throttled: times that a CPU became too hot since the start; -1: not known
 * @throttled_now: how many of them in this moment
 */
struct host_sample {
	bool cpu;
	double steal;
	bool running_known;
	double running;
	long long swapped;
	long long throttled;
	long long throttled_now;
};

/**
 * struct host_exam - an examination
 * @instructions: the clock counts instructions, so that much does not matter; to be set before
 * @sizes: message sizes that are to be measured; likewise
 * @nsizes: how many; likewise
 * @sample_ms: how long the sample may take; likewise
 * @cpus_known: whether @cpus is
 * @cpus: CPUs that this process may use
 * @sample: a moment, unless @instructions
 * @facts: by the names of the checks, what each has seen; null: not known
 * @findings: see finding_add()
 */
struct host_exam {
	bool instructions;
	const uint64_t *sizes;
	unsigned int nsizes;
	unsigned int sample_ms;
	bool cpus_known;
	cpu_set_t cpus;
	struct host_sample sample;
	json_t *facts;
	json_t *findings;
};

/** host_examine() - make an examination; host_exam_end() is due then */
void host_examine(struct host_exam *x);

/** host_exam_end() - free what an examination has found */
void host_exam_end(struct host_exam *x);

/** host_exam_unknown() - a new list of the names of checks that could not see anything */
json_t *host_exam_unknown(const struct host_exam *x);

/** host_counts_instructions() - whether the environment says that the clock does */
bool host_counts_instructions(void);

/** host_sample() - watch the machine for @ms milliseconds */
void host_sample(struct host_sample *sample, unsigned int ms);

/** host_warn() - something spoils a measurement: what to do, and what it is */
void host_warn(struct host_exam *x, const char *remedy, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** host_note() - something is to be known about measurements here */
void host_note(struct host_exam *x, const char *remedy, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** host_judge_clock() - what it means for a measurement that reading and steps are as measured */
void host_judge_clock(struct host_exam *x, double reading, double step);

/* Each of these tells what it has seen: new, and null if that is not known. */
#define HOST_CHECK(name, in_instructions)	json_t *host_check_##name(struct host_exam *x);
#include "checks.def"
#undef HOST_CHECK

#endif /* HOST_EXAMINE_H */
