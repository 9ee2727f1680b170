// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tracepoints' other half, which the kernel's macros make from trace.h.
 */
#define CREATE_TRACE_POINTS
#include "trace.h"
