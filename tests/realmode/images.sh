#!/bin/sh
# images.sh — the images that pages are typed against, as archives in
# build/images, by `./dev images`; made once, until what they are made of
# changes.  busybox is made in a second, all others take minutes: with
# DRYDOCK_WHOLE.  77: this machine cannot, and the last line says why.
set -eu
build=$1
cd "$(dirname "$0")/../.."
skip() { echo "skipped: $*"; exit 77; }

[ "$(id -u)" = 0 ] || skip "containers need root"
"$build/drydock" probe >/dev/null || skip "drydock probe tells what is missing"
[ -x /bin/busybox ] || skip "no busybox-static"

names=busybox
if [ "${DRYDOCK_WHOLE:-}" ] && command -v mmdebstrap >/dev/null; then
  names='busybox debian redis nginx registry identidock'
fi
of=realmode/images
[ "$names" != busybox ] || of='realmode/images/make.sh realmode/images/busybox'
# shellcheck disable=SC2086
fresh=$(find $of -type f -newer "$build/images/done" 2>/dev/null || echo none)
if [ -f "$build/images/done" ] && [ -z "$fresh" ] &&
  grep -q "^$names" "$build/images/done"; then
  echo "they are there already: $names"
  exit 0
fi

root=$(mktemp -d)
export DRYDOCK_ROOT="$root" DRYDOCK_IDLE=600
real() { "$build/drydock" --world real "$@"; }
finish() {
  kill "$(cat "$root/daemon.pid")"
  while kill -0 "$(cat "$root/daemon.pid")" 2>/dev/null; do sleep 0.1; done
  "$build/drydock" --root "$root" gc --check && rm -rf "$root"
}
# Containers live where there is no way out; packages are fetched out here.
unshare -n sh -c 'ip link set lo up; exec "$0" --world real docker info' \
  "$build/drydock" >/dev/null

export DOCKER="$build/drydock --world real docker"
rm -f "$build/images/done"
realmode/images/make.sh --save "$build/images" busybox
if [ "$names" != busybox ]; then
  # shellcheck disable=SC2086
  realmode/images/make.sh --save "$build/images" ${names#busybox } || {
    finish
    skip "no packages to be had: see above"
  }
fi
finish
echo "$names" >"$build/images/done"
[ -z "${DRYDOCK_WHOLE:-}" ] || [ "$names" != busybox ] ||
  skip "busybox is made; the others need mmdebstrap"
