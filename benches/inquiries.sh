#!/usr/bin/env bash
# How long the two sides of inquiries wait for pages while inquiries go from draft to answer beside them.
# Needs curl, python3 and age-keygen.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
    cat <<'HELP'
usage: benches/inquiries.sh [--stock 5000] [--each-hour 1000] [--seconds 120] [--people 8] [--rate 100]

An office with a police force and a provider is served on loopback; STOCK inquiries were answered before. EACH_HOUR
inquiries an hour then go from draft to answer (six steps each, every one signed or kept in the ledger) while PEOPLE
ask for pages for SECONDS, RATE of them a second. Besides: how many an hour the office carries without a pause.
RENKEI_BUILT=1: measure what is built, build nothing. RENKEI_PROFILE=debug: with the light profile.
HELP
}

stock=5000 each_hour=1000 seconds=120 people=8 rate=100
while (($#)); do
    case "$1" in
        --stock) stock="$2" && shift 2 ;;
        --each-hour) each_hour="$2" && shift 2 ;;
        --seconds) seconds="$2" && shift 2 ;;
        --people) people="$2" && shift 2 ;;
        --rate) rate="$2" && shift 2 ;;
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
served=""
cleanup() {
    [[ -z "$served" ]] || kill "$served" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
cp "$built/renkei" "$built/examples/"{inquire,load} "$work/"

# ------------------------------------------------------------------ the office

renkei() { "$work/renkei" --office "$work/office" --lang en "$@"; }
json() { python3 -c "import json, sys; print(json.load(sys.stdin)$1)"; }

renkei init --party centre-bench --name-ja 測定 --name-en Bench --domain bench.example --keep-days undecided --accept-reserved >/dev/null
key="$(age-keygen 2>&1 >"$work/force.key" | sed -n 's/^Public key: //p')"
cat >"$work/parties.toml" <<PARTIES
[[party]]
id = "aoba-police"
name = { ja = "青葉", en = "Aoba" }
role = "prefectural-police"
country = "JP"
zone = "Asia/Tokyo"
competence = []
agreement = []
channel = { mail = "desk@aoba.example", seal = "age", key = "$key" }

[[party]]
id = "mail-provider"
name = { ja = "提供者", en = "Provider" }
role = "site-operator"
country = "JP"
zone = "Asia/Tokyo"
competence = []
agreement = []
terms = { answer_days = 7 }
PARTIES
renkei party import "$work/parties.toml" >/dev/null
seat() { # NAME DUTIES PARTY
    renkei --json seat invite "$1" --title-ja 測定 --title-en bench --duty "$2" --party "$3" | json '["path"]'
}
seat aoba-admin administrator aoba-police >/dev/null
drafter="$(seat aoba-desk drafter aoba-police)"
seat aoba-head approver,sender aoba-police >/dev/null
desk="$(seat mail-desk answerer mail-provider)"
printf '[[stage]]\nja = "所属長"\nen = "section head"\nseat = "aoba-head"\n' >"$work/stages.toml"
renkei --seat aoba-admin inquiry stages --set "$work/stages.toml" >/dev/null
seats=(mail-provider aoba-desk aoba-head mail-desk)

printf '%s cores, load %s\n' "$(nproc)" "$(cut -d' ' -f1 /proc/loadavg)"
printf '\n==== without a pause, nothing beside it\n'
"$work/inquire" "$work/office" "$stock" 0 "${seats[@]}"
inquiry="$(renkei --json --seat mail-desk inquiry list | json '[0]["inquiry"]')"

# ------------------------------------------------------------------ pages

"$work/renkei" --office "$work/office" --lang en serve --listen 127.0.0.1:0 --rate 100000 >"$work/told" 2>"$work/err" &
served=$!
until site="$(grep -o 'http://[0-9.:]*' "$work/told")" && curl --silent --fail --output /dev/null "$site/sign-in"; do
    kill -0 "$served" 2>/dev/null || { cat "$work/err" >&2 && exit 1; }
    sleep 0.01
done
force=("work=20=/" "list=20=/inquiries" "inquiry=40=/inquiries/$inquiry" "draft=15=/inquiries/new" "figures=1=/inquiries/figures")
provider=("work=20=/" "list=20=/inquiries" "inquiry=60=/inquiries/$inquiry")

printf '\n==== pages, while %s inquiries an hour go from draft to answer\n' "$each_hour"
count=$((each_hour * seconds / 3600 + 1))
"$work/inquire" "$work/office" "$count" "$each_hour" "${seats[@]}" >"$work/played.txt" &
playing=$!
"$work/load" "$site" mail-desk "$desk" $((people / 2)) "$seconds" $((rate / 2)) "${provider[@]}" >"$work/provider.txt" &
asking=$!
"$work/load" "$site" aoba-desk "$drafter" $((people / 2)) "$seconds" $((rate / 2)) "${force[@]}" >"$work/force.txt"
wait "$asking" "$playing"
printf -- '-- the force\n' && cat "$work/force.txt"
printf -- '-- the provider\n' && cat "$work/provider.txt"
printf -- '-- beside them\n' && cat "$work/played.txt"
printf 'resident: %s MiB; the registry: %s MiB\n' "$(awk '/^VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$served/status")" "$(($(stat -c %s "$work/office/registry.sqlite") / 1048576))"
