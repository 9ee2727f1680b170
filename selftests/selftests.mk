# SPDX-License-Identifier: GPL-2.0-only
#
# The tests of the module. Included by the top-level Makefile, which says where to build (B) and with
# what (CC, CFLAGS).
#
#   make selftests              build
#   selftests/run [NAME...]     run, in a guest

SELFTESTS := abi residue netresidue numbers sums names lifetime rights matrix mailbox select ranks waiting awake poll epoll descriptor sigio
SELFTESTS += peek batch batchwait batchstuck alike truncate uring notify fds fdsrefused flight call
SELFTESTS += vector hangup fault stuck lend ends signal memory toctou churn storm upheaval mqueue mqnotify
SELFTESTS += region bell regionlike regionstorm lock channel ring document
SELFTESTS += limits share account exhaust scale stats trace knob model inject
# Debian has no liburing for 32-bit programs on 64-bit machines.
ifneq ($(filter -m32,$(CC)),)
SELFTESTS := $(filter-out uring inject,$(SELFTESTS))
endif
SELFTESTS_OUT := $(B)/selftests
SELFTESTS_OBJ := $(SELFTESTS_OUT)/obj
# poke and mq are no tests, but what scripts use
SELFTESTS_BIN := $(SELFTESTS:%=$(SELFTESTS_OUT)/%) $(SELFTESTS_OUT)/poke $(SELFTESTS_OUT)/mq

# The harness is the kernel's. Where it is, is asked only when something is compiled.
KSELFTEST ?= $(eval KSELFTEST := $(or $(shell tools/setup/source),$(error no kernel source to take \
	the test harness from))/tools/testing/selftests)$(KSELFTEST)

SELFTESTS_CFLAGS = -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -Iuapi -isystem $(KSELFTEST)
# The harness has unused parameters and compares any signs; gcc is silent about its macros.
SELFTESTS_CFLAGS += $(if $(findstring clang,$(CC)),-Wno-unused-parameter -Wno-sign-compare)

.PHONY: selftests
selftests: $(SELFTESTS_BIN) $(SELFTESTS_OUT)/list $(SELFTESTS_OBJ)/layout
selftests: $(SELFTESTS_OUT)/noted.so $(SELFTESTS_OUT)/errno.list $(SELFTESTS_OUT)/broken.so

# What is linked into programs
SELFTESTS_STORM := storm_book storm_send storm_recv storm_death
SELFTESTS_MODEL := model_mailbox model_op model_run
SELFTESTS_INJECT := inject_fault inject_state inject_netlink inject_object inject_send inject_receive
SELFTESTS_INJECT += inject_call inject_other
SELFTESTS_PART := ipcx_test genl $(SELFTESTS_STORM) $(SELFTESTS_MODEL) $(SELFTESTS_INJECT)

$(SELFTESTS_PART:%=$(SELFTESTS_OBJ)/%.o): $(SELFTESTS_OBJ)/%.o: selftests/%.c
	@mkdir -p $(@D)
	$(CC) $(SELFTESTS_CFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(SELFTESTS_BIN): $(SELFTESTS_OUT)/%: selftests/%.c $(SELFTESTS_OBJ)/ipcx_test.o
	$(CC) $(SELFTESTS_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -MMD -MP -MF $(SELFTESTS_OBJ)/$*.d \
		-o $@ $< $(SELFTESTS_OBJ)/ipcx_test.o -pthread $(SELFTESTS_LIBS)

$(SELFTESTS_OUT)/matrix: SELFTESTS_LIBS := $(SELFTESTS_OBJ)/genl.o
$(SELFTESTS_OUT)/matrix: $(SELFTESTS_OBJ)/genl.o
$(SELFTESTS_OUT)/netresidue $(SELFTESTS_OUT)/sums: SELFTESTS_LIBS := $(SELFTESTS_OBJ)/genl.o
$(SELFTESTS_OUT)/netresidue $(SELFTESTS_OUT)/sums: $(SELFTESTS_OBJ)/genl.o
$(SELFTESTS_OUT)/uring: SELFTESTS_LIBS := -luring
$(SELFTESTS_OUT)/fds: SELFTESTS_LIBS := $(B)/lib/libipcx.a
$(SELFTESTS_OUT)/fds: $(B)/lib/libipcx.a
$(SELFTESTS_OUT)/ring: SELFTESTS_LIBS := $(B)/lib/libipcx.a
$(SELFTESTS_OUT)/ring: $(B)/lib/libipcx.a
SELFTESTS_REGION := $(SELFTESTS_OUT)/lock $(SELFTESTS_OUT)/channel $(SELFTESTS_OUT)/document
$(SELFTESTS_REGION): SELFTESTS_LIBS := $(B)/lib/libipcx.a
$(SELFTESTS_REGION): SELFTESTS_CFLAGS += -Itools/lib
$(SELFTESTS_REGION): $(B)/lib/libipcx.a
$(SELFTESTS_OUT)/document: SELFTESTS_CFLAGS += -I$(SELFTESTS_OBJ)
$(SELFTESTS_OUT)/document: $(SELFTESTS_OBJ)/regions/extracted

# The C of a document
$(SELFTESTS_OBJ)/regions/extracted: Documentation/regions.rst selftests/tools/snippets selftests/document.c
	selftests/tools/snippets $< $(@D) selftests/document.c
	touch $@
$(SELFTESTS_OUT)/storm: SELFTESTS_LIBS := $(SELFTESTS_STORM:%=$(SELFTESTS_OBJ)/%.o)
$(SELFTESTS_OUT)/storm: $(SELFTESTS_STORM:%=$(SELFTESTS_OBJ)/%.o)
$(SELFTESTS_OUT)/model: SELFTESTS_LIBS := $(SELFTESTS_MODEL:%=$(SELFTESTS_OBJ)/%.o)
$(SELFTESTS_OUT)/model: $(SELFTESTS_MODEL:%=$(SELFTESTS_OBJ)/%.o)
$(SELFTESTS_OUT)/inject: SELFTESTS_LIBS := $(SELFTESTS_INJECT:%=$(SELFTESTS_OBJ)/%.o) -luring
$(SELFTESTS_OUT)/inject: $(SELFTESTS_INJECT:%=$(SELFTESTS_OBJ)/%.o)

# What selftests/run runs
$(SELFTESTS_OUT)/list: selftests/selftests.mk
	@mkdir -p $(@D)
	printf '%s\n' $(SELFTESTS) > $@

# What the tests have seen of errors, see errnos.sh
$(SELFTESTS_OUT)/noted.so: selftests/noted.c uapi/linux/ipcx.h
	@mkdir -p $(@D)
	$(CC) $(SELFTESTS_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -fPIC -shared -o $@ $<

# What textbooks say does not hold with it, see tools/demo.sh
$(SELFTESTS_OUT)/broken.so: selftests/tools/broken.c
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -fPIC -shared \
		-o $@ $<

# Names and numbers; of two names for one number, that which the header uses
$(SELFTESTS_OUT)/errno.list:
	@mkdir -p $(@D)
	echo '#include <errno.h>' | $(CC) -dM -E - | awk '$$1 == "#define" && $$2 ~ /^E/ && $$3 ~ /^[0-9]+$$/ \
		{ print $$2, $$3 }' > $@

# The header alone must do, with the same layout, for 32-bit callers and for C++: as far as this
# compiler knows of those.
$(SELFTESTS_OBJ)/layout: selftests/layout.c uapi/linux/ipcx.h
	@mkdir -p $(@D)
	$(CC) -std=c11 -Wall -Wextra -Wpedantic -Werror -Iuapi -fsyntax-only $<
	if $(CC) -m32 -E -x c /dev/null > /dev/null 2>&1; then \
		$(CC) -m32 -std=c11 -Wall -Wextra -Werror -Iuapi -isystem /usr/include/$$($(CC) \
			-dumpmachine) -fsyntax-only $<; \
	fi
	if $(CXX) -E -x c++ /dev/null > /dev/null 2>&1; then \
		$(CXX) -std=c++11 -Wall -Wextra -Werror -Iuapi -x c++ -fsyntax-only $<; \
	fi
	touch $@

-include $(SELFTESTS_BIN:$(SELFTESTS_OUT)/%=$(SELFTESTS_OBJ)/%.d) $(SELFTESTS_PART:%=$(SELFTESTS_OBJ)/%.d)
