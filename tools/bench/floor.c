// SPDX-License-Identifier: GPL-2.0-only
/* The list of floors, their cells, and what takes the place of a mechanism in these. */
#include <stdlib.h>
#include <sys/mman.h>

#include "clock.h"
#include "floor.h"

#define FLOOR_ROUNDS	9

#define BENCH_FLOOR(id)	extern const struct floor floor_##id;
#include "floors.def"
#undef BENCH_FLOOR

#define BENCH_FLOOR(id)	&floor_##id,
const struct floor *const floors[] = {
#include "floors.def"
	NULL
};
#undef BENCH_FLOOR

static enum channel_opened floor_open(struct channel *ch)
{
	ch->map_size = sizeof(uint32_t);
	ch->map = mmap(NULL, ch->map_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		       0);
	if (ch->map != MAP_FAILED)
		return CHANNEL_OPEN;
	ch->map = NULL;
	return channel_failed(ch, "shared memory");
}

static const struct mechanism floor_mechanism = {
	.name = "floor",
	.about = "none",
	.open = floor_open,
};

uint64_t floor_count(const struct cell *cell)
{
	(void)cell;
	return 9000;
}

void floor_play(struct worker *w, void (*pass)(_Atomic uint32_t *turn),
		void (*wait)(_Atomic uint32_t *turn, uint32_t seen))
{
	uint32_t first = (uint32_t)w->r->warm, end = first + (uint32_t)w->r->count, seen;
	_Atomic uint32_t *turn = floor_turn(w);

	for (uint32_t mine = w->side; mine < end; mine += 2) {
		while ((seen = atomic_load(turn)) != mine)
			wait(turn, seen);
		if (mine == first || mine == first + 1) {
			if (mine == first)
				w->r->sh->start = clock_now();
			worker_begins(w);
		}
		worker_progress(w, mine);
		atomic_store(turn, mine + 1);
		pass(turn);
	}
	while (w->side == SIDE_PEER && (seen = atomic_load(turn)) != end)
		wait(turn, seen);
	w->me->end = clock_now();
	worker_ends(w, w->r->count / 2);
}

static void floor_cell(const struct options *opts, const struct floor *f,
		       enum bench_placement place, enum bench_policy policy, struct cell *cell)
{
	*cell = (struct cell){
		.mech = &floor_mechanism,
		.mode = &f->mode,
		.placement = place,
		.policy = policy,
		.size = 1,
		.several = { 1, 1 },
		.batch = 1,
		.longer = 1,
		.count = f->mode.count(cell),
		.rounds = opts->rounds ? opts->rounds : FLOOR_ROUNDS,
	};
	cell->most_rounds = cell->rounds;
}

static void floors_at(struct results *results, enum bench_placement place,
		      enum bench_policy policy)
{
	for (const struct floor *const *f = floors; *f; f++)
		if (place == PLACE_SAME_CPU || !(*f)->one_cpu)
			floor_cell(&results->opts, *f, place, policy,
				   &results->floors[results->nfloors++]);
}

int floor_cells(struct results *results)
{
	const struct options *opts = &results->opts;
	unsigned int n = 0;

	while (floors[n])
		n++;
	results->floors = calloc(n * BENCH_PLACEMENTS * BENCH_POLICIES, sizeof(*results->floors));
	if (!results->floors)
		return bench_complain(1, "no memory for floors");
	for (int place = 0; place < BENCH_PLACEMENTS; place++)
		for (int policy = 0; policy < BENCH_POLICIES; policy++)
			if (opts->placements[place] && opts->policies[policy])
				floors_at(results, place, policy);
	return -1;
}
