# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the scripts of tools/setup and tools/vm share: where things are, how to
# speak to the user, how to take a lock. Sourced, never run.

# shellcheck disable=SC2034 # used by those who source this
{
PATH=$PATH:/usr/sbin:/sbin
top=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
cache=${XDG_CACHE_HOME:-${HOME:?}/.cache}/ipcx
setup=$top/tools/setup
}

say()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die()
{
	say "$*"
	exit 1
}

# Hold FILE's lock until this process ends. Children inherit the descriptor, so
# whatever is left running in the background must close it: {lock_fd}>&-.
lock()
{
	mkdir -p "${1%/*}" || die "cannot create ${1%/*}"
	exec {lock_fd}>"$1" || die "cannot write $1"
	flock "$lock_fd" || die "cannot lock $1"
}

# Run a command that is only worth reading when it fails.
quietly()
{
	local output

	output=$("$@" 2>&1) && return
	printf '%s\n' "$output" >&2
	return 1
}

# Put the finished directory NEW at PLACE. A reader sees the old one or the new
# one, or for an instant none, but never half of one.
publish()
{
	local new=$1 place=$2 old=$2.old.$$

	if [[ -e $place ]]; then
		mv -T "$place" "$old" || return 1
	fi
	mv -T "$new" "$place" && rm -rf "$old"
}

# What uname -r says in the kernel whose bzImage is FILE. The x86 boot protocol
# has a pointer to it at 0x20e, less 0x200.
kernel_release()
{
	local magic offset

	magic=$(head -c 518 "$1" | tail -c 4 | tr -d '\0')
	[[ $magic == HdrS ]] || return 1
	offset=$(od -An -tu2 -j $((0x20e)) -N 2 "$1")
	tail -c +$((offset + 0x200 + 1)) "$1" | head -c 128 | cut -d ' ' -f 1 | head -n 1
}
