#!/bin/sh
# pages.sh — every page of scenarios/ that is written for the real world, typed
# at real containers (`<!-- worlds: sim -->` is not): with DRYDOCK_WHOLE all of
# them, else those that need no image but busybox.  Each page ends with
# `gc --check` in its own host.  77: this machine cannot, and the last line
# says why.
set -eu
build=$1
cd "$(dirname "$0")/../.."
skip() { echo "skipped: $*"; exit 77; }

[ "$(id -u)" = 0 ] || skip "containers need root"
"$build/drydock" probe >/dev/null || skip "drydock probe tells what is missing"
[ -f "$build/images/busybox.tar" ] || skip "no images: ./dev images"
pages=scenarios
if [ -z "${DRYDOCK_WHOLE:-}" ] || [ ! -f "$build/images/redis.tar" ]; then
  pages=$(grep -LE 'debian|redis|nginx|registry:2|worlds: sim' scenarios/*.md)
  echo "the others need images of more than busybox: ./dev test --whole"
fi
# They wait more than they work.
# shellcheck disable=SC2086
"$build/drydock" --world real replay -j 4 --images "$build/images" $pages
