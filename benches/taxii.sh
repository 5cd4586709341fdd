#!/usr/bin/env bash
# How many requests of TAXII clients a served office answers each second, and what one costs, beside medallion in the
# same run: pages of a collection, what is new of one type, and envelopes that are added. Needs wrk, curl, python3.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
    cat <<'HELP'
usage: benches/taxii.sh [--objects 1000000] [--clients 8] [--seconds 10] [--rounds 5] [--peer-objects 500] [--peer PYTHON]

An office (SQLite) with OBJECTS STIX objects in one collection is served on loopback; CLIENTS keep their connections and
ask one after the other for SECONDS, ROUNDS times, with a token as the password of HTTP Basic. Each line is the median of
the rounds: requests a second, p50 and p99 in milliseconds, CPU time of the server a request. Then envelopes of 100 new
objects are added. --peer: a Python with `medallion` in it serves PEER-OBJECTS of the same objects from memory and is
asked the same. RENKEI_BUILT=1: measure what is built, build nothing.
RENKEI_PROFILE=debug: with the light profile (to try the script; its figures mean nothing).
HELP
}

objects=1000000 clients=8 seconds=10 rounds=5 peer_objects=500 peer=""
while (($#)); do
    case "$1" in
        --objects) objects="$2" && shift 2 ;;
        --clients) clients="$2" && shift 2 ;;
        --seconds) seconds="$2" && shift 2 ;;
        --rounds) rounds="$2" && shift 2 ;;
        --peer-objects) peer_objects="$2" && shift 2 ;;
        --peer) peer="$2" && shift 2 ;;
        --help | -h) usage && exit 0 ;;
        *) usage >&2 && exit 2 ;;
    esac
done
command -v wrk >/dev/null || { printf 'taxii: wrk is missing (Debian: wrk)\n' >&2 && exit 1; }

profile="${RENKEI_PROFILE:-release}"
if [[ -z "${RENKEI_BUILT:-}" ]]; then
    flags=() && [[ "$profile" == release ]] && flags=(--release)
    cargo build "${flags[@]}" --locked --workspace --bins
fi
built="${CARGO_TARGET_DIR:-target}/$profile"
work="$(mktemp -d)"
served="" other=""
cleanup() {
    for child in $served $other; do kill "$child" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
cp "$built/renkei" "$work/"

renkei() { "$work/renkei" --office "$work/office" --lang en "$@"; }
json() { python3 -c "import json, sys; print(json.load(sys.stdin)$1)"; }

# ------------------------------------------------------------------ the office

# Objects of about 1.4 kB, of the shares of types that ATT&CK has, roughly.
cat >"$work/make.py" <<'P'
import json, sys
first, count = int(sys.argv[1]), int(sys.argv[2])
kinds = ["indicator"] * 5 + ["attack-pattern"] + ["malware"] + ["tool"] + ["campaign"] + ["identity"]
out = []
for n in range(first, first + count):
    kind = kinds[n % 10]
    day = f"2026-0{1 + n % 6}-1{n % 9}T00:00:00.000Z"
    it = {"type": kind, "spec_version": "2.1", "id": f"{kind}--{n:08x}-0000-4000-8000-{n:012x}", "created": day,
          "modified": day, "name": f"object {n}", "description": "what was seen of it, in words. " * 34}
    if kind == "indicator":
        it |= {"pattern": f"[domain-name:value = 'n{n}.evil.example']", "pattern_type": "stix", "valid_from": day}
    if kind == "malware":
        it["is_family"] = True
    if kind == "identity":
        it["identity_class"] = "group"
    out.append(it)
json.dump({"type": "bundle", "id": f"bundle--{first:08x}-0000-4000-8000-000000000000", "objects": out}, sys.stdout)
P

renkei init --party centre-bench --name-ja 測定 --name-en Bench --domain bench.example --keep-days undecided >/dev/null
for party in one two; do
    printf '[[party]]\nid = "isp-%s"\nname = { ja = "%s", en = "%s" }\nrole = "isp"\ncountry = "JP"\nzone = "Asia/Tokyo"\n' "$party" "$party" "$party"
    printf 'agreement = [{ kind = "nda", from = "2024-01-01" }]\n\n'
done >"$work/parties.toml"
renkei party import "$work/parties.toml" >/dev/null
seat() { renkei seat invite "$1" --title-ja 測定 --title-en bench --duty "$2" --party "$3" >/dev/null; }
seat writes answerer isp-one
seat decides approver isp-one
seat reads answerer isp-two
group="$(renkei --json group add bench | json '["group"]')"
for seat in writes decides reads; do renkei group join "$group" "$seat" >/dev/null; done
renkei --seat decides mandate give writes --group "$group" --tlp green --pap green --until 2099-01-01 >/dev/null
began="$(date +%s)"
for ((first = 0; first < objects; first += 10000)); do
    python3 "$work/make.py" "$first" "$((objects - first < 10000 ? objects - first : 10000))" >"$work/bundle.json"
    item="$(renkei --json --seat writes item draft --kind report --title "objects $first" --tlp green --pap green --to-group "$group" --stix "$work/bundle.json" | json '["item"]')"
    renkei --seat decides item post "$item" >/dev/null
done
printf '%s cores, load %s; %s objects drafted and posted in %s s\n' "$(nproc)" "$(cut -d' ' -f1 /proc/loadavg)" "$objects" "$(($(date +%s) - began))"

began="$(date +%s%N)"
"$work/renkei" --office "$work/office" --lang en serve --listen 127.0.0.1:0 --rate 1000000 >"$work/told" 2>"$work/err" &
served=$!
until site="$(grep -o 'http://[0-9.:]*' "$work/told")" && curl --silent --fail --output /dev/null "$site/sign-in"; do
    kill -0 "$served" 2>/dev/null || { cat "$work/err" >&2 && exit 1; }
    sleep 0.05
done
token() { renkei --json seat token "$1" --name bench --scope "$2" --days 1 | json '["token"]'; }
reader="$(printf 'reads:%s' "$(token reads read)" | base64 -w0)"
writer="$(printf 'writes:%s' "$(token writes work)" | base64 -w0)"
media="application/taxii+json;version=2.1"
url="$site/taxii2/hub/collections/$group"
curl --silent --fail -H "Authorization: Basic $reader" -H "Accept: $media" "$url/objects/?limit=1" >"$work/first.json"
printf 'start to the first object: %s ms; resident %s MiB\n' "$((($(date +%s%N) - began) / 1000000))" \
    "$(awk '/^VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$served/status")"

# ------------------------------------------------------------------ asking

# Ticks of CPU time that a process has used, with its threads.
ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }

cat >"$work/get.lua" <<'L'
function done(summary, latency)
    local bad = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
    local each = summary.requests / summary.duration * 1e6
    print(string.format("SUM %.1f %.2f %.2f %d %d", each, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, bad, summary.requests))
end
L
# Each envelope has 100 objects that were never there.
{ cat "$work/get.lua" - >"$work/post.lua"; } <<'L'
local made = 0
local words = string.rep("what was seen of it, in words. ", 34)
function init(args) seed = tonumber(args[1]); authorization = args[2] end
function request()
    local objects = {}
    for place = 1, 100 do
        made = made + 1
        local id = string.format("%08x-0001-4000-8000-%012x", seed, made)
        objects[place] = string.format('{"type":"indicator","spec_version":"2.1","id":"indicator--%s","created":"2026-06-01T00:00:00.000Z","modified":"2026-06-01T00:00:00.000Z","name":"posted","description":"%s","pattern":"[domain-name:value = \'p%d-%d.evil.example\']","pattern_type":"stix","valid_from":"2026-06-01T00:00:00Z"}', id, words, seed, made)
    end
    return wrk.format("POST", nil, {["Authorization"] = "Basic " .. authorization, ["Accept"] = "application/taxii+json;version=2.1", ["Content-Type"] = "application/taxii+json;version=2.1"}, '{"objects":[' .. table.concat(objects, ",") .. "]}")
end
L

line() { printf '%-44s %10s %9s %9s %9s %6s\n' "$@"; }
median() { # WHAT FILE: the round in the middle by requests a second
    local middle
    middle="$(sort -n "$2" | sed -n "$((($(wc -l <"$2") + 1) / 2))p")"
    # shellcheck disable=SC2086
    line "$1" $middle
}
# WHAT PROCESS SCRIPT ADDRESS [wrk's own options …]
rounds() {
    local what="$1" process="$2" script="$3" address="$4" round before after sum
    shift 4
    : >"$work/rounds"
    for ((round = 0; round < rounds; round++)); do
        before="$(ticks "$process")"
        sum="$(wrk -t1 -c"$clients" -d"${seconds}s" --timeout 60s -s "$script" "$@" "$address" -- "$round" "$writer" | grep '^SUM ')"
        after="$(ticks "$process")"
        awk -v t="$((after - before))" -v hz="$(getconf CLK_TCK)" '{ printf "%s %s %s %s %s\n", $2, $3, $4, $6 ? sprintf("%.3f", t / hz / $6 * 1000) : "-", $5 }' <<<"$sum" >>"$work/rounds"
    done
    median "$what" "$work/rounds"
}

line "$clients clients, $seconds s, median of $rounds" "a second" "p50 ms" "p99 ms" "CPU ms" "bad"
heads=(-H "Authorization: Basic $reader" -H "Accept: $media")
# What came after the first object.
after="$(curl --silent --fail "${heads[@]}" "$url/manifest/?limit=1" | json '["objects"][0]["date_added"]')"
rounds "first 100 objects" "$served" "$work/get.lua" "$url/objects/?limit=100" "${heads[@]}"
rounds "added_after, match[type], 100 objects" "$served" "$work/get.lua" "$url/objects/?limit=100&added_after=$after&match%5Btype%5D=malware" "${heads[@]}"
rounds "manifest, 100 objects" "$served" "$work/get.lua" "$url/manifest/?limit=100" "${heads[@]}"
rounds "one object by its id" "$served" "$work/get.lua" "$url/objects/indicator--00000000-0000-4000-8000-000000000000/" "${heads[@]}"
rounds "nothing new: added_after the last" "$served" "$work/get.lua" "$url/objects/?limit=100&added_after=2099-01-01T00:00:00Z" "${heads[@]}"
rounds "POST of 100 new objects" "$served" "$work/post.lua" "$url/objects/"
printf 'resident afterwards: %s MiB\n' "$(awk '/^VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$served/status")"

# ------------------------------------------------------------------ medallion

[[ -n "$peer" ]] || exit 0
kill "$served" && wait "$served" 2>/dev/null || true
served=""
python3 "$work/make.py" 0 "$peer_objects" >"$work/bundle.json"
python3 - "$work" <<'P'
import json, sys
work = sys.argv[1]
objects = json.load(open(f"{work}/bundle.json"))["objects"]
added = lambda n: f"2026-06-01T{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}.000000Z"
collection = {"id": "91a7b528-80eb-42ed-a74d-c6fbd5a26116", "title": "bench", "can_read": True, "can_write": True,
              "media_types": ["application/stix+json;version=2.1"], "objects": objects,
              "manifest": [{"id": it["id"], "date_added": added(n), "version": it["modified"],
                            "media_type": "application/stix+json;version=2.1"} for n, it in enumerate(objects)]}
data = {"/discovery": {"title": "bench", "default": "http://localhost/hub/", "api_roots": ["http://localhost/hub/"]},
        "hub": {"information": {"title": "bench", "versions": ["application/taxii+json;version=2.1"], "max_content_length": 10485760},
                "status": [], "collections": [collection]}}
json.dump(data, open(f"{work}/data.json", "w"))
config = {"backend": {"module": "medallion.backends.memory_backend", "module_class": "MemoryBackend", "filename": f"{work}/data.json"},
          "users": {"bench": "bench"}, "taxii": {"max_page_size": 100, "interop_requirements": True}}
json.dump(config, open(f"{work}/medallion.json", "w"))
P
port="$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
"$peer" -m medallion.scripts.run --host 127.0.0.1 --port "$port" "$work/medallion.json" >"$work/peer.log" 2>&1 &
other=$!
writer="$(printf 'bench:bench' | base64 -w0)"
heads=(-H "Authorization: Basic $writer" -H "Accept: $media")
url="http://127.0.0.1:$port/hub/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116"
until curl --silent --fail --output /dev/null "${heads[@]}" "$url/"; do
    kill -0 "$other" 2>/dev/null || { tail -5 "$work/peer.log" >&2 && exit 1; }
    sleep 0.2
done
printf '\nmedallion %s, in memory, %s objects\n' "$("$peer" -c 'import importlib.metadata as m; print(m.version("medallion"))')" "$peer_objects"
rounds "first 100 objects" "$other" "$work/get.lua" "$url/objects/?limit=100" "${heads[@]}"
rounds "added_after, match[type], 100 objects" "$other" "$work/get.lua" "$url/objects/?limit=100&added_after=2026-06-01T00:10:00Z&match%5Btype%5D=malware" "${heads[@]}"
rounds "POST of 100 new objects" "$other" "$work/post.lua" "$url/objects/"
