// SPDX-License-Identifier: GPL-2.0-only
/* What is counted beside time, as JSON. */
#include "results_counts.h"
#include "wait.h"

static json_t *real_or_null(bool known, double value)
{
	return known ? json_real(value) : json_null();
}

static json_t *reason(bool none, const char *why)
{
	return none && *why ? json_string(why) : json_null();
}

json_t *floors_json(const struct results *results)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < results->nfloors; i++) {
		const struct cell *cell = &results->floors[i];
		bool known = cell->nrounds > 0;
		double low = 0, high = 0;

		if (known)
			cell_interval(cell, &low, &high);
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o}",
						      "name", cell->mode->name,
						      "about", cell->mode->about, "placement",
						      bench_placement_names[cell->placement],
						      "policy", bench_policy_names[cell->policy],
						      "mean", real_or_null(known, cell->mean),
						      "mean_low", real_or_null(known, low),
						      "mean_high", real_or_null(known, high)));
	}
	return list;
}

json_t *counters_json(const struct results *results)
{
	bool icount = results->opts.unit == UNIT_INSTRUCTIONS;
	bool perf = results->counter_parts[COUNTER_USER] || results->counter_parts[COUNTER_KERNEL];
	bool counted = false;
	const char *instructions = icount ? "clock" : perf ? "perf_event_open" : NULL;

	for (unsigned int i = 0; i < results->ncells; i++)
		counted |= results->cells[i].calls_known;
	return json_pack("{s:{s:s?, s:o}, s:{s:s?, s:o}}",
			 "syscalls", "by", counted ? "seccomp" : NULL,
			 "why", reason(true, results->count_why[ROUND_CALLS]),
			 "instructions", "by", instructions,
			 "why", reason(!icount, results->count_why[ROUND_INSTRUCTIONS]));
}

json_t *cell_knob_json(const struct cell *cell)
{
	char text[KNOB_TEXT];

	if (cell->knob.which == KNOB_NONE)
		return json_null();
	return json_string(knob_text(text, sizeof(text), &cell->knob));
}

json_t *cell_syscalls_json(const struct cell *cell)
{
	return real_or_null(cell->calls_known, cell->calls);
}

json_t *cell_instructions_json(const struct results *results, const struct cell *cell)
{
	const bool *parts = results->counter_parts;

	if (results->opts.unit == UNIT_INSTRUCTIONS)
		return cell->nrounds ? json_pack("{s:f}", "total", cell->mean) : json_null();
	if (!cell->counted)
		return json_null();
	return json_pack("{s:o, s:o}", "user",
			 real_or_null(parts[COUNTER_USER], cell->counter[COUNTER_USER]), "kernel",
			 real_or_null(parts[COUNTER_KERNEL], cell->counter[COUNTER_KERNEL]));
}

static json_t *copies_one_json(const struct results *results, const struct cell *cell)
{
	struct copies copies = copies_of(results, cell);

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:i, s:o, s:o, s:o}",
			 "mechanism", cell->mech->name, "mode", cell->mode->name,
			 "placement", bench_placement_names[cell->placement],
			 "wait", channel_wait_names[cell->wait], "as", bench_as_names[cell->as],
			 "policy", bench_policy_names[cell->policy],
			 "knob", cell_knob_json(cell),
			 "declared", (int)cell->mech->copies,
			 "measured", real_or_null(copies.known, copies.measured),
			 "low", real_or_null(copies.known, copies.low),
			 "high", real_or_null(copies.known, copies.high));
}

json_t *copies_json(const struct results *results)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < results->ncells; i++) {
		const struct cell *cell = &results->cells[i];

		if (cell->mode->axis == AXIS_NONE && !cell->mode->alone &&
		    copies_first(results, cell))
			json_array_append_new(list, copies_one_json(results, cell));
	}
	return list;
}

json_t *copy_costs_json(const struct results *results)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < results->opts.sizes.n; i++) {
		const struct copy_cost *cost = &results->copy[i];
		bool known = cost->kernel > 0;

		json_array_append_new(list, json_pack("{s:I, s:o, s:o}",
						      "size", (json_int_t)cost->size, "kernel",
						      real_or_null(known, cost->kernel), "memory",
						      real_or_null(known, cost->memory)));
	}
	return list;
}
