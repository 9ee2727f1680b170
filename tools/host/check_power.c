// SPDX-License-Identifier: GPL-2.0-only
/* What the machine has to do without: mains, cooling. */
#include <stdlib.h>
#include <string.h>

#include "examine.h"

#define SUPPLIES	"/sys/class/power_supply"

json_t *host_check_throttling(struct host_exam *x)
{
	if (x->sample.throttled < 0)
		return json_null();
	if (x->sample.throttled_now)
		host_warn(x, "let it cool down, or cool it better",
			  "the CPUs are too hot and are slowed down: %lld times in this moment",
			  x->sample.throttled_now);
	else if (x->sample.throttled)
		host_note(x, "look again after measuring whether it has become more; if so, cool "
			  "it better",
			  "the CPUs were too hot and were slowed down %lld times since the start",
			  x->sample.throttled);
	return json_integer(x->sample.throttled);
}

/* What one supply adds to what is known: a battery of a mouse nothing. */
static void look_at_supply(const char *name, bool *mains, bool *battery)
{
	char type[HOST_LINE], status[HOST_LINE], scope[HOST_LINE];
	long long online;

	host_line(type, SUPPLIES "/%s/type", name);
	host_line(status, SUPPLIES "/%s/status", name);
	host_line(scope, SUPPLIES "/%s/scope", name);
	if (!strcmp(scope, "Device"))
		return;
	if (!strcmp(type, "Battery"))
		*battery |= !strcmp(status, "Discharging");
	else if (host_number(&online, SUPPLIES "/%s/online", name))
		*mains |= online > 0;
}

json_t *host_check_power(struct host_exam *x)
{
	bool mains = false, battery = false;
	struct dirent **names;
	int n = host_names(&names, SUPPLIES), supplies = n;

	while (n > 0) {
		look_at_supply(names[--n]->d_name, &mains, &battery);
		free(names[n]);
	}
	free(names);
	if (supplies < 0)
		return json_null();
	if (battery && !mains) {
		host_warn(x, "plug it in",
			  "the machine runs on its battery: the CPUs are kept slower than they can "
			  "be");
		return json_string("battery");
	}
	return mains ? json_string("mains") : supplies ? json_null() : json_string("no battery");
}

json_t *host_check_power_profile(struct host_exam *x)
{
	char profile[HOST_LINE];

	if (!host_line(profile, "/sys/firmware/acpi/platform_profile"))
		return json_null();
	if (!strcmp(profile, "low-power") || !strcmp(profile, "cool") || !strcmp(profile, "quiet"))
		host_warn(x, "as root, 'echo performance > /sys/firmware/acpi/platform_profile', or "
			  "'powerprofilesctl set performance'",
			  "the platform's profile is %.40s: the CPUs are kept slower than they can be",
			  profile);
	return json_string(profile);
}
