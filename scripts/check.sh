#!/usr/bin/env bash
# Runs every check of scripts/check/, or the one named, remembers failures and prints one verdict line each.
# The verdicts also go to .toko/reports/check.tsv (name, pass|fail) for .ci/run.   usage: scripts/check.sh [NAME]
set -euo pipefail
cd "$(dirname "$0")/.."
report=.toko/reports/check.tsv
mkdir -p "$(dirname "$report")"
: >"$report"

if [ $# -gt 0 ] && [ ! -f "scripts/check/$1.sh" ]; then
  names=$(basename -s .sh scripts/check/*.sh | tr '\n' ' ')
  printf 'no check named "%s"; there are: %s\n' "$1" "$names" >&2
  exit 2
fi

output=$(mktemp)
trap 'rm -f "$output"' EXIT
failed=0
for script in scripts/check/${1:-*}.sh; do
  name=$(basename "$script" .sh)
  started=$(date +%s%N)
  verdict=pass
  "$script" >"$output" 2>&1 </dev/null || verdict=fail
  took=$((($(date +%s%N) - started) / 100000000))
  printf '%s\t%s\n' "$name" "$verdict" >>"$report"
  if [ "$verdict" = fail ]; then
    failed=$((failed + 1))
    cat "$output"
  fi
  printf '%-14s %s  %d.%d s  %s\n' "$name" "$verdict" $((took / 10)) $((took % 10)) "$(grep -m1 '^# ' "$output" | cut -c3- || true)"
done
[ "$failed" -eq 0 ] || { printf '%d failed; make fix mends what a machine can mend\n' "$failed" >&2; exit 1; }
