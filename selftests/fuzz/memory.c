// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that arguments point to: good, bad, and just at the border.
 */
#include <sys/mman.h>

#include "fuzz.h"

/* Of each actor: a buffer, a page that cannot be written behind it, and one that is not there */
static uint8_t *memory[ACTORS];

void memory_init(void)
{
	unsigned int i;

	for (i = 0; i < ACTORS; i++) {
		memory[i] = mmap(NULL, ROOM + 8192, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (memory[i] == MAP_FAILED || mprotect(memory[i] + ROOM, 4096, PROT_NONE) ||
		    mprotect(memory[i] + ROOM + 4096, 4096, PROT_READ))
			abort();
	}
}

/* Most numbers mean a good place: those that are made up have low bits that are 0. */
static enum place place_of(uint64_t value)
{
	uint64_t low = value & 0xff;

	return low < PLACES ? (enum place)low : low < 128 ? GOOD : (enum place)(low % PLACES);
}

uint8_t *memory_place(unsigned int actor, uint64_t value, size_t len)
{
	uint8_t *start = memory[actor];
	size_t offset = (value >> 8 & 0xf) * 4096;

	if (len > ROOM)
		len = ROOM;
	switch (place_of(value)) {
	case UNALIGNED:
		return start + offset + 3;
	case LAST_BYTES:
		return start + ROOM - len;
	case CROSSING:
		return start + ROOM - len / 2;
	case UNMAPPED:
		return (uint8_t *)8;
	case KERNEL:
		return (uint8_t *)0xffff888000000000;
	case NOT_WRITABLE:
		return start + ROOM + 4096;
	default:
		return start + (offset + len <= ROOM ? offset : 0);
	}
}

const char *place_name(uint64_t value)
{
	static const char * const names[PLACES] = {
		"buffer", "buffer + 3", "end - %llu", "end - %llu / 2", "(char *)8",
		"(char *)0xffff888000000000", "read_only",
	};

	return names[place_of(value)];
}
