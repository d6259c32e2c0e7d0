#!/bin/sh
# realmode.sh — how long a container takes here, and with crun, side by side.
#
# usage: tests/bench/realmode.sh [RUNS]     as root; ./dev bench realmode
#
# Everything runs in a network namespace without a way out.  Commands take
# turns, so that whatever else the machine does hits all of them alike; the
# table has medians and the ratio to crun's.
set -eu
runs=${1:-25}
drydock=${DRYDOCK:-build/drydock}
[ "${DRYDOCK_BENCH_APART:-}" ] || {
  export DRYDOCK_BENCH_APART=1
  exec unshare -n -m --propagation private "$0" "$@"
}
dir=$(mktemp -d)
trap 'kill "$(cat "$dir/root/daemon.pid")" 2>/dev/null; rm -rf "$dir"' EXIT
ip link set lo up
# crun takes a machine with a cgroup 2 tree beside the others for one that has
# nothing else: it looks into this file.
if [ -e /sys/fs/cgroup/unified/cgroup.controllers ]; then
  : >"$dir/none"
  mount --bind "$dir/none" /sys/fs/cgroup/unified/cgroup.controllers
fi

busybox=$dir/bundle/rootfs
mkdir -p "$busybox/bin" "$busybox/etc" "$busybox/tmp"
cp /bin/busybox "$busybox/bin/"
for applet in sh true sleep echo; do ln -s busybox "$busybox/bin/$applet"; done
echo root:x:0:0:root:/:/bin/sh >"$busybox/etc/passwd"

docker() { "$drydock" --world real --profile docker-20.10 --root "$dir/root" docker "$@"; }
tar -C "$busybox" -c . | docker import - busybox >/dev/null
docker run -d --net none --name standing busybox sleep 10000 >/dev/null

have_crun=
if command -v crun >/dev/null; then
  (cd "$dir/bundle" && crun spec &&
    sed -i 's/"terminal": true/"terminal": false/; s/"sh"/"true"/' config.json)
  crun_true() { (cd "$dir/bundle" && crun run "bench-$$"); }
  if crun_true; then have_crun=1; fi
fi

# milliseconds COMMAND...: one run, in microseconds, added to a file.
time_into() {
  file=$1; shift
  before=$(date +%s%N)
  "$@" >/dev/null
  after=$(date +%s%N)
  echo $(((after - before) / 1000)) >>"$dir/$file.times"
}

run_none() { docker run --rm --net none busybox true; }
run_bridge() { docker run --rm busybox true; }
run_port() { docker run --rm -p 18081:80 busybox true; }
exec_true() { docker exec standing true; }
ps_all() { docker ps -q; }
pause_unpause() { docker pause standing; docker unpause standing; }
restart_now() { docker restart -t 0 standing; }
plain_true() { /bin/true; }

rows="plain_true run_none run_bridge run_port exec_true ps_all pause_unpause restart_now"
[ -z "$have_crun" ] || rows="crun_true $rows"
for _ in $(seq "$runs"); do
  for row in $rows; do time_into "$row" "$row"; done
done

median() { sort -n "$dir/$1.times" | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }
base=$([ -z "$have_crun" ] || median crun_true)
printf '%-16s %10s %10s\n' what 'median ms' 'to crun'
for row in $rows; do
  value=$(median "$row")
  ratio=$([ -z "$base" ] || awk -v a="$value" -v b="$base" 'BEGIN { printf "%.2f", a / b }')
  printf '%-16s %10s %10s\n' "$row" "$(awk -v a="$value" 'BEGIN { printf "%.2f", a / 1000 }')" "${ratio:--}"
done
for shim in $(pgrep -f "drydock-shim $(docker ps -q --no-trunc)"); do
  awk '/^Pss:/ { print "one shim, PSS kB:", $2 }' "/proc/$shim/smaps_rollup"
  awk '/^VmRSS/ { print "one shim, RSS kB:", $2 }' "/proc/$shim/status"
done
awk '/^Pss:/ { print "daemon, PSS kB:", $2 }' "/proc/$(cat "$dir/root/daemon.pid")/smaps_rollup"
docker rm -f standing >/dev/null
