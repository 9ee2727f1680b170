# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # tools/setup/kernel sets name, list
#
# Kernels built from Debian's source. Sourced by tools/setup/kernel.
#
# What is built is known by the version of the source, the compiler and the
# configuration, which are in the name of its place. It is built beside that, in
# NAME.build. An interrupted build goes on there.

layout=1
compiler=gcc-12

words()
{
	sed 's/#.*//' "$list" | xargs -n 1 | grep -E -e "$1"
}

# The parts of the configuration that the list names: they are beside it, or with
# the others
parts()
{
	local word dir

	words '^[^-]' | while read -r word; do
		for dir in "${list%/*}" "$setup/config"; do
			[[ ! -f $dir/$word.config ]] || break
		done
		[[ -f $dir/$word.config ]] || die "$list: there is no $dir/$word.config"
		echo "$dir/$word.config"
	done
}

# Options that the list takes back with a minus, as its source has not got them
without()
{
	words '^-' | sed 's/-\(.*\)/^CONFIG_\1=/'
}

# What the configuration must have in the end
wanted()
{
	printf '# Put together from %s\n' "${list##*/}"
	echo "CONFIG_LOCALVERSION=\"-ipcx-$name\""
	grep -hvf <(echo '^$'; without) "${config[@]}"
}

# A reason that is worded better builds no new kernel.
identity()
{
	echo "layout $layout, linux $version"
	"$compiler" --version
	wanted | grep -E '^(# )?CONFIG_'
}

# Of every byte, in less than a second: what is built here took long to build,
# and a report of a broken kernel's is long to explain.
checksums()
{
	(cd "$1" && find . -type f ! -name stamp -print0 | LC_ALL=C sort -z | xargs -0 cksum)
}

complete()
{
	[[ -e $1/stamp ]] && cmp -s "$1/stamp" <(checksums "$1")
}

unpack()
{
	rm -rf "$work"
	mkdir -p "$work/new" || return
	say "unpacking Linux $version"
	tar -xJf "$source/linux.tar.xz" -C "$work/new" --strip-components=1 || return
	identity >"$work/identity"
	mv "$work/new" "$work/linux"
}

# Prints what FILE wants of the configuration and the configuration has not.
lost()
{
	local line option

	while read -r line; do
		case $line in
		CONFIG_*=*)
			grep -qxF -e "$line" "$work/linux/.config" || echo "$line"
			;;
		"# CONFIG_"*" is not set")
			option=${line#\# }
			! grep -q -e "^${option%% *}=" "$work/linux/.config" || echo "$line"
			;;
		esac
	done <"$1"
}

# Everything is off that is not asked for. Kconfig is silent about what it could
# not do, because something else was missing; to begin again would not help.
configure()
{
	local missing

	wanted >"$work/wanted"
	quietly "${make[@]}" KCONFIG_ALLCONFIG="$work/wanted" allnoconfig || return
	missing=$(lost "$work/wanted")
	[[ ! $missing ]] || {
		say "these options did not survive, something that they depend on is missing:"
		printf '%s\n' "$missing" >&2
		exit 1
	}
}

# Say every while how far it is.
show_progress()
{
	local start=$SECONDS

	while sleep 20 && kill -0 $$; do
		say "$name: $(grep -cE '^  (CC|AS) ' "$work/log") files compiled in" \
			"$((SECONDS - start)) s, now $(awk 'END { print $2 }' "$work/log")"
	done
}

compile()
{
	local make_pid progress status

	# In the background, so that a signal ends it at once. If this script is
	# killed, make keeps the lock for as long as it writes there.
	"${make[@]}" -j"$(nproc)" bzImage modules >"$work/log" 2>&1 &
	make_pid=$!
	show_progress {lock_fd}>&- &
	progress=$!
	wait $make_pid
	status=$?
	kill "$progress"
	wait "$progress" 2>/dev/null
	((status == 0)) || grep -vE '^  [A-Z]+ ' "$work/log" | tail -n 30 >&2
	return $status
}

# What of the built tree an external module is built against
headers()
{
	(cd "$work/linux" && {
		find include scripts arch/x86/include arch/x86/scripts -type f \
			! -name '*.o' ! -name '.*.cmd' -print0
		find Makefile .config Module.symvers arch/x86/Makefile* scripts/module.lds \
			tools/objtool/objtool -print0
	} | sort -zu | tar -c --no-recursion --null -T -)
}

collect()
{
	local new=$1

	rm -rf "$new"
	mkdir -p "$new/headers" || return
	cp "$work/linux/arch/x86/boot/bzImage" "$new/vmlinuz" &&
		cp "$work/linux/.config" "$new/config" &&
		cp "$work/linux"/{System.map,vmlinux} "$new" &&
		"${make[@]}" -s kernelrelease >"$new/release" || return
	headers | tar -x -C "$new/headers"
	((PIPESTATUS[0] == 0 && PIPESTATUS[1] == 0)) || return
	checksums "$new" >"$new/stamp"
}

# Make it from whatever is there. What make has finished is whole, since it keeps
# books after each step; objtool is linked without.
continue_build()
{
	if [[ -d $work/linux ]] && cmp -s "$work/identity" <(identity); then
		say "going on with the interrupted build of the kernel '$name'"
		rm -f "$work/linux/tools/objtool/objtool"
	else
		unpack || return
	fi
	configure && compile
}

build()
{
	local resumed=''

	[[ ! -d $work/linux ]] || resumed=yes
	continue_build && return
	[[ $resumed ]] || return
	say "starting again from nothing"
	rm -rf "$work"
	continue_build
}

# Kernels of other configurations, built more than a month ago
sweep()
{
	find "$cache/kernels" -maxdepth 1 -name "$name-*" ! -path "$place" -mtime +30 \
		-exec rm -rf {} +
}

get()
{
	local start=$SECONDS

	"$setup/packages" kernel compile || return
	say "building the kernel '$name' from Linux $version, which takes about ten minutes on two CPUs"
	trap 'kill $(jobs -p) 2>/dev/null' EXIT
	trap 'exit 1' HUP INT TERM
	build && collect "$work/new" && publish "$work/new" "$place" || return
	rm -rf "$work"
	sweep
	say "the kernel '$name' is built, in $((SECONDS - start)) s"
}

"$setup/packages" kernel || exit
case $name in
newest)	origin=newest ;;
*)	origin=6.1 ;;
esac
source=$("$setup/source" "$origin") || exit
version=$(<"$source/version")
config=$(parts) || exit
mapfile -t config <<<"$config"
place=$cache/kernels/$name-$(identity | sha256sum | cut -c 1-12)
work=$cache/kernels/$name.build
# If a make that is silent calls this, the kernel's is not to be: its output tells how far it is.
make=(env -u MAKEFLAGS make -C "$work/linux" CC="$compiler" HOSTCC="$compiler"
	KBUILD_BUILD_USER=ipcx KBUILD_BUILD_HOST=ipcx)
