// SPDX-License-Identifier: GPL-2.0-only
/* Reading the command line of ipcx bench. */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "options.h"

const char *const bench_unit_names[BENCH_UNITS] = {
	[UNIT_AUTO] = "auto",
	[UNIT_NS] = "ns",
	[UNIT_INSTRUCTIONS] = "instructions",
};

static const char options_help[] =
"Usage: ipcx bench [OPTION]...\n"
"       ipcx bench report RESULTS.json -o DIR\n"
"\n"
"Compares mechanisms for inter-process communication. Every one does the same work: one process\n"
"fills each message, the other checks all of it and, for a round trip, echoes it in full.\n"
"\n"
"  -m, --mechanism A,B     mechanisms to compare (default: all)\n"
"  -s, --size 64,4K,64K    message sizes in bytes (default: 64,4K,64K)\n"
"      --mode rtt,oneway   round trip, one way (default: both)\n"
"  -p, --placement PLACE   same-cpu, two-cpus, unpinned, or several of them (default: same-cpu,\n"
"                          and two-cpus where there are two)\n"
"  -n, --count N           messages to measure in each cell (default: by size)\n"
"  -r, --rounds N          rounds to spread them over (default: 9; if --count is not given\n"
"                          either, more until the mean is sure)\n"
"      --unit UNIT         ns; instructions, if the machine's clock counts those; auto (default):\n"
"                          instructions if IPCX_ICOUNT=1 is in the environment\n"
"  -j, --json FILE         write the results to FILE, - for standard output\n"
"  -l, --list              tell what mechanisms there are\n"
"  -h, --help              this\n"
"\n"
"report writes DIR/index.html, one page that needs nothing else.\n";

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

/* The next of a list of words separated by commas; NULL at its end. */
static const char *options_word(const char **list, size_t *len)
{
	const char *word = *list;

	if (!word)
		return NULL;
	*len = strcspn(word, ",");
	*list = word[*len] ? word + *len + 1 : NULL;
	return word;
}

/* A whole number up to @max, with a suffix K, M or G if @suffix. */
static int options_number(const char *word, size_t len, bool suffix, uint64_t max, uint64_t *value)
{
	static const char units[] = "KMG";
	unsigned long long n;
	const char *unit;
	char *end;

	if (!isdigit((unsigned char)*word))
		return -1;
	errno = 0;
	n = strtoull(word, &end, 10);
	if (errno)
		return -1;
	if (suffix && end < word + len) {
		unit = strchr(units, toupper((unsigned char)*end));
		if (!unit || !*unit || n > (UINT64_MAX >> 30))
			return -1;
		n <<= 10 * (unit - units + 1);
		end++;
		if (end + 2 == word + len && !strncmp(end, "iB", 2))
			end += 2;
	}
	if (end != word + len || n > max)
		return -1;
	*value = n;
	return 0;
}

static int options_mechanisms(struct options *opts, const char *list)
{
	const char *word;
	size_t len;

	opts->nmechs = 0;
	while ((word = options_word(&list, &len))) {
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

static int options_sizes(struct options *opts, const char *list)
{
	const char *word;
	uint64_t size;
	size_t len;

	opts->nsizes = 0;
	while ((word = options_word(&list, &len))) {
		unsigned int i = 0;

		if (options_number(word, len, true, BENCH_MAX_SIZE, &size) || !size)
			return bench_complain(2, "size \"%.*s\" is not a number of bytes from 1 to "
					      "%uM", (int)len, word, BENCH_MAX_SIZE >> 20);
		while (i < opts->nsizes && opts->sizes[i] != size)
			i++;
		if (i == BENCH_MAX_SIZES)
			return bench_complain(2, "more than %d sizes", BENCH_MAX_SIZES);
		if (i == opts->nsizes)
			opts->sizes[opts->nsizes++] = size;
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
	while ((word = options_word(&list, &len))) {
		for (i = 0; i < n; i++)
			if (strlen(names[i]) == len && !memcmp(names[i], word, len))
				break;
		if (i == n)
			return bench_complain(2, "no %s \"%.*s\"; --help tells which there are",
					      what, (int)len, word);
		flags[i] = true;
	}
	return -1;
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
	if (options_number(word, strlen(word), false, max, value) || !*value)
		return bench_complain(2, "%s \"%s\" is not a number from 1 to %llu", what, word,
				      (unsigned long long)max);
	return -1;
}

static int options_one(struct options *opts, int option, const char *arg)
{
	uint64_t n = 0;
	int ret;

	switch (option) {
	case 'm':
		return options_mechanisms(opts, arg);
	case 's':
		return options_sizes(opts, arg);
	case 'M':
		return options_flags(opts->modes, bench_mode_names, BENCH_MODES, "mode", arg);
	case 'p':
		return options_flags(opts->placements, bench_placement_names, BENCH_PLACEMENTS,
				     "placement", arg);
	case 'n':
		return options_count("count", arg, BENCH_MAX_COUNT, &opts->count);
	case 'r':
		ret = options_count("rounds", arg, BENCH_MAX_ROUNDS, &n);
		opts->rounds = (unsigned int)n;
		return ret;
	case 'u':
		return options_unit(opts, arg);
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

/* What was not asked for, and cannot be told before all options are read. */
static int options_defaults(struct options *opts)
{
	const char *icount = getenv("IPCX_ICOUNT");
	bool asked = false;
	int first, second;

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
	if (opts->unit == UNIT_AUTO)
		opts->unit = icount && !strcmp(icount, "1") ? UNIT_INSTRUCTIONS : UNIT_NS;
	return -1;
}

int options_parse(struct options *opts, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "mechanism", required_argument, NULL, 'm' },
		{ "size", required_argument, NULL, 's' },
		{ "mode", required_argument, NULL, 'M' },
		{ "placement", required_argument, NULL, 'p' },
		{ "count", required_argument, NULL, 'n' },
		{ "rounds", required_argument, NULL, 'r' },
		{ "unit", required_argument, NULL, 'u' },
		{ "json", required_argument, NULL, 'j' },
		{ "list", no_argument, NULL, 'l' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	int option, ret;

	*opts = (struct options){
		.modes = { true, true },
		.sizes = { 64, 4096, 65536 },
		.nsizes = 3,
	};
	while (mechanisms[opts->nmechs] && opts->nmechs < BENCH_MAX_MECHANISMS) {
		opts->mechs[opts->nmechs] = mechanisms[opts->nmechs];
		opts->nmechs++;
	}
	opterr = 0;
	optind = 0;	/* afresh, whoever called getopt before */
	while ((option = getopt_long(argc, argv, ":m:s:p:n:r:j:lh", longs, NULL)) != -1) {
		if (option == ':')
			return bench_complain(2, "%s wants a value", argv[optind - 1]);
		if (option == '?')
			return bench_complain(2, "no option \"%s\"; --help tells which there are",
					      argv[optind - 1]);
		ret = options_one(opts, option, optarg);
		if (ret >= 0)
			return ret;
	}
	if (optind < argc)
		return bench_complain(2, "unexpected argument \"%s\"", argv[optind]);
	return options_defaults(opts);
}
