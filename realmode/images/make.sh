#!/bin/sh
# make.sh — images from this distribution's own packages, by our own import
# and build; nothing is fetched but packages.
#
# usage: realmode/images/make.sh [busybox] [debian]       as root
#
# Speaks to whatever DOCKER names: "build/drydock --world real docker" unless
# it is set.  busybox needs busybox-static, debian needs mmdebstrap.
set -eu
cd "$(dirname "$0")/../.."
docker() { ${DOCKER:-build/drydock --world real docker} "$@"; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

busybox() {
  root=$dir/busybox
  mkdir -p "$root/bin" "$root/etc" "$root/root" "$root/tmp" "$root/var"
  chmod 1777 "$root/tmp"
  cp /bin/busybox "$root/bin/busybox"
  for applet in $(/bin/busybox --list); do
    [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
  done
  cat >"$root/etc/passwd" <<'TEXT'
root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
nobody:x:65534:65534:nobody:/home:/bin/false
TEXT
  printf 'root:x:0:\ndaemon:x:1:\nnogroup:x:65534:\n' >"$root/etc/group"
  tar -C "$root" -c . | docker import - busybox:rootfs >/dev/null
  mkdir "$dir/context"
  printf 'FROM busybox:rootfs\nCMD ["sh"]\n' >"$dir/context/Dockerfile"
  docker build -t busybox "$dir/context"
  docker rmi busybox:rootfs >/dev/null
}

debian() {
  command -v mmdebstrap >/dev/null || {
    echo "make.sh: debian needs mmdebstrap" >&2; exit 1
  }
  # By way of a file: a pipe would hide that it failed.
  mmdebstrap --variant=minbase --quiet "${SUITE:-stable}" "$dir/debian.tar"
  docker import - debian:rootfs <"$dir/debian.tar" >/dev/null
  mkdir -p "$dir/debian"
  printf 'FROM debian:rootfs\nCMD ["/bin/bash"]\n' >"$dir/debian/Dockerfile"
  docker build -t debian "$dir/debian"
  docker rmi debian:rootfs >/dev/null
}

[ $# -gt 0 ] || set -- busybox
for image in "$@"; do
  case $image in
    busybox | debian) "$image" ;;
    *) echo "make.sh: no such image here: $image" >&2; exit 2 ;;
  esac
done
docker images
