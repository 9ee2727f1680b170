/* SPDX-License-Identifier: GPL-2.0-only */
/* ipcx bench: the comparison of IPC mechanisms, and its report. */
#ifndef BENCH_H
#define BENCH_H

/**
 * bench_main() - run "ipcx bench ..."
 * @argc: number of arguments, the word "bench" included
 * @argv: "bench" and what follows it
 *
 * Return: exit status: 0; 1 if the run failed or a message was damaged; 2 for bad input.
 */
int bench_main(int argc, char **argv);

#endif /* BENCH_H */
