/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's test harness, set up for tests that must also run on a kernel that is very slow.
 */
#ifndef _IPCX_HARNESS_H
#define _IPCX_HARNESS_H

#include <kselftest_harness.h>

#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 200

#include "ipcx_test.h"

#endif
