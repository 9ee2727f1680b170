#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Where ipcx bench puts the two sides of a comparison, on a machine with several CPUs and on one with
# a single one.

cd "$(dirname "$0")" || exit 1
# shellcheck source-path=SCRIPTDIR source=../tools/tap.sh
. ../tools/tap.sh

trap 'rm -rf "$tap_dir"; exit 1' INT TERM

json=$tap_dir/place.json

place()
{
	run timeout 900 ipcx bench -m pipe -s 64 -n 20 -r 2 --no-count --json "$json" "$@"
}

# How many cells are placed so
placed()
{
	grep -A 1 '"batch"' "$json" | grep -c "\"placement\": \"$1\""
}

place -p unpinned
like "unpinned" "$status $(placed unpinned)" "0 2"
if (($(nproc) < 2)); then
	place -p two-cpus
	like "two CPUs where there is one" "$status: $err" "2: *only one CPU*"
else
	place -p two-cpus,same-cpu
	like "two CPUs" "$status $(placed two-cpus)" "0 2"
	like "beside one" "$(placed same-cpu)" 2
fi
tap_end
