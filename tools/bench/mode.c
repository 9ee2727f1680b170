// SPDX-License-Identifier: GPL-2.0-only
/* The list of modes. */
#include <string.h>

#include "mode.h"

#define BENCH_MODE(id)	extern const struct mode mode_##id;
#include "modes.def"
#undef BENCH_MODE

#define BENCH_MODE(id)	&mode_##id,
const struct mode *const modes[] = {
#include "modes.def"
	NULL
};
#undef BENCH_MODE

const struct mode *mode_find(const char *name, size_t len)
{
	for (const struct mode *const *m = modes; *m; m++)
		if (strlen((*m)->name) == len && !memcmp((*m)->name, name, len))
			return *m;
	return NULL;
}

uint64_t mode_count(size_t size)
{
	return size <= 1024 ? 2700 : size <= 16384 ? 1800 : 360;
}
