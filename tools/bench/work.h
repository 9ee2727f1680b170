/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The work that every mechanism does the same: one side fills a message, the other reads and checks
 * all of it.
 *
 * A message is a run of 64-bit words, word i being seq * WORK_SPREAD + i * WORK_STEP, cut off at
 * its size. So the first word tells the sequence number, every word depends on it, and no two
 * words of a message are alike: a stale, torn, shifted or damaged message differs in most words.
 * A message of less than 16 bytes is little more than its number: damage to it can show as loss or
 * reordering.
 */
#ifndef BENCH_WORK_H
#define BENCH_WORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct work_tally - what a receiver has seen
 * @next: sequence number expected next
 * @end: no message has this sequence number or a higher one
 * @received: messages that came, whatever their state
 * @lost: messages skipped and not seen since
 * @reordered: messages that came after a later one, or twice
 * @corrupt: messages of wrong length or content
 */
struct work_tally {
	uint64_t next;
	uint64_t end;
	uint64_t received;
	uint64_t lost;
	uint64_t reordered;
	uint64_t corrupt;
};

/** enum work_verdict - what a received message turned out to be */
enum work_verdict {
	WORK_EXPECTED,
	WORK_AHEAD,
	WORK_LATE,
	WORK_CORRUPT,
};

/** work_fill() - write message @seq into all @size bytes at @buf */
void work_fill(void *buf, size_t size, uint64_t seq);

/**
 * work_check() - read all of a message
 * @buf: the message
 * @size: its size in bytes, at least 1
 * @seq: set to its sequence number, modulo 2^(8 * @size) if @size is less than 8
 *
 * Return: whether every byte is as work_fill() wrote it.
 */
bool work_check(const void *buf, size_t size, uint64_t *seq);

/**
 * work_take() - check a received message and count it
 * @tally: counts so far
 * @buf: the message
 * @got: its length as received
 * @size: the length it should have
 */
enum work_verdict work_take(struct work_tally *tally, const void *buf, size_t got, size_t size);

/** work_give_up() - nothing before @next comes any more: count it as lost */
void work_give_up(struct work_tally *tally, uint64_t next);

#endif /* BENCH_WORK_H */
