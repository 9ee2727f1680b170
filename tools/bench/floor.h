/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Floors: what the kernel asks for the least that a mechanism can have it do. They are measured as
 * modes are, with workers and in the same rounds, but there is no mechanism. To add one: write
 * floor_NAME.c with its struct floor, and name that in floors.def.
 */
#ifndef BENCH_FLOOR_H
#define BENCH_FLOOR_H

#include "mode.h"
#include "results.h"

/**
 * struct floor - a floor
 * @mode: how it is measured: "messages" are the calls, switches or wake-ups that are counted
 * @one_cpu: it is only where both sides share a CPU
 */
struct floor {
	struct mode mode;
	bool one_cpu;
};

/** floors - every floor, in the order of the results; NULL ends it */
extern const struct floor *const floors[];

/** floor_cells() - make &results.floors; the status to exit with, or -1 */
int floor_cells(struct results *results);

/** floor_count() - as many as their mean takes to repeat */
uint64_t floor_count(const struct cell *cell);

/** floor_turn() - the turn of a game of two, in memory that both sides see */
static inline _Atomic uint32_t *floor_turn(const struct worker *w)
{
	return w->ch->map;
}

/**
 * floor_play() - take turns with the other side: one origin, the next peer, and so on
 * @w: either
 * @pass: give the turn to the other side: &floor_turn has moved
 * @wait: sleep or give the CPU away, while &floor_turn is at this
 */
void floor_play(struct worker *w, void (*pass)(_Atomic uint32_t *turn),
		void (*wait)(_Atomic uint32_t *turn, uint32_t seen));

#endif /* BENCH_FLOOR_H */
