#!/bin/sh
# realmode.sh — how long a container takes here and with the other engines of
# this machine, side by side.
#
# usage: tests/bench/realmode.sh [-n RUNS] [-o DIR] [ROW...]     as root
#        ./dev bench realmode [...]
#
# Rows: `realmode.sh list` tells them; without any, all.  RUNS: of the light
# rows, 15; heavy ones run a fifth as often.  DIR gets realmode.md (the table)
# and realmode.svg (the plot).
#
# Everything runs in a network namespace without a way out and on a file system
# in memory.  The engines take turns, so that whatever else the machine does
# hits all of them alike; a figure is the median, and what counts is its ratio
# to crun's `run` of the same run, as the budgets are.
set -eu
runs=15 out=build/bench
while getopts n:o: option; do
  case $option in
    n) runs=$OPTARG ;; o) out=$OPTARG ;; *) exit 2 ;;
  esac
done
shift $((OPTIND - 1))

# name|heavy|budget in ms where crun's run takes 12.2|engines|what it is.
table='true|0|-|plain|/bin/true, the machine itself
none|0|12.2|drydock crun runc podman docker|run --rm --net none busybox true
bridge|0|24.4|drydock podman docker|run --rm busybox true
port|0|24.4|drydock podman docker|run --rm -p 127.0.0.1:PORT:80 busybox true
exec|0|9|drydock podman docker|exec STANDING true
ps|0|4|drydock podman docker|ps -q
pause|0|8|drydock podman docker|pause STANDING; unpause STANDING
restart|0|30|drydock podman docker|restart -t 0 STANDING
run50|1|1000|drydock podman docker|50 x run -d --net none busybox sleep 1000, one after another
stop50|1|500|drydock podman docker|stop -t 0 of those 50
run50by8|1|600|drydock podman docker|50 x run -d --net none busybox sleep 1000, 8 at a time
build|1|190|drydock docker|build --no-cache of ten RUN true
cached|1|10|drydock docker|the same build again
commit|1|400|drydock podman docker|commit of 10 000 new files
diff|1|70|drydock podman docker|diff of 10 000 new files
export|1|250|drydock podman docker|export of a tree of 164 MB
import|1|1000|drydock podman docker|import of the same
save|1|300|drydock podman docker|save of the same
cpin|1|120|drydock podman docker|cp of 100 MB in
cpout|1|120|drydock podman docker|cp of 100 MB out
log|1|400|drydock podman docker|run of cat: 64 MB of lines through the log
memory|1|60|drydock docker|MB resident (PSS) with 50 running'
[ "${1:-}" != list ] || { echo "$table" | cut -d '|' -f 1,5 | tr '|' '\t'; exit; }
wanted=${*:-$(echo "$table" | cut -d '|' -f 1)}

drydock=$(realpath "${DRYDOCK:-build/drydock}")
mkdir -p "$out"
out=$(realpath "$out")
if [ -z "${DRYDOCK_BENCH_APART:-}" ]; then
  export DRYDOCK_BENCH_APART=1 DRYDOCK="$drydock"
  # shellcheck disable=SC2086
  exec unshare -n -m --propagation private "$0" -n "$runs" -o "$out" $wanted
fi

dir=$(mktemp -d)
mount -t tmpfs -o size=6g,mode=755 bench "$dir"
daemons=
clean_up() {
  for engine in $engines; do
    client "$engine" ps -aq 2>/dev/null |
      xargs -r -n 50 "$dir/$engine" rm -f >/dev/null 2>&1 || true
  done
  kill "$(cat "$dir/root/daemon.pid" 2>/dev/null)" 2>/dev/null || true
  # shellcheck disable=SC2086
  [ -z "$daemons" ] || kill $daemons 2>/dev/null || true
  sleep 1
  umount -l "$dir"
  rmdir "$dir"
}
trap clean_up EXIT
ip link set lo up
# crun and podman take a machine with a cgroup 2 tree beside the others for one
# that has nothing else: they look into this file.
if [ -e /sys/fs/cgroup/unified/cgroup.controllers ]; then
  : >"$dir/none"
  mount --bind "$dir/none" /sys/fs/cgroup/unified/cgroup.controllers
fi

# --- Engines: each has a program DIR/ENGINE that is its docker command --------

client() { engine=$1; shift; "$dir/$engine" "$@"; }

# The one that `drydock sh` puts first in PATH.
engines=drydock
"$drydock" --world real --profile docker-20.10 --root "$dir/root" sh -c true
ln -s "$dir/root/bin/docker" "$dir/drydock"

start_docker() {
  command -v dockerd >/dev/null || return 0
  mkdir -p "$dir/dockerd"
  ln -s "$(command -v docker)" "$dir/docker"
  export DOCKER_HOST="unix://$dir/dockerd/sock" DOCKER_BUILDKIT=0
  export DOCKER_CONFIG="$dir/dockerd/config"
  mkdir -p "$DOCKER_CONFIG"
  echo '{}' >"$DOCKER_CONFIG/config.json"  # podman looks for it, too.
  setsid dockerd --data-root "$dir/dockerd/data" --exec-root "$dir/dockerd/run" \
    --pidfile "$dir/dockerd/pid" -H "unix://$dir/dockerd/sock" \
    --storage-driver overlay2 --exec-opt native.cgroupdriver=cgroupfs \
    --bip 172.30.0.1/16 >"$dir/dockerd/log" 2>&1 &
  daemons="$daemons $!"
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    ! client docker version >/dev/null 2>&1 || { engines="$engines docker"; return 0; }
    sleep 1
  done
  echo "docker does not start: $(tail -1 "$dir/dockerd/log")" >&2
}

start_podman() {
  command -v podman >/dev/null || return 0
  mkdir -p "$dir/podman.d/static"
  cat >"$dir/podman.d/containers.conf" <<CONF
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
static_dir = "$dir/podman.d/static"
[containers]
log_driver = "k8s-file"
default_ulimits = ["nofile=20000:20000","nproc=32768:32768"]
CONF
  cat >"$dir/podman.d/storage.conf" <<CONF
[storage]
driver = "overlay"
graphroot = "$dir/podman.d/data"
runroot = "$dir/podman.d/run"
CONF
  ln -s "$(command -v podman)" "$dir/podman"
  export CONTAINERS_CONF="$dir/podman.d/containers.conf"
  export CONTAINERS_STORAGE_CONF="$dir/podman.d/storage.conf"
  if client podman info >/dev/null 2>"$dir/podman.d/log"; then
    engines="$engines podman"
  else
    echo "podman does not start: $(tail -1 "$dir/podman.d/log")" >&2
  fi
}

# --- What they work on -------------------------------------------------------

busybox=$dir/bundle/rootfs
mkdir -p "$busybox/bin" "$busybox/etc" "$busybox/tmp"
cp /bin/busybox "$busybox/bin/"
for applet in $(busybox --list); do
  [ "$applet" = busybox ] || ln -s busybox "$busybox/bin/$applet"
done
echo root:x:0:0:root:/:/bin/sh >"$busybox/etc/passwd"

has() { case " $wanted " in *" $1 "*) true ;; *) false ;; esac; }
heavy_files() {
  # A tree like that of a distribution: files of /usr until they are 164 MB.
  find /usr/bin /usr/lib /usr/share -xdev -type f -size -6M -printf '%s %p\n' |
    sort -k2 | awk '{ sum += $1; if (sum < 164e6) print substr($0, index($0, " ") + 1) }' |
    tar -cf "$dir/tree.tar" -P --transform 's,^/,,' -T -
  head -c 100000000 /dev/urandom >"$dir/hundred"
  yes 'a line of text as a program prints it, sixty-four bytes in all' |
    head -c 67108864 >"$dir/lines"
}
echo 'FROM busybox' >"$dir/Dockerfile"
for step in 0 1 2 3 4 5 6 7 8 9; do echo "RUN true $step"; done >>"$dir/Dockerfile"
mkdir "$dir/context"
mv "$dir/Dockerfile" "$dir/context"

prepare() {
  tar -C "$busybox" -c . | client "$1" import - busybox >/dev/null
  client "$1" run -d --net none --name standing busybox sleep 100000 >/dev/null
  if has commit || has diff; then
    client "$1" run --net none --name many busybox sh -c \
      'mkdir /many; cd /many; awk "BEGIN { for (i = 0; i < 10000; i++) { f = \"f\" i; print i > f; close(f) } }"' >/dev/null
  fi
  if has export || has import || has save; then
    client "$1" import "$dir/tree.tar" tree >/dev/null
    client "$1" create --net none --name tree tree true >/dev/null
  fi
}

# --- Rows: row_NAME ENGINE does it once; before_NAME and after_NAME uncounted --

crun_like() { (cd "$dir/bundle" && "$1" run "bench-$$"); }
row_true() { /bin/true; }
row_none() {
  case $1 in
    crun | runc) crun_like "$1" ;;
    *) client "$1" run --rm --net none busybox true ;;
  esac
}
row_bridge() { client "$1" run --rm busybox true; }
row_port() { client "$1" run --rm -p "127.0.0.1:18081:80" busybox true; }
row_exec() { client "$1" exec standing true; }
row_ps() { client "$1" ps -q; }
row_pause() { client "$1" pause standing; client "$1" unpause standing; }
row_restart() { client "$1" restart -t 0 standing; }
started() { client "$1" ps -aqf name=fifty | xargs -r -n 100 "$dir/$1" rm -f; }
row_run50() {
  for i in $(seq 50); do
    client "$1" run -d --net none --name "fifty$i" busybox sleep 1000
  done
}
row_stop50() { "$dir/$1" stop -t 0 $(seq -f fifty%g 50); }
before_stop50() { has run50 || row_run50 "$1"; }
after_stop50() { started "$1"; }
after_run50() { has stop50 || started "$1"; }
row_run50by8() {
  seq 50 | xargs -P 8 -I{} "$dir/$1" run -d --net none --name fifty{} busybox sleep 1000
}
after_run50by8() { started "$1"; }
row_build() { client "$1" build --no-cache -t "built" "$dir/context"; }
row_cached() { client "$1" build -t "built" "$dir/context"; }
row_commit() { client "$1" commit many committed; }
after_commit() { client "$1" rmi committed; }
row_diff() { client "$1" diff many; }
row_export() { client "$1" export -o "$dir/exported" tree; }
row_import() { client "$1" import "$dir/tree.tar" imported; }
after_import() { client "$1" rmi imported; }
row_save() { client "$1" save -o "$dir/saved" tree; }
after_save() { rm -f "$dir/saved"; }
row_cpin() { client "$1" cp "$dir/hundred" standing:/tmp/hundred; }
row_cpout() { client "$1" cp standing:/tmp/hundred "$dir/back"; }
row_log() { client "$1" run --rm --net none -v "$dir/lines:/lines" busybox cat /lines; }

milliseconds() { awk -v a="$1" 'BEGIN { printf a < 99.95e6 ? "%.1f" : "%.0f", a / 1e6 }'; }
# The time of one run, in nanoseconds, to a file.
once() {
  row=$1 engine=$2
  "before_$row" "$engine" >/dev/null 2>&1 || true
  before=$(date +%s%N)
  if "row_$row" "$engine" >/dev/null 2>"$dir/trouble"; then
    after=$(date +%s%N)
    echo $((after - before)) >>"$dir/$row.$engine"
  else
    echo "$engine, $row: $(tail -1 "$dir/trouble")" >&2
  fi
  "after_$row" "$engine" >/dev/null 2>&1 || true
}
for row in $(echo "$table" | cut -d '|' -f 1); do
  for hook in before after; do
    type "${hook}_$row" >/dev/null 2>&1 || eval "${hook}_$row() { :; }"
  done
done
median() { sort -n "$1" | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }

# The sum of what belongs to an engine, in bytes: its daemons and its shims.
memory_of() {
  case $1 in
    drydock) pids="$(cat "$dir/root/daemon.pid") $(pgrep -f '^drydock-shim')" ;;
    docker) pids="$(pgrep -f "^dockerd .*$dir") $(pgrep -f "containerd.*$dir") $(pgrep -f '^/usr/bin/containerd-shim')" ;;
  esac
  for pid in $pids; do cat "/proc/$pid/smaps_rollup" 2>/dev/null || true; done |
    awk '/^Pss:/ { sum += $2 } END { printf "%.0f\n", sum * 1024 }'
}
row_memory() {
  row_run50 "$1" >/dev/null
  memory_of "$1" >"$dir/memory.$1"
  started "$1" >/dev/null
}

# --- The run -----------------------------------------------------------------

! has export && ! has import && ! has save && ! has cpin && ! has cpout &&
  ! has log || heavy_files
start_docker
start_podman
for engine in $engines; do prepare "$engine"; done
bare=
for engine in crun runc; do
  command -v $engine >/dev/null || continue
  [ -e "$dir/bundle/config.json" ] || (cd "$dir/bundle" && $engine spec &&
    sed -i 's/"terminal": true/"terminal": false/; s/"sh"/"true"/' config.json)
  ! crun_like $engine >/dev/null 2>&1 || bare="$bare $engine"
done
load_before=$(cut -d ' ' -f 1-3 /proc/loadavg)
busy() { awk '/^cpu / { print $2 + $3 + $4 + $7 + $8, $2 + $3 + $4 + $5 + $6 + $7 + $8 }' /proc/stat; }
for weight in 0 1; do
  count=$runs
  [ $weight = 0 ] || count=$(((runs + 4) / 5))
  for _ in $(seq "$count"); do
    while IFS='|' read -r row heavy _ on _; do
      [ "$heavy" = $weight ] && [ "$row" != memory ] && has "$row" || continue
      for engine in $on; do
        case " plain $engines $bare " in
          *" $engine "*) once "$row" "$engine" </dev/null ;;
        esac
      done
    done <<ROWS
$table
ROWS
  done
done
if has memory; then
  for engine in drydock docker; do
    case " $engines " in *" $engine "*) row_memory "$engine" 2>/dev/null ;; esac
  done
fi

# --- The table ---------------------------------------------------------------

columns="drydock crun runc podman docker"
base=$([ ! -s "$dir/none.crun" ] || median "$dir/none.crun")
{
  echo "Load before: $load_before; runs: $runs (heavy ones: $(((runs + 4) / 5))); medians in ms (memory: MB)."
  echo
  echo "| row | what | drydock | crun | runc | podman | docker | in crun runs | budget | reproduce |"
  echo "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |"
  echo "$table" | while IFS='|' read -r row _ budget _ what; do
    has "$row" || continue
    line="| $row | $what |"
    for engine in $columns; do
      cell=-
      [ "$row" != true ] || { [ $engine = drydock ] && engine=plain; }
      [ ! -s "$dir/$row.$engine" ] ||
        { value=$(median "$dir/$row.$engine"); cell=$(milliseconds "$value"); }
      line="$line $cell |"
      [ ! -s "$dir/$row.$engine" ] || echo "$row $engine $value" >>"$dir/points"
    done
    ratio=- bound=-
    ours=$([ ! -s "$dir/$row.drydock" ] || median "$dir/$row.drydock")
    if [ "$row" = memory ] && [ -n "$ours" ]; then
      bound="$budget MB"
      [ "$ours" -le $((budget * 1000000)) ] || bound="$bound: **over**"
    elif [ -n "$ours" ] && [ -n "$base" ]; then
      ratio=$(awk -v a="$ours" -v b="$base" 'BEGIN { printf "%.2f", a / b }')
      bound=$(awk -v a="$budget" -v r="$ratio" 'BEGIN { b = a / 12.2; printf "%.2f%s", b, (r > b ? ": **over**" : "") }')
    fi
    echo "$line $ratio | $bound | \`./dev bench realmode $row\` |"
  done
} | tee "$out/realmode.md"

# --- The plot: a line for each row, a dot for each engine, logarithmic ---------

awk -v rows="$(cut -d ' ' -f 1 "$dir/points" | uniq | tr '\n' ' ')" '
  function x(v) { return 130 + 90 * (log(v / 1e6) / log(10) + 1) }
  BEGIN {
    split("drydock #d62728 crun #2ca02c runc #98df8a podman #9467bd docker #1f77b4 plain #7f7f7f", pairs, " ")
    for (i = 1; i < 12; i += 2) colour[pairs[i]] = pairs[i + 1]
    count = split(rows, names, " ")
    for (i = 1; i <= count; i++) line[names[i]] = i
    height = 60 + 22 * count
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 %d\" font-family=\"sans-serif\" font-size=\"12\">\n", height
    printf "<rect width=\"720\" height=\"%d\" fill=\"#fff\"/>\n", height
    for (power = -1; power <= 5; power++) {
      at = 130 + 90 * (power + 1)
      printf "<path d=\"M%d 40V%d\" stroke=\"#ddd\"/><text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%g ms</text>\n", at, height - 20, at, height - 5, 10 ^ power
    }
    for (i = 1; i <= count; i++)
      printf "<text x=\"120\" y=\"%d\" text-anchor=\"end\">%s</text><path d=\"M130 %dH670\" stroke=\"#eee\"/>\n", 44 + 22 * i, names[i], 40 + 22 * i
    at = 130
    for (i = 1; i < 12; i += 2) {
      printf "<circle cx=\"%d\" cy=\"20\" r=\"5\" fill=\"%s\"/><text x=\"%d\" y=\"24\">%s</text>\n", at, pairs[i + 1], at + 9, pairs[i]
      at += 90
    }
  }
  { printf "<circle cx=\"%.1f\" cy=\"%d\" r=\"5\" fill=\"%s\"><title>%s, %s: %.1f ms</title></circle>\n", x($3), 40 + 22 * line[$1], colour[$2], $1, $2, $3 / 1e6 }
  END { print "</svg>" }' "$dir/points" >"$out/realmode.svg"
