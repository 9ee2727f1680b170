# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # tools/setup/kernel sets name, place
#
# Debian's kernels, from their packages. Sourced by tools/setup/kernel.

. "$setup/archive.sh"

declare -A suites=(
	[stock]="=bookworm -security=bookworm-security"
	[6.12]="=bookworm-backports"
	[rt]="=bookworm -security=bookworm-security"
	[6.12-rt]="=bookworm-backports"
)
flavour=amd64
[[ $name != *rt ]] || flavour=rt-amd64

place=$cache/kernels/$name

# What a complete directory says about itself. Sizes, not checksums: this runs
# every time, and what happens to caches is truncation and missing files.
inventory()
{
	echo "ipcx kernel, layout 1"
	(cd "$1" && stat -L -c '%s %n' vmlinuz config release \
		modules/modules.dep modules/modules.order \
		modules/kernel/fs/9p/9p.ko* modules/kernel/fs/overlayfs/overlay.ko* \
		headers/Makefile headers/Module.symvers headers/.config \
		headers/scripts/mod/modpost headers/tools/objtool/objtool) 2>/dev/null
}

complete()
{
	local stamp

	stamp=$(cat "$1/stamp" 2>/dev/null) || return
	[[ ${stamp%%$'\npackages:'*} == "$(inventory "$1")" ]]
}

# The unpacked headers find each other by absolute path. Point those into the
# directory that they will end up in.
relocate_headers()
{
	local root=$1 file link target

	grep -rlI --include=Makefile --include=.kernelvariables --include='*.mk' \
		-e '/usr/src/linux-' -e '/usr/lib/linux-' "$root"/usr/src/*/ --max-count=1 \
		--exclude-dir=include |
		while read -r file; do
			sed -i -E "s|([ =\t]\|^)/usr/(src\|lib)/linux-|\1$place/usr/\2/linux-|g" "$file"
		done
	find "$root/usr" "$root/lib" -type l -lname '/usr/*' -printf '%p\t%l\n' |
		while IFS=$'\t' read -r link target; do
			ln -sfn "$place$target" "$link"
		done
}

# Make the packages unpacked in ROOT into what tools/setup/kernel promises.
arrange()
{
	local root=$1 release

	release=$(cd "$root/lib/modules" && echo *)
	[[ -f $root/boot/vmlinuz-$release ]] || {
		say "the kernel's image and its headers are of different versions: $release"
		return 1
	}
	echo "$release" >"$root/release"
	ln -s "boot/vmlinuz-$release" "$root/vmlinuz"
	ln -s "boot/config-$release" "$root/config"
	ln -s "boot/System.map-$release" "$root/System.map"
	ln -s "lib/modules/$release" "$root/modules"
	ln -s "usr/src/linux-headers-$release" "$root/headers"
	rm -rf "${root:?}/usr/share"
	relocate_headers "$root"
	depmod -b "$root" "$release"
}

fetch()
{
	local root=$1 apt=$2 image headers extra

	archive_open "$apt" "${suites[$name]}" || return
	image=$(archive_depends "$apt" "linux-image-$flavour" 'linux-image-.*')
	headers=$(archive_depends "$apt" "linux-headers-$flavour" 'linux-headers-.*')
	[[ $image && $headers ]] || {
		cat "$archive_log" >&2
		say "no kernel in the package lists (see above): is the network up?"
		return 1
	}
	extra=$(archive_depends "$apt" "$headers" 'linux-(headers|kbuild)-.*')
	say "fetching $image, $headers and what they need"
	# shellcheck disable=SC2086 # names, one a word
	archive_unpack "$apt" "$root" "$image" "$headers" $extra
}

get()
{
	local packages

	"$setup/packages" kernel || return
	new=$(mktemp -d "$cache/kernels/$name.new.XXXXXX") || return
	trap 'rm -rf "$new"' EXIT
	trap 'exit 1' HUP INT TERM
	mkdir "$new/root" || return
	packages=$(fetch "$new/root" "$new/apt") || return
	arrange "$new/root" || return
	{
		inventory "$new/root"
		printf 'packages:\n%s\n' "$packages"
	} >"$new/root/stamp"
	complete "$new/root" || {
		say "the packages do not hold what a kernel here must have: $packages"
		return 1
	}
	publish "$new/root" "$place"
}
