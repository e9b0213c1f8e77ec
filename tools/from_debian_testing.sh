#!/bin/sh
# Unpack packages of Debian's testing release into a folder: for what the stable release does not have. Nothing is
# installed, and it needs no root.
#
#   sh tools/from_debian_testing.sh FOLDER PACKAGE... [--alone PACKAGE...]
#
# What a package depends on is unpacked, too, unless it stands after `--alone`.
set -eu
folder=$1
shift
whole=
while [ $# -gt 0 ] && [ "$1" != --alone ]; do
    whole="$whole $1"
    shift
done
[ $# -eq 0 ] || shift
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 'Label: Debian' 'Created-By: Packages' | head -n 1)
[ -n "$mirror" ] || { echo 'apt knows no mirror of Debian here; run `apt-get update` first' >&2; exit 1; }

apt=$(mktemp -d)
trap 'rm -rf "$apt"' EXIT
mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$folder"
: >"$apt/installed"
echo "deb $mirror testing main" >"$apt/sources.list"
# A state of apt's own, in which nothing is installed: so that it fetches dependencies, too.
cat >"$apt/apt.conf" <<END
Dir::State "$apt";
Dir::State::lists "$apt/lists";
Dir::State::status "$apt/installed";
Dir::Cache "$apt";
Dir::Cache::archives "$apt/archives";
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
APT::Sandbox::User "root";
APT::Install-Recommends "false";
pkgCacheGen::Essential "none";
Debug::NoLocking "true";
END
export APT_CONFIG="$apt/apt.conf"
apt-get update -qq
# shellcheck disable=SC2086 # names of packages have no blanks
apt-get install --download-only -y -qq $whole >/dev/null
[ $# -eq 0 ] || (cd "$apt/archives" && apt-get download -qq "$@")
for package in "$apt"/archives/*.deb; do
    dpkg-deb --extract "$package" "$folder"
done
