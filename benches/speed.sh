#!/usr/bin/env bash
# What renkei costs, beside its bounds, in one run. Prints CPU (user+system) and wall seconds and peak
# memory of each process, then medians and ratios. Needs /usr/bin/time (Debian package `time`) and python3.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
    cat <<'HELP'
usage: benches/speed.sh [--lines 1000000] [--runs 5] [--routes RANGES.csv[.gz]]... [PART ...]

  ingest     LINES lines read, checked, attributed, deduplicated, committed, beside the bound (bare Arrow
             CSV into strings, all of it written as zstd-1 Parquet, two threads); the same file again; the
             same lines shuffled into another file
  look-ups   who can act on an address: IPv4 of the feed, random, IPv6, with dates; one core
  telling    100,000 lines to 50 parties: plan (with rendering), approve, send as files
  mails      100,000 lines to 2,048 parties: one letter each, as files
  effect     LINES lines later than a notice: what changed

Without PART: all of them. --routes: tables `first,last,asn,"name"`; the feed's addresses are drawn from
the IPv4 ones. RENKEI_BUILT=1: measure what is built, build nothing. Everything is made in a temporary folder (TMPDIR), which 10 million lines fill with 8 GB.
HELP
}

lines=1000000 runs=5 tables=() parts=()
while (($#)); do
    case "$1" in
        --lines) lines="$2" && shift 2 ;;
        --runs) runs="$2" && shift 2 ;;
        --routes) tables+=("$(realpath "$2")") && shift 2 ;;
        --help | -h) usage && exit 0 ;;
        ingest | look-ups | telling | mails | effect) parts+=("$1") && shift ;;
        *) usage >&2 && exit 2 ;;
    esac
done
((${#parts[@]})) || parts=(ingest look-ups telling mails effect)
((runs > 0 && lines > 0)) || { usage >&2 && exit 2; }

# One command, so that all is built with the same features.
[[ -n "${RENKEI_BUILT:-}" ]] || cargo build --release --locked --workspace --bins --examples
built="${CARGO_TARGET_DIR:-target}/release"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
# Copies: another build in the same folder does not change what is measured.
cp "$built/renkei" "$built/examples/"{make_feed,bound,look_up} "$work/"
: >"$work/all"

# ------------------------------------------------------------------ pieces

measure() { # NAME COMMAND...: one line of CPU, wall, peak memory
    local name="$1" && shift
    /usr/bin/time -f "$name %U %S %e %M" -o "$work/time" "$@" >"$work/out" 2>"$work/err" || { cat "$work/err" >&2 && exit 1; }
    awk -v all="$work/all" '{
        printf "%-16s cpu %7.2f s  wall %7.2f s  peak %6d MiB\n", $1, $2 + $3, $4, $5 / 1024
        printf "%s %f %f %f\n", $1, $2 + $3, $4, $5 / 1024 >> all
    }' "$work/time"
}

renkei() { "$work/renkei" --office "$work/office" --lang en "$@"; }

party() { # ID COMPETENCES
    printf '[[party]]\nid = "%s"\nname = { ja = "%s", en = "%s" }\nrole = "isp"\ncountry = "JP"\nzone = "Asia/Tokyo"\n' "$1" "$1" "$1"
    printf 'competence = [%s]\nagreement = [{ kind = "nda", from = "2024-01-01" }]\n' "$2"
    printf 'channel = { mail = "abuse@%s.example", seal = "clear", reason = "bench" }\n\n' "$1"
}

# 198.18.0.0/15 in equal blocks, dealt out to so many parties.
parties() { # COUNT BITS
    local count="$1" bits="$2" number block address list
    local blocks=$((1 << (bits - 15)))
    for ((number = 0; number < count; number++)); do
        list=""
        for ((block = number; block < blocks; block += count)); do
            address=$((0xC6120000 + (block << (32 - bits))))
            list+="{ prefix = \"$((address >> 24)).$((address >> 16 & 255)).$((address >> 8 & 255)).$((address & 255))/$bits\" },"
        done
        party "isp-$number" "$list"
    done
}

# Fifty parties that share 5,000 AS numbers of the tables, beside eight with prefixes.
operators() {
    parties 8 18
    ((${#tables[@]})) || return 0
    cut -d, -f3 "$work/routes-0.csv" | sort -nu | awk 'NR % 16 == 0 && n < 5000 { of[n++ % 50] = of[(n - 1) % 50] "{ asn = " $1 " }," }
        END { for (party in of) print party, of[party] }' | while read -r number list; do party "as-$number" "$list"; done
}

office() { # reads parties from standard input
    rm -rf "$work/office"
    renkei init --party centre-bench --name-ja 測定 --name-en Bench --domain bench.example --keep-days undecided --accept-reserved >/dev/null
    cat >"$work/parties.toml"
    renkei party import "$work/parties.toml" >/dev/null
    ((${#tables[@]} == 0)) || renkei routes import "$work"/routes-*.csv --from 2026-01-01 >/dev/null
}

plan() { renkei --json campaign plan --title-ja 測定 --title-en trial --purpose-ja 被害の拡大を防ぐため --purpose-en "to stop the damage"; }

feed() { # NAME LINES [make_feed's options]
    local path="$work/$1" && shift
    [[ -f "$path" ]] || "$work/make_feed" "$path" "$@"
    printf '%s' "$path"
}

for number in "${!tables[@]}"; do
    case "${tables[$number]}" in
        *.gz) gzip -dc "${tables[$number]}" >"$work/routes-$number.csv" ;;
        *) cp "${tables[$number]}" "$work/routes-$number.csv" ;;
    esac
done
drawn=() looked=()
((${#tables[@]} == 0)) || drawn=(--routes "$work/routes-0.csv")
for number in "${!tables[@]}"; do looked+=(--routes "$work/routes-$number.csv"); done

# ------------------------------------------------------------------ parts

part_ingest() {
    local first other run
    first="$(feed 2026-11-20-event4_sinkhole-bench.csv "$lines" "${drawn[@]}")"
    other="$(feed 2026-11-21-event4_sinkhole-shuffled.csv "$lines" --shuffled "${drawn[@]}")"
    printf '%s lines, %s bytes a line, %s ranges\n' "$lines" "$(($(stat -c %s "$first") / lines))" "$(cat "$work"/routes-*.csv 2>/dev/null | wc -l)"
    for ((run = 0; run < runs; run++)); do
        measure bound "$work/bound" "$first" "$work/bound.parquet"
        operators | office
        measure ingest "$work/renkei" --office "$work/office" --json ingest "$first"
        measure same-file "$work/renkei" --office "$work/office" --json ingest "$first"
        measure shuffled "$work/renkei" --office "$work/office" --json ingest "$other"
    done
    python3 - "$work/out" <<'P'
import json, sys
feed = json.load(open(sys.argv[1]))["feeds"][0]
print(f"shuffled: {feed['lines']} lines, {feed['stored']} stored, {feed['duplicates']} duplicates")
P
    measure count "$work/renkei" --office "$work/office" --json observations --count --by party
    rm -f "$other" "$work/bound.parquet"
}

part_look_ups() {
    "$work/look_up" "${looked[@]}" --feed "$(feed 2026-11-20-event4_sinkhole-bench.csv "$lines" "${drawn[@]}")"
}

part_telling() {
    local run small
    small="$(feed 2026-11-19-event4_sinkhole-small.csv 100000)"
    for ((run = 0; run < runs; run++)); do
        parties 50 21 | office
        renkei ingest "$small" >/dev/null
        measure plan-50 bash -c "$(declare -f plan renkei); work='$work' plan"
        local campaign
        campaign="$(python3 -c 'import json, sys; print(json.load(sys.stdin)["campaign"])' <"$work/out")"
        measure approve-50 "$work/renkei" --office "$work/office" campaign approve "$campaign"
        measure send-50 "$work/renkei" --office "$work/office" campaign send "$campaign"
    done
}

part_mails() {
    local run small campaign
    small="$(feed 2026-11-19-event4_sinkhole-small.csv 100000)"
    for ((run = 0; run < runs; run++)); do
        parties 2048 26 | office
        renkei ingest "$small" >/dev/null
        measure plan-2048 bash -c "$(declare -f plan renkei); work='$work' plan"
        campaign="$(python3 -c 'import json, sys; print(json.load(sys.stdin)["campaign"])' <"$work/out")"
        measure approve-2048 "$work/renkei" --office "$work/office" campaign approve "$campaign"
        measure send-2048 "$work/renkei" --office "$work/office" campaign send "$campaign"
        printf '%s letters written\n' "$(find "$work/office/outbox" -name '*.eml' | wc -l)"
    done
}

# Hits that come after the notice: the day lies ahead of the machine's clock.
part_effect() {
    local run small later campaign
    small="$(feed 2026-11-19-event4_sinkhole-small.csv 100000)"
    later="$(feed later-event4_sinkhole-bench.csv "$lines" --day "$(date -u -d tomorrow +%F)")"
    parties 50 21 | office
    renkei ingest "$small" >/dev/null
    campaign="$(plan | python3 -c 'import json, sys; print(json.load(sys.stdin)["campaign"])')"
    renkei campaign approve "$campaign" >/dev/null
    renkei campaign send "$campaign" >/dev/null
    renkei ingest "$later" >/dev/null
    for ((run = 0; run < runs; run++)); do
        measure effect "$work/renkei" --office "$work/office" --json effect "$campaign"
    done
    rm -f "$later"
}

printf '%s cores, load %s\n' "$(nproc)" "$(cut -d' ' -f1 /proc/loadavg)"
for part in "${parts[@]}"; do
    printf '==== %s\n' "$part"
    "part_${part//-/_}"
done

python3 - "$work/all" "$lines" <<'P'
import statistics, sys
rows = {}
for line in open(sys.argv[1]):
    name, cpu, wall, mib = line.split()
    rows.setdefault(name, []).append((float(cpu), float(wall), float(mib)))
lines = int(sys.argv[2])
of = {k: [statistics.median(c) for c in zip(*v)] for k, v in rows.items()}
if of:
    print("\nmedians")
for k, (cpu, wall, mib) in of.items():
    per = f" ({cpu / lines * 1e6:5.2f} us a line, {lines / max(wall, .01) / 1e6:5.2f} M lines/s)" if k in ("bound", "ingest", "shuffled") else ""
    print(f"{k:12} cpu {cpu:7.2f} s  wall {wall:7.2f} s  peak {mib:6.0f} MiB{per}")
if "ingest" in of:
    b, i, s = of["bound"], of["ingest"], of["shuffled"]
    print(f"ingest against the bound: {b[1] / i[1]:.2f} x in wall, {b[0] / i[0]:.2f} x in CPU; shuffled: {s[1] / i[1]:.2f} of the first in wall, {s[0] / i[0]:.2f} in CPU")
if "send-2048" in of:
    p, a, s = of["plan-2048"], of["approve-2048"], of["send-2048"]
    print(f"letters: {2048 / s[1]:.0f} a second sending, {2048 / (p[1] + a[1] + s[1]):.0f} a second with planning and approval")
P
