#!/usr/bin/env bash
# Speed beside its bound, in one run: whole ingest against bare Arrow CSV → Parquet of the same file.
#
#   benches/speed.sh [--lines 1000000] [--runs 5] [--routes ROUTES.csv]
#
# Prints user+system CPU seconds, wall seconds and peak memory of each run, then the medians and ratios.
# Needs /usr/bin/time (Debian package `time`). Everything is made in a temporary folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
lines=1000000 runs=5 routes=""
while (($#)); do
    case "$1" in
        --lines) lines="$2" && shift 2 ;;
        --runs) runs="$2" && shift 2 ;;
        --routes) routes="$(realpath "$2")" && shift 2 ;;
        *) sed -n '2,8p' "$0" >&2 && exit 2 ;;
    esac
done
cargo build --release --locked -p renkei
cargo build --release --locked -p renkei-formats --example make_feed
cargo build --release --locked -p renkei-lake --example bound
cargo build --release --locked -p renkei-core --example look_up
bin="${CARGO_TARGET_DIR:-target}/release"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
feed="$work/2026-11-20-event4_sinkhole-bench.csv"
other="$work/2026-11-21-event4_sinkhole-shuffled.csv"
"$bin/examples/make_feed" "$feed" "$lines"
"$bin/examples/make_feed" "$other" "$lines" shuffled
printf '%s lines, %s bytes a line, %s cores\n' "$lines" "$(($(stat -c %s "$feed") / lines))" "$(nproc)"

measure() { # NAME COMMAND...: one line of user+sys, wall, KiB
    local name="$1" && shift
    /usr/bin/time -f "$name %U %S %e %M" -o "$work/time" "$@" >"$work/out" 2>"$work/err" || { cat "$work/err" >&2 && exit 1; }
    awk '{ printf "%-16s cpu %7.2f s  wall %7.2f s  peak %6d MiB\n", $1, $2 + $3, $4, $5 / 1024; printf "%s %f %f %f\n", $1, $2 + $3, $4, $5 / 1024 >> "'"$work"'/all" }' "$work/time"
}

office() {
    rm -rf "$work/office"
    renkei init --party centre-bench --name-ja 測定 --name-en Bench --domain bench.example --keep-days undecided --accept-reserved >/dev/null
    for party in 0 1 2 3 4 5 6 7; do
        printf '[[party]]\nid = "isp-%s"\nname = { ja = "%s", en = "%s" }\nrole = "isp"\ncountry = "JP"\nzone = "Asia/Tokyo"\n' "$party" "$party" "$party"
        printf 'competence = [{ prefix = "198.%s.%s.0/18" }]\nagreement = [{ kind = "nda", from = "2024-01-01" }]\n' $((18 + party / 4)) $((party % 4 * 64))
        printf 'channel = { mail = "abuse@isp-%s.example", seal = "clear", reason = "bench" }\n\n' "$party"
    done >"$work/parties.toml"
    renkei party import "$work/parties.toml" >/dev/null
    [[ -z "$routes" ]] || renkei routes import "$routes" --from 2026-01-01 >/dev/null
}
renkei() { "$bin/renkei" --office "$work/office" --lang en "$@"; }

for ((run = 0; run < runs; run++)); do
    measure bound "$bin/examples/bound" "$feed" "$work/bound.parquet"
    office
    measure ingest "$bin/renkei" --office "$work/office" ingest "$feed"
    measure same-file "$bin/renkei" --office "$work/office" ingest "$feed"
    measure shuffled "$bin/renkei" --office "$work/office" ingest "$other"
done
measure count "$bin/renkei" --office "$work/office" observations --by party
python3 - "$work/all" "$lines" <<'P'
import statistics, sys
rows = {}
for line in open(sys.argv[1]):
    name, cpu, wall, mib = line.split()
    rows.setdefault(name, []).append((float(cpu), float(wall), float(mib)))
n = int(sys.argv[2])
med = {k: [statistics.median(c) for c in zip(*v)] for k, v in rows.items()}
print("\nmedians")
for k, (cpu, wall, mib) in med.items():
    print(f"{k:12} cpu {cpu:7.2f} s ({cpu / n * 1e6:6.2f} us a line)  wall {wall:7.2f} s ({n / max(wall, .01) / 1e6:5.2f} M lines/s)  peak {mib:6.0f} MiB")
b, i, s = med["bound"], med["ingest"], med["shuffled"]
print(f"ingest / bound: {b[1] / i[1]:.2f} x in wall, {b[0] / i[0]:.2f} x in CPU; shuffled again: {s[1] / i[1]:.2f} of the first in wall")
P
"$bin/examples/look_up" ${routes:+"$routes"}
