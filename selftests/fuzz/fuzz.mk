# SPDX-License-Identifier: GPL-2.0-only
#
# The fuzzers. Included by the top-level Makefile after tools/tools.mk.
#
#   make selftests-fuzz         build

FUZZ_OUT := $(B)/selftests
FUZZ_OBJ := $(FUZZ_OUT)/obj/fuzz
FUZZ_SRC := $(wildcard selftests/fuzz/*.c)

.PHONY: selftests-fuzz
selftests-fuzz: $(FUZZ_OUT)/fuzz $(FUZZ_OUT)/covered.so

$(FUZZ_OBJ)/%.o: selftests/fuzz/%.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -Wno-unused-result -Iuapi $(CPPFLAGS) $(CFLAGS) \
		-MMD -MP -c -o $@ $<

$(FUZZ_OUT)/fuzz: $(FUZZ_SRC:selftests/fuzz/%.c=$(FUZZ_OBJ)/%.o)
	$(CC) $(LDFLAGS) -o $@ $^ -pthread

# What the tests have reached, see selftests/coverage
$(FUZZ_OUT)/covered.so: selftests/coverage/preload.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -fPIC -shared \
		-o $@ $<

-include $(FUZZ_SRC:selftests/fuzz/%.c=$(FUZZ_OBJ)/%.d)

# The library and the command's parsers under libFuzzer, which is clang's
FUZZ_CLANG := clang
FUZZ_LIB_FLAGS := -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined -std=gnu11 \
	-D_GNU_SOURCE -Wall -Wextra -Werror -Iuapi -Itools/lib
FUZZ_LIB_OUT := $(B)/selftests/fuzz-lib

.PHONY: selftests-fuzz-lib
selftests-fuzz-lib: $(FUZZ_LIB_OUT)/ring $(FUZZ_LIB_OUT)/dump

$(FUZZ_LIB_OUT)/ring: selftests/fuzz/lib/ring.c selftests/fuzz/lib/input.h $(RING_LIB_DEP)
	@mkdir -p $(@D)
	$(FUZZ_CLANG) $(FUZZ_LIB_FLAGS) -o $@ $< $(RING_LIB_SRC) tools/lib/deadline.c

$(FUZZ_LIB_OUT)/dump: selftests/fuzz/lib/dump.c tools/ipcx/dumpfile.c tools/ipcx/dumpfile.h
	@mkdir -p $(@D)
	$(FUZZ_CLANG) $(FUZZ_LIB_FLAGS) -Dcrc32=sum_that_is_right -o $@ $< tools/ipcx/dumpfile.c
