// SPDX-License-Identifier: GPL-2.0-only
/* The limits of ipcx, and of the kernel's own message queues and shared memory. */
#include <stdint.h>
#include <sys/resource.h>

#include <host/read.h>

#include "doctor.h"

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

/* The number in a file; what no signed number can hold, the kernel means as "no limit". */
static void put_number(json_t *report, const char *name, const char *directory)
{
	long long value;

	json_object_set_new(report, name, host_number(&value, "%s/%s", directory, name) ?
			    json_integer(value) : json_null());
}

static json_t *report_posix_mq(void)
{
	json_t *report = json_object();
	json_int_t most = INT64_MAX;
	struct rlimit rlimit;

	if (!getrlimit(RLIMIT_MSGQUEUE, &rlimit) && rlimit.rlim_cur != RLIM_INFINITY)
		most = (json_int_t)rlimit.rlim_cur;
	put_number(report, "queues_max", "/proc/sys/fs/mqueue");
	put_number(report, "msg_max", "/proc/sys/fs/mqueue");
	put_number(report, "msgsize_max", "/proc/sys/fs/mqueue");
	json_object_set_new(report, "rlimit_msgqueue", json_integer(most));
	return report;
}

static json_t *report_sysv(void)
{
	static const char *const limits[] = {
		"msgmni", "msgmax", "msgmnb", "shmmni", "shmmax", "shmall",
	};
	json_t *report = json_object();

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		put_number(report, limits[i], "/proc/sys/kernel");
	return report;
}

void doctor_limits(struct doctor *d)
{
	json_t *report = json_object();

	if (d->fd >= 0)
		json_object_set_new(report, "ipcx", report_ipcx(&d->info));
	json_object_set_new(report, "posix_mq", report_posix_mq());
	json_object_set_new(report, "sysv", report_sysv());
	json_object_set_new(d->report, "limits", report);
}
