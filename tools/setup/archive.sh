# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # common.sh sets $setup
#
# Packages from the Debian archive, fetched without touching the machine's own
# apt: a private state directory and a private source list, derived from the
# machine's so that mirror, proxy and keyring are the ones that work here.
# Sourced, never run.

# Print the configured sources of this machine's own release with other suites
# in the place of theirs. Everything else that an entry says stays.
#
# MAP is words "suffix=suites": an entry for the machine's "bookworm-security"
# becomes one for the suites given for "-security", or goes if there are none.
derive_sources()
{
	local format=$1 codename=$2 map=$3 file
	shift 3

	for file; do
		[[ -r $file ]] || continue
		awk -v format="$format" -v codename="$codename" -v map="$map" \
			-f "$setup/sources.awk" "$file"
	done
}

# Make DIR a private apt state that knows the suites of MAP.
archive_open()
{
	local dir=$1 map=$2 etc codename

	# shellcheck source=/dev/null
	codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	eval "$(apt-config shell etc Dir::Etc/d)"

	mkdir -p "$dir"/{lists/partial,archives/partial,sources,preferences} || return 1
	: >"$dir/status"
	derive_sources list "$codename" "$map" \
		"$etc"sources.list "$etc"sources.list.d/*.list >"$dir/sources/derived.list"
	derive_sources deb822 "$codename" "$map" \
		"$etc"sources.list.d/*.sources >"$dir/sources/derived.sources"
	[[ -s $dir/sources/derived.list || -s $dir/sources/derived.sources ]] || {
		say "no apt source for Debian $codename is configured on this machine"
		return 1
	}

	# The user's own settings, proxies above all, without the hooks that
	# refresh other things after an update.
	apt-config dump | grep -v '^APT::Update::P' >"$dir/apt.conf"
	cat >>"$dir/apt.conf" <<-END
	Dir::State "$dir";
	Dir::State::lists "$dir/lists";
	Dir::State::status "$dir/status";
	Dir::Cache "$dir";
	Dir::Cache::archives "$dir/archives";
	Dir::Etc::sourcelist "/dev/null";
	Dir::Etc::sourceparts "$dir/sources";
	Dir::Etc::preferences "/dev/null";
	Dir::Etc::preferencesparts "$dir/preferences";
	Dir::Etc::main "/dev/null";
	Dir::Etc::parts "$dir/preferences";
	APT::Sandbox::User "root";
	Acquire::Languages "none";
	Acquire::Retries "3";
	END

	# One failing entry out of several need not matter: what counts is
	# whether the packages are found afterwards.
	archive_log=$dir/update.log
	APT_CONFIG=$dir/apt.conf apt-get -q update >"$archive_log" 2>&1
	return 0
}

# Print what PACKAGE depends on and whose name matches PATTERN.
archive_depends()
{
	APT_CONFIG=$1/apt.conf apt-cache depends "$2" 2>/dev/null |
		sed -n 's/^ *Depends: //p' | grep -xE -e "$3"
}

# Print the highest of the packages whose name matches PATTERN.
archive_newest()
{
	APT_CONFIG=$1/apt.conf apt-cache pkgnames | grep -xE -e "$2" | sort -V | tail -n 1
}

# Fetch PACKAGES and unpack them below ROOT; print their names and versions.
archive_unpack()
{
	local dir=$1 root=$2 deb
	shift 2

	(cd "$dir/archives" && APT_CONFIG=$dir/apt.conf apt-get -q download "$@") \
		>>"$archive_log" 2>&1 || {
		cat "$archive_log" >&2
		say "cannot fetch $* (see above): is the network up?"
		return 1
	}
	for deb in "$dir"/archives/*.deb; do
		dpkg-deb -x "$deb" "$root" || return 1
		dpkg-deb -W "$deb"
		rm -f "$deb"
	done
}
