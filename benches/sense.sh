#!/usr/bin/env bash
# What the sensors cost on the made capture: CPU time and wall, medians; peers over the same file in the same run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
    cat <<'HELP'
usage: benches/sense.sh [--packets 8000000] [--runs 5] [--peers "tracestats tcpdump nfpcapd argus softflowd"]

RENKEI_BUILT=1: measure what is built, build nothing. Needs /usr/bin/time; each peer that is missing
is left out (Debian: libtrace-tools, tcpdump, nfdump, argus-server, softflowd). nfpcapd and argus take
the first 500,000 packets, because they need about a minute for all. Everything is made in a temporary
folder (TMPDIR), about 0.7 GB.
HELP
}

packets=8000000 runs=5 peers="tracestats tcpdump nfpcapd argus softflowd"
while (($#)); do
    case "$1" in
        --packets) packets="$2" && shift 2 ;;
        --runs) runs="$2" && shift 2 ;;
        --peers) peers="$2" && shift 2 ;;
        --help | -h) usage && exit 0 ;;
        *) usage >&2 && exit 2 ;;
    esac
done

[[ -n "${RENKEI_BUILT:-}" ]] || cargo build --release --locked -p renkei-edge --examples
built="${CARGO_TARGET_DIR:-target}/release/examples"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
dark=198.18.0.0/21
file="$work/made.pcap" part="$work/part.pcap"
"$built/packets" "$file" "$packets" >"$work/truth.json"
fewer=$((packets < 500000 ? packets : 500000))
"$built/packets" "$part" "$fewer" >/dev/null

# measure NAME PACKETS CORE COMMAND…: runs it, prints the medians of CPU, wall and memory.
measure() {
    local name="$1" count="$2" core="$3" run
    shift 3
    : >"$work/times"
    for ((run = 0; run < runs; run++)); do
        rm -rf "$work/out" && mkdir "$work/out"
        taskset -c "$core" /usr/bin/time -f '%e %U %S %M' -o "$work/time" "$@" >"$work/said" 2>/dev/null || true
        tail -1 "$work/time" | awk '{ print $2 + $3, $1, $4 }' >>"$work/times"
    done
    local cpu wall memory
    cpu="$(cut -d' ' -f1 "$work/times" | sort -n | sed -n "$(((runs + 1) / 2))p")"
    wall="$(cut -d' ' -f2 "$work/times" | sort -n | sed -n "$(((runs + 1) / 2))p")"
    memory="$(cut -d' ' -f3 "$work/times" | sort -n | sed -n "$(((runs + 1) / 2))p")"
    awk -v name="$name" -v n="$count" -v cpu="$cpu" -v wall="$wall" -v memory="$memory" 'BEGIN {
        printf "%-34s cpu %7.2f s  %7.3f Mpps  wall %7.2f s  peak %5d MiB\n", name, cpu, n / cpu / 1e6, wall, memory / 1024 }'
    echo "$name $cpu $wall" >>"$work/medians"
}

cat "$file" >/dev/null
echo "$packets packets, $(stat -c %s "$file") bytes, runs: $runs"
measure "cat to null" "$packets" 1 sh -c "cat '$file' >/dev/null"
measure "sense, detection" "$packets" 1 "$built/sense" "$dark" 1 detect "$file"
cat "$work/said"
measure "sense, detection, 2 threads" "$packets" 0,1 "$built/sense" "$dark" 2 detect "$file"
measure "sense, minutes handed over" "$packets" 1 "$built/sense" "$dark" 1 minutes "$file"
tail -2 "$work/said"
measure "sense, minutes, 2 threads" "$packets" 0,1 "$built/sense" "$dark" 2 minutes "$file"
for peer in $peers; do
    command -v "$peer" >/dev/null || { echo "$peer is not installed" && continue; }
    case "$peer" in
        tracestats) measure "libtrace tracestats" "$packets" 1 tracestats "pcapfile:$file" ;;
        tcpdump) measure "tcpdump to null" "$packets" 1 tcpdump -r "$file" -w /dev/null ;;
        nfpcapd) measure "nfpcapd ($fewer)" "$fewer" 1 nfpcapd -r "$part" -w "$work/out" -t 300 ;;
        argus) measure "argus ($fewer)" "$fewer" 1 argus -X -r "$part" -w "$work/out/argus" ;;
        softflowd) measure "softflowd ($fewer, 1 M flows)" "$fewer" 1 softflowd -d -m 1000000 -r "$part" ;;
    esac
done
awk '{ wall[$0] = $NF; cpu[$0] = $(NF - 1) } /detection [0-9]/ { one = $NF; mine = $(NF - 1) } /detection, 2/ { two = $NF }
     /minutes handed/ { m1 = $NF } /minutes, 2/ { m2 = $NF } /tracestats/ { peer = $(NF - 1) }
     END { printf "two threads: detection %.2f x, minutes %.2f x one in wall\n", one / two, m1 / m2
           if (peer) printf "detection: %.2f x tracestats in CPU time\n", peer / mine }' "$work/medians"
