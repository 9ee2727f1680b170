// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Watchers: the thread that SIGEV_THREAD asks for is started at once, and waits for an eventfd that
 * the module raises. Ending one raises it, too, by a number that no message does.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "shim.h"

#define ENDED (UINT64_C(1) << 32)

struct watcher {
	struct watcher *next;
	mqd_t mqd;
	uint64_t mailbox;
	int event;	/* closed by the thread, under the lock if it may be known to others */
	void (*function)(union sigval value);
	union sigval value;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct watcher *watchers;

/* Takes it off the list; not finding it means that somebody else has. */
static void forget(const struct watcher *watcher)
{
	for (struct watcher **p = &watchers; *p; p = &(*p)->next) {
		if (*p == watcher) {
			*p = watcher->next;
			return;
		}
	}
}

static void *watch(void *arg)
{
	struct watcher *watcher = arg;
	struct watcher copy;
	uint64_t count = 0;

	while (shim_real_read(watcher->event, &count, sizeof(count)) < 0 && errno == EINTR)
		;
	pthread_mutex_lock(&lock);
	forget(watcher);
	close(watcher->event);
	pthread_mutex_unlock(&lock);
	copy = *watcher;
	free(watcher);
	if (count % ENDED)
		copy.function(copy.value);
	return NULL;
}

/* All signals are blocked in it: which thread handles one is for the program to decide. */
static int start_thread(struct watcher *watcher, pthread_attr_t *attr)
{
	int state = PTHREAD_CREATE_JOINABLE;
	sigset_t all, old;
	pthread_t thread;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&thread, attr, watch, watcher);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (attr)
		pthread_attr_getdetachstate(attr, &state);
	if (!err && state == PTHREAD_CREATE_JOINABLE)
		pthread_detach(thread);
	return err;
}

static struct watcher *create(mqd_t mqd, uint64_t mailbox, const struct sigevent *event)
{
	struct watcher *watcher = malloc(sizeof(*watcher));

	if (!watcher)
		return NULL;
	*watcher = (struct watcher) {
		.mqd = mqd,
		.mailbox = mailbox,
		.event = eventfd(0, EFD_CLOEXEC),
		.function = event->sigev_notify_function,
		.value = event->sigev_value,
	};
	if (watcher->event < 0) {
		free(watcher);
		return NULL;
	}
	return watcher;
}

static int discard(struct watcher *watcher, int err)
{
	close(watcher->event);
	free(watcher);
	errno = err;
	return -1;
}

/*
 * The lock is held until the thread is there, so that whoever takes the notification back finds
 * all of it.
 */
int watcher_start(mqd_t mqd, uint64_t mailbox, const struct sigevent *event)
{
	struct watcher *watcher = create(mqd, mailbox, event);
	struct ipcx_notify notify = { .kind = IPCX_NOTIFY_EVENTFD };
	int err = 0;

	if (!watcher)
		return -1;
	notify.fd = watcher->event;
	pthread_mutex_lock(&lock);
	if (ipcx_notify(mqd, &notify)) {
		shim_error();
		err = errno;
	} else if (start_thread(watcher, event->sigev_notify_attributes)) {
		ipcx_notify(mqd, NULL);
		err = EAGAIN;
	} else {
		watcher->next = watchers;
		watchers = watcher;
	}
	pthread_mutex_unlock(&lock);
	return err ? discard(watcher, err) : 0;
}

static void end(bool (*chosen)(const struct watcher *watcher, uint64_t which), uint64_t which)
{
	const uint64_t ended = ENDED;
	struct watcher **p = &watchers;

	pthread_mutex_lock(&lock);
	while (*p) {
		struct watcher *watcher = *p;

		if (!chosen(watcher, which)) {
			p = &watcher->next;
			continue;
		}
		*p = watcher->next;
		/* It cannot fail: the counter has room, and there is nobody else to close it. */
		(void)!write(watcher->event, &ended, sizeof(ended));
	}
	pthread_mutex_unlock(&lock);
}

static bool is_of(const struct watcher *watcher, uint64_t mailbox)
{
	return watcher->mailbox == mailbox;
}

static bool is_by(const struct watcher *watcher, uint64_t mqd)
{
	return (uint64_t)watcher->mqd == mqd;
}

void watcher_end_of(uint64_t mailbox)
{
	end(is_of, mailbox);
}

void watcher_end_by(mqd_t mqd)
{
	end(is_by, (uint64_t)mqd);
}

/* The threads are the parent's, and so are the notifications. */

static void before_fork(void)
{
	pthread_mutex_lock(&lock);
}

static void in_parent(void)
{
	pthread_mutex_unlock(&lock);
}

static void in_child(void)
{
	for (struct watcher *watcher = watchers; watcher; watcher = watcher->next)
		close(watcher->event);
	watchers = NULL;
	pthread_mutex_unlock(&lock);
}

__attribute__((constructor)) static void prepare(void)
{
	pthread_atfork(before_fork, in_parent, in_child);
}
