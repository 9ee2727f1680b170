// SPDX-License-Identifier: GPL-2.0-only
/*
 * The reader of saved mailboxes, dumpfile.c, with files that libFuzzer makes up. What it accepts is
 * within the file, and names have an end. The sum is always right, as whoever makes up a file would
 * see to that.
 */
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "../../../tools/ipcx/dumpfile.h"

static jmp_buf failed;
static struct payload input;

/* Ends the reading, instead of the program. */
_Noreturn void fail(int status, const char *format, ...)
{
	(void)status;
	(void)format;
	longjmp(failed, 1);
}

bool payload_load(struct payload *p, const char *arg, const char *file, size_t limit)
{
	(void)arg;
	(void)file;
	*p = input;
	return p->len <= limit;
}

/* Stands for crc32(), see fuzz.mk. */
unsigned long sum_that_is_right(unsigned long sum, const unsigned char *data, unsigned int len)
{
	(void)sum;
	(void)data;
	(void)len;
	return 0;
}

static void judge(const struct dump *dump)
{
	const char *end = input.data + input.len;

	if (!memchr(dump->head.name, '\0', sizeof(dump->head.name)))
		abort();
	for (uint32_t i = 0; i < dump->tail.count; i++) {
		const struct dump_msg *msg = &dump->msgs[i];

		if (msg->data < input.data || msg->data > end ||
		    msg->len > (size_t)(end - msg->data))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct dump dump;

	memset(&dump, 0, sizeof(dump));
	/* A copy, so that the sanitizer knows where it ends */
	input.buffer = malloc(len ? len : 1);
	if (!input.buffer)
		return 0;
	memcpy(input.buffer, data, len);
	if (len >= 4)
		memset(input.buffer + len - 4, 0, 4);
	input.data = input.buffer;
	input.len = len;
	if (!setjmp(failed)) {
		dump_load(&dump, "input");
		judge(&dump);
	}
	free(dump.msgs);
	free(input.buffer);
	return 0;
}
