// SPDX-License-Identifier: GPL-2.0-only
/* ipcx demo pipe: which way data goes, and who can have a part in it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "demo.h"

#define QUESTION	"6 * 7?"
#define ANSWER		"42"

/*
 * struct talk - what the processes know of each other
 * @native: pipes, not mailboxes
 * @in: where to receive from
 * @out: where to send to
 * @back_in: likewise, of a second pipe or mailbox
 * @back_out: likewise
 * @go: a wire, to tell the stranger that it is his turn
 * @done: a wire, to tell that he is done
 * @name: of the FIFO or mailbox
 * @error: errno of whoever tried
 */
struct talk {
	bool native;
	int in;
	int out;
	int back_in;
	int back_out;
	int go[2];
	int done[2];
	char name[sizeof(((struct kept *)0)->path)];
	int error;
};

/* Two ends: one to receive from, one to send to */
static void ends(const struct talk *t, const char *name, int *in, int *out)
{
	int fds[2];

	if (t->native) {
		wire(fds);
		*in = fds[0];
		*out = fds[1];
		return;
	}
	/* What has no name has no second end, but for copies of the first. */
	*in = ipcx_mailbox(name, (name ? O_RDONLY | O_EXCL : O_RDWR) | O_CREAT | O_CLOEXEC, 0);
	if (*in >= 0 && !name) {
		*out = fcntl(*in, F_DUPFD_CLOEXEC, 0);
		return;
	}
	if (*in < 0)
		bind_failed(name ? name : "(anonymous)", IPCX_KIND_MAILBOX, O_RDONLY | O_CREAT);
	*out = ipcx_mailbox(name, O_WRONLY | O_CLOEXEC, 0);
	if (*out < 0)
		bind_failed(name, IPCX_KIND_MAILBOX, O_WRONLY);
}

static void put(int fd, const char *text)
{
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		demo_failed("cannot send");
}

static void get(int fd, char text[32])
{
	ssize_t len = read(fd, text, 31);

	if (len < 0)
		demo_failed("cannot receive");
	text[len] = 0;
}

static void sends_question(void *arg)
{
	const struct talk *t = arg;

	put(t->out, QUESTION);
}

static bool one_way(struct talk *t, const char *what)
{
	char text[32];
	bool refused;
	pid_t pid;

	tell_does("%s has an end to receive from and one to send to; a child sends, its parent "
		  "receives, and then tries to send with the end to receive from", what);
	tell_expects("what was sent arrives, but the other way there is none: EBADF");
	pid = child_start(sends_question, t);
	get(t->in, text);
	children_wait(&pid, 1);
	refused = write(t->in, ANSWER, 2) < 0;
	return tell_happened(refused && errno == EBADF && !strcmp(text, QUESTION),
			     "\"%s\" arrived; to send the other way: %s", text,
			     refused ? errno_name(errno) : "it was sent");
}

static bool own_question(struct talk *t, const char *what)
{
	char text[32];

	tell_does("a process sends a question and receives the answer, both through one %s", what);
	tell_expects("it may receive its own question, as it does when it is first to receive");
	put(t->out, QUESTION);
	get(t->in, text);
	return tell_happened(!strcmp(text, QUESTION), "it received \"%s\"", text);
}

static void answers(void *arg)
{
	const struct talk *t = arg;
	char text[32];

	get(t->in, text);
	put(t->back_out, strcmp(text, QUESTION) ? "what?" : ANSWER);
}

static bool two_ways(struct talk *t, const char *what)
{
	char text[32], second[IPCX_NAME_SIZE];
	pid_t pid;

	tell_does("a question goes through one %s, its answer through a second one", what);
	tell_expects("the answer");
	demo_mailbox_name(second, "back");
	ends(t, second, &t->back_in, &t->back_out);
	pid = child_start(answers, t);
	put(t->out, QUESTION);
	get(t->back_in, text);
	children_wait(&pid, 1);
	close(t->back_in);
	close(t->back_out);
	return tell_happened(!strcmp(text, ANSWER), "it received \"%s\"", text);
}

static void replies(void *arg)
{
	const struct talk *t = arg;
	struct ipcx_recv recv = { .flags = 0 };
	char text[32];

	recv.msg.data = (__u64)(uintptr_t)text;
	recv.msg.len = sizeof(text);
	if (ipcx_recvmsg(t->in, &recv) || ipcx_reply(t->in, recv.token, ANSWER, strlen(ANSWER)))
		demo_failed("cannot reply");
}

static bool ask_by_call(struct talk *t)
{
	char text[32] = "";
	ssize_t len;
	pid_t pid;

	tell_does("the question is a call (ipcx_call), for which one mailbox does: the reply comes "
		  "to who called, and to nobody else");
	tell_expects("the answer");
	pid = child_start(replies, t);
	len = ipcx_call(t->out, QUESTION, strlen(QUESTION), text, sizeof(text) - 1);
	if (len < 0)
		demo_failed("cannot call");
	children_wait(&pid, 1);
	return tell_happened(!strcmp(text, ANSWER), "it received \"%s\"", text);
}

/* Somebody who was there before, and inherited nothing: first by number, and then by name */
static void stranger(void *arg)
{
	struct talk *t = arg;
	int fd;

	wire_told(t->go[0], -1);
	t->error = write(t->out, QUESTION, strlen(QUESTION)) < 0 ? errno : 0;
	wire_tell(t->done[1]);
	wire_told(t->go[0], -1);
	fd = t->native ? open(t->name, O_WRONLY | O_CLOEXEC) :
			 ipcx_mailbox(t->name, O_WRONLY | O_CLOEXEC, 0);
	if (fd < 0)
		demo_failed("cannot open by name");
	put(fd, QUESTION);
}

static void fifo_undo(const struct kept *kept)
{
	char path[sizeof(kept->path)];

	unlink(kept->path);
	strcpy(path, kept->path);
	*strrchr(path, '/') = 0;
	rmdir(path);
}

static int fifo_make(struct kept *kept)
{
	static const char fifo[] = "/fifo";
	const char *dir = getenv("TMPDIR");
	int len = snprintf(kept->path, sizeof(kept->path), "%s/ipcx-demo-XXXXXX",
			   dir && *dir ? dir : "/tmp");

	if (len < 0 || (size_t)len + sizeof(fifo) > sizeof(kept->path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (!mkdtemp(kept->path))
		return -1;
	strcat(kept->path, fifo);
	if (!mkfifo(kept->path, 0600))
		return 0;
	fifo_undo(kept);
	return -1;
}

static bool without_name(struct talk *t, const char *what)
{
	tell_does("a process that was there before %s was made sends to it, by its number", what);
	tell_expects("it cannot: only who inherits the descriptor has it");
	wire_tell(t->go[1]);
	wire_told(t->done[0], -1);
	return tell_happened(t->error == EBADF, "%s", t->error ? errno_name(t->error) :
			     "it could send");
}

static bool with_name(struct talk *t, const char *what, pid_t pid)
{
	char text[32];

	tell_does("the same process sends to %s, which has a name, \"%s\"", what, t->name);
	tell_expects("it arrives");
	wire_tell(t->go[1]);
	get(t->in, text);
	children_wait(&pid, 1);
	return tell_happened(!strcmp(text, QUESTION), "\"%s\" arrived", text);
}

static bool relatives(struct talk *t, const char *what)
{
	bool expected;
	pid_t pid;

	wire(t->go);
	wire(t->done);
	pid = child_start(stranger, t);
	ends(t, NULL, &t->in, &t->out);
	expected = without_name(t, what);
	close(t->in);
	close(t->out);

	if (t->native) {
		struct kept *fifo = keep(fifo_make, fifo_undo);

		if (!fifo)
			demo_failed("cannot make a FIFO");
		strcpy(t->name, fifo->path);
		/* To open one end waits for somebody to open the other. */
		t->in = open(t->name, O_RDWR | O_CLOEXEC);
		if (t->in < 0)
			demo_failed(t->name);
	} else {
		demo_mailbox_name(t->name, "named");
		ends(t, t->name, &t->in, &t->out);
		close(t->out);
	}
	expected &= with_name(t, t->native ? "a FIFO (mkfifo)" : "a mailbox", pid);
	close(t->in);
	if (t->native)
		keep_end();
	for (int i = 0; i < 2; i++) {
		close(t->go[i]);
		close(t->done[i]);
	}
	return expected;
}

static bool talk(bool native)
{
	struct talk *t = notebook(sizeof(*t));
	const char *what = native ? "a pipe (pipe)" : "a mailbox (ipcx_mailbox)";
	const char *kind = native ? "pipe" : "mailbox";
	bool expected;

	t->native = native;
	demo_mailbox_name(t->name, "there");
	ends(t, t->name, &t->in, &t->out);
	expected = one_way(t, what);
	expected &= own_question(t, kind);
	expected &= two_ways(t, kind);
	if (!native)
		expected &= ask_by_call(t);
	close(t->in);
	close(t->out);
	expected &= relatives(t, native ? "the pipe" : "an anonymous mailbox");
	notebook_close(t, sizeof(*t));
	return expected;
}

static bool talk_ipcx(void)
{
	return talk(false);
}

static bool talk_native(void)
{
	return talk(true);
}

const struct demo demo_pipe = {
	.name = "pipe",
	.claim = "a pipe has one way, and without a name it is for relatives only",
	.ipcx = talk_ipcx,
	.native = talk_native,
};
