/* SPDX-License-Identifier: GPL-2.0-only */
/* Words and numbers of a command line: lists with commas, sizes, rates, durations. */
#ifndef BENCH_WORDS_H
#define BENCH_WORDS_H

#include <stddef.h>
#include <stdint.h>

/** struct word_unit - what may stand behind a number, and what it multiplies by */
struct word_unit {
	const char *name;
	uint64_t factor;
};

/** word_sizes, word_rates, word_durations - of bytes, of messages a second, of nanoseconds */
extern const struct word_unit word_sizes[];
extern const struct word_unit word_rates[];
extern const struct word_unit word_durations[];

/** word_next() - the next word of *@list, of *@len bytes; NULL at the end */
const char *word_next(const char **list, size_t *len);

/** word_is() - whether the @len bytes at @word are @name */
int word_is(const char *word, size_t len, const char *name);

/**
 * word_number() - read a whole number, perhaps with a unit
 * @word: its first byte
 * @len: its length
 * @units: the units that may follow, a NULL name last; or NULL for none
 * @max: most that it may be
 * @value: set to it
 *
 * Return: 0, or -1 if it is no such number.
 */
int word_number(const char *word, size_t len, const struct word_unit *units, uint64_t max,
		uint64_t *value);

/** word_duration() - nanoseconds as people write them: 0, 50us, 10ms */
const char *word_duration(char *text, size_t room, uint64_t ns);

#endif /* BENCH_WORDS_H */
