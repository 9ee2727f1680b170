// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx demo: what textbooks say of communication between processes, shown on the running system.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "demo.h"

static const char help[] =
"Usage: ipcx demo\n"
"       ipcx demo [--native] NAME...\n"
"       ipcx demo [--native] all\n"
"\n"
"Show on this system what textbooks say of communication between processes: what is done, what is\n"
"expected, and what happened. Without a NAME, tell which demonstrations there are.\n"
"\n"
"  -n, --native              with what the system has itself, instead of ipcx; needs neither the\n"
"                            module nor root\n"
"  -h, --help                this help\n"
"\n"
"Nothing is left behind. The exit status is 1 if something else happened than was expected.\n";

static const struct demo *const demos[] = {
	&demo_race, &demo_torn, &demo_isolation, &demo_pipe, &demo_queue_full, &demo_copies,
	&demo_crossover, &demo_crash, &demo_server,
};

#define DEMOS (sizeof(demos) / sizeof(demos[0]))

static void list(void)
{
	for (size_t i = 0; i < DEMOS; i++)
		printf("%-11s %s\n", demos[i]->name, demos[i]->claim);
}

static const struct demo *find(const char *name)
{
	for (size_t i = 0; i < DEMOS; i++) {
		if (!strcmp(name, demos[i]->name))
			return demos[i];
	}
	usage("there is no demonstration '%s': 'ipcx demo' tells which there are", name);
}

static bool show(const struct demo *demo, bool native)
{
	bool expected;

	printf("%s: %s\n", demo->name, demo->claim);
	fflush(stdout);
	expected = native ? demo->native() : demo->ipcx();
	if (!expected)
		warning("%s: something else happened than was expected", demo->name);
	return expected;
}

static int run(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "native", no_argument, NULL, 'n' },
		HELP_OPTION,
		{ 0 },
	};
	bool native = false, all, expected = true;
	size_t count;
	int c;

	while ((c = next_option(argc, argv, ":nh", longs)) != -1)
		native |= c == 'n';
	if (optind == argc) {
		if (native)
			usage("--native is for a NAME, or 'all'");
		list();
		return STATUS_OK;
	}
	all = argc - optind == 1 && !strcmp(argv[optind], "all");
	for (int i = optind; i < argc && !all; i++)
		find(argv[i]);

	if (!native)
		close(device_open(O_RDWR));
	/* Some children are to crash. */
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0 });
	children_watch(true);
	count = all ? DEMOS : (size_t)(argc - optind);
	for (size_t i = 0; i < count; i++) {
		if (i)
			putchar('\n');
		expected &= show(all ? demos[i] : find(argv[optind + (int)i]), native);
	}
	return expected ? STATUS_OK : STATUS_FAILED;
}

const struct command cmd_demo = {
	.name = "demo",
	.run = run,
	.summary = "show what textbooks say of communication between processes",
	.help = help,
};
