# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced by tests of the command: names for what they make, which is removed however they end.

# shellcheck source-path=SCRIPTDIR source=tap.sh
. ./tap.sh

box=test-$$
names=("$box" "$box-2" "$box-r")

cleanup()
{
	local name

	for name in "${names[@]}"; do
		ipcx rm "$name" 2>/dev/null
	done
}

interrupted()
{
	cleanup
	rm -rf "$tap_dir"
	exit 1
}
trap interrupted INT TERM

empty()
{
	! ipcx recv --timeout 0 "$1" >/dev/null 2>&1
}
