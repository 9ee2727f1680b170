// SPDX-License-Identifier: GPL-2.0-only
/*
 * What code of the module is reached: of the whole kernel, only that is built to tell KCOV.
 */
#include <fcntl.h>
#include <linux/kcov.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "fuzz.h"

enum { TRACE = 1 << 16 };

static int handles[ACTORS] = { -1, -1 };
static uint64_t *traces[ACTORS];
static uint64_t text;

static uint64_t text_start(void)
{
	FILE *file = fopen("/sys/module/ipcx/sections/.text", "r");
	unsigned long long start = 0;

	if (file) {
		if (fscanf(file, "%llx", &start) != 1)
			start = 0;
		fclose(file);
	}
	return start;
}

bool cover_available(void)
{
	text = text_start();
	return text && !access("/sys/kernel/debug/kcov", R_OK | W_OK);
}

void cover_open(unsigned int actor)
{
	int fd = open("/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC);

	if (fd < 0 || ioctl(fd, KCOV_INIT_TRACE, TRACE))
		return;
	traces[actor] = mmap(NULL, TRACE * sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED,
			     fd, 0);
	if (traces[actor] == MAP_FAILED || ioctl(fd, KCOV_ENABLE, KCOV_TRACE_PC)) {
		traces[actor] = NULL;
		close(fd);
		return;
	}
	handles[actor] = fd;
}

void cover_start(unsigned int actor)
{
	if (traces[actor])
		__atomic_store_n(&traces[actor][0], 0, __ATOMIC_RELAXED);
}

static bool note(struct cover *cover, uint64_t pc)
{
	uint64_t offset = pc - text;
	uint8_t bit = 1 << offset % 8;

	if (offset >= COVER_TEXT)
		return false;
	return !(__atomic_fetch_or(&cover->seen[offset / 8], bit, __ATOMIC_RELAXED) & bit);
}

unsigned int cover_stop(unsigned int actor, struct cover *cover)
{
	unsigned int fresh = 0;
	uint64_t count, i;

	if (!traces[actor])
		return 0;
	count = __atomic_load_n(&traces[actor][0], __ATOMIC_RELAXED);
	for (i = 1; i <= count && i < TRACE; i++)
		fresh += note(cover, traces[actor][i]);
	return fresh;
}

unsigned int cover_count(const struct cover *cover)
{
	unsigned int i, count = 0;

	for (i = 0; i < sizeof(cover->seen); i++)
		count += __builtin_popcount(cover->seen[i]);
	return count;
}

void cover_add(struct cover *to, const struct cover *from)
{
	unsigned int i;

	for (i = 0; i < sizeof(to->seen); i++)
		if (from->seen[i])
			__atomic_fetch_or(&to->seen[i], from->seen[i], __ATOMIC_RELAXED);
}

/* A bit for each byte of the module's text */
bool cover_save(const struct cover *cover, const char *path)
{
	FILE *file = fopen(path, "w");

	if (!file)
		return false;
	fwrite(cover->seen, sizeof(cover->seen), 1, file);
	return !fclose(file);
}
