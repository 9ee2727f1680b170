# SPDX-License-Identifier: GPL-2.0-only
#
# The tests of ipcx bench. Included by the top-level Makefile after tools/tools.mk, which says how
# the objects of the comparison are made.
#
#   make selftests-bench                    build
#   $(B)/selftests/bench/unit               run what needs no module
#   selftests/bench/bench.sh                run all, with ipcx on PATH
#   selftests/bench/native                  the same of what every kernel has, on this machine
#   selftests/bench/page.sh [DIRECTORY]     look at the report in a browser

BENCH_TESTS_OUT := $(TOOLS_OUT)/selftests/bench
BENCH_UNIT_SRC := $(wildcard selftests/bench/unit*.c)
BENCH_UNIT_OBJ := $(BENCH_UNIT_SRC:%.c=$(TOOLS_OBJ)/%.o)
BENCH_TESTS_OBJ := $(filter $(TOOLS_OBJ)/tools/bench/% $(TOOLS_OBJ)/tools/host/%,$(IPCX_OBJ))
BENCH_PLOT_OBJ := $(filter %/html.o %/plot.o,$(BENCH_TESTS_OBJ)) \
	$(filter $(TOOLS_OBJ)/tools/bench/plot_%,$(BENCH_TESTS_OBJ))
BENCH_TESTS_CFLAGS := $(TOOLS_CFLAGS) -Itools/bench

.PHONY: selftests-bench
selftests-bench: $(BENCH_TESTS_OUT)/unit $(BENCH_TESTS_OUT)/plots $(BENCH_TESTS_OUT)/check_json \
		 $(BENCH_TESTS_OUT)/check_hdr $(BENCH_TESTS_OUT)/slow.so

$(BENCH_UNIT_OBJ) $(TOOLS_OBJ)/selftests/bench/plots.o: TOOLS_CFLAGS += -Itools/bench

$(BENCH_TESTS_OUT)/unit: $(BENCH_UNIT_OBJ) $(BENCH_TESTS_OBJ) $(TOOLS_OUT)/lib/libipcx.a
	@mkdir -p $(@D)
	$(CC) $(BENCH_TESTS_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ -ljansson -luring -lz -lm -pthread

$(BENCH_TESTS_OUT)/plots: $(TOOLS_OBJ)/selftests/bench/plots.o $(BENCH_PLOT_OBJ)
	@mkdir -p $(@D)
	$(CC) $(BENCH_TESTS_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lm

$(BENCH_TESTS_OUT)/check_json $(BENCH_TESTS_OUT)/check_hdr: $(BENCH_TESTS_OUT)/%: selftests/bench/%.c
	@mkdir -p $(@D)
	$(CC) $(BENCH_TESTS_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< -ljansson

$(BENCH_TESTS_OUT)/slow.so: selftests/bench/slow.c
	@mkdir -p $(@D)
	$(CC) $(BENCH_TESTS_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -shared -fPIC -o $@ $< -ldl

-include $(BENCH_UNIT_OBJ:.o=.d) $(TOOLS_OBJ)/selftests/bench/plots.d
