/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_MODEL_RUN_H
#define _IPCX_MODEL_RUN_H

#include <stdio.h>

#include "model_op.h"

/*
 * Does to a mailbox of that name, which is made, and to the model what @plan says, and compares.
 * @agreed becomes the number of ops that were as the model says; if that is not all of them,
 * @report is told what the next one was instead. What is due and has not come after @patience
 * nanoseconds does not come. Threads are left behind, so it is for a process of its own.
 */
void model_run(const struct plan *plan, const char *name, uint64_t patience, FILE *report,
	       unsigned int *agreed);

#endif
