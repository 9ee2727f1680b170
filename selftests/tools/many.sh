#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ipcx top among 100,000 mailboxes: it stays responsive, and takes the memory that it takes among
# 900. Runs as root where ipcx is on PATH, in a network namespace of its own; leaves nothing behind.
# Seconds mean something where the clock counts instructions.

if [[ ! ${IPCX_ALONE:-} ]]; then
	IPCX_ALONE=yes exec unshare --net "$0"
fi

cd "$(dirname "$0")" || exit 1
# shellcheck source-path=SCRIPTDIR source=tap.sh
. ./tap.sh

poke=../../build/selftests/poke
header=" SENT BYTES RECVD BYTES     DEPTH   P50   P99 RCV SND FULL  REF  FLT NAME"

# look OBJECTS LAST SECONDS: top shows how many there are, hears each key so soon, though it asks for
# all of them again and again, and ends; leaves in most the KiB that it took at most.
look()
{
	local kib="run=awk '/^VmHWM/ { print \$2 }' /proc/\$(pgrep -x ipcx)/status >$tap_dir/most"

	rm -f "$tap_dir/most"
	run ./screen.py 24x80 "ipcx top" "see= $1 objects, .*by sent\n" "within=$3" \
		key=n "see=by name\n$header *\n.* box-0\n.* box-1\n" \
		key=i "see=by name, reversed\n$header *\n.* $2[^\n]*\n" \
		key=d "see=by depth, reversed\n" key=i "see=by depth\n$header *\n.* 1/256 .* box-77\n" \
		"$kib" key=q
	like "top shows that there are $1, and hears a key within $3 s" "$status $err" "0 "
	like "... and ends" "$out" "* $1 objects, *by depth"$'\n'"*"
	read -r most <"$tap_dir/most"
}

run $poke many box 900
ipcx send box-77 hello
# Where the clock counts instructions, it leaps while a file is read; after this, all are in memory.
look 900 box-99 60
few=$most
run $poke many more 99100
expect "99,100 more mailboxes" 0 "" ""
look 100k more-9 3
echo "# at most $few KiB among 900, $most KiB among 100,000"
holds "it takes no more memory" test $((most - few)) -lt 512
tap_end
