// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipcx top on a terminal. Each order and direction has its first rows, so that a key changes what
 * is shown without asking the kernel again, however much there is.
 */
#include <curses.h>
#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmd.h"
#include "top.h"

/* More lines than terminals have */
#define ROWS 256

#define FRAME_LINES 4	/* title, header, two of help */

struct screen {
	struct top *top;
	struct top_table table;
	struct top_pick picks[2 * TOP_ORDERS];
	sigset_t awake;		/* what is blocked while we wait */
	bool done;
};

static volatile sig_atomic_t ended_by;

static void end_by(int sig)
{
	ended_by = sig;
}

/* They end us, but not before the terminal is as it was: they come only while we wait. */
static void catch_signals(struct screen *screen)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = end_by }, old;
	sigset_t blocked;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGWINCH);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		sigaction(signals[i], NULL, &old);
		if (old.sa_handler == SIG_IGN)
			continue;
		sigaction(signals[i], &action, NULL);
		sigaddset(&blocked, signals[i]);
	}
	sigprocmask(SIG_BLOCK, &blocked, &screen->awake);
}

static void leave(void)
{
	endwin();
}

static void enter(void)
{
	setlocale(LC_CTYPE, "");
	if (!newterm(NULL, stdout, stdin))
		fail(STATUS_FAILED, "cannot draw on a terminal of type '%s': --batch prints",
		     getenv("TERM") ?: "");
	before_failing(leave);
	cbreak();
	noecho();
	nonl();
	curs_set(0);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
}

static const struct top_pick *shown(struct screen *screen)
{
	const ptrdiff_t order = screen->top->order - top_orders;

	return &screen->picks[2 * order + screen->top->reverse];
}

static void put_line(int y, const char *text)
{
	move(y, 0);
	clrtoeol();
	addnstr(text, COLS);
}

static void draw_help(void)
{
	put_line(LINES - 2, "Sort: s sent  r received  b bytes  d depth  m p50  p p99  a asleep");
	put_line(LINES - 1, "      f full  x refused  t faults  n name   i the other way  q quit");
}

static void draw(struct screen *screen)
{
	const struct top_pick *pick = shown(screen);
	char text[TOP_TEXT_MAX];

	/* A line that is longer is cut, and one that has no place is not drawn. */
	erase();
	top_title(text, &screen->table, pick);
	put_line(0, text);
	attron(A_REVERSE);
	put_line(1, top_header);
	attroff(A_REVERSE);
	for (size_t i = 0; i < pick->count && (int)i < LINES - FRAME_LINES; i++) {
		top_line(text, pick->rows[i], screen->table.seconds);
		put_line((int)i + 2, text);
	}
	if (LINES >= FRAME_LINES)
		draw_help();
	refresh();
}

/* Is there something else to show? */
static bool obey(struct screen *screen, int key)
{
	const char text[] = { (char)key, '\0' };
	const struct top_order *order = key < 128 ? top_order_find(text) : NULL;

	if (order)
		screen->top->order = order;
	else if (key == 'i')
		screen->top->reverse = !screen->top->reverse;
	else if (key == '\f')
		clearok(stdscr, TRUE);
	else if (key == 'q')
		screen->done = true;
	else
		return key == KEY_RESIZE;
	return true;
}

static void obey_keys(struct screen *screen)
{
	bool changed = false;
	int key;

	while ((key = getch()) != ERR && !screen->done)
		changed |= obey(screen, key);
	if (changed && !screen->done)
		draw(screen);
}

/* Waits for keys, until then. */
static void wait_until(struct screen *screen, uint64_t then)
{
	struct pollfd pfd = { .fd = STDIN_FILENO, .events = POLLIN };

	while (!screen->done) {
		const uint64_t now = ipcx_deadline(0), left = then > now ? then - now : 0;
		const struct timespec timeout = {
			.tv_sec = (time_t)(left / 1000000000),
			.tv_nsec = (long)(left % 1000000000),
		};
		const int ready = ppoll(&pfd, 1, &timeout, &screen->awake);

		if (ended_by || (ready < 0 && errno != EINTR) ||
		    (ready > 0 && pfd.revents & (POLLHUP | POLLERR)))
			screen->done = true;
		else if (!ready)
			return;
		obey_keys(screen);
	}
}

static void watch(struct screen *screen)
{
	struct top *top = screen->top;

	while (!screen->done) {
		const uint64_t start = ipcx_deadline(0);
		uint64_t took;

		top_table_take(&screen->table, &top->control);
		draw(screen);
		if (screen->table.seconds > 0 && !--top->left)
			return;
		took = ipcx_deadline(0) - start;
		/* Asking is not to take more than half of the time, or there is none for keys. */
		wait_until(screen, start + (top->delay > 2 * took ? top->delay : 2 * took));
	}
}

void top_screen(struct top *top)
{
	struct screen screen = { .top = top };

	screen.table.filter = &top->filter;
	screen.table.picks = screen.picks;
	screen.table.picks_count = 2 * TOP_ORDERS;
	for (size_t i = 0; i < 2 * TOP_ORDERS; i++)
		top_pick_init(&screen.picks[i], &top_orders[i / 2], i % 2, ROWS);
	catch_signals(&screen);
	enter();
	watch(&screen);
	leave();
	if (ended_by) {
		signal(ended_by, SIG_DFL);
		raise(ended_by);
	}
	sigprocmask(SIG_SETMASK, &screen.awake, NULL);
	for (size_t i = 0; i < 2 * TOP_ORDERS; i++)
		top_pick_free(&screen.picks[i]);
	free(screen.table.before.pasts);
	free(screen.table.now.pasts);
}
