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
 * What makes a kernel slow: an option, another that leaves it off until the word on the command
 * line, which may also stand for it alone, and a file that tells of it where the configuration is
 * not known.
 */
static const struct {
	const char *option;
	const char *unless;
	const char *word;
	const char *file;
} debugging[] = {
	{ "KASAN", NULL, NULL, NULL },
	{ "KCSAN", NULL, NULL, "/sys/module/kcsan" },
	{ "KMSAN", NULL, NULL, NULL },
	{ "PROVE_LOCKING", NULL, NULL, "/proc/lockdep" },
	{ "LOCK_STAT", NULL, NULL, "/proc/lock_stat" },
	{ "DEBUG_PAGEALLOC_ENABLE_DEFAULT", NULL, "debug_pagealloc=on", NULL },
	{ "DEBUG_KMEMLEAK", "DEBUG_KMEMLEAK_DEFAULT_OFF", "kmemleak=on",
	  "/sys/kernel/debug/kmemleak" },
	{ "SLUB_DEBUG_ON", NULL, "slub_debug", NULL },
	{ NULL, NULL, "slab_debug", NULL },
	{ "DEBUG_OBJECTS_ENABLE_DEFAULT", NULL, "debug_objects", NULL },
	{ "KCOV", NULL, NULL, NULL },
	{ "GCOV_KERNEL", NULL, NULL, NULL },
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

/* Whether the kernel does what is in row @i; @config is its option, and what leaves that off. */
static bool debugs(size_t i, const struct host_config *config, bool known, const char *cmdline)
{
	const char *file = debugging[i].file, *word = debugging[i].word;

	if (word && cmdline_has(cmdline, word))
		return true;
	if (!known)
		return file && host_exists("%s", file);
	return !strcmp(config[0].value, "y") && strcmp(config[1].value, "y");
}

json_t *host_check_debugging(struct host_exam *x)
{
	struct host_config config[DEBUGGING][2] = { 0 };
	char cmdline[HOST_LINE], text[256] = "";
	size_t len = 0;
	bool known;

	for (size_t i = 0; i < DEBUGGING; i++) {
		config[i][0].name = debugging[i].option ? debugging[i].option : "";
		config[i][1].name = debugging[i].unless ? debugging[i].unless : "";
	}
	known = host_config_read(config[0], 2 * DEBUGGING);
	host_line(cmdline, "/proc/cmdline");
	for (size_t i = 0; i < DEBUGGING && len < sizeof(text); i++) {
		const char *name = debugging[i].option ? debugging[i].option : debugging[i].word;

		if (debugs(i, config[i], known, cmdline))
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
			  "mitigations of flaws of the CPU are off (mitigations=off): system calls "
			  "and switches are faster than for others");
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
		host_note(x, list, "the timer does not interrupt a task that is alone on one of "
			  "the CPUs %s", text);
	}
	if (!host_config_read(&config, 1) || !*config.value)
		return json_null();
	snprintf(text, sizeof(text), "%s Hz", config.value);
	return json_string(text);
}
