// SPDX-License-Identifier: GPL-2.0-only
/* Reading the command line of ipcx bench. */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <host/examine.h>

#include "host.h"
#include "options.h"
#include "results.h"
#include "wait.h"
#include "words.h"

const char *const bench_unit_names[BENCH_UNITS] = {
	[UNIT_AUTO] = "auto",
	[UNIT_NS] = "ns",
	[UNIT_INSTRUCTIONS] = "instructions",
};

static const char options_help[] =
"Usage: ipcx bench [MODE]... [OPTION]...\n"
"       ipcx bench report [--no-plots] RESULTS.json... -o DIR\n"
"       ipcx bench diff [OPTION]... BEFORE.json AFTER.json\n"
"       ipcx bench hdr [OPTION]... RESULTS.json\n"
"\n"
"Compares mechanisms for inter-process communication. Every one does the same work: one side\n"
"fills each message, the other checks all of it and, for a round trip, echoes it in full.\n"
"\n"
"Modes (default: lat and bw):\n"
"  lat     round trip: strict ping-pong\n"
"  bw      one way, as fast as it goes; the clock stops at the last receive\n"
"  load    one way at --rate; delay from when a message was due, however late it was sent\n"
"  wake    round trip after idling for --gap\n"
"  scale   --producers and --consumers on one channel\n"
"  setup   opening and closing a channel\n"
"  sweep   lat and bw with sizes from 1 B to 4 MiB, and with --batch and --capacity if given\n"
"\n"
"  -m, --mechanism A,B     mechanisms to compare (default: all)\n"
"  -s, --size 64,4K,64K    message sizes in bytes (default: 64,4K,64K)\n"
"  -b, --batch 1,8,64      messages of a system call, for bw, at most 1024 (default: 1)\n"
"      --capacity 4K,64K   bytes that a channel is to hold (default: as the system makes it)\n"
"  -p, --placement PLACE   same-cpu, two-cpus, unpinned, or several of them (default: same-cpu,\n"
"                          and two-cpus where there are two)\n"
"  -w, --wait WAIT         how a side waits: block, spin, adaptive, poll, epoll, io_uring, or\n"
"                          several of them (default: block, and for shared memory on two\n"
"                          CPUs, spin)\n"
"      --as WHAT           process, thread, or both (default: process)\n"
"      --policy WHAT       how the scheduler chooses between sides: other, batch, fifo (which takes\n"
"                          rights), or several of them (default: other)\n"
"      --knob wait=0,20us  turn a knob of the mailboxes of ipcx and ipcx-call: wait to 0, durations\n"
"                          or adaptive; copy to default, heap, inline or lend; or wake to\n"
"                          default, sync or last (default: none)\n"
"      --rate 1K,10K       messages a second, for load (default: 1K,10K)\n"
"      --gap 0,100us,1ms   idling, for wake (default: 0,100us,1ms,10ms)\n"
"  -P, --producers 1,2,4   senders, for scale (default: 1,2,4)\n"
"  -C, --consumers 1,2,4   receivers, for scale (default: 1,2)\n"
"  -n, --count N           messages to measure in each cell (default: by mode and size)\n"
"  -r, --rounds N          rounds to spread them over (default: 9)\n"
"  -t, --time 200ms        without --count and --rounds, for how long to measure a cell at most;\n"
"                          rounds become more and longer until its mean is sure. In a unit of\n"
"                          instructions, a second is 10^9 of them\n"
"      --whole-time        take that long even if it is sure before: then rounds are as long in\n"
"                          another run, and the two compare best\n"
"      --unit UNIT         ns; instructions, if the machine's clock counts those; auto (default):\n"
"                          instructions if IPCX_ICOUNT=1 is in the environment\n"
"      --no-count          measure mechanisms only, and only their time: no floors, system\n"
"                          calls and instructions\n"
"  -j, --json FILE         write the results to FILE, - for standard output\n"
"  -l, --list              tell what mechanisms there are\n"
"  -h, --help              this\n"
"\n"
"An interrupted comparison writes what it has. report writes DIR/index.html, one page of all files\n"
"that needs nothing else; its plots take gnuplot. diff tells what has changed, for the worse or not;\n"
"ipcx bench diff --help. hdr writes histograms as HdrHistogram does; ipcx bench hdr --help.\n";

int bench_complain(int status, const char *format, ...)
{
	va_list args;

	fputs("ipcx bench: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return status;
}

static int options_mechanisms(struct options *opts, const char *list)
{
	const char *word;
	size_t len;

	opts->nmechs = 0;
	while ((word = word_next(&list, &len))) {
		const struct mechanism *mech = mechanism_find(word, len);
		unsigned int i = 0;

		if (!mech)
			return bench_complain(2, "no mechanism \"%.*s\"; --list tells which there "
					      "are", (int)len, word);
		while (i < opts->nmechs && opts->mechs[i] != mech)
			i++;
		if (i == opts->nmechs && i < BENCH_MAX_MECHANISMS)
			opts->mechs[opts->nmechs++] = mech;
	}
	return -1;
}

/**
 * struct axis - how an axis of numbers is written
 * @what: what a point is called
 * @units: what may stand behind the number
 * @min: smallest
 * @max: largest
 * @range: both, in words
 */
struct axis {
	const char *what;
	const struct word_unit *units;
	uint64_t min;
	uint64_t max;
	const char *range;
};

static const struct axis axis_size = {
	"size", word_sizes, 1, BENCH_MAX_SIZE, "a number of bytes from 1 to 16M",
};

static const struct axis axis_batch = {
	"batch", NULL, 1, BENCH_MAX_BATCH, "a number of messages from 1 to 1024",
};

static const struct axis axis_capacity = {
	"capacity", word_sizes, 1, BENCH_MAX_CAPACITY, "a number of bytes from 1 to 64M",
};

static const struct axis axis_rate = {
	"rate", word_rates, 1, BENCH_MAX_RATE, "a number of messages a second from 1 to 100M",
};

static const struct axis axis_gap = {
	"gap", word_durations, 0, BENCH_MAX_GAP, "0 or a duration up to 10s, such as 50us or 1ms",
};

static const struct axis axis_several[SIDES] = {
	[SIDE_ORIGIN] = { "number of producers", NULL, 1, ROUND_MAX_SEVERAL, "from 1 to 32" },
	[SIDE_PEER] = { "number of consumers", NULL, 1, ROUND_MAX_SEVERAL, "from 1 to 32" },
};

static int options_time(uint64_t *time, const char *word)
{
	if (word_number(word, strlen(word), word_durations, BENCH_MAX_TIME, time) || !*time)
		return bench_complain(2, "time \"%s\" is not a duration up to 100s, such as 200ms",
				      word);
	return -1;
}

static int options_axis(struct numbers *numbers, const struct axis *axis, const char *list)
{
	const char *word;
	uint64_t value;
	size_t len;

	numbers->n = 0;
	while ((word = word_next(&list, &len))) {
		unsigned int i = 0;

		if (word_number(word, len, axis->units, axis->max, &value) || value < axis->min)
			return bench_complain(2, "%s \"%.*s\" is not %s", axis->what, (int)len,
					      word, axis->range);
		while (i < numbers->n && numbers->value[i] != value)
			i++;
		if (i == BENCH_MAX_POINTS)
			return bench_complain(2, "more than %d times a %s", BENCH_MAX_POINTS,
					      axis->what);
		numbers->value[i] = value;
		if (i == numbers->n)
			numbers->n++;
	}
	return -1;
}

/* Set the flag of each word of @list among @names. */
static int options_flags(bool *flags, const char *const *names, unsigned int n, const char *what,
			 const char *list)
{
	const char *word;
	unsigned int i;
	size_t len;

	memset(flags, 0, n * sizeof(*flags));
	while ((word = word_next(&list, &len))) {
		for (i = 0; i < n; i++)
			if (word_is(word, len, names[i]))
				break;
		if (i == n)
			return bench_complain(2, "no %s \"%.*s\"; --help tells which there are",
					      what, (int)len, word);
		flags[i] = true;
	}
	return -1;
}

static int options_knob_values(struct options *opts, const char *list)
{
	const char *word, *name = bench_knob_names[opts->knob];
	uint64_t value;
	size_t len;

	opts->knobs.n = 0;
	while ((word = word_next(&list, &len))) {
		if (knob_value(opts->knob, word, len, &value))
			return bench_complain(2, "knob %s: \"%.*s\" is not %s", name, (int)len,
					      word, knob_values(opts->knob));
		for (unsigned int i = 0; i < opts->knobs.n; i++)
			if (opts->knobs.value[i] == value)
				return bench_complain(2, "knob %s: \"%.*s\" is there already", name,
						      (int)len, word);
		if (opts->knobs.n == BENCH_MAX_POINTS)
			return bench_complain(2, "knob %s: more than %d values", name,
					      BENCH_MAX_POINTS);
		opts->knobs.value[opts->knobs.n++] = value;
	}
	return -1;
}

/* One at a time: of two, nobody could tell which of them made the difference. */
static int options_knob(struct options *opts, const char *arg)
{
	size_t len = strcspn(arg, "=");
	enum bench_knob knob = KNOB_NONE + 1;

	if (opts->knob != KNOB_NONE)
		return bench_complain(2, "one knob at a time, and %s is turned already",
				      bench_knob_names[opts->knob]);
	while (knob < BENCH_KNOBS && !word_is(arg, len, bench_knob_names[knob]))
		knob++;
	if (knob == BENCH_KNOBS)
		return bench_complain(2, "no knob \"%.*s\"; it is wait, copy or wake", (int)len,
				      arg);
	if (!arg[len])
		return bench_complain(2, "knob %s wants what to turn it to: %s=VALUE", arg, arg);
	opts->knob = knob;
	return options_knob_values(opts, arg + len + 1);
}

static int options_unit(struct options *opts, const char *word)
{
	for (unsigned int i = 0; i < BENCH_UNITS; i++) {
		if (strcmp(word, bench_unit_names[i]))
			continue;
		opts->unit = i;
		return -1;
	}
	return bench_complain(2, "no unit \"%s\"; it is auto, ns or instructions", word);
}

static int options_count(const char *what, const char *word, uint64_t max, uint64_t *value)
{
	if (word_number(word, strlen(word), NULL, max, value) || !*value)
		return bench_complain(2, "%s \"%s\" is not a number from 1 to %llu", what, word,
				      (unsigned long long)max);
	return -1;
}

static void options_add_mode(struct options *opts, const struct mode *mode)
{
	unsigned int i = 0;

	while (i < opts->nmodes && opts->modes[i] != mode)
		i++;
	if (i == opts->nmodes && i < BENCH_MAX_MODES)
		opts->modes[opts->nmodes++] = mode;
}

/* A sweep is no mode of its own, but sizes. */
static int options_mode(struct options *opts, const char *word)
{
	const struct mode *mode = mode_find(word, strlen(word));

	if (!strcmp(word, "sweep")) {
		options_add_mode(opts, mode_find("lat", 3));
		options_add_mode(opts, mode_find("bw", 2));
		return options_axis(&opts->sizes, &axis_size,
				    "1,4,16,64,256,1K,4K,16K,64K,256K,1M,4M");
	}
	if (!mode)
		return bench_complain(2, "no mode \"%s\"; --help tells which there are", word);
	options_add_mode(opts, mode);
	return -1;
}

enum {
	OPT_AS = 0x100,
	OPT_POLICY,
	OPT_CAPACITY,
	OPT_KNOB,
	OPT_RATE,
	OPT_GAP,
	OPT_UNIT,
	OPT_WHOLE_TIME,
	OPT_NO_COUNT,
};

/* Axes of some modes only */
static const struct {
	const char *name;
	enum mode_axis axis;
	const char *mode;
	int option;
} options_of_modes[] = {
	{ "batch", AXIS_NONE, "bw", 'b' },
	{ "rate", AXIS_RATE, "load", OPT_RATE },
	{ "gap", AXIS_GAP, "wake", OPT_GAP },
	{ "producers", AXIS_SEVERAL, "scale", 'P' },
	{ "consumers", AXIS_SEVERAL, "scale", 'C' },
};

/* An axis that no mode here has would be left out, and nobody told. */
static int options_have_modes(const struct options *opts)
{
	for (size_t i = 0; i < ARRAY_SIZE(options_of_modes); i++) {
		enum mode_axis axis = options_of_modes[i].axis;
		bool had = !(opts->asked & 1u << i);

		for (unsigned int m = 0; m < opts->nmodes; m++)
			had |= axis == AXIS_NONE ? opts->modes[m]->batched :
						   opts->modes[m]->axis == axis;
		if (!had)
			return bench_complain(2, "--%s is for mode %s, which is not asked for",
					      options_of_modes[i].name, options_of_modes[i].mode);
	}
	return -1;
}

static int options_one(struct options *opts, int option, const char *arg)
{
	uint64_t n = 0;
	int ret;

	for (size_t i = 0; i < ARRAY_SIZE(options_of_modes); i++)
		if (options_of_modes[i].option == option)
			opts->asked |= 1u << i;
	switch (option) {
	case 'm':
		return options_mechanisms(opts, arg);
	case 's':
		return options_axis(&opts->sizes, &axis_size, arg);
	case 'b':
		return options_axis(&opts->batches, &axis_batch, arg);
	case OPT_CAPACITY:
		return options_axis(&opts->capacities, &axis_capacity, arg);
	case 'p':
		return options_flags(opts->placements, bench_placement_names, BENCH_PLACEMENTS,
				     "placement", arg);
	case 'w':
		opts->waits_asked = true;
		return options_flags(opts->waits, channel_wait_names, WAITS, "way to wait", arg);
	case OPT_AS:
		return options_flags(opts->as, bench_as_names, BENCH_AS, "kind of side", arg);
	case OPT_POLICY:
		return options_flags(opts->policies, bench_policy_names, BENCH_POLICIES, "policy",
				     arg);
	case OPT_KNOB:
		return options_knob(opts, arg);
	case OPT_RATE:
		return options_axis(&opts->rates, &axis_rate, arg);
	case OPT_GAP:
		return options_axis(&opts->gaps, &axis_gap, arg);
	case 'P':
		return options_axis(&opts->several[SIDE_ORIGIN], &axis_several[SIDE_ORIGIN], arg);
	case 'C':
		return options_axis(&opts->several[SIDE_PEER], &axis_several[SIDE_PEER], arg);
	case 'n':
		return options_count("count", arg, BENCH_MAX_COUNT, &opts->count);
	case 'r':
		ret = options_count("rounds", arg, BENCH_MAX_ROUNDS, &n);
		opts->rounds = (unsigned int)n;
		return ret;
	case 't':
		return options_time(&opts->time, arg);
	case OPT_UNIT:
		return options_unit(opts, arg);
	case OPT_WHOLE_TIME:
		opts->whole = true;
		return -1;
	case OPT_NO_COUNT:
		opts->uncounted = true;
		return -1;
	case 'j':
		opts->json = arg;
		return *arg ? -1 : bench_complain(2, "--json wants the name of a file");
	case 'l':
		opts->list = true;
		return -1;
	case 'h':
		fputs(options_help, stdout);
		return 0;
	default:
		return bench_complain(2, "bad option; ipcx bench --help tells which there are");
	}
}

static bool options_have_knobs(const struct options *opts)
{
	for (unsigned int i = 0; i < opts->nmechs; i++)
		if (opts->mechs[i]->knobs)
			return true;
	return false;
}

/* What was not asked for, and cannot be told before all options are read. */
static int options_defaults(struct options *opts)
{
	bool asked = false;
	int first, second;

	if (!opts->nmodes) {
		options_add_mode(opts, mode_find("lat", 3));
		options_add_mode(opts, mode_find("bw", 2));
	}
	if (options_have_modes(opts) >= 0)
		return 2;
	for (int place = 0; place < BENCH_PLACEMENTS; place++)
		asked |= opts->placements[place];
	if (host_cpus(&first, &second)) {
		if (opts->placements[PLACE_TWO_CPUS])
			return bench_complain(2, "two-cpus: this process may use only one CPU");
		opts->placements[PLACE_SAME_CPU] |= !asked;
	} else if (!asked) {
		opts->placements[PLACE_SAME_CPU] = true;
		opts->placements[PLACE_TWO_CPUS] = true;
	}
	for (int policy = 0; policy < BENCH_POLICIES; policy++)
		if (opts->policies[policy] && policy_allowed(policy))
			return bench_complain(2, "policy %s: %s; it takes root, CAP_SYS_NICE or a "
					      "limit of realtime priority (ulimit -r 1)",
					      bench_policy_names[policy], strerror(errno));
	if (opts->knob != KNOB_NONE && !options_have_knobs(opts))
		return bench_complain(2, "knob %s: no mechanism here has it; ipcx and ipcx-call do",
				      bench_knob_names[opts->knob]);
	if (opts->unit == UNIT_AUTO)
		opts->unit = host_counts_instructions() ? UNIT_INSTRUCTIONS : UNIT_NS;
	return -1;
}

static const struct option options_long[] = {
	{ "mechanism", required_argument, NULL, 'm' },
	{ "size", required_argument, NULL, 's' },
	{ "batch", required_argument, NULL, 'b' },
	{ "capacity", required_argument, NULL, OPT_CAPACITY },
	{ "placement", required_argument, NULL, 'p' },
	{ "wait", required_argument, NULL, 'w' },
	{ "as", required_argument, NULL, OPT_AS },
	{ "policy", required_argument, NULL, OPT_POLICY },
	{ "knob", required_argument, NULL, OPT_KNOB },
	{ "rate", required_argument, NULL, OPT_RATE },
	{ "gap", required_argument, NULL, OPT_GAP },
	{ "producers", required_argument, NULL, 'P' },
	{ "consumers", required_argument, NULL, 'C' },
	{ "count", required_argument, NULL, 'n' },
	{ "rounds", required_argument, NULL, 'r' },
	{ "time", required_argument, NULL, 't' },
	{ "unit", required_argument, NULL, OPT_UNIT },
	{ "whole-time", no_argument, NULL, OPT_WHOLE_TIME },
	{ "no-count", no_argument, NULL, OPT_NO_COUNT },
	{ "json", required_argument, NULL, 'j' },
	{ "list", no_argument, NULL, 'l' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 }
};

static const char options_short[] = ":m:s:b:p:w:P:C:n:r:t:j:lh";

int options_parse(struct options *opts, int argc, char **argv)
{
	int option, ret = -1;

	*opts = (struct options){
		.waits = { [WAIT_BLOCK] = true },
		.as = { [AS_PROCESS] = true },
		.policies = { [POLICY_OTHER] = true },
		.time = 200000000,
		.sizes = { { 64, 4096, 65536 }, 3 },
		.batches = { { 1 }, 1 },
		.capacities = { { 0 }, 1 },
		.knobs = { { 0 }, 1 },
		.rates = { { 1000, 10000 }, 2 },
		.gaps = { { 0, 100000, 1000000, 10000000 }, 4 },
		.several = { { { 1, 2, 4 }, 3 }, { { 1, 2 }, 2 } },
	};
	while (mechanisms[opts->nmechs] && opts->nmechs < BENCH_MAX_MECHANISMS) {
		opts->mechs[opts->nmechs] = mechanisms[opts->nmechs];
		opts->nmechs++;
	}
	opterr = 0;
	optind = 0;	/* afresh, whoever called getopt before */
	/* Modes are read first, so that --size has the last word on a sweep. */
	while ((option = getopt_long(argc, argv, options_short, options_long, NULL)) != -1)
		if (option == ':' || option == '?')
			return bench_complain(2, option == ':' ? "%s wants a value" :
					      "no option \"%s\"; --help tells which there are",
					      argv[optind - 1]);
	for (int i = optind; i < argc && ret < 0; i++)
		ret = options_mode(opts, argv[i]);
	optind = 0;
	while (ret < 0 &&
	       (option = getopt_long(argc, argv, options_short, options_long, NULL)) != -1)
		ret = options_one(opts, option, optarg);
	return ret < 0 ? options_defaults(opts) : ret;
}
