// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The version of the library, which the build takes from the file VERSION.
 */
#include "internal.h"

const char *ipcx_version(void)
{
	return IPCX_VERSION;
}
