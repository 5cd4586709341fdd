#!/usr/bin/env bash
# How long people wait for pages, with and without a feed being read in beside them; what the served
# office holds in memory; how long it takes to answer first. Needs curl and python3.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
    cat <<'HELP'
usage: benches/serve.sh [--lines 1000000] [--parties 50] [--campaigns 1] [--people 8] [--seconds 30] [--rate 200] [--lake-rate 2]

An office with LINES observations and CAMPAIGNS campaigns to PARTIES parties each is served on loopback. PEOPLE ask for
pages for SECONDS, RATE of them a second (0: one after the other, without a pause); four others put LAKE-RATE
questions a second to the lake beside them. First alone, then while feeds are read in by one thread. The mix
stands in the script. RENKEI_BUILT=1: measure what is built, build nothing.
RENKEI_PROFILE=debug: with the light profile (to try the script; its figures mean nothing).
HELP
}

lines=1000000 parties=50 campaigns=1 people=8 seconds=30 rate=200 lake_rate=2
while (($#)); do
    case "$1" in
        --lines) lines="$2" && shift 2 ;;
        --parties) parties="$2" && shift 2 ;;
        --campaigns) campaigns="$2" && shift 2 ;;
        --people) people="$2" && shift 2 ;;
        --seconds) seconds="$2" && shift 2 ;;
        --rate) rate="$2" && shift 2 ;;
        --lake-rate) lake_rate="$2" && shift 2 ;;
        --help | -h) usage && exit 0 ;;
        *) usage >&2 && exit 2 ;;
    esac
done

profile="${RENKEI_PROFILE:-release}"
if [[ -z "${RENKEI_BUILT:-}" ]]; then
    flags=() && [[ "$profile" == release ]] && flags=(--release)
    cargo build "${flags[@]}" --locked --workspace --bins --examples
fi
built="${CARGO_TARGET_DIR:-target}/$profile"
work="$(mktemp -d)"
served="" reading=""
cleanup() {
    touch "$work/stop"
    [[ -z "$served" ]] || kill "$served" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
cp "$built/renkei" "$built/examples/"{make_feed,load} "$work/"

# ------------------------------------------------------------------ the office

renkei() { "$work/renkei" --office "$work/office" --lang en "$@"; }
json() { python3 -c "import json, sys; print(json.load(sys.stdin)$1)"; }

# 198.18.0.0/15 in 16,384 blocks, dealt out to the parties.
operators() {
    local number block address list
    for ((number = 0; number < parties; number++)); do
        list=""
        for ((block = number; block < 16384; block += parties)); do
            address=$((0xC6120000 + (block << 3)))
            list+="{ prefix = \"$((address >> 24)).$((address >> 16 & 255)).$((address >> 8 & 255)).$((address & 255))/29\" },"
        done
        printf '[[party]]\nid = "isp-%s"\nname = { ja = "isp-%s", en = "isp-%s" }\nrole = "isp"\ncountry = "JP"\nzone = "Asia/Tokyo"\n' "$number" "$number" "$number"
        printf 'competence = [%s]\nagreement = [{ kind = "nda", from = "2024-01-01" }]\n' "$list"
        printf 'channel = { mail = "abuse@isp-%s.example", seal = "clear", reason = "bench" }\n\n' "$number"
    done
}

renkei init --party centre-bench --name-ja 測定 --name-en Bench --domain bench.example --keep-days undecided --accept-reserved >/dev/null
# What is read in beside the pages gets one thread.
sed -i 's/^threads = .*/threads = 1/' "$work/office/office.toml"
operators >"$work/parties.toml"
renkei party import "$work/parties.toml" >/dev/null
for ((number = (lines + 999999) / 1000000; number > 0; number--)); do
    day="$(date -u -d "2026-11-20 - $number days" +%F)"
    "$work/make_feed" "$work/$day-event4_sinkhole-bench.csv" "$((lines < 1000000 ? lines : 1000000))" --day "$day"
    renkei ingest "$work/$day-event4_sinkhole-bench.csv" >/dev/null
    rm -f "$work/$day-event4_sinkhole-bench.csv"
done
# A device is told once, so each campaign has addresses of its own: a /20, with blocks of every party.
for ((number = 0; number < campaigns; number++)); do
    among=() && ((campaigns == 1)) || among=(--prefix "198.$((18 + number / 16)).$((number % 16 * 16)).0/20")
    campaign="$(renkei --json campaign plan "${among[@]}" --title-ja 測定 --title-en trial --purpose-ja 被害の拡大を防ぐため --purpose-en "to stop the damage" | json '["campaign"]')"
    renkei campaign approve "$campaign" >/dev/null
    renkei campaign send "$campaign" >/dev/null
done
request="$(renkei --json campaign show "$campaign" | json '["list"][0]["request"]')"

# ------------------------------------------------------------------ start

resident() { awk '/^VmRSS/ { printf "%.0f MiB", $2 / 1024 }' "/proc/$served/status"; }

began="$(date +%s%N)"
"$work/renkei" --office "$work/office" --lang en serve --listen 127.0.0.1:0 --rate 100000 >"$work/told" 2>"$work/err" &
served=$!
until site="$(grep -o 'http://[0-9.:]*' "$work/told")" && curl --silent --fail --output /dev/null "$site/sign-in"; do
    kill -0 "$served" 2>/dev/null || { cat "$work/err" >&2 && exit 1; }
    sleep 0.005
done
printf '%s cores, load %s; %s lines, %s parties, %s requests\n' "$(nproc)" "$(cut -d' ' -f1 /proc/loadavg)" "$lines" "$parties" "$((campaigns * parties))"
printf 'start to the first page: %s ms\n' "$((($(date +%s%N) - began) / 1000000))"
sleep 3
printf 'resident, idle: %s\n' "$(resident)"

# ------------------------------------------------------------------ pages

# The mix of a day at the desk: mostly lists and requests; beside it those who put questions to the lake.
without_lake=("work=20=/" "campaigns=10=/campaigns" "campaign=10=/campaigns/$campaign" "requests=15=/requests" "request=20=/requests/$request" "parties=10=/parties" "gates=5=/gates")
with_lake=("counts=4=/observations?by=family" "rows=4=/observations" "effect=2=/campaigns/$campaign/effect")

ask() { # SEAT: a fresh seat for each round
    local link other
    link="$(renkei --json seat invite "$1" --title-ja 測定 --title-en bench --duty drafter,analyst | json '["path"]')"
    other="$(renkei --json seat invite "$1-lake" --title-ja 測定 --title-en bench --duty drafter,analyst | json '["path"]')"
    "$work/load" "$site" "$1-lake" "$other" 4 "$seconds" "$lake_rate" "${with_lake[@]}" >"$work/lake.txt" &
    local asking=$!
    "$work/load" "$site" "$1" "$link" "$people" "$seconds" "$rate" "${without_lake[@]}"
    wait "$asking"
    printf -- '-- questions to the lake, beside them\n'
    cat "$work/lake.txt"
}

printf '\n==== pages alone\n'
ask bench-one
printf 'resident afterwards: %s\n' "$(resident)"

printf '\n==== while feeds are read in beside them (one thread)\n'
# Made before: whoever sends a feed works elsewhere. Another day each time, so that every line is new.
feed_lines=500000
mkdir "$work/feeds"
for ((number = 1; number <= seconds; number++)); do
    day="$(date -u -d "2026-11-19 + $number days" +%F)"
    "$work/make_feed" "$work/feeds/$day-event4_sinkhole-bench.csv" "$feed_lines" --day "$day"
done
(
    number=0
    for feed in "$work"/feeds/*.csv; do
        [[ ! -e "$work/stop" ]] || break
        renkei ingest "$feed" >/dev/null || true
        number=$((number + 1))
    done
    printf '%s more feeds of %s lines were read in, the last of them to its end\n' "$number" "$feed_lines"
) &
reading=$!
sleep 1
ask bench-two
touch "$work/stop"
wait "$reading"
reading=""
printf 'resident afterwards: %s\n' "$(resident)"

printf '\n==== what a first visit loads beside the page\n'
for asset in style.css live.js favicon.svg; do
    printf '%-14s %s bytes\n' "$asset" "$(curl --silent --fail "$site/$asset" | wc -c)"
done
