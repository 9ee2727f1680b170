/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IPCX_FLIGHT_H
#define _IPCX_FLIGHT_H

struct ipcx_flight;

struct ipcx_flight *ipcx_flight_begin(unsigned int count);
void ipcx_flight_end(struct ipcx_flight *flight, unsigned int count);

#endif
