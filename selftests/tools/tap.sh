# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced by the tests of the command: running it, looking at what it did, telling so in TAP.

tap_count=0
tap_failed=0
tap_dir=$(mktemp -d "${TMPDIR:-/tmp}/ipcx-test.XXXXXX") || exit 1
out=
err=
status=

echo "TAP version 13"

tap_result()
{
	tap_count=$((tap_count + 1))
	echo "$1 $tap_count - $2"
}

tap_pass()
{
	tap_result ok "$1"
}

tap_fail()
{
	tap_failed=$((tap_failed + 1))
	tap_result "not ok" "$1"
	shift
	printf '#   %s\n' "$@"
}

tap_skip()
{
	tap_result ok "$1 # SKIP $2"
}

# Prints the plan and returns the verdict.
tap_end()
{
	rm -rf "$tap_dir"
	echo "1..$tap_count"
	echo "# $((tap_count - tap_failed)) of $tap_count passed"
	((tap_failed == 0))
}

# slurp NAME FILE: sets the variable without starting a process, which is slow in an emulated guest.
slurp()
{
	IFS= read -r -d '' "$1" <"$2"
}

# run COMMAND...: sets out and status; and err, without its last newline.
run()
{
	"$@" >"$tap_dir/out" 2>"$tap_dir/err"
	status=$?
	slurp out "$tap_dir/out"
	slurp err "$tap_dir/err"
	err=${err%$'\n'}
}

# reap PID: waits for a command in the background, whose stderr is in log; sets status and err.
reap()
{
	wait "$1"
	status=$?
	out=
	slurp err "$tap_dir/log"
	err=${err%$'\n'}
}

# until_has FILE TEXT: waits until the file has it; not for ever.
until_has()
{
	local tries

	for ((tries = 0; tries < 600; tries++)); do
		! grep -q -e "$2" "$1" || return 0
		sleep 0.05
	done
	return 1
}

# expect WHAT STATUS OUT ERR: of the last run; OUT is exact, ERR a pattern.
expect()
{
	# shellcheck disable=SC2053 # the pattern is meant as one
	if [[ $status == "$2" && $out == "$3" && $err == $4 ]]; then
		tap_pass "$1"
	else
		tap_fail "$1" "status $status, expected $2" "stdout '$out', expected '$3'" \
			"stderr '$err', expected '$4'"
	fi
}

# holds WHAT COMMAND...: the command succeeds.
holds()
{
	local what=$1

	shift
	if "$@"; then
		tap_pass "$what"
	else
		tap_fail "$what" "failed: $*"
	fi
}

# like WHAT TEXT PATTERN
like()
{
	# shellcheck disable=SC2053 # the pattern is meant as one
	if [[ $2 == $3 ]]; then
		tap_pass "$1"
	else
		tap_fail "$1" "got '$2', expected '$3'"
	fi
}
