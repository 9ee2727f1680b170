/* SPDX-License-Identifier: GPL-2.0-only */
/* What the processes or threads of a round used while messages were measured. */
#ifndef BENCH_USAGE_H
#define BENCH_USAGE_H

#include <stdint.h>

/**
 * struct usage - of one side, or of all
 * @user: time that the program ran, ns
 * @system: time that the kernel ran for it, ns
 * @voluntary: switches because it waited
 * @involuntary: switches because another's turn came
 * @minor: page faults without reading from a disk
 * @major: page faults with it
 */
struct usage {
	uint64_t user;
	uint64_t system;
	uint64_t voluntary;
	uint64_t involuntary;
	uint64_t minor;
	uint64_t major;
};

/** usage_now() - of the calling thread, since its start */
void usage_now(struct usage *usage);

/** usage_add() - add to @sum what was used from @from to @to */
void usage_add(struct usage *sum, const struct usage *from, const struct usage *to);

/** usage_add_share() - add to @sum what @n of the @of messages that @part is of used */
void usage_add_share(struct usage *sum, const struct usage *part, uint64_t n, uint64_t of);

#endif /* BENCH_USAGE_H */
