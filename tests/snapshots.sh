#!/usr/bin/env bash
# Snapshots that no test has: those whose test is gone or has another name. (`cargo insta test --unreferenced=reject` says the same
# after running everything; this reads the sources.)
set -euo pipefail
cd "$(dirname "$0")/.."
stale=0
while read -r snapshot; do
    source=$(sed -n 's/^source: //p' "$snapshot")
    # module__name.snap, or module__name-2.snap for the second one of a test
    name=$(basename "$snapshot" .snap); name=${name##*__}
    if [ ! -f "$source" ] || ! grep -qE "fn (${name}|${name%-[0-9]*})\b|\"$name\"" "$source"; then
        echo "$snapshot: no test has it"
        stale=1
    fi
done < <(find src tests -name '*.snap')
pending=$(find src tests -name '*.snap.new')
[ -z "$pending" ] || { echo "$pending: nobody has looked at it"; stale=1; }
exit $stale
