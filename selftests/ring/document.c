// SPDX-License-Identifier: GPL-2.0-only
/*
 * The C of Documentation/rings.rst, as it stands there, in a program.
 */
#include <stdio.h>
#include <sys/mman.h>

#include <ipcx_ring.h>

int main(void)
{
	char buffer[64];

#include "rings/first-ring.inc"
	printf("%.*s\n", (int)len, buffer);
	return 0;
}
