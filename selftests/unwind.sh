#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Loading the module fails at each of its steps, one after the other, and then nothing is left of those
# before: network namespaces come and go, and the module loads. Builds a copy of the module that can be
# told where to fail, and tries it in a guest. Prints TAP.

cd "$(dirname "$0")/.." || exit 2

# Leaves in DIR a module whose parameter fail_at is the number of the step that fails.
doctor()
{
	cp -r Kbuild VERSION module uapi "$1" || return
	sed -i -E -e '/^static int __init ipcx_init/,/^}/s/^\terr = (.*);$/\terr = ipcx_fails() ?: \1;/' \
		-e '/^static int __init ipcx_init/i\
static int fail_at, ipcx_step;\
module_param(fail_at, int, 0);\
\
static int ipcx_fails(void)\
{\
	return ++ipcx_step == fail_at ? -ENODEV : 0;\
}\
' "$1/module/main.c"
	steps=$(grep -c 'err = ipcx_fails()' "$1/module/main.c")
	((steps > 0))
}

# What is there only while it is loaded
gone()
{
	local file

	for file in /dev/ipcx /sys/module/ipcx /proc/sys/net/ipcx; do
		[[ ! -e $file ]] || { echo "# $file is there"; return 1; }
	done
}

fails_at()
{
	local module=$1 step=$2 text

	if text=$(insmod "$module" fail_at="$step" 2>&1); then
		echo "# it was loaded"
		return 1
	fi
	[[ $text == *"No such device"* ]] || { echo "# $text"; return 1; }
	gone && unshare --net true
}

loads()
{
	insmod "$1" && unshare --net build/selftests/poke use && [[ -e /proc/sys/net/ipcx ]] &&
		rmmod ipcx && gone
}

guest()
{
	local module=$1 steps=$2 step failed=0

	echo "1..$steps"
	for ((step = 1; step <= steps; step++)); do
		if ! fails_at "$module" "$step" || ! loads "$module"; then
			((++failed))
			printf 'not '
		fi
		echo "ok $step - step $step of $steps fails, nothing is left of those before, and it loads"
	done
	((failed == 0))
}

case ${1:-} in
guest)
	guest "$2" "$3"
	exit
	;;
-*)
	echo "Usage: selftests/unwind.sh [KERNEL]"
	exit
	;;
esac
kernel=${1:-stock}
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
echo "TAP version 13"
if ! doctor "$tmp" || ! module=$(tools/setup/module --from "$tmp" "$kernel" 2>"$tmp/output"); then
	sed 's/^/# /' "$tmp/output"
	echo "not ok 1 - a module that can be told where to fail is built"
	echo "1..1"
	exit 1
fi
tools/vm/vm --kernel "$kernel" --module none --smp 1 -- selftests/unwind.sh guest "$module" "$steps"
