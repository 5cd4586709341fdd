#!/usr/bin/env bash
# CPU per answer of the sinkhole beside nginx (HTTP) and Knot DNS (UDP) in the same run, alternating, median
# of RUNS; then memory with 100,000 devices and with idle connections. Server on core 0, client on core 1.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
    cat <<'HELP'
usage: benches/sinkhole.sh [--runs 5] [--seconds 5] [--rate 20000] [--devices 100000] [--idle 15000]

RENKEI_BUILT=1: measure what is built, build nothing. Needs nginx, knot, wrk, dnsperf, curl and python3.
Everything is made in a temporary folder (TMPDIR) and on loopback.
HELP
}

runs=5 seconds=5 rate=20000 devices=100000 idle=15000
while (($#)); do
    case "$1" in
        --runs) runs="$2" && shift 2 ;;
        --seconds) seconds="$2" && shift 2 ;;
        --rate) rate="$2" && shift 2 ;;
        --devices) devices="$2" && shift 2 ;;
        --idle) idle="$2" && shift 2 ;;
        --help | -h) usage && exit 0 ;;
        *) usage >&2 && exit 2 ;;
    esac
done

[[ -n "${RENKEI_BUILT:-}" ]] || cargo build --release --locked -p renkei-edge --example sinkhole --example order --example bots
bin="${CARGO_TARGET_DIR:-target}/release/examples"
work="$(mktemp -d)"
pids=()
stop() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait
    rm -rf "$work"
}
trap stop EXIT
ulimit -n "$(ulimit -Hn)"

# ---- the three servers, each on core 0 with one thread that serves
"$bin/order" "$work" bots.example vawtrak-like 999 profiles
cat >"$work/settings.toml" <<TOML
order = "order.note"
office_key = "$(cat "$work/office.key")"
profiles = "$PWD/profiles"
spool = "spool"
[[listen]]
kind = "tcp"
address = "127.0.0.1:28080"
[[listen]]
kind = "dns"
address = "127.0.0.1:28053"
[dns]
answers_a_second = 0
[limits]
connections = 20000
per_address = 20000
idle_seconds = 600
first_seconds = 600
TOML
taskset -c 0 "$bin/sinkhole" "$work/settings.toml" >"$work/sinkhole.out" & sink=$!
pids+=("$sink")

cat >"$work/nginx.conf" <<NGINX
worker_processes 1;
daemon off;
pid $work/nginx.pid;
error_log $work/nginx.err;
events { worker_connections 20000; }
http {
    log_format hit escape=json '{"ts":"\$msec","src":"\$remote_addr","sport":"\$remote_port","host":"\$host","method":"\$request_method","path":"\$request_uri","agent":"\$http_user_agent","length":"\$content_length"}';
    access_log $work/access.log hit buffer=256k flush=1s;
    server_tokens off;
    keepalive_requests 1000000000;
    default_type text/html;
    client_body_temp_path $work/body; proxy_temp_path $work/proxy; fastcgi_temp_path $work/fastcgi;
    uwsgi_temp_path $work/uwsgi; scgi_temp_path $work/scgi;
    server { listen 127.0.0.1:28081 backlog=4096; location / { return 200 ""; } }
}
NGINX
taskset -c 0 nginx -c "$work/nginx.conf" 2>/dev/null & pids+=("$!")

cat >"$work/knot.conf" <<KNOT
server:
    listen: 127.0.0.1@28054
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
    rundir: "$work"
database:
    storage: "$work/knot"
template:
  - id: default
    storage: "$work"
    file: "%s.zone"
    zonefile-sync: -1
    journal-content: none
zone:
  - domain: bots.example
KNOT
{
    echo '$ORIGIN bots.example.'
    echo '$TTL 300'
    echo '@ SOA ns1 hostmaster.office.example. 1 3600 600 86400 60'
    echo '@ NS ns1'
    for name in @ '*' ns1; do echo "$name A 198.18.0.1"; echo "$name AAAA 2001:db8::1"; done
    for ((n = 0; n < 999; n++)); do echo "z$n A 198.18.0.1"; done
} >"$work/bots.example.zone"
mkdir -p "$work/knot"
taskset -c 0 knotd -c "$work/knot.conf" >"$work/knot.out" 2>&1 & knot=$!
pids+=("$knot")
for ((n = 0; n < 999; n++)); do echo "z$n.bots.example A"; done >"$work/queries"

until grep -q ready "$work/sinkhole.out" && [[ -s "$work/nginx.pid" ]]; do sleep 0.1; done
sleep 1
nginx="$(pgrep -P "$(cat "$work/nginx.pid")" | head -1)"

# ---- one measure: microseconds of server CPU for each answer
ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
hertz="$(getconf CLK_TCK)"
per() { awk -v a="$1" -v b="$2" -v n="$3" -v h="$hertz" 'BEGIN { printf "%.2f", (b - a) / h / n * 1e6 }'; }

web() { # NAME PID PORT [HEADER]
    local before after answers
    before="$(ticks "$2")"
    taskset -c 1 wrk -t1 -c64 -d"${seconds}s" -H 'Host: c2.bots.example' "${@:4}" \
        "http://127.0.0.1:$3/collection/00000038/01/2B9A17D6" >"$work/wrk.out"
    after="$(ticks "$2")"
    answers="$(awk '/requests in/ { print $1 }' "$work/wrk.out")"
    grep -q 'Non-2xx' "$work/wrk.out" && { echo "not every answer was 200" >&2; exit 1; }
    echo "$(per "$before" "$after" "$answers") $((answers / seconds))" >>"$work/$1"
}
names() { # NAME PID PORT
    local before after answers
    before="$(ticks "$2")"
    taskset -c 1 dnsperf -s 127.0.0.1 -p "$3" -d "$work/queries" -l "$seconds" -c 8 -Q "$rate" >"$work/dns.out" 2>/dev/null
    after="$(ticks "$2")"
    answers="$(awk '/Queries completed/ { print $3 }' "$work/dns.out")"
    grep -q 'NOERROR .*(100.00%)' "$work/dns.out" || { grep -E 'Response codes|lost' "$work/dns.out" >&2; }
    echo "$(per "$before" "$after" "$answers") $((answers / seconds))" >>"$work/$1"
}
median() { sort -n "$work/$1" | awk -v n="$runs" 'NR == int((n + 1) / 2) { print $1 }'; }
report() { # TITLE OURS PEER NAME
    local ours peer
    ours="$(median "$2")" peer="$(median "$3")"
    awk -v t="$1" -v a="$ours" -v b="$peer" -v p="$4" 'BEGIN { printf "%-28s sinkhole %6.2f us  %s %6.2f us  ratio %.2f\n", t, a, p, b, a / b }'
    paste -d' ' "$work/$2" "$work/$3" | awk '{ printf "    sinkhole %s us %s/s   peer %s us %s/s\n", $1, $2, $3, $4 }'
}

for ((run = 0; run < runs; run++)); do
    web keep-sink "$sink" 28080
    web keep-nginx "$nginx" 28081
    web close-sink "$sink" 28080 -H 'Connection: close'
    web close-nginx "$nginx" 28081 -H 'Connection: close'
    names dns-sink "$sink" 28053
    names dns-knot "$knot" 28054
done
report 'HTTP, kept connection' keep-sink keep-nginx nginx
report 'HTTP, one a connection' close-sink close-nginx nginx
report "DNS at $rate/s" dns-sink dns-knot Knot

# ---- every hit is on the disk: lines in the spool = answers counted
sleep 2
spooled() { find "$work/spool" -name '*.jsonl' -exec cat {} + -o -name '*.open' -exec cat {} +; }
answered="$(spooled | wc -l)"
echo "lines in the spool $answered"

# ---- memory
kill "$sink" && wait "$sink" 2>/dev/null || true
rm -rf "$work/spool"
taskset -c 0 "$bin/sinkhole" "$work/settings.toml" >"$work/sinkhole.out" & sink=$!
pids+=("$sink")
until grep -q ready "$work/sinkhole.out"; do sleep 0.1; done
taskset -c 1 "$bin/bots" 127.0.0.1:28080 c2.bots.example vawtrak-like "$devices" 4
sleep 2
lines="$(spooled | grep -o '"bot_id":"[0-9A-F]*"' | sort -u | wc -l)"
echo "distinct devices in the spool $lines; $(awk '/VmHWM/ { printf "peak memory %.1f MiB", $2 / 1024 }' "/proc/$sink/status")"
python3 - "$idle" <<'PYTHON'
import socket, subprocess, sys
idle = []
for number in range(int(sys.argv[1])):
    one = socket.socket()
    one.bind((f"127.0.{1 + number // 250}.{1 + number % 250}", 0))
    one.connect(("127.0.0.1", 28080))
    idle.append(one)
code = subprocess.run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code} in %{time_total} s", "-H", "Host: c2.bots.example",
                       "http://127.0.0.1:28080/"], capture_output=True, text=True).stdout
print(f"idle connections {len(idle)}; a request beside them: {code}")
PYTHON
awk '/VmHWM/ { printf "peak memory %.1f MiB\n", $2 / 1024 }' "/proc/$sink/status"
