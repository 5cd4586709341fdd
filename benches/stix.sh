#!/usr/bin/env bash
# What it costs to read a STIX bundle, beside the JSON reader of Python (written in C) and python-stix2 (OASIS) on
# the same file in the same run. CPU seconds; medians of RUNS. python-stix2 reads the first 1,000 objects only.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

(($# > 0)) || { echo "usage: [RUNS=5] [RENKEI_PYTHON=python3] benches/stix.sh BUNDLE.json[.gz]" >&2 && exit 2; }
runs="${RUNS:-5}" python="${RENKEI_PYTHON:-python3}" file="$1"
work="$(mktemp -d)" && trap 'rm -rf "$work"' EXIT
if [[ "$file" == *.gz ]]; then gzip -dc "$file" >"$work/bundle.json"; else cp "$file" "$work/bundle.json"; fi
[[ -n "${RENKEI_BUILT:-}" ]] || cargo build --release --locked -p renkei-formats --example stix_speed
built="${CARGO_TARGET_DIR:-target}/release/examples/stix_speed"

for ((run = 0; run < runs; run++)); do
    "$built" "$work/bundle.json" | sed -n 's/^\([a-z ]*\): \([0-9.]*\) s CPU.*/renkei \1\t\2/p'
    "$python" - "$work/bundle.json" <<'PY'
import json, sys, time
begun = time.process_time()
bundle = json.load(open(sys.argv[1], encoding="utf-8"))
print(f"python json.load\t{time.process_time() - begun:.3f}")
try:
    import stix2
except ImportError:
    sys.exit()
begun = time.process_time()
for given in bundle["objects"][:1000]:
    stix2.parse(given, allow_custom=True)
print(f"python-stix2, 1,000 objects\t{time.process_time() - begun:.3f}")
PY
done | sort | awk -F'\t' '{ if ($1 != last) { if (n) print last "\t" v[int((n + 1) / 2)]; n = 0; last = $1 } v[++n] = $2 }
    END { print last "\t" v[int((n + 1) / 2)] }'
