/* SPDX-License-Identifier: GPL-2.0-only */
/* ipcx doctor: the parts of its report. */
#ifndef DOCTOR_H
#define DOCTOR_H

#include <stdbool.h>

#include <jansson.h>

#include <ipcx.h>

/**
 * struct doctor - an examination of ipcx
 * @report: what was found
 * @problems: what is wrong with it; see finding_add()
 * @fd: an unbound endpoint, or -1
 * @info: what the module tells, if there is an endpoint
 */
struct doctor {
	json_t *report;
	json_t *problems;
	int fd;
	struct ipcx_info info;
};

/** doctor_tools() - the command and the library */
void doctor_tools(struct doctor *d);

/** doctor_device() - whether there is a device, and whether it opens; sets @d's fd and info */
void doctor_device(struct doctor *d);

/** doctor_module() - whether the module is loaded, and of the same version */
void doctor_module(struct doctor *d);

/** doctor_try() - send a message to oneself: what fails here fails everywhere */
void doctor_try(struct doctor *d);

/** doctor_limits() - of ipcx, and of the kernel's own queues and shared memory */
void doctor_limits(struct doctor *d);

/** doctor_host() - a new object: kernel, clock and CPUs */
json_t *doctor_host(void);

/**
 * doctor_measuring() - what would spoil a measurement
 * @spoilers: set to a new list of findings
 *
 * Return: a new object with what was looked at; null in it is not known.
 */
json_t *doctor_measuring(json_t **spoilers);

/** doctor_print() - a group of values under its heading */
void doctor_print(const char *heading, const json_t *values);

/** doctor_print_findings() - those of a level, and what to do about them, below @heading */
void doctor_print_findings(const char *heading, const json_t *findings, const char *level);

#endif /* DOCTOR_H */
