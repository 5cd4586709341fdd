#!/usr/bin/env bash
# What it costs to split credentials by operator: wall, CPU and peak memory of `renkei credentials split`,
# medians; then every sheet is opened with its own key, and the office is searched for a password.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
    cat <<'HELP'
usage: benches/credentials.sh [--records 270000] [--operators 300] [--runs 5]

RENKEI_BUILT=1: measure what is built, build nothing. RENKEI_PROFILE=debug: with the light profile. Needs age, python3 and /usr/bin/time. Everything is
made in a temporary folder (TMPDIR).
HELP
}

records=270000 operators=300 runs=5
while (($#)); do
    case "$1" in
        --records) records="$2" && shift 2 ;;
        --operators) operators="$2" && shift 2 ;;
        --runs) runs="$2" && shift 2 ;;
        --help | -h) usage && exit 0 ;;
        *) usage >&2 && exit 2 ;;
    esac
done

profile="${RENKEI_PROFILE:-release}"
if [[ -z "${RENKEI_BUILT:-}" ]]; then
    flags=() && [[ "$profile" == release ]] && flags=(--release)
    cargo build "${flags[@]}" --locked --workspace --bins
fi
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cp "${CARGO_TARGET_DIR:-target}/$profile/renkei" "$work/"
renkei() { "$work/renkei" --office "$work/office" --lang en "$@"; }

renkei init --party centre-bench --name-ja 試験 --name-en bench --domain office.example --keep-days undecided >/dev/null
for ((number = 0; number < operators; number++)); do
    key="$(age-keygen -o "$work/op-$number.key" 2>&1 | sed 's/.*: //')"
    cat <<TOML
[[party]]
id = "op-$number"
name = { ja = "op-$number", en = "op-$number" }
role = "site-operator"
country = "JP"
zone = "Asia/Tokyo"
competence = [{ domain = "op-$number.example" }]
channel = { mail = "abuse@op-$number.example", seal = "age", key = "$key" }
TOML
done >"$work/parties.toml"
renkei party import "$work/parties.toml" >/dev/null

for ((run = 0; run < runs; run++)); do
    python3 - "$records" "$operators" "$run" >"$work/seized.csv" <<'PYTHON'
import random, sys
records, operators, run = map(int, sys.argv[1:])
random.seed(run)
print("url,login,password,date")
for number in range(records):
    site = int(operators * random.random() ** 2)
    print(f"https://login.op-{site}.example/sign-in,user{number}@mail.example,C4narY-{run}-{number},2026-05-01")
PYTHON
    /usr/bin/time -f '%e %U %S %M' -o "$work/time" "$work/renkei" --office "$work/office" --json credentials split \
        "$work/seized.csv" --delete-on 2099-01-01 --title-ja 試験 --title-en bench --purpose-ja 試験 --purpose-en bench \
        >"$work/split.json"
    awk '{ printf "split  wall %6.2f s  cpu %6.2f s  peak %5d MiB\n", $1, $2 + $3, $4 / 1024 }' "$work/time"
    cat "$work/time" >>"$work/times"
done
sort -n "$work/times" | awk -v n="$runs" 'NR == int((n + 1) / 2) { printf "median of %d: %.2f s wall\n", n, $1 }'

# Every sheet of the last batch opens with its operator's key, to rows of its own.
python3 - "$work" "$records" <<'PYTHON'
import json, pathlib, subprocess, sys
work, records = pathlib.Path(sys.argv[1]), int(sys.argv[2])
split = json.loads((work / "split.json").read_text())
sheets = [path for path in (work / "office" / "files").glob("*/*") if path.read_bytes().startswith(b"age-encryption.org/v1\n")]
rows = sum(operator["records"] for operator in split["operators"])
assert split["sealed"] == rows and rows + split["repeated"] == records, split
opened = {}
for operator in split["operators"][:10]:
    name, count = operator["party"], 0
    for sheet in sheets:
        read = subprocess.run(["age", "-d", "-i", work / f"{name}.key", sheet], capture_output=True)
        if read.returncode == 0:
            lines = read.stdout.decode().splitlines()[1:]
            assert all(f".{name}.example/" in line for line in lines), name
            count += len(lines)
    opened[name] = count
print("opened with their own keys:", opened)
PYTHON
rm -f "$work/plain" "$work/seized.csv" "$work/split.json"
if grep -rqa "C4narY-" "$work/office"; then
    echo "a password stands in the office" && exit 1
fi
echo "no password stands in any file of the office"
