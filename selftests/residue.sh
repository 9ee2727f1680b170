#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Nothing of the kernel's memory is told, where all of that is poison: a copy of the module has every
# variable on the stack full of 0xfe, also those that the module says it writes, and the guest's kernel
# hands out objects and pages as they were freed, full of 0x6b and 0xaa. Builds the copy, and runs the
# tests that look for it. Prints TAP.

cd "$(dirname "$0")/.." || exit 2

work=build/poisoned
poison='slub_debug=P page_poison=1 init_on_alloc=0 init_on_free=0'

# A copy whose stack is not zero, as that of Debian's kernels is
copy()
{
	rm -rf "$work"
	mkdir -p "$work" && cp -r Kbuild VERSION module uapi "$work" || return
	echo 'ccflags-y += -ftrivial-auto-var-init=pattern' >>"$work/Kbuild"
	sed -i -E 's/^(#define __ipcx_uninitialized).*/\1/' "$work/module/compat.h"
	grep -q '^#define __ipcx_uninitialized$' "$work/module/compat.h"
}

case ${1:-} in
-*)
	echo "Usage: selftests/residue.sh [TEST...]"
	exit
	;;
esac
(($# > 0)) || set -- residue netresidue
if ! copy || ! module=$(tools/setup/module --from "$work" stock); then
	echo "TAP version 13"
	echo "1..1"
	echo "not ok 1 - a module whose stack is poison is built"
	exit 1
fi
tools/vm/vm --module "$module" --smp 1 --mem 512 --append "$poison" -- selftests/run "$@"
