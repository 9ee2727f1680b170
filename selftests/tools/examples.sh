#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The examples of the manual pages, and of documents, with the module loaded: each command behind a "$ "
# is run, and prints what the page says. "..." stands for what differs. Runs as root where ipcx is on
# PATH; leaves nothing behind, in a network namespace of its own.

cd "$(dirname "$0")" || exit 1

# Where there is nothing of anybody else's, and limits can be changed
if [[ ${1:-} != --alone ]]; then
	exec unshare --net "$PWD/${0##*/}" --alone
fi

# shellcheck source-path=SCRIPTDIR source=tap.sh
. ./tap.sh

man=$(cd ../../Documentation/man && pwd)

# What is in the displays of the section, as one sees it, each behind its ".Bd"
examples()
{
	sed -n -e '/^\.Sh EXAMPLES/,/^\.Sh SEE/ { /^\.Bd/,/^\.Ed/ { /^\.Ed/!p } }' "$1" | sed \
		-e 's/\\-/-/g' -e "s/\\\\(aq/'/g" -e 's/\\(ga/`/g' -e 's/\\(ha/^/g' \
		-e 's/\\(ti/~/g' -e 's/\\&//g' -e 's/\\e/\\/g'
}

# The same of a document: what is indented and begins with a command
indented()
{
	awk '/^\t\$ / && !inside { inside = 1; print ".Bd -" }
		!/^\t/ { inside = 0 }
		inside { print substr($0, 2) }' "$1"
}

# Sets what $? is for the next command.
left()
{
	return "$1"
}

# Runs the command in this shell, as those after it may want what it sets, and prints what is wrong.
try()
{
	local printed pattern

	[[ $command ]] || return
	# A file of its own, as those before it may still run
	((++count))
	eval "left $status"$'\n'"$command" >"$tap_dir/$count" 2>&1
	status=$?
	slurp printed "$tap_dir/$count"
	pattern=${expected//\\/\\\\}
	pattern=${pattern//[/\\[}
	pattern=${pattern//\*/\\*}
	pattern=${pattern//\?/\\?}
	pattern=${pattern//(/\\(}
	# shellcheck disable=SC2053 # the pattern is meant as one
	[[ ${printed%$'\n'} == ${pattern//.../*} ]] ||
		printf '%s\n' "\$ $command" "printed:" "$printed" "expected:" "$expected"
}

try_all()
{
	local command='' expected='' line

	cd "$tap_dir" || return
	count=0
	status=0
	while IFS= read -r line; do
		case $line in
		'.Bd '*)
			try
			command=''
			;;
		'$ '*)
			try
			command=${line#'$ '} expected=''
			;;
		*)
			expected+=${expected:+$'\n'}$line
			;;
		esac
	done
	try
	wait
	ipcx ls --json
}

# test_page FILE COMMANDS
test_page()
{
	[[ $2 != *$'\n$ '* ]] || like "the examples of ${1##*/}" "$(try_all <<<"$2")" ""
}

for page in "$man"/*; do
	test_page "$page" "$(examples "$page")"
done
for document in "$man"/../{regions,rings}.rst; do
	test_page "$document" "$(indented "$document")"
done
tap_end
