// SPDX-License-Identifier: GPL-2.0-only
/* Where memory happens to be must not decide what a message costs. */
#include <stdlib.h>
#include <sys/mman.h>

#include "mechanism.h"
#include "sendring.h"
#include "unit.h"

#define PAGE	((size_t)4096)
#define TABLE	((size_t)2 << 20)	/* what one page table is for */
#define MESSAGE	((size_t)65536)

/* Where a message goes in a channel that is made now; NULL if there is no such channel. */
static char *place_message(void)
{
	const struct channel_use use = {
		.mech = mechanism_find("memfd", 5),
		.flow = FLOW_ECHO,
		.threads = true,
		.size = MESSAGE,
	};
	struct channel ch;
	char *place = NULL;

	if (channel_prepare(&ch, &use) == CHANNEL_OPEN && channel_open(&ch) == CHANNEL_OPEN &&
	    !channel_enter(&ch, SIDE_ORIGIN)) {
		place = ch.mech->reserve(&ch);
		if (place)
			ch.mech->commit(&ch, place);
	}
	channel_close(&ch);
	channel_free(&ch);
	return place;
}

/* A message that is in two page tables takes a fault more. */
static void test_memfd_place(void)
{
	unsigned int made = 0, apart = 0;

	for (size_t i = 0; i < TABLE / PAGE; i++) {
		char *place;

		/* One page more is taken, so that the kernel would choose another place. */
		mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		place = place_message();
		made += !!place;
		apart += (uintptr_t)place / TABLE != ((uintptr_t)place + MESSAGE - 1) / TABLE;
	}
	check(made == TABLE / PAGE && !apart,
	      "wherever there is room, a memfd is in one page table: %u of %u are not", apart,
	      made);
}

static void test_ring_place(void)
{
	unsigned int off = 0;

	for (size_t i = 1; i < 64; i++) {
		struct channel ch = { .size = 1000 };
		struct sendring ring = { 0 };

		/* Not freed: it is to be in the way. */
		if (!malloc(i * 40) || sendring_enter(&ch, &ring, 3, 64))
			off++;
		else
			off += (uintptr_t)ring.base % PAGE || ring.stride != 1024;
	}
	check(!off, "a ring begins on a page: %u of 63 do not", off);
}

void unit_place(void)
{
	test_memfd_place();
	test_ring_place();
}
