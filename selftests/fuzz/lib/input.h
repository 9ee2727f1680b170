/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What libFuzzer has made up, taken from the front.
 */
#ifndef _IPCX_FUZZ_INPUT_H
#define _IPCX_FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>

struct input {
	const uint8_t *next;
	size_t left;
};

/* A number of so many bytes; behind the end there are zeroes. */
static inline uint64_t input_number(struct input *input, unsigned int bytes)
{
	uint64_t number = 0;

	while (bytes--) {
		number = number << 8 | (input->left ? *input->next : 0);
		if (input->left) {
			input->next++;
			input->left--;
		}
	}
	return number;
}

#endif
