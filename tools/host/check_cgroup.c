// SPDX-License-Identifier: GPL-2.0-only
/* What the control groups that this process is in allow it of the CPUs. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "examine.h"

#define WEIGHT_USUAL	100

/* A group in the hierarchy of one version: at first the one that this process is in */
struct groups {
	char path[HOST_PATH];
	bool v1;
};

/* The line of /proc/self/cgroup for the CPU controller: of version 1, or the one of version 2. */
static bool groups_find(struct groups *groups, bool v1)
{
	char full[HOST_PATH], line[HOST_LINE];
	FILE *file = fopen(host_path(full, "/proc/self/cgroup"), "re");
	bool found = false;

	groups->v1 = v1;
	while (file && !found && host_next_line(line, file)) {
		char *controllers = strchr(line, ':');
		char *path = controllers ? strchr(controllers + 1, ':') : NULL;

		if (!path)
			continue;
		*path++ = '\0';
		found = v1 ? host_has_word(controllers + 1, "cpu") :
			     !strncmp(line, "0:", 2) && !controllers[1];
		if (found && strlen(path) < sizeof(groups->path))
			strcpy(groups->path, strcmp(path, "/") ? path : "");
		else
			found = false;
	}
	if (file)
		fclose(file);
	return found;
}

/* The parent's path; false if there is none. */
static bool groups_up(struct groups *groups)
{
	char *slash = strrchr(groups->path, '/');

	if (slash)
		*slash = '\0';
	return slash;
}

/* Percent of a CPU that a group may use at most; LLONG_MAX: any; false: not known */
static bool group_quota(const struct groups *groups, long long *percent)
{
	char line[HOST_LINE];
	long long quota, period;

	if (groups->v1) {
		if (!host_number(&quota, "/sys/fs/cgroup/cpu%s/cpu.cfs_quota_us", groups->path) ||
		    !host_number(&period, "/sys/fs/cgroup/cpu%s/cpu.cfs_period_us", groups->path))
			return false;
	} else {
		if (!host_line(line, "/sys/fs/cgroup%s/cpu.max", groups->path))
			return false;
		quota = -1;
		if (sscanf(line, "max %18lld", &period) != 1 &&
		    sscanf(line, "%18lld %18lld", &quota, &period) != 2)
			return false;
	}
	if (period <= 0 || quota > LLONG_MAX / 100)
		return false;
	*percent = quota < 0 ? LLONG_MAX : quota * 100 / period;
	return true;
}

json_t *host_check_quota(struct host_exam *x)
{
	long long least = LLONG_MAX, percent;
	char where[HOST_PATH] = "", remedy[2 * HOST_PATH];
	struct groups groups;
	bool known = false;

	for (int v1 = 0; v1 < 2; v1++) {
		if (!groups_find(&groups, v1))
			continue;
		do {
			if (!group_quota(&groups, &percent))
				continue;
			known = true;
			if (percent < least) {
				least = percent;
				snprintf(where, sizeof(where), "/sys/fs/cgroup%s%.440s/cpu.%s",
					 v1 ? "/cpu" : "", groups.path,
					 v1 ? "cfs_quota_us" : "max");
			}
		} while (groups_up(&groups));
	}
	if (!known)
		return json_null();
	if (least == LLONG_MAX)
		return json_string("none");
	if (!x->cpus_known || least < 100LL * CPU_COUNT(&x->cpus)) {
		snprintf(remedy, sizeof(remedy), "as root, 'echo %s > %s', or raise the limit of "
			 "the container", strstr(where, "/cpu.max") ? "max" : "-1", where);
		host_warn(x, remedy, "a control group allows %lld %% of a CPU: whoever has used "
			  "that up sleeps for up to a tenth of a second", least);
	}
	return json_integer(least);
}

json_t *host_check_weight(struct host_exam *x)
{
	long long weight, least = LLONG_MAX;
	struct groups groups;

	if (!groups_find(&groups, false))
		return json_null();
	do {
		if (host_number(&weight, "/sys/fs/cgroup%s/cpu.weight", groups.path) &&
		    weight > 0 && weight < least)
			least = weight;
	} while (groups_up(&groups));
	if (least == LLONG_MAX)
		return json_null();
	if (least < WEIGHT_USUAL)
		host_note(x, "'systemd-run --user --scope -p CPUWeight=100 ipcx bench', or end "
			  "what else runs",
			  "a control group gives weight %lld to this process, not %d: if others "
			  "run, they get more",
			  least, WEIGHT_USUAL);
	return json_integer(least);
}
