// SPDX-License-Identifier: GPL-2.0-only
/* What the kernel does besides its work: looking for bugs, keeping flaws of the CPU in check. */
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "examine.h"
#include "facts.h"

/* The kernel's taint bits after which nothing that it does can be trusted. */
#define TAINT_BAD_PAGE	(1 << 5)
#define TAINT_DIE	(1 << 7)
#define TAINT_WARN	(1 << 9)
#define TAINT_SOFTLOCKUP (1 << 14)

/*
 * What makes a kernel slow: an option, a file that tells of it where the configuration is not known,
 * and a word on the command line that does the same.
 */
static const struct {
	const char *option;
	const char *file;
	const char *word;
} debugging[] = {
	{ "KASAN", NULL, NULL },
	{ "KCSAN", "/sys/module/kcsan", NULL },
	{ "KMSAN", NULL, NULL },
	{ "PROVE_LOCKING", "/proc/lockdep", NULL },
	{ "LOCK_STAT", "/proc/lock_stat", NULL },
	{ "DEBUG_PAGEALLOC_ENABLE_DEFAULT", NULL, "debug_pagealloc=on" },
	{ "DEBUG_KMEMLEAK", "/sys/kernel/debug/kmemleak", NULL },
	{ "SLUB_DEBUG_ON", NULL, "slub_debug" },
	{ NULL, NULL, "slab_debug" },
	{ "DEBUG_OBJECTS_ENABLE_DEFAULT", NULL, "debug_objects" },
	{ "KCOV", NULL, NULL },
	{ "GCOV_KERNEL", NULL, NULL },
};

#define DEBUGGING	(sizeof(debugging) / sizeof(debugging[0]))

static bool cmdline_has(const char *cmdline, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = cmdline; (p = strstr(p, word)); p += len)
		if ((p == cmdline || p[-1] == ' ') && strchr(" =", p[len]))
			return true;
	return false;
}

/* Whether the kernel does what is in row @i. */
static bool debugs(size_t i, bool known, const char *value, const char *cmdline)
{
	const char *file = debugging[i].file, *word = debugging[i].word;

	return (word && cmdline_has(cmdline, word)) ||
	       (known ? !strcmp(value, "y") : file && host_exists("%s", file));
}

json_t *host_check_debugging(struct host_exam *x)
{
	struct host_config config[DEBUGGING] = { 0 };
	char cmdline[HOST_LINE], text[256] = "";
	size_t len = 0;
	bool known;

	for (size_t i = 0; i < DEBUGGING; i++)
		config[i].name = debugging[i].option ? debugging[i].option : "";
	known = host_config_read(config, DEBUGGING);
	host_line(cmdline, "/proc/cmdline");
	for (size_t i = 0; i < DEBUGGING && len < sizeof(text); i++) {
		const char *name = debugging[i].option ? debugging[i].option : debugging[i].word;

		if (debugs(i, known, config[i].value, cmdline))
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s",
						len ? ", " : "", name);
	}
	if (!len)
		return known ? json_string("none") : json_null();
	host_warn(x, "boot a kernel without, such as the distribution's own",
		  "this kernel looks for bugs (%s): it is several times slower, and not evenly so",
		  text);
	return json_string(text);
}

json_t *host_check_taint(struct host_exam *x)
{
	uint64_t taint;

	if (!host_taint(&taint))
		return json_null();
	if (taint & (TAINT_BAD_PAGE | TAINT_DIE | TAINT_WARN | TAINT_SOFTLOCKUP))
		host_warn(x, "see the kernel's log ('dmesg'), and boot again",
			  "the kernel has reported a bug, in itself or in a module (taint %llu)",
			  (unsigned long long)taint);
	return json_integer((json_int_t)taint);
}

json_t *host_check_mitigations(struct host_exam *x)
{
	char cmdline[HOST_LINE], text[256] = "", flaw[HOST_LINE], state[HOST_LINE];
	size_t len = 0;
	unsigned int n = 0;

	host_line(cmdline, "/proc/cmdline");
	for (; host_mitigation(n, flaw, state); n++)
		if (strstr(state, "Mitigation") && len < sizeof(text))
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s",
						len ? ", " : "", flaw);
	if (host_has_word(cmdline, "mitigations=off")) {
		host_note(x, "compare only with figures of the like, or boot without that",
			  "mitigations of flaws of the CPU are off (mitigations=off): system calls and "
			  "switches are faster than for others");
		return json_string("off");
	}
	if (len)
		host_note(x, "compare only with figures of the like; booting with mitigations=off "
			  "shows what they cost",
			  "mitigations of flaws of the CPU are part of the figures: %s", text);
	return len ? json_string(text) : n ? json_string("none") : json_null();
}

json_t *host_check_timer(struct host_exam *x)
{
	struct host_config config = { .name = "HZ" };
	char list[HOST_LINE], text[64];
	cpu_set_t tickless;

	if (host_list(&tickless, "/sys/devices/system/cpu/nohz_full") && CPU_COUNT(&tickless)) {
		host_list_text(text, sizeof(text), &tickless);
		snprintf(list, sizeof(list), "'taskset -c %s ipcx bench'", text);
		host_note(x, list, "the timer does not interrupt a task that is alone on one of the "
			  "CPUs %s", text);
	}
	if (!host_config_read(&config, 1) || !*config.value)
		return json_null();
	snprintf(text, sizeof(text), "%s Hz", config.value);
	return json_string(text);
}
