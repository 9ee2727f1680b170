// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx doctor: what ipcx finds here, what is wrong with it, and what to do.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd.h"

static const char help[] =
"Usage: ipcx doctor [--json]\n"
"\n"
"Tell about the module, the device, the limits, the kernel, the clock and the CPUs, and what is\n"
"wrong with them. The exit status is 1 if ipcx does not work here.\n"
"\n"
"  -j, --json                as one JSON object\n"
"  -h, --help                this help\n";

/* The kernel's taint bits after which nothing that it does can be trusted. */
#define TAINT_BAD_PAGE	(1 << 5)
#define TAINT_DIE	(1 << 7)
#define TAINT_WARN	(1 << 9)
#define TAINT_SOFTLOCKUP (1 << 14)

struct doctor {
	json_t *report;
	json_t *problems;	/* part of the report */
	bool broken;
	int fd;			/* an unbound endpoint, or -1 */
	struct ipcx_info info;	/* if there is an endpoint */
};

/* Notes something that is wrong, and what to do about it. */
static void __attribute__((format(printf, 4, 5)))
problem(struct doctor *d, bool fatal, const char *remedy, const char *fmt, ...)
{
	json_t *entry = json_object();
	char text[TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	json_object_set_new(entry, "level", json_string(fatal ? "error" : "warning"));
	json_object_set_new(entry, "what", json_string(text));
	json_object_set_new(entry, "do", json_string(remedy));
	json_array_append_new(d->problems, entry);
	d->broken |= fatal;
}

static void check_open(struct doctor *d, bool loaded, bool present)
{
	int err;

	d->fd = ipcx_endpoint(O_RDWR | O_NONBLOCK | O_CLOEXEC);
	err = errno;
	if (d->fd >= 0 && ipcx_info(d->fd, &d->info)) {
		close(d->fd);
		d->fd = -1;
		problem(d, true, "load the module and install the tools of one version",
			IPCX_DEVICE " does not say what it is: %s", strerror(errno));
		return;
	}
	if (d->fd >= 0)
		return;
	if (!loaded && err == ENODEV)
		problem(d, true, "as root, 'modprobe ipcx' or 'insmod ipcx.ko'",
			"the module is not loaded");
	else if (!present)
		problem(d, true, "pass the device into this container, or see whether udev runs",
			"the module is loaded, but " IPCX_DEVICE " is not there");
	else
		problem(d, true, "as root, 'chmod 0666 " IPCX_DEVICE "', or allow it in here",
			"cannot open " IPCX_DEVICE ": %s", strerror(err));
}

static json_t *owner_json(uid_t uid, gid_t gid)
{
	const struct passwd *pw = getpwuid(uid);
	const struct group *gr = getgrgid(gid);
	char text[TEXT_MAX];

	snprintf(text, sizeof(text), "%s:%s", pw ? pw->pw_name : "?", gr ? gr->gr_name : "?");
	return json_string(text);
}

static void examine_device(struct doctor *d)
{
	bool loaded = !access("/sys/module/ipcx", F_OK);
	json_t *report = json_object();
	struct stat st;
	bool present = !stat(IPCX_DEVICE, &st);

	json_object_set_new(report, "path", json_string(IPCX_DEVICE));
	json_object_set_new(report, "exists", json_boolean(present));
	if (present) {
		char mode[8];

		snprintf(mode, sizeof(mode), "%04o", st.st_mode & 07777);
		json_object_set_new(report, "mode", json_string(mode));
		json_object_set_new(report, "owner", owner_json(st.st_uid, st.st_gid));
	}
	if (present && !S_ISCHR(st.st_mode))
		problem(d, true, "as root, 'rm " IPCX_DEVICE "', then load the module again",
			IPCX_DEVICE " is no device");
	else
		check_open(d, loaded, present);
	if (d->fd >= 0 && (st.st_mode & 0666) != 0666)
		problem(d, false, "as root, 'chmod 0666 " IPCX_DEVICE "'",
			"not every user can open " IPCX_DEVICE
			", though mailboxes and regions have modes of their own");
	json_object_set_new(report, "opens", json_boolean(d->fd >= 0));
	json_object_set_new(d->report, "device", report);
}

static void examine_module(struct doctor *d)
{
	json_t *report = json_object();
	char version[sizeof(d->info.version) + 1] = "";

	json_object_set_new(report, "loaded",
			    json_boolean(d->fd >= 0 || !access("/sys/module/ipcx", F_OK)));
	if (d->fd >= 0) {
		memcpy(version, d->info.version, sizeof(d->info.version));
		json_object_set_new(report, "version", json_string(version));
		json_object_set_new(report, "interface", json_integer(d->info.abi));
		if (d->info.abi != IPCX_ABI_VERSION)
			problem(d, true, "load the module and install the tools of one version",
				"the module speaks interface %u, the tools %u", d->info.abi,
				IPCX_ABI_VERSION);
		else if (strcmp(version, IPCX_VERSION))
			problem(d, false, "load the module and install the tools of one version",
				"the module is version %s, the tools are %s", version,
				IPCX_VERSION);
	}
	json_object_set_new(d->report, "module", report);
}

static void examine_tools(struct doctor *d)
{
	json_t *report = json_object();

	json_object_set_new(report, "ipcx", json_string(IPCX_VERSION));
	json_object_set_new(report, "libipcx", json_string(ipcx_version()));
	json_object_set_new(report, "interface", json_integer(IPCX_ABI_VERSION));
	if (strcmp(ipcx_version(), IPCX_VERSION))
		problem(d, false, "install one version of both; 'ldd' tells which library is found",
			"the library is version %s, the command %s", ipcx_version(), IPCX_VERSION);
	json_object_set_new(d->report, "tools", report);
}

static json_t *report_ipcx(const struct ipcx_info *info)
{
	return json_pack("{sIsIsIsIsIsIsI}",
			 "default_msgs", (json_int_t)info->default_msgs,
			 "max_msgs", (json_int_t)info->max_msgs,
			 "default_msg_size", (json_int_t)info->default_msg_size,
			 "max_msg_size", (json_int_t)info->max_msg_size,
			 "default_bytes", (json_int_t)info->default_bytes,
			 "max_bytes", (json_int_t)info->max_bytes,
			 "max_region_size", (json_int_t)info->max_region_size);
}

static void examine_limits(struct doctor *d)
{
	json_t *report = json_object();

	if (d->fd >= 0)
		json_object_set_new(report, "ipcx", report_ipcx(&d->info));
	json_object_set_new(report, "posix_mq", report_posix_mq());
	json_object_set_new(report, "sysv", report_sysv());
	json_object_set_new(d->report, "limits", report);
}

/* A message to oneself: what fails here fails everywhere. */
static void try_message(struct doctor *d)
{
	struct ipcx_bind bind = { .kind = IPCX_KIND_MAILBOX, .flags = IPCX_BIND_CREATE };
	char got[8] = "";

	if (d->fd < 0)
		return;
	if (ipcx_bind(d->fd, &bind) || ipcx_send(d->fd, "ping", 4, 0) ||
	    ipcx_recv(d->fd, got, sizeof(got)) != 4 || memcmp(got, "ping", 4))
		problem(d, true, "see the kernel's log ('dmesg'), and load the module again",
			"a message to oneself does not come through: %s", strerror(errno));
	close(d->fd);
}

static void judge_host(struct doctor *d)
{
	const char *source =
		json_string_value(json_object_get(json_object_get(d->report, "clock"), "source"));
	const char *governor =
		json_string_value(json_object_get(json_object_get(d->report, "cpus"), "governor"));
	uint64_t taint = kernel_taint();

	if (taint & (TAINT_BAD_PAGE | TAINT_DIE | TAINT_WARN | TAINT_SOFTLOCKUP))
		problem(d, false, "see the kernel's log ('dmesg'), and boot again",
			"the kernel has reported a bug, in itself or in a module");
	if (source && (!strcmp(source, "hpet") || !strcmp(source, "acpi_pm") ||
		       strstr(source, "jiffies")))
		problem(d, false, "measure on a machine with a better one, or under 'make demo'",
			"clock source %s is slow or coarse, and 'ipcx bench' measures it too",
			source);
	if (governor && !strcmp(governor, "powersave"))
		problem(d, false, "as root, 'cpupower frequency-set -g performance' for measuring",
			"the CPUs' frequency governor is %s: what 'ipcx bench' measures will vary",
			governor);
}

/* A value on its line; a group of values under its heading. */
static void print_value(const char *key, const json_t *value, int depth)
{
	const char *text;
	const char *name;
	json_t *member;

	if (json_is_object(value))
		printf("%*s%s\n", 2 * depth, "", key);
	else
		printf("%*s%-*s", 2 * depth, "", 30 - 2 * depth, key);
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		json_object_foreach((json_t *)value, name, member)
			print_value(name, member, depth + 1);
		return;
	case JSON_INTEGER:
		if (json_integer_value(value) == INT64_MAX)
			puts(" no limit");
		else
			printf(" %lld\n", (long long)json_integer_value(value));
		return;
	case JSON_TRUE:
	case JSON_FALSE:
		puts(json_is_true(value) ? " yes" : " no");
		return;
	default:
		text = json_string_value(value);
		printf(" %s\n", text ? text : "unknown");
	}
}

static void print_report(const struct doctor *d)
{
	const char *key;
	json_t *value;
	size_t i;

	json_object_foreach(d->report, key, value) {
		if (value != d->problems)
			print_value(key, value, 0);
	}
	if (!json_array_size(d->problems))
		puts("\nNothing is wrong.");
	else
		puts("\nWhat is wrong:");
	json_array_foreach(d->problems, i, value) {
		printf("  %s: %s\n    %s\n", json_string_value(json_object_get(value, "level")),
		       json_string_value(json_object_get(value, "what")),
		       json_string_value(json_object_get(value, "do")));
	}
}

static int run(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },
		HELP_OPTION,
		{ 0 },
	};
	struct doctor d = { .report = json_object(), .problems = json_array(), .fd = -1 };
	bool json = false;
	int c;

	while ((c = next_option(argc, argv, ":jh", longs)) != -1)
		json |= c == 'j';
	want_operands(argc, argv, 0, 0, "nothing more");

	examine_tools(&d);
	examine_device(&d);
	examine_module(&d);
	examine_limits(&d);
	json_object_set_new(d.report, "kernel", report_kernel());
	json_object_set_new(d.report, "clock", report_clock());
	json_object_set_new(d.report, "cpus", report_cpus());
	try_message(&d);
	judge_host(&d);

	json_object_set(d.report, "works", json_boolean(!d.broken));
	json_object_set(d.report, "problems", d.problems);
	if (json)
		output_json(json_incref(d.report));
	else
		print_report(&d);
	json_decref(d.problems);
	json_decref(d.report);
	return d.broken ? STATUS_FAILED : STATUS_OK;
}

const struct command cmd_doctor = {
	.name = "doctor",
	.run = run,
	.summary = "tell what ipcx finds here, and what is wrong",
	.help = help,
};
