/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is there anything in what the module tells that it has not written? Each thing is asked for
 * twice, into memory that was filled with one byte and with another. residue.sh has the kernel's
 * memory full of poison, too.
 */
#ifndef _IPCX_RESIDUE_H
#define _IPCX_RESIDUE_H

#include "harness.h"

/* No poison, and nothing of one is in the other */
static const uint8_t prefills[] = { 0x11, 0xee };

/* What gcc puts on a stack, and the kernel into pages and objects, that nobody has written */
static inline bool is_poison(uint8_t byte)
{
	return byte == 0xfe || byte == 0xaa || byte == 0x5a || byte == 0x6b;
}

/* Three bytes of the same poison: the number of the first, or @size if there are none */
static inline size_t poison_in(const void *memory, size_t size)
{
	const uint8_t *bytes = memory;
	size_t i;

	for (i = 0; i + 2 < size; i++)
		if (is_poison(bytes[i]) && bytes[i] == bytes[i + 1] && bytes[i] == bytes[i + 2])
			return i;
	return size;
}

/* Is all of it that byte? */
static inline bool is_all(const void *memory, uint8_t byte, size_t size)
{
	const uint8_t *bytes = memory;
	size_t i;

	for (i = 0; i < size && bytes[i] == byte; i++)
		;
	return i == size;
}

#endif
