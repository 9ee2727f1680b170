// SPDX-License-Identifier: GPL-2.0-only
/* Telling what is done, what is expected, and what happened. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "demo.h"

#define TELL_WIDTH	96
#define TELL_INDENT	11

/* Prints @text behind @head, in lines that fit. */
static void tell(const char *head, const char *text)
{
	int column = printf("  %-*s", TELL_INDENT - 2, head);

	while (*text) {
		int len = (int)strcspn(text, " ");

		if (column > TELL_INDENT && column + 1 + len > TELL_WIDTH)
			column = printf("\n%*s", TELL_INDENT, "") - 1;
		if (column > TELL_INDENT)
			column += printf(" ");
		column += printf("%.*s", len, text);
		text += len;
		text += *text == ' ';
	}
	putchar('\n');
	/* Whatever comes next may take a while, or fork. */
	fflush(stdout);
}

static void tell_format(const char *head, const char *fmt, va_list ap, const char *tail)
{
	char text[1024];
	int len = vsnprintf(text, sizeof(text), fmt, ap);

	if (len >= 0 && (size_t)len < sizeof(text))
		snprintf(text + len, sizeof(text) - (size_t)len, "%s", tail);
	tell(head, text);
}

const char *errno_name(int error)
{
	const char *name = error ? strerrorname_np(error) : "no error";

	return name ? name : "an unknown error";
}

void tell_does(const char *fmt, ...)
{
	va_list ap;

	putchar('\n');
	va_start(ap, fmt);
	tell_format("does", fmt, ap, "");
	va_end(ap);
}

void tell_expects(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell_format("expects", fmt, ap, "");
	va_end(ap);
}

bool tell_happened(bool expected, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell_format("happened", fmt, ap, expected ? " -- as expected" : " -- NOT as expected");
	va_end(ap);
	return expected;
}

void tell_note(const char *fmt, ...)
{
	va_list ap;

	putchar('\n');
	va_start(ap, fmt);
	tell_format("note", fmt, ap, "");
	va_end(ap);
}

void tell_more(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell_format("", fmt, ap, "");
	va_end(ap);
}
