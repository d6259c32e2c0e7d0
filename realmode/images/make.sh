#!/bin/sh
# make.sh — images from this distribution's own packages, by our own import
# and build.  Nothing is fetched but packages, and that by the host's apt: no
# step of a build needs a network.
set -eu
cd "$(dirname "$0")"
here=$(pwd)
top=$here/../..

known='busybox debian redis nginx registry identidock'

help() {
  cat <<'TEXT'
usage: ./dev images [--save DIR] [NAME...]       as root; without a name: busybox

  busybox     from busybox-static, in seconds
  debian      by mmdebstrap from SUITE (this host's own, else stable); also
              tagged debian:wheezy, as the textbook's Dockerfiles call it
  redis       on that debian, from Debian's redis-server
  nginx       on that debian, from Debian's nginx-light
  registry    on that debian, from Debian's docker-registry; also registry:2
  identidock  on that debian, the textbook's application: Flask behind uWSGI
  all         each of these

  --save DIR  and each as DIR/NAME.tar, for `drydock replay --images DIR`

They are given to `build/drydock --world real docker`, or to whatever DOCKER
names.  MIRROR names another mirror than http://deb.debian.org/debian.
TEXT
}

say() { printf 'images: %s\n' "$*"; }
die() { printf 'images: %s\n' "$*" >&2; exit 1; }
need() { command -v "$1" >/dev/null || die "$2 needs $1 (apt-get install $3)"; }

docker() {
  # shellcheck disable=SC2086
  ${DOCKER:-"$top/build/drydock" --world real docker} "$@"
}

# Runs a step whose words matter only if it fails.
quietly() {
  "$@" >"$dir/said" 2>&1 && return
  tail -n 25 "$dir/said" >&2
  die "$image: this failed: $*"
}

# A root file system of a folder of ours, given a page of settings.
build_on_root() {
  docker import - "$image:rootfs" <"$dir/$image.tar" >"$dir/said" ||
    die "$image: its files could not be imported"
  quietly docker build -t "$image" "$here/$image"
  quietly docker rmi "$image:rootfs"
  for other in $(names "$image"); do
    [ "$other" != "$image" ] || continue
    docker rmi "$other" >/dev/null 2>&1 || :  # It names an older one.
    quietly docker tag "$image" "$other"
  done
}

busybox() {
  [ -x /bin/busybox ] || die "busybox needs busybox-static"
  root=$dir/busybox
  mkdir -p "$root/bin" "$root/etc" "$root/home" "$root/root" "$root/tmp" \
    "$root/usr/sbin" "$root/var"
  chmod 1777 "$root/tmp"
  cp /bin/busybox "$root/bin/busybox"
  for applet in $(/bin/busybox --list); do
    [ "$applet" = busybox ] || ln "$root/bin/busybox" "$root/bin/$applet"
  done
  cat >"$root/etc/passwd" <<'TEXT'
root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
nobody:x:65534:65534:nobody:/home:/bin/false
TEXT
  printf 'root:x:0:\ndaemon:x:1:\nnogroup:x:65534:\n' >"$root/etc/group"
  tar -C "$root" --numeric-owner --owner=0 --group=0 -cf "$dir/busybox.tar" .
  build_on_root
}

suite() {
  [ -z "${SUITE:-}" ] || { echo "$SUITE"; return; }
  # shellcheck disable=SC1091
  (. /etc/os-release; [ "$ID" = debian ] && echo "$VERSION_CODENAME") ||
    echo stable
}

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
mirror=${MIRROR:-http://deb.debian.org/debian}

# An apt of this script's own: its sources, and how this host fetches (by a
# proxy, or from a mirror whose lists are older than they should be).  Both
# mmdebstrap and package lists would otherwise begin from nothing.
make_apt() {
  [ ! -d "$dir/apt" ] || return 0
  [ -f "$keyring" ] || die "$image needs debian-archive-keyring"
  mkdir -p "$dir/apt/etc/apt/apt.conf.d" "$dir/apt/lists/partial" \
    "$dir/apt/cache/archives/partial"
  apt-config dump |
    grep -E '^Acquire::(Check-|Retries|ForceIP|http|https|Languages)' |
    grep -v ' "";$' >"$dir/apt/host.conf" || true
  echo "deb [signed-by=$keyring] $mirror $(suite) main" \
    >"$dir/apt/etc/apt/sources.list"
  cat "$dir/apt/host.conf" - >"$dir/apt/apt.conf" <<TEXT
Dir::Etc "$dir/apt/etc/apt";
Dir::State::lists "$dir/apt/lists";
Dir::State::status "$dir/apt/status";
Dir::Cache "$dir/apt/cache";
APT::Sandbox::User "root";
TEXT
}

own_apt() { APT_CONFIG=$dir/apt/apt.conf apt-get -q -y "$@"; }

# With temporary files in memory: unpacking packages onto a disk that has seen
# much use takes four times as long.
in_memory() {
  mkdir -p "$dir/memory"
  unshare -m --propagation private sh -c \
    'mount -t tmpfs tmpfs "$0" && TMPDIR=$0 && export TMPDIR && exec "$@"' \
    "$dir/memory" "$@"
}

debian() {
  need mmdebstrap debian mmdebstrap
  make_apt
  say "debian: $(suite) from $mirror, by mmdebstrap"
  # What the images of the textbook's days had beside the essential packages.
  quietly in_memory mmdebstrap --variant=minbase \
    --include=procps,iputils-ping,netbase --aptopt="$dir/apt/host.conf" \
    --keyring="$keyring" "$(suite)" "$dir/debian.tar" "$mirror"
  build_on_root
}

# An image on our debian: packages are fetched here, against what that image
# has already, and lie in the context of the build.
packaged() {
  need apt-get "$image" apt
  docker inspect debian >/dev/null 2>&1 || (image=debian; debian)
  make_apt
  context=$dir/$image
  cp -r "$here/$image" "$context"
  wanted=$(cat "$context/packages")
  rm "$context/packages"
  mkdir -p "$context/packages/partial"
  docker run --rm --net none debian cat /var/lib/dpkg/status \
    >"$dir/apt/status" || die "$image: the image debian has no list of packages"
  [ -n "$(ls "$dir/apt/lists" | grep Packages)" ] || quietly own_apt update
  # shellcheck disable=SC2086
  quietly own_apt --no-install-recommends --download-only \
    -o Dir::Cache::archives="$context/packages" install $wanted
  rm -rf "$context/packages/partial" "$context/packages/lock"
  say "$image: $(ls "$context/packages" | wc -l) packages onto debian"
  quietly docker build -t "$image" "$context"
}

redis() { packaged; }
nginx() { packaged; }
registry() { packaged; quietly docker tag registry registry:2; }
identidock() { packaged; }

# All that an image is called.
names() {
  case $1 in
    debian) echo debian debian:wheezy ;;
    registry) echo registry registry:2 ;;
    *) echo "$1" ;;
  esac
}

save=
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) help; exit 0 ;;
    --save)
      [ $# -ge 2 ] || { help >&2; exit 2; }
      mkdir -p "$2"; save=$(cd "$2" && pwd); shift 2 ;;
    -*) help >&2; exit 2 ;;
    *) break ;;
  esac
done
[ $# -gt 0 ] || set -- busybox
[ "$*" != all ] || eval "set -- $known"
for image in "$@"; do
  case " $known " in
    *" $image "*) ;;
    *) die "no such image here: $image (there are $known)" ;;
  esac
done
[ "$(id -u)" = 0 ] || die "containers need root"

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
for image in "$@"; do
  "$image"
  [ -z "$save" ] || docker save -o "$save/$image.tar" $(names "$image") ||
    die "$image could not be saved"
done
docker images
