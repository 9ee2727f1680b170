/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The atomic operations of a ring, put in the place of the real ones: each is a step of a checker
 * (model.c), which tries all orders of the steps of all threads, and all values that a load may see
 * by the rules of C11's memory model.
 */
#ifndef IPCX_TEST_MODEL_H
#define IPCX_TEST_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

uint64_t model_load(const void *p, int order);
void model_store(void *p, uint64_t value, int order);
uint64_t model_update(void *p, char op, uint64_t value, int order);
bool model_cas(void *p, uint64_t *old, uint64_t value, int order);
void model_fence(void);
void model_copy(void *to, const void *from, size_t len);

#define ipcx__load(p, order)			model_load(p, order)
#define ipcx__store(p, value, order)		model_store(p, value, order)
#define ipcx__fence(order)			model_fence()
#define ipcx__compiler_fence()			((void)0)
#define ipcx__copy(to, from, len)		model_copy(to, from, len)
#define ipcx__cas(p, old, value, success, failure) model_cas(p, old, value, success)
#define ipcx__exchange(p, value, order)		((uint32_t)model_update(p, '=', value, order))
#define ipcx__add(p, value, order)		model_update(p, '+', value, order)
#define ipcx__or(p, value, order)		model_update(p, '|', value, order)
#define ipcx__and(p, value, order)		model_update(p, '&', value, order)

#endif
