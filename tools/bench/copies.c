// SPDX-License-Identifier: GPL-2.0-only
/* What a copy costs, and how many of them a message does. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "clock.h"
#include "copies.h"
#include "results.h"
#include "stats.h"

#define COPY_TIMES	9
#define COPY_BYTES	(1u << 20)	/* in one of these times, about */
#define COPY_MOST	64
#define COPY_LEAST	4096		/* a size below a page does not tell what each page takes */
#define COPY_NORMAL	1.96		/* standard deviations that 95 % are within */

/**
 * struct copy_place - from where to where
 * @fd: a memfd
 * @a: memory of a process
 * @b: other memory of it
 */
struct copy_place {
	int fd;
	char *a;
	char *b;
};

static bool copy_by_kernel(const struct copy_place *place, size_t size)
{
	return pwrite(place->fd, place->a, size, 0) == (ssize_t)size &&
	       pread(place->fd, place->b, size, 0) == (ssize_t)size;
}

/* The compiler must not see that nobody reads what is copied. */
static bool copy_by_memory(const struct copy_place *place, size_t size)
{
	memcpy(place->a, place->b, size);
	__asm__ volatile("" : : "r"(place->a) : "memory");
	return true;
}

static bool copy_time(const struct copy_place *place, size_t size, double times[COPY_TIMES],
		      bool (*copy)(const struct copy_place *place, size_t size))
{
	unsigned int n = (unsigned int)(COPY_BYTES / size);
	bool good = copy(place, size);	/* pages are there from here on */

	n = n > COPY_MOST ? COPY_MOST : n < 2 ? 2 : n;
	for (int t = 0; t < COPY_TIMES && good; t++) {
		uint64_t begun = clock_now();

		for (unsigned int i = 0; i < n && good; i++)
			good = copy(place, size);
		times[t] = (double)(clock_now() - begun) / n;
	}
	return good;
}

void copy_cost_measure(struct copy_cost *cost, size_t size)
{
	struct copy_place place = {
		.fd = memfd_create("ipcx-bench", MFD_CLOEXEC),
		.a = calloc(1, size),
		.b = calloc(1, size),
	};
	double times[COPY_TIMES];

	*cost = (struct copy_cost){ .size = size };
	if (place.fd >= 0 && place.a && place.b && copy_time(&place, size, times, copy_by_kernel)) {
		/* Of two copies, there and back */
		cost->kernel = stats_midmean(times, COPY_TIMES) / 2;
		cost->kernel_error = stats_midmean_error(times, COPY_TIMES) / 2;
		copy_time(&place, size, times, copy_by_memory);
		cost->memory = stats_midmean(times, COPY_TIMES);
		cost->memory_error = stats_midmean_error(times, COPY_TIMES);
	}
	if (place.fd >= 0)
		close(place.fd);
	free(place.a);
	free(place.b);
}

static bool copies_together(const struct cell *a, const struct cell *b)
{
	return a->mech == b->mech && a->wait == b->wait && cell_beside(a, b) &&
	       knob_same(&a->knob, &b->knob) && a->rate == b->rate && a->gap == b->gap &&
	       a->several[SIDE_ORIGIN] == b->several[SIDE_ORIGIN] &&
	       a->several[SIDE_PEER] == b->several[SIDE_PEER];
}

bool copies_first(const struct results *results, const struct cell *cell)
{
	const struct cell *other = results->cells;

	while (!copies_together(other, cell))
		other++;
	return other == cell;
}

static const struct copy_cost *copies_cost(const struct results *results, size_t size)
{
	unsigned int i = 0;

	while (results->copy[i].size != size)
		i++;
	return &results->copy[i];
}

/**
 * struct copies_line - a sum over sizes, weighed so that it is a slope
 * @slope: of the cost over the size
 * @variance: square of its standard error
 */
struct copies_line {
	double slope;
	double variance;
};

static void copies_add(struct copies_line *line, double weight, double cost, double error)
{
	line->slope += weight * cost;
	line->variance += weight * weight * error * error;
}

/* Whether a message costs by its size alone, and transport can be told apart from work. */
static bool copies_tellable(const struct results *results, const struct cell *cell)
{
	return cell->mode->axis == AXIS_NONE && !cell->mode->alone && cell->nrounds &&
	       cell->size >= COPY_LEAST &&
	       results_net(results, cell) >= 0 && copies_cost(results, cell->size)->kernel > 0;
}

/* Add what one size tells. The echo in shared memory is the comparison's own copy. */
static void copies_point(const struct results *results, const struct cell *cell, double weight,
			 struct copies_line *message, struct copies_line *copy)
{
	const struct copy_cost *cost = copies_cost(results, cell->size);

	copies_add(message, weight, results_net(results, cell), cell->error);
	if (cell->mech->in_place && cell->mode->flow == FLOW_ECHO)
		copies_add(message, -weight, cost->memory, cost->memory_error);
	copies_add(copy, weight, cost->kernel, cost->kernel_error);
}

struct copies copies_of(const struct results *results, const struct cell *cell)
{
	struct copies_line message = { 0 }, copy = { 0 };
	const struct cell *end = results->cells + results->ncells;
	double n = 0, mean = 0, spread = 0, share, error;

	for (const struct cell *c = results->cells; c < end; c++)
		if (copies_together(c, cell) && copies_tellable(results, c)) {
			n++;
			mean += (double)c->size;
		}
	if (n < 2)
		return (struct copies){ 0 };
	mean /= n;
	for (const struct cell *c = results->cells; c < end; c++)
		if (copies_together(c, cell) && copies_tellable(results, c))
			spread += pow((double)c->size - mean, 2);
	for (const struct cell *c = results->cells; c < end; c++)
		if (copies_together(c, cell) && copies_tellable(results, c))
			copies_point(results, c, ((double)c->size - mean) / spread, &message,
				     &copy);
	if (copy.slope <= 0)
		return (struct copies){ 0 };
	/* A round trip is two messages. */
	copy.slope *= cell->mode->flow == FLOW_ECHO ? 2 : 1;
	copy.variance *= cell->mode->flow == FLOW_ECHO ? 4 : 1;
	share = message.slope / copy.slope;
	error = sqrt(message.variance + share * share * copy.variance) / copy.slope;
	return (struct copies){
		.known = true,
		.measured = share,
		.low = share - COPY_NORMAL * error,
		.high = share + COPY_NORMAL * error,
	};
}
