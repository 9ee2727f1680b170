// SPDX-License-Identifier: GPL-2.0-only
/* Whether the kernel writes down what it does. Most of it only root can see. */
#include <stdio.h>
#include <string.h>

#include "examine.h"

/**
 * struct trace - what is traced
 * @text: tracers
 * @len: length of @text
 * @hooked: functions are patched to call others
 * @known: this could be seen
 */
struct trace {
	char text[256];
	size_t len;
	bool hooked;
	bool known;
};

static void tracing_add(struct trace *t, const char *what)
{
	if (t->len < sizeof(t->text))
		t->len += (size_t)snprintf(t->text + t->len, sizeof(t->text) - t->len, "%s%.60s",
					   t->len ? ", " : "", what);
}

/* A tracer that runs, events that are written, functions that are patched. */
static void look_at_tracefs(struct trace *t)
{
	static const char *const places[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };
	char line[HOST_LINE];
	long long on = 0;

	for (size_t i = 0; i < 2 && !t->known; i++) {
		t->known = host_number(&on, "%s/tracing_on", places[i]);
		if (!t->known)
			continue;
		if (on && host_line(line, "%s/current_tracer", places[i]) && strcmp(line, "nop"))
			tracing_add(t, line);
		if (on && host_line(line, "%s/events/enable", places[i]) && strcmp(line, "0"))
			tracing_add(t, "events");
		t->hooked = host_line(line, "%s/enabled_functions", places[i]);
	}
	t->hooked |= host_line(line, "/sys/kernel/debug/kprobes/list");
}

json_t *host_check_tracing(struct host_exam *x)
{
	static const struct {
		const char *file;
		const char *what;
	} switches[] = {
		{ "/proc/sys/kernel/stack_tracer_enabled", "stack_tracer" },
		{ "/proc/sys/kernel/lock_stat", "lock_stat" },
		{ "/proc/sys/kernel/sched_schedstats", "sched_schedstats" },
	};
	struct trace t = { .known = false };
	long long on;

	look_at_tracefs(&t);
	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++)
		if (host_number(&on, "%s", switches[i].file) && on)
			tracing_add(&t, switches[i].what);
	/* Few, and mostly far from here: security modules by BPF do so everywhere. */
	if (t.hooked)
		host_note(x, "as root, see enabled_functions in /sys/kernel/tracing, and "
			  "/sys/kernel/debug/kprobes/list",
			  "functions of the kernel are watched, by kprobes, BPF or a live patch: "
			  "calling those takes longer");
	if (!t.len && t.hooked)
		return json_string("functions");
	if (!t.len)
		return t.known ? json_string("off") : json_null();
	host_warn(x, "end the program that traces; or as root, 'echo 0 > "
		  "/sys/kernel/tracing/tracing_on', 'echo nop > /sys/kernel/tracing/current_tracer' "
		  "and 'sysctl kernel.NAME=0'",
		  "the kernel is being traced (%s): each event of it takes time", t.text);
	return json_string(t.text);
}
