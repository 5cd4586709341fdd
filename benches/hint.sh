#!/usr/bin/env bash
# What an evaluation of a duplicate hint costs beside voprf's own loop, in the same run: medians of five rounds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
    cat <<'HELP'
usage: benches/hint.sh [--items 20000]

RENKEI_BUILT=1: measure what is built, build nothing. The aim is 0.9 of voprf's own loop (issue E, acceptance 5).
HELP
}

items=20000
while (($#)); do
    case "$1" in
        --items) items="$2" && shift 2 ;;
        --help | -h) usage && exit 0 ;;
        *) usage >&2 && exit 2 ;;
    esac
done

if [[ -z "${RENKEI_BUILT:-}" ]]; then
    cargo build --release --locked -p renkei-core --example hint_speed
fi
"${CARGO_TARGET_DIR:-target}/release/examples/hint_speed" --items "$items"
