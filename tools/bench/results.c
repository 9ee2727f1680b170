// SPDX-License-Identifier: GPL-2.0-only
/* Results as JSON. */
#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results.h"
#include "stats.h"

static json_t *text_or_null(const char *text)
{
	return *text ? json_string(text) : json_null();
}

static json_t *host_json(const struct host *host)
{
	json_t *cpu = json_string(host->cpu);

	/* A name that is not UTF-8 is no string to JSON. */
	return json_pack("{s:o, s:o, s:i, s:o, s:o, s:o, s:o, s:s}",
			 "kernel", text_or_null(host->kernel), "cpu", cpu ? cpu : json_null(),
			 "cpus", host->cpus, "mitigations", text_or_null(host->mitigations),
			 "clocksource", text_or_null(host->clocksource),
			 "module_version", text_or_null(host->module_version),
			 "git_commit", text_or_null(host->git_commit), "date", host->date);
}

static json_t *overhead_json(const struct results *results)
{
	json_t *work = json_array();

	for (unsigned int i = 0; i < results->opts.nsizes; i++) {
		const struct work_cost *cost = &results->work[i];

		json_array_append_new(work, json_pack("{s:I, s:f, s:f}",
						      "size", (json_int_t)cost->size,
						      "fill", cost->fill, "check", cost->check));
	}
	return json_pack("{s:f, s:f, s:o}", "clock", results->overhead.clock,
			 "granularity", results->overhead.granularity, "work", work);
}

static json_t *mechanisms_json(const struct options *opts)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < opts->nmechs; i++) {
		const struct mechanism *m = opts->mechs[i];

		json_t *json = json_pack("{s:s, s:s, s:s, s:i, s:i, s:b, s:b, s:b}",
					 "mechanism", m->name, "about", m->about,
					 "flow_control", m->flow, "copies", m->copies,
					 "syscalls", m->syscalls, "boundaries", m->boundaries,
					 "lossy", m->lossy, "in_place", m->in_place);

		json_array_append_new(list, json);
	}
	return list;
}

static json_t *percentile_json(const struct cell *cell, double percent)
{
	if (!cell->nsamples)
		return json_null();
	return json_integer((json_int_t)stats_percentile(cell->samples, cell->nsamples, percent));
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

static json_t *cell_json(const struct cell *cell)
{
	const struct work_tally *tally = &cell->tally;
	json_t *json = json_pack("{s:s, s:s, s:I, s:i, s:s, s:s, s:I}",
				 "mechanism", cell->mech->name,
				 "mode", bench_mode_names[cell->mode],
				 "size", (json_int_t)cell->size, "batch", 1,
				 "placement", bench_placement_names[cell->placement],
				 "wait", "block", "n", (json_int_t)cell->n);

	json_object_set_new(json, "mean", cell->nrounds ? json_real(cell->mean) : json_null());
	json_object_set_new(json, "p50", percentile_json(cell, 50));
	json_object_set_new(json, "p90", percentile_json(cell, 90));
	json_object_set_new(json, "p99", percentile_json(cell, 99));
	json_object_set_new(json, "max", percentile_json(cell, 100));
	json_object_set_new(json, "lost", json_integer((json_int_t)tally->lost));
	json_object_set_new(json, "reordered", json_integer((json_int_t)tally->reordered));
	json_object_set_new(json, "corrupt", json_integer((json_int_t)tally->corrupt));
	json_object_set_new(json, "mean_error",
			    cell->nrounds ? json_real(cell->error) : json_null());
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
		json_array_append_new(cells, cell_json(&results->cells[i]));
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}",
			 "schema", BENCH_SCHEMA, "unit", bench_unit_names[results->opts.unit],
			 "host", host_json(&results->host), "overhead", overhead_json(results),
			 "mechanisms", mechanisms_json(&results->opts), "cells", cells);
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

static int results_dump(const json_t *json, FILE *out)
{
	int ret = json_dumpf(json, out, JSON_INDENT(1) | JSON_REAL_PRECISION(10));

	if (!ret && fputc('\n', out) == EOF)
		ret = -1;
	return fflush(out) ? -1 : ret;
}

/* The file is whole or, on any failure, as it was. */
static int results_replace(const json_t *json, const char *path)
{
	size_t len = strlen(path) + sizeof(".part");
	char *part = malloc(len);
	FILE *out = NULL;
	int err = 0;

	if (!part)
		return -1;
	snprintf(part, len, "%s.part", path);
	out = fopen(part, "we");
	if (!out || results_dump(json, out))
		err = errno;
	if (out && fclose(out) && !err)
		err = errno;
	if (out && !err && rename(part, path))
		err = errno;
	if (out && err)
		unlink(part);
	free(part);
	errno = err;
	return err ? -1 : 0;
}

int results_write(const struct results *results, const char *path)
{
	json_t *json = results_json(results);
	int ret;

	errno = ENOMEM;
	if (!json) {
		ret = -1;
	} else if (!strcmp(path, "-")) {
		ret = results_dump(json, stdout);
	} else if (results_special(path)) {
		FILE *out = fopen(path, "we");

		ret = out ? results_dump(json, out) : -1;
		if (out && fclose(out))
			ret = -1;
	} else {
		ret = results_replace(json, path);
	}
	if (ret)
		bench_complain(2, "cannot write %s: %s", path, strerror(errno));
	json_decref(json);
	return ret ? 2 : -1;
}
