# SPDX-License-Identifier: GPL-2.0-only
#
# The userspace half: libipcx, the ipcx command, libipcx-mqueue.so. Included by the top-level Makefile, which says
# where to build (B) and with what (CC, CFLAGS).
#
#   make tools                  build
#   make tools SANITIZE=1       build with the address and undefined-behaviour sanitizers, apart
#   make install-tools          install under $(DESTDIR)$(PREFIX)

PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
MANDIR ?= $(PREFIX)/share/man
INSTALL ?= install
AR ?= ar

TOOLS_VERSION := $(shell cat VERSION)
TOOLS_MAJOR := $(firstword $(subst ., ,$(TOOLS_VERSION)))
TOOLS_OUT := $(B)$(if $(SANITIZE),/asan)
TOOLS_OBJ := $(TOOLS_OUT)/obj
ifneq ($(SANITIZE),)
TOOLS_SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=undefined
endif

TOOLS_CFLAGS := -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -Iuapi -Itools/lib -Itools \
	-DIPCX_VERSION='"$(TOOLS_VERSION)"' $(TOOLS_SANITIZE)

# Asked only when it is compiled or linked
NL_CFLAGS ?= $(eval NL_CFLAGS := $(shell pkg-config --cflags libnl-genl-3.0))$(NL_CFLAGS)
NL_LIBS ?= $(eval NL_LIBS := $(shell pkg-config --libs libnl-genl-3.0))$(NL_LIBS)
CURSES_CFLAGS ?= $(eval CURSES_CFLAGS := $(shell pkg-config --cflags ncursesw))$(CURSES_CFLAGS)
CURSES_LIBS ?= $(eval CURSES_LIBS := $(shell pkg-config --libs ncursesw))$(CURSES_LIBS)

LIB_SO := $(TOOLS_OUT)/lib/libipcx.so
LIB_SONAME := libipcx.so.$(TOOLS_MAJOR)
LIB_FILE := libipcx.so.$(TOOLS_VERSION)
LIB_SRC := $(wildcard tools/lib/*.c)
LIB_OBJ := $(LIB_SRC:%.c=$(TOOLS_OBJ)/%.o)
SHIM_SO := $(TOOLS_OUT)/lib/libipcx-mqueue.so
SHIM_SRC := $(wildcard tools/shim/*.c)
SHIM_OBJ := $(SHIM_SRC:%.c=$(TOOLS_OBJ)/%.o)
IPCX_SRC := $(wildcard tools/ipcx/*.c tools/bench/*.c tools/host/*.c)
IPCX_OBJ := $(IPCX_SRC:%.c=$(TOOLS_OBJ)/%.o)

TOOLS_TARGETS := $(LIB_SO) $(TOOLS_OUT)/lib/libipcx.a $(TOOLS_OUT)/lib/pkgconfig/ipcx.pc \
	$(TOOLS_OUT)/bin/ipcx $(SHIM_SO)

.PHONY: tools install-tools
tools: $(TOOLS_TARGETS)

$(LIB_OBJ): TOOLS_CFLAGS += -fPIC
# It is what the fortified calls call.
$(SHIM_OBJ): TOOLS_CFLAGS += -fPIC -U_FORTIFY_SOURCE

# Where a PROGRAM of mq-run is to find the library, if not beside the command
$(TOOLS_OBJ)/tools/ipcx/mq_run.o: TOOLS_CFLAGS += -DIPCX_LIBDIR='"$(LIBDIR)"'

# The one file that speaks netlink
$(TOOLS_OBJ)/tools/ipcx/control.o: TOOLS_CFLAGS += $(NL_CFLAGS)
# And the one that draws on a terminal
$(TOOLS_OBJ)/tools/ipcx/top_screen.o: TOOLS_CFLAGS += $(CURSES_CFLAGS)

$(TOOLS_OBJ)/%.o: %.c VERSION
	@mkdir -p $(@D)
	$(CC) $(TOOLS_CFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# The links are made with the library, so that there is never one without the other.
$(LIB_SO): $(LIB_OBJ) tools/lib/libipcx.map
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(TOOLS_SANITIZE) $(LDFLAGS) -shared -Wl,-soname,$(LIB_SONAME) \
		-Wl,--version-script,tools/lib/libipcx.map -Wl,-z,defs -o $(@D)/$(LIB_FILE) \
		$(LIB_OBJ)
	ln -sf $(LIB_FILE) $(@D)/$(LIB_SONAME)
	ln -sf $(LIB_SONAME) $@

$(TOOLS_OUT)/lib/libipcx.a: $(LIB_OBJ)
	@mkdir -p $(@D)
	rm -f $@
	$(AR) rcs $@ $^

# With the library in it: programs that it is loaded into need not find that, nor see it.
$(SHIM_SO): $(SHIM_OBJ) $(TOOLS_OUT)/lib/libipcx.a tools/shim/libipcx-mqueue.map
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(TOOLS_SANITIZE) $(LDFLAGS) -shared -Wl,-soname,$(@F) \
		-Wl,--version-script,tools/shim/libipcx-mqueue.map -Wl,-z,defs -o $@ \
		$(SHIM_OBJ) $(TOOLS_OUT)/lib/libipcx.a -pthread -ldl

# Made again for installing, as PREFIX may be another by then.
TOOLS_PC = sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' \
	-e 's|@VERSION@|$(TOOLS_VERSION)|' tools/lib/ipcx.pc.in

$(TOOLS_OUT)/lib/pkgconfig/ipcx.pc: tools/lib/ipcx.pc.in VERSION
	@mkdir -p $(@D)
	$(TOOLS_PC) > $@

$(TOOLS_OUT)/bin/ipcx: $(IPCX_OBJ) $(LIB_SO)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(TOOLS_SANITIZE) $(LDFLAGS) -Wl,-rpath,'$$ORIGIN/../lib' \
		-o $@ $(IPCX_OBJ) -L$(TOOLS_OUT)/lib -lipcx $(NL_LIBS) $(CURSES_LIBS) \
		-ljansson -luring -lz -lm -pthread

install-tools: tools
	$(INSTALL) -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/include/linux \
		$(DESTDIR)$(LIBDIR)/pkgconfig
	$(INSTALL) -m 755 $(TOOLS_OUT)/bin/ipcx $(DESTDIR)$(PREFIX)/bin
	$(INSTALL) -m 755 $(TOOLS_OUT)/lib/$(LIB_FILE) $(DESTDIR)$(LIBDIR)
	ln -sf $(LIB_FILE) $(DESTDIR)$(LIBDIR)/$(LIB_SONAME)
	ln -sf $(LIB_SONAME) $(DESTDIR)$(LIBDIR)/libipcx.so
	$(INSTALL) -m 755 $(SHIM_SO) $(DESTDIR)$(LIBDIR)
	$(INSTALL) -m 644 $(TOOLS_OUT)/lib/libipcx.a $(DESTDIR)$(LIBDIR)
	$(INSTALL) -m 644 tools/lib/ipcx.h tools/lib/ipcx_lock.h tools/lib/ipcx_channel.h \
		tools/lib/ipcx_ring.h tools/lib/ipcx_ring_layout.h $(DESTDIR)$(PREFIX)/include
	$(INSTALL) -m 644 uapi/linux/ipcx.h uapi/linux/ipcx_netlink.h \
		$(DESTDIR)$(PREFIX)/include/linux
	$(TOOLS_PC) > $(DESTDIR)$(LIBDIR)/pkgconfig/ipcx.pc
	$(INSTALL) -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	$(INSTALL) -m 644 tools/completion/ipcx $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	$(INSTALL) -d $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(MANDIR)/man4
	$(INSTALL) -m 644 Documentation/man/*.1 $(DESTDIR)$(MANDIR)/man1
	$(INSTALL) -m 644 Documentation/man/*.4 $(DESTDIR)$(MANDIR)/man4

-include $(LIB_OBJ:.o=.d) $(SHIM_OBJ:.o=.d) $(IPCX_OBJ:.o=.d)
