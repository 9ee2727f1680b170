// SPDX-License-Identifier: GPL-2.0-only
#include "harness.h"

TEST_HARNESS_MAIN
