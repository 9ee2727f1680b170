/* SPDX-License-Identifier: GPL-2.0-only */
/* ipcx bench hdr: histograms of results, for programs that read those of HdrHistogram. */
#ifndef BENCH_HDR_H
#define BENCH_HDR_H

/** hdr_main() - "ipcx bench hdr ..." */
int hdr_main(int argc, char **argv);

#endif /* BENCH_HDR_H */
