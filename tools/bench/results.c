// SPDX-License-Identifier: GPL-2.0-only
/* Results as JSON. */
#include <errno.h>
#include <libgen.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "effort.h"
#include "results.h"
#include "results_counts.h"
#include "results_file.h"
#include "wait.h"

static json_t *text_or_null(const char *text)
{
	return *text ? json_string(text) : json_null();
}

static json_t *host_json(const struct host *host)
{
	return json_pack("{s:o, s:o, s:i, s:o, s:o, s:o, s:o, s:s, s:O, s:O}",
			 "kernel", text_or_null(host->kernel), "cpu", json_string(host->cpu),
			 "cpus", host->cpus, "mitigations", text_or_null(host->mitigations),
			 "clocksource", text_or_null(host->clocksource),
			 "module_version", text_or_null(host->module_version),
			 "git_commit", text_or_null(host->git_commit), "date", host->date,
			 "spoilers", host->spoilers, "unknown", host->unknown);
}

static json_t *overhead_json(const struct results *results)
{
	json_t *work = json_array();

	for (unsigned int i = 0; i < results->opts.sizes.n; i++) {
		const struct work_cost *cost = &results->work[i];

		json_array_append_new(work, json_pack("{s:I, s:f, s:f}",
						      "size", (json_int_t)cost->size,
						      "fill", cost->fill, "check", cost->check));
	}
	return json_pack("{s:f, s:f, s:o, s:o}", "clock", results->overhead.clock,
			 "granularity", results->overhead.granularity, "work", work,
			 "copy", copy_costs_json(results));
}

static json_t *mechanisms_json(const struct options *opts)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < opts->nmechs; i++) {
		const struct mechanism *m = opts->mechs[i];

		json_t *json = json_pack("{s:s, s:s, s:s, s:i, s:f, s:b, s:b, s:b, s:b}",
					 "mechanism", m->name, "about", m->about,
					 "flow_control", m->flow, "copies", m->copies,
					 "syscalls", m->syscalls, "skips", m->skips,
					 "boundaries", m->boundaries,
					 "lossy", m->lossy, "in_place", m->in_place);

		json_object_set_new(json, "family", json_string(m->family));
		json_object_set_new(json, "exposed", json_boolean(m->exposed || m->in_place));
		json_object_set_new(json, "batches", json_boolean(m->batching));
		json_array_append_new(list, json);
	}
	return list;
}

static json_t *modes_json(const struct options *opts)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < opts->nmodes; i++) {
		const struct mode *m = opts->modes[i];

		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:i, s:i, s:i, s:b}",
						      "mode", m->name, "title", m->title,
						      "about", m->about, "fills", m->fills,
						      "checks", m->checks, "clocks", m->clocks,
						      "sampled", m->sampled));
	}
	return list;
}

static json_t *number_or_null(bool known, double value)
{
	return known ? json_real(value) : json_null();
}

static json_t *integer_or_null(uint64_t value)
{
	return value ? json_integer((json_int_t)value) : json_null();
}

/* Percentiles, each with its interval, and the histogram that they are from. */
static void put_samples(json_t *json, const struct cell *cell)
{
	static const struct {
		const char *name;
		double percent;
	} of[] = {
		{ "p50", 50 }, { "p90", 90 }, { "p99", 99 }, { "p99.9", 99.9 }, { "max", 100 },
	};
	bool sampled = cell->hist && hist_count(cell->hist);
	json_t *intervals = json_object();
	uint64_t low, high;

	for (size_t i = 0; i < ARRAY_SIZE(of); i++) {
		uint64_t value = sampled ? hist_percentile(cell->hist, of[i].percent) : 0;

		json_object_set_new(json, of[i].name,
				    sampled ? json_integer((json_int_t)value) : json_null());
		if (sampled && of[i].percent < 100 &&
		    hist_percentile_interval(cell->hist, of[i].percent, 1.96, &low, &high))
			json_object_set_new(intervals, of[i].name,
					    json_pack("[I,I]", (json_int_t)low, (json_int_t)high));
	}
	json_object_set_new(json, "intervals", intervals);
	json_object_set_new(json, "histogram", sampled ? hist_json(cell->hist) : json_null());
}

static json_t *facts_json(const struct cell *cell)
{
	json_t *facts = json_object();

	for (unsigned int i = 0; i < cell->nfacts; i++)
		json_object_set_new(facts, cell->facts[i].name, json_integer(cell->facts[i].value));
	return facts;
}

static json_t *rounds_json(const struct cell *cell)
{
	json_t *rounds = json_array();

	for (unsigned int i = 0; i < cell->nrounds; i++)
		json_array_append_new(rounds, json_real(cell->round_mean[i]));
	return rounds;
}

/* Of both sides together, for one message */
static json_t *usage_json(const struct cell *cell)
{
	const struct usage *usage = &cell->usage;
	double n = (double)cell->n;

	if (!cell->n)
		return json_null();
	return json_pack("{s:f, s:f, s:f, s:f, s:f, s:f}", "user", (double)usage->user / n,
			 "system", (double)usage->system / n,
			 "voluntary_switches", (double)usage->voluntary / n,
			 "involuntary_switches", (double)usage->involuntary / n,
			 "minor_faults", (double)usage->minor / n,
			 "major_faults", (double)usage->major / n);
}

static json_t *phases_json(const struct cell *cell)
{
	if (!cell->n || !cell->phase[PHASE_OPEN])
		return json_null();
	return json_pack("{s:f, s:f}",
			 "open", (double)cell->phase[PHASE_OPEN] / (double)cell->n,
			 "close", (double)cell->phase[PHASE_CLOSE] / (double)cell->n);
}

/* What tells a cell from every other */
static json_t *identity_json(const struct cell *cell)
{
	json_t *json = json_pack("{s:s, s:s, s:I, s:i, s:s, s:s, s:s, s:s, s:i, s:i}",
				 "mechanism", cell->mech->name, "mode", cell->mode->name,
				 "size", (json_int_t)cell->size, "batch", (int)cell->batch,
				 "placement", bench_placement_names[cell->placement],
				 "wait", channel_wait_names[cell->wait],
				 "as", bench_as_names[cell->as],
				 "policy", bench_policy_names[cell->policy],
				 "producers", (int)cell->several[SIDE_ORIGIN],
				 "consumers", (int)cell->several[SIDE_PEER]);

	json_object_set_new(json, "knob", cell_knob_json(cell));
	json_object_set_new(json, "capacity", integer_or_null(cell->capacity));
	json_object_set_new(json, "rate", integer_or_null(cell->rate));
	json_object_set_new(json, "gap", cell->mode->axis == AXIS_GAP ?
			    json_integer((json_int_t)cell->gap) : json_null());
	return json;
}

static void put_means(const struct results *results, json_t *json, const struct cell *cell)
{
	bool known = cell->nrounds > 0, rate = cell->span && cell->n;
	double low = cell->mean, high = cell->mean, net = results_net(results, cell);
	double per_s = rate ? (double)cell->n * 1e9 / (double)cell->span : 0;

	if (known)
		cell_interval(cell, &low, &high);
	json_object_set_new(json, "mean", number_or_null(known, cell->mean));
	json_object_set_new(json, "mean_low", number_or_null(known, low));
	json_object_set_new(json, "mean_high", number_or_null(known, high));
	json_object_set_new(json, "fixed", number_or_null(known, cell_fixed(cell)));
	json_object_set_new(json, "steady",
			    known ? json_boolean(effort_steady(cell)) : json_null());
	json_object_set_new(json, "net", number_or_null(net >= 0, net));
	json_object_set_new(json, "messages_per_s", number_or_null(rate, per_s));
	json_object_set_new(json, "bytes_per_s",
			    number_or_null(rate, per_s * (double)cell->size));
}

static json_t *cell_json(const struct results *results, const struct cell *cell)
{
	const struct work_tally *tally = &cell->tally;
	json_t *json = identity_json(cell);

	json_object_set_new(json, "n", json_integer((json_int_t)cell->n));
	put_means(results, json, cell);
	put_samples(json, cell);
	json_object_set_new(json, "usage", usage_json(cell));
	json_object_set_new(json, "phases", phases_json(cell));
	json_object_set_new(json, "syscalls", cell_syscalls_json(cell));
	json_object_set_new(json, "instructions", cell_instructions_json(results, cell));
	json_object_set_new(json, "messages_per_receive",
			    number_or_null(cell->fetches, (double)tally->received /
							  (double)cell->fetches));
	json_object_set_new(json, "lost", json_integer((json_int_t)tally->lost));
	json_object_set_new(json, "reordered", json_integer((json_int_t)tally->reordered));
	json_object_set_new(json, "corrupt", json_integer((json_int_t)tally->corrupt));
	json_object_set_new(json, "buffers", facts_json(cell));
	json_object_set_new(json, "rounds", rounds_json(cell));
	if (cell->state == CELL_REFUSED)
		json_object_set_new(json, "refused", json_string(cell->why));
	if (cell->state == CELL_UNAVAILABLE)
		json_object_set_new(json, "unavailable", json_string(cell->why));
	return json;
}

static json_t *results_json(const struct results *results)
{
	json_t *cells = json_array();

	for (unsigned int i = 0; i < results->ncells; i++)
		json_array_append_new(cells, cell_json(results, &results->cells[i]));
	return json_pack("{s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "schema", BENCH_SCHEMA, "unit", bench_unit_names[results->opts.unit],
			 "complete", results->complete,
			 "host", host_json(&results->host), "overhead", overhead_json(results),
			 "counters", counters_json(results), "floors", floors_json(results),
			 "modes", modes_json(&results->opts),
			 "mechanisms", mechanisms_json(&results->opts),
			 "copies", copies_json(results), "cells", cells);
}

const struct cell *results_like(const struct results *results, const struct cell *cell,
				const struct mechanism *mech)
{
	const struct cell *found = NULL;

	for (unsigned int i = 0; i < results->ncells; i++) {
		const struct cell *other = &results->cells[i];

		if (other->mech != mech || !cell_below(other, cell) ||
		    !knob_same(&other->knob, &cell->knob))
			continue;
		if (other->wait == cell->wait)
			return other;
		if (other->wait == WAIT_BLOCK)
			found = other;
	}
	return found;
}

/* One way on two CPUs, both sides work at once: nobody can tell what is whose. */
double results_net(const struct results *results, const struct cell *cell)
{
	const struct mode *mode = cell->mode;

	if (!cell->nrounds ||
	    (mode->flow != FLOW_ECHO && cell->placement != PLACE_SAME_CPU))
		return -1;
	for (unsigned int i = 0; i < results->opts.sizes.n; i++) {
		const struct work_cost *cost = &results->work[i];

		if (cost->size == cell->size)
			return fmax(0, cell->mean - mode->fills * cost->fill -
				    mode->checks * cost->check -
				    mode->clocks * results->overhead.clock);
	}
	return -1;
}

/* Whether @path is something other than a file, so that it cannot be replaced. */
static bool results_special(const char *path)
{
	struct stat st;

	return !stat(path, &st) && !S_ISREG(st.st_mode);
}

int results_writable(const char *path)
{
	char *copy;
	int ret = -1;

	if (!strcmp(path, "-"))
		return -1;
	if (results_special(path))
		return access(path, W_OK) ? bench_complain(2, "cannot write %s: %s", path,
							   strerror(errno)) : -1;
	copy = strdup(path);
	if (!copy || access(dirname(copy), W_OK))
		ret = bench_complain(2, "cannot write %s: %s", path, strerror(errno));
	free(copy);
	return ret;
}

int results_write(const struct results *results, const char *path)
{
	json_t *json = results_json(results);
	int status;

	if (!json)
		return bench_complain(2, "cannot write %s: no memory", path);
	status = results_file_write(json, path);
	json_decref(json);
	return status;
}
