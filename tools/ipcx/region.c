// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx region: make, write, read and remove shared memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cmd.h"

static const char help[] =
"Usage: ipcx region create [--mode MODE] [--huge] NAME SIZE\n"
"       ipcx region write [--offset SIZE] [--file FILE] NAME [DATA]\n"
"       ipcx region read [--offset SIZE] [--length SIZE] NAME\n"
"       ipcx region notify NAME\n"
"       ipcx region wait [--seen NUMBER] [--timeout TIME] NAME\n"
"       ipcx region rm NAME...\n"
"\n"
"Memory of a fixed size, all zero at first, that processes share. It stays until it is removed.\n"
"'write' puts DATA, or else all of standard input, into it; 'read' prints its bytes as they are,\n"
"to its end if there is no --length. 'notify' tells all who wait that there is news; 'wait' waits\n"
"for the next, or for what came after the NUMBER that the last 'wait' has printed, and prints its\n"
"number.\n"
"\n"
"  -m, --mode MODE           octal permission bits, less the umask (default 0600)\n"
"  -H, --huge                with huge pages, where its size and the kernel's memory allow\n"
"  -o, --offset SIZE         where to start (default 0)\n"
"  -l, --length SIZE         how much to read\n"
"  -f, --file FILE           write the contents of FILE ('-': standard input)\n"
"  -s, --seen NUMBER         wait for news after that; 0: print the number at once\n"
"  -t, --timeout TIME        give up then, with exit status 3: 10ms, 2s, ...; 0: do not wait\n"
"  -h, --help                this help\n"
"\n"
"A SIZE is in bytes, or 64K, 1M and so on, of 1024. DATA that starts with '-' goes after '--'.\n"
"ipcx neither orders nor locks what processes do to the memory: they do, with the C library's\n"
"process-shared mutexes, atomics or futexes.\n";

struct request {
	struct object region;
	const char *file;
	uint64_t offset;
	uint64_t length;
	bool whole;	/* no --length */
	mode_t mode;
	bool huge;
	bool since;	/* --seen */
	uint64_t seen;
	struct timeout timeout;
	char *base;
};

static void open_and_map(struct request *r, const char *name, int oflag)
{
	int prot = oflag == O_RDWR ? PROT_READ | PROT_WRITE : PROT_READ;
	uint64_t size;

	object_open(&r->region, name, IPCX_KIND_REGION, oflag);
	size = r->region.stat.size;
	if (r->offset > size)
		fail(STATUS_FAILED, "offset %llu is past the end of region '%s', which has %llu "
		     "bytes", (unsigned long long)r->offset, name, (unsigned long long)size);
	r->base = ipcx_map(r->region.fd, prot, NULL);
	if (r->base == MAP_FAILED)
		fail(STATUS_FAILED, "cannot map region '%s': %s", name, strerror(errno));
}

static void create(struct request *r, int argc, char **argv)
{
	struct ipcx_bind bind = { .kind = IPCX_KIND_REGION, .mode = r->mode };

	want_operands(argc, argv, 2, 2, "a NAME and a SIZE");
	if (r->huge)
		bind.flags |= IPCX_BIND_HUGE;
	bind.size = parse_size("SIZE", argv[optind + 1], 1, UINT64_MAX);
	object_create(argv[optind], &bind);
}

static void write_region(struct request *r, int argc, char **argv)
{
	const char *name = argv[optind];
	struct payload payload;
	uint64_t room;

	want_operands(argc, argv, 1, 2, "a NAME and at most one DATA");
	open_and_map(r, name, O_RDWR);
	room = r->region.stat.size - r->offset;
	if (!payload_load(&payload, argv[optind + 1], r->file, room))
		fail(STATUS_FAILED, "the data is longer than the %llu bytes from offset %llu to "
		     "the end of region '%s': nothing was written", (unsigned long long)room,
		     (unsigned long long)r->offset, name);
	memcpy(r->base + r->offset, payload.data, payload.len);
	free(payload.buffer);
}

static void read_region(struct request *r, int argc, char **argv)
{
	const char *name = argv[optind];
	uint64_t room;

	want_operands(argc, argv, 1, 1, "one NAME");
	open_and_map(r, name, O_RDONLY);
	room = r->region.stat.size - r->offset;
	if (r->whole)
		r->length = room;
	if (r->length > room)
		fail(STATUS_FAILED, "only %llu bytes from offset %llu to the end of region '%s'",
		     (unsigned long long)room, (unsigned long long)r->offset, name);
	output_bytes(r->base + r->offset, r->length);
}

static void notify(struct request *r, int argc, char **argv)
{
	want_operands(argc, argv, 1, 1, "one NAME");
	object_open(&r->region, argv[optind], IPCX_KIND_REGION, O_WRONLY);
	if (ipcx_region_notify(r->region.fd))
		fail(STATUS_FAILED, "cannot tell who waits for region '%s': %s", argv[optind],
		     strerror(errno));
}

static _Noreturn void wait_failed(const struct request *r, const char *name)
{
	switch (errno) {
	case EAGAIN:
		fail(STATUS_TIMEOUT, "there is no news of region '%s'", name);
	case ETIMEDOUT:
		fail(STATUS_TIMEOUT, "no news of region '%s' within %s", name, r->timeout.text);
	case EIDRM:
		fail(STATUS_FAILED, "region '%s' was removed", name);
	default:
		fail(STATUS_FAILED, "cannot wait for news of region '%s': %s", name,
		     strerror(errno));
	}
}

static void wait_for_news(struct request *r, int argc, char **argv)
{
	struct ipcx_region_wait wait = { .seen = r->seen };
	const char *name = argv[optind];
	int fd;

	want_operands(argc, argv, 1, 1, "one NAME");
	object_open(&r->region, name, IPCX_KIND_REGION, O_RDONLY);
	fd = r->region.fd;
	if (!r->since && ipcx_region_wait(fd, (uint64_t *)&wait.seen, IPCX_NO_DEADLINE))
		wait_failed(r, name);
	apply_timeout(&r->timeout, &wait.deadline, &wait.flags);
	if (ioctl(fd, IPCX_IOC_REGION_WAIT, &wait))
		wait_failed(r, name);
	printf("%llu\n", (unsigned long long)wait.seen);
	output_check();
}

static void rm(struct request *r, int argc, char **argv)
{
	(void)r;
	want_operands(argc, argv, 1, argc, "a NAME");
	for (int i = optind; i < argc; i++) {
		struct ipcx_bind bind = { .kind = IPCX_KIND_REGION };
		int fd = device_open(O_RDONLY);

		check_name(argv[i]);
		/* Only to find out that it is a mailbox; whatever else is wrong, removing tells. */
		if (object_bind(fd, argv[i], &bind) && errno == EPROTOTYPE)
			bind_failed(argv[i], IPCX_KIND_REGION, O_RDONLY);
		close(fd);
		object_remove(argv[i]);
	}
}

static const struct action {
	const char *name;
	const char *options;	/* that it takes */
	void (*run)(struct request *r, int argc, char **argv);
} actions[] = {
	{ "create", "mH", create },
	{ "write", "of", write_region },
	{ "read", "ol", read_region },
	{ "notify", "", notify },
	{ "wait", "st", wait_for_news },
	{ "rm", "", rm },
};

static void parse_options(struct request *r, const struct action *action, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "mode", required_argument, NULL, 'm' },
		{ "huge", no_argument, NULL, 'H' },
		{ "offset", required_argument, NULL, 'o' },
		{ "length", required_argument, NULL, 'l' },
		{ "file", required_argument, NULL, 'f' },
		{ "seen", required_argument, NULL, 's' },
		{ "timeout", required_argument, NULL, 't' },
		HELP_OPTION,
		{ 0 },
	};
	int c;

	while ((c = next_option(argc, argv, ":m:Ho:l:f:s:t:h", longs)) != -1) {
		if (!strchr(action->options, c))
			usage("'region %s' does not take '-%c'", action->name, c);
		switch (c) {
		case 'm':
			r->mode = parse_mode(optarg);
			break;
		case 'H':
			r->huge = true;
			break;
		case 'o':
			r->offset = parse_size("--offset", optarg, 0, UINT64_MAX);
			break;
		case 'l':
			r->length = parse_size("--length", optarg, 0, UINT64_MAX);
			r->whole = false;
			break;
		case 'f':
			r->file = optarg;
			break;
		case 's':
			r->seen = parse_number("--seen", optarg, 0, UINT64_MAX);
			r->since = true;
			break;
		case 't':
			parse_timeout(&r->timeout, optarg);
			break;
		}
	}
}

static int run(int argc, char **argv)
{
	static const struct action none = { .options = "" };
	struct request request = { .whole = true };
	const struct action *action = NULL;

	for (size_t i = 0; argc > 1 && i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (!strcmp(argv[1], actions[i].name))
			action = &actions[i];
	}
	if (!action) {
		parse_options(&request, &none, argc, argv);
		usage("'create', 'write', 'read', 'notify', 'wait' or 'rm' wanted");
	}

	parse_options(&request, action, argc - 1, argv + 1);
	action->run(&request, argc - 1, argv + 1);
	return STATUS_OK;
}

const struct command cmd_region = {
	.name = "region",
	.run = run,
	.summary = "make, write, read and remove shared memory",
	.help = help,
};
