# SPDX-License-Identifier: GPL-2.0-only
#
# The tests of the library's rings that need no module. Included by the top-level Makefile after
# tools/tools.mk.
#
#   make selftests-ring      build
#   selftests/ring/run       run

RING_TESTS_OUT := $(B)/selftests/rings
RING_TESTS := compare cost death document example hostile idle model race
RING_TESTS_BIN := $(RING_TESTS:%=$(RING_TESTS_OUT)/%)
RING_LIB_SRC := $(wildcard tools/lib/ring*.c)
RING_LIB_DEP := $(RING_LIB_SRC) $(wildcard tools/lib/*.h selftests/ring/*.h) tools/lib/deadline.c
RING_TESTS_CFLAGS = -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -Iuapi -Itools/lib $(CPPFLAGS) $(CFLAGS)

.PHONY: selftests-ring
selftests-ring: $(RING_TESTS_BIN) $(RING_TESTS_OUT)/headers

RING_TESTS_PLAIN := compare cost death idle
$(RING_TESTS_PLAIN:%=$(RING_TESTS_OUT)/%): $(RING_TESTS_OUT)/%: \
		selftests/ring/%.c $(TOOLS_OUT)/lib/libipcx.a $(RING_LIB_DEP)
	@mkdir -p $(@D)
	$(CC) $(RING_TESTS_CFLAGS) $(LDFLAGS) -o $@ $< $(TOOLS_OUT)/lib/libipcx.a -pthread

# valgrind stops at what it does not know of debugging information
$(RING_TESTS_OUT)/cost: private LDFLAGS += -s

$(RING_TESTS_OUT)/example: Documentation/examples/ring.c $(TOOLS_OUT)/lib/libipcx.a $(RING_LIB_DEP)
	@mkdir -p $(@D)
	$(CC) $(RING_TESTS_CFLAGS) $(LDFLAGS) -o $@ $< $(TOOLS_OUT)/lib/libipcx.a

$(RING_TESTS_OUT)/rings/extracted: Documentation/rings.rst selftests/tools/snippets selftests/ring/document.c
	selftests/tools/snippets $< $(@D) selftests/ring/document.c
	touch $@

$(RING_TESTS_OUT)/document: selftests/ring/document.c $(RING_TESTS_OUT)/rings/extracted \
		$(TOOLS_OUT)/lib/libipcx.a $(RING_LIB_DEP)
	$(CC) $(RING_TESTS_CFLAGS) -I$(RING_TESTS_OUT) $(LDFLAGS) -o $@ $< $(TOOLS_OUT)/lib/libipcx.a

$(RING_TESTS_OUT)/hostile: selftests/ring/hostile.c $(RING_LIB_DEP)
	@mkdir -p $(@D)
	$(CC) $(RING_TESTS_CFLAGS) -fsanitize=address,undefined -fno-sanitize-recover=undefined $(LDFLAGS) \
		-o $@ $< $(RING_LIB_SRC) tools/lib/deadline.c

# It knows of no fences, and gcc says so; they only keep wake-ups from being lost.
$(RING_TESTS_OUT)/race: selftests/ring/race.c $(RING_LIB_DEP)
	@mkdir -p $(@D)
	$(CC) $(RING_TESTS_CFLAGS) $(if $(findstring clang,$(CC)),,-Wno-tsan) -fsanitize=thread $(LDFLAGS) -o $@ $< $(RING_LIB_SRC) \
		tools/lib/deadline.c -pthread

# All but what asks the kernel, with other atomics; it goes from stack to stack, which fortified sources forbid
$(RING_TESTS_OUT)/model: $(wildcard selftests/ring/model*.c) $(RING_LIB_DEP)
	@mkdir -p $(@D)
	$(CC) $(RING_TESTS_CFLAGS) -U_FORTIFY_SOURCE -include selftests/ring/model.h $(LDFLAGS) -o $@ \
		$(filter selftests/ring/%.c,$^) $(filter-out %/ring_sys.c,$(RING_LIB_SRC))

# Alone, in C and in C++
$(RING_TESTS_OUT)/headers: $(RING_LIB_DEP)
	@mkdir -p $(@D)
	echo '#include <ipcx_ring.h>' | $(CC) -std=c11 -Wall -Wextra -Wpedantic -Werror -Iuapi -Itools/lib \
		-fsyntax-only -xc -
	if $(CXX) -E -x c++ /dev/null > /dev/null 2>&1; then \
		echo '#include <ipcx_ring.h>' | $(CXX) -std=c++11 -Wall -Wextra -Wpedantic -Werror -Iuapi \
			-Itools/lib -fsyntax-only -xc++ -; \
	fi
	touch $@
