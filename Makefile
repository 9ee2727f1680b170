# SPDX-License-Identifier: GPL-2.0-only
#
# The front door. What is built lands in build/, and what is downloaded, outside the checkout, in
# $XDG_CACHE_HOME/ipcx or ~/.cache/ipcx.

B := build
ifeq ($(origin CC),default)
CC := gcc
endif
CFLAGS ?= -O2 -g
KDIR ?= /lib/modules/$(shell uname -r)/build

# V=1 shows every command.
ifneq ($(V),1)
MAKEFLAGS += --silent --no-print-directory
endif

# What builds all does so on every CPU, unless told how many jobs there may be.
JOBS = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

.PHONY: help all demo bench bench-twice crosscheck baseline check check-more check-long check-kernels check-debug check-races check-planted check-setup fuzz coverage lint module install clean
.DEFAULT_GOAL := help

help:
	@echo "make demo           set up, boot a guest, compare ipcx with every native mechanism"
	@echo "make bench          the same with more sizes and modes, and on two CPUs"
	@echo "make bench-twice    whether two runs of the instructions of make bench agree"
	@echo "make crosscheck     hold what is measured against other people's tools"
	@echo "make baseline       renew what a message may cost, after a change that is meant to cost"
	@echo "make check          set up, run the tests, in guests where they need the module"
	@echo "make check-more     other people's programs, what instructions cost, the look of the report"
	@echo "make check-long     a storm of 1,000,000 messages on two CPUs, 10,000 plans beside a model"
	@echo "make check-kernels  the module's tests under other kernels, for 32 bits, and built by clang"
	@echo "make check-debug    the tests in a kernel with KASAN, lockdep, kmemleak and more"
	@echo "make check-races    those in which several run at once in one with KCSAN, which finds data races"
	@echo "make check-planted  plant bugs in the module, one by one, and see them caught"
	@echo "make check-setup    interrupt, damage and repair the building of a kernel"
	@echo "make fuzz           try programs that are made up on the device, in the debug kernel, for an hour"
	@echo "make coverage       how much of the module's code the tests and the fuzzer reach"
	@echo "make lint           set up, run the checkers over the sources"
	@echo "make all            build the library, the command and the tests"
	@echo "make module         build the module for the kernel that runs here, or for KDIR=..."
	@echo "make install        install the library, the command and their manual under PREFIX"
	@echo "                    ($(PREFIX)), and the module, if it was built"
	@echo "make clean          remove all that was built here; not what was downloaded"
	@echo
	@echo "tools/vm/vm         a shell in a guest with the module; tools/vm/vm --help"

include tools/tools.mk
include selftests/selftests.mk
include selftests/bench/bench.mk
include selftests/ring/ring.mk
include selftests/fuzz/fuzz.mk

all: tools selftests selftests-bench selftests-ring selftests-fuzz

# Packages first: make cannot know of a header that is not there yet.
demo:
	tools/setup/packages build kernel vm report
	echo "Building the library and the command"
	$(MAKE) $(JOBS) tools
	echo "Comparing in a guest, which takes some minutes"
	mkdir -p $(B)/report
	IPCX_GIT_COMMIT=$$(git describe --always --dirty 2>/dev/null) \
		tools/vm/vm --icount --timeout 1800 --share $(B)/report -- \
		sh -c "modprobe -q binder_linux devices=binder; ipcx bench --json /share/results.json"
	$(B)/bin/ipcx bench report $(B)/report/results.json -o $(B)/report

# Instructions are the same everywhere; of two CPUs, only ratios mean something in a guest.
bench:
	tools/setup/packages build kernel vm report
	echo "Building the library and the command"
	$(MAKE) $(JOBS) tools
	mkdir -p $(B)/bench/instructions $(B)/bench/two-cpus
	echo "Counting instructions in a guest"
	tools/bench/instructions $(B)/bench/instructions
	echo "Measuring on two CPUs in another"
	IPCX_GIT_COMMIT=$$(git describe --always --dirty 2>/dev/null) \
		tools/vm/vm --smp 2 --timeout 1800 --share $(B)/bench/two-cpus -- \
		sh -c "modprobe -q binder_linux devices=binder; \
		ipcx bench lat bw scale -p two-cpus -s 64,4K -t 50ms --json /share/results.json"
	$(B)/bin/ipcx bench report $(B)/bench/instructions/messages.json \
		$(B)/bench/instructions/setup.json $(B)/bench/instructions/wake.json \
		-o $(B)/bench/instructions
	$(B)/bin/ipcx bench report $(B)/bench/two-cpus/results.json -o $(B)/bench/two-cpus

bench-twice:
	tools/setup/packages build kernel vm
	$(MAKE) $(JOBS) tools
	selftests/bench/agree

crosscheck:
	selftests/bench/crosscheck

baseline:
	tools/setup/packages build kernel vm
	$(MAKE) $(JOBS) tools
	selftests/bench/cost --update

check:
	tools/setup/packages build kernel vm programs mqueue fuzz report
	echo "Building the library, the command and the tests"
	$(MAKE) $(JOBS) all selftests-fuzz-lib
	selftests/check

check-more:
	tools/setup/packages build kernel vm report browser programs mqueue
	echo "Building the library, the command and the tests"
	$(MAKE) $(JOBS) all
	selftests/check --more

check-long:
	tools/setup/packages build kernel vm
	echo "Building the library, the command and the tests"
	$(MAKE) $(JOBS) all
	echo "Sending 1,000,000 messages through a storm, and comparing with a model, which takes a while"
	IPCX_STORM=1000000 IPCX_MODEL=10000 IPCX_MODEL_SEED=$$(date +%s) IPCX_TEST_TIMEOUT=3500 \
		tools/vm/vm --smp 2 --timeout 3600 -- selftests/run storm model
	echo "Following rings of three threads, and killing users of rings after each instruction"
	build/selftests/rings/model long
	IPCX_RING_DEATHS=all build/selftests/rings/death
	echo "Counting what statistics and tracepoints cost"
	selftests/bench/observed
	echo "Watching 100,000 mailboxes"
	tools/vm/vm --icount --timeout 1500 -- selftests/run many
	echo "Having the loading of the module fail at each step"
	selftests/unwind.sh
	echo "Shaking the ground 3,000 times"
	IPCX_UPHEAVAL=3000 IPCX_TEST_TIMEOUT=3500 tools/vm/vm --smp 2 --timeout 3600 -- \
		selftests/run upheaval
	echo "Mapping, forking, passing and killing regions 1,000,000 times"
	IPCX_REGIONSTORM=1000000 IPCX_TEST_TIMEOUT=7000 tools/vm/vm --smp 2 --timeout 7200 -- \
		selftests/run regionstorm

check-kernels:
	tools/setup/packages build kernel vm mqueue 32bit clang programs
	echo "Building the library, the command and the tests, also for 32 bits and with clang"
	$(MAKE) $(JOBS) all
	$(MAKE) $(JOBS) B=$(B)/32 CC="gcc -m32" selftests
	$(MAKE) $(JOBS) B=$(B)/clang CC=clang tools selftests selftests-ring
	echo "Testing the library's rings, built by clang"
	IPCX_SELFTESTS=$(B)/clang/selftests selftests/ring/run
	selftests/kernels

check-debug check-races: check-%:
	tools/setup/packages build kernel vm programs mqueue
	echo "Getting the kernel, and building the library, the command and the tests"
	tools/setup/kernel $* > /dev/null
	$(MAKE) $(JOBS) all
	selftests/check --kernel $*

check-planted:
	tools/setup/packages build kernel vm programs mqueue
	$(MAKE) $(JOBS) all
	selftests/planted/run
	selftests/ring/planted/run

check-setup:
	tools/setup/packages build kernel vm
	selftests/setup/run

fuzz:
	tools/setup/packages build kernel vm fuzz
	tools/setup/kernel debug > /dev/null
	$(MAKE) $(JOBS) all selftests-fuzz-lib
	IPCX_FUZZ_RUNS=2000000 IPCX_FUZZ_SEED=$$(date +%s) selftests/fuzz/lib/run
	mkdir -p $(B)/fuzz
	IPCX_FUZZ=$(or $(IPCX_FUZZ),100000) IPCX_FUZZ_SEED=$$(date +%s) IPCX_FUZZ_OUT=/share \
		tools/vm/vm --kernel debug --smp 2 --timeout 7200 --share $(B)/fuzz -- selftests/fuzz/run

coverage:
	tools/setup/packages build kernel vm programs
	tools/setup/kernel debug > /dev/null
	$(MAKE) $(JOBS) all
	mkdir -p $(B)/coverage
	IPCX_SLOWDOWN=10 tools/vm/vm --kernel debug --smp 2 --timeout 5000 --share $(B)/coverage -- \
		selftests/coverage/guest /share $(or $(COVERAGE_TESTS),$(filter-out \
		storm churn regionstorm model scale inject,$(SELFTESTS)) netlink)
	selftests/coverage/report $$(tools/setup/module debug) $(B)/coverage

lint:
	tools/setup/packages build kernel lint
	tools/lint

module:
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

install: install-tools
	if [ -e ipcx.ko ]; then $(MAKE) -C $(KDIR) M=$(CURDIR) modules_install; fi

clean:
	rm -rf $(B)
	if [ -e ipcx.ko ]; then $(MAKE) -C $(KDIR) M=$(CURDIR) clean; fi
