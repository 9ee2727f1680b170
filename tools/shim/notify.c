// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Notifications: mq_notify(). The module sends signals itself; for functions there is a watcher.
 */
#include <errno.h>
#include <signal.h>

#include "shim.h"

static int notify_signal(mqd_t mqd, const struct sigevent *event)
{
	struct ipcx_notify notify = {
		.kind = IPCX_NOTIFY_SIGNAL,
		.signal = (__u32)event->sigev_signo,
		.value = (__u64)(uintptr_t)event->sigev_value.sival_ptr,
	};

	/* As kill(2) has it, 0 is to send nothing. */
	if (!event->sigev_signo)
		notify = (struct ipcx_notify) { .kind = IPCX_NOTIFY_NONE };
	return ipcx_notify(mqd, &notify) ? shim_error() : 0;
}

int mq_notify(mqd_t mqd, const struct sigevent *event)
{
	static const struct ipcx_notify none = { .kind = IPCX_NOTIFY_NONE };
	struct ipcx_stat stat;

	if (shim_stat(mqd, &stat))
		return -1;
	if (!event) {
		if (ipcx_notify(mqd, NULL))
			return shim_error();
		watcher_end_of(stat.id);
		return 0;
	}
	switch (event->sigev_notify) {
	case SIGEV_NONE:
		return ipcx_notify(mqd, &none) ? shim_error() : 0;
	case SIGEV_SIGNAL:
		return notify_signal(mqd, event);
	case SIGEV_THREAD:
		return watcher_start(mqd, stat.id, event);
	default:
		errno = EINVAL;
		return -1;
	}
}
