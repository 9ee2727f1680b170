// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program that uses POSIX message queues and knows nothing of ipcx, for scripts to run.
 *
 *   mq send NAME TEXT PRIO    make the queue if there is none, and send
 *   mq receive NAME           print priority and text
 *   mq unlink NAME
 */
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failed(const char *what)
{
	perror(what);
	return 1;
}

static int put(const char *name, const char *text, unsigned int prio)
{
	mqd_t mqd = mq_open(name, O_WRONLY | O_CREAT, 0600, NULL);

	if (mqd < 0)
		return failed("mq_open");
	if (mq_send(mqd, text, strlen(text), prio))
		return failed("mq_send");
	return mq_close(mqd) ? failed("mq_close") : 0;
}

static int get(const char *name)
{
	mqd_t mqd = mq_open(name, O_RDONLY | O_NONBLOCK);
	static char buf[65536];
	unsigned int prio;
	ssize_t len;

	if (mqd < 0)
		return failed("mq_open");
	len = mq_receive(mqd, buf, sizeof(buf), &prio);
	if (len < 0)
		return failed("mq_receive");
	printf("%u %.*s\n", prio, (int)len, buf);
	return mq_close(mqd) ? failed("mq_close") : 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";

	if (!strcmp(what, "send") && argc == 5)
		return put(argv[2], argv[3], (unsigned int)atoi(argv[4]));
	if (!strcmp(what, "receive"))
		return get(argv[2]);
	if (!strcmp(what, "unlink"))
		return mq_unlink(argv[2]) ? failed("mq_unlink") : 0;
	fprintf(stderr, "mq: send NAME TEXT PRIO, receive NAME or unlink NAME\n");
	return 2;
}
