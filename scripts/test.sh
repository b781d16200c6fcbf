#!/usr/bin/env bash
# Runs the tests and ends with "N passed, N failed", counted from the runner's own report.
# usage: scripts/test.sh [FILTER of paths] [vitest flags]      everything but the fault matrix
#        SUITE=matrix scripts/test.sh …                         the fault matrix alone
set -euo pipefail
cd "$(dirname "$0")/.."
suite=${SUITE:-test}
report=.toko/reports/$suite.json
projects=(--project matrix)
[ "$suite" = matrix ] || projects=(--project '!matrix')
mkdir -p "$(dirname "$report")"
rm -f "$report" "${report%.json}.tsv"
status=0
NO_COLOR=1 vitest run "${projects[@]}" --reporter=default --reporter=json --outputFile.json="$report" "$@" </dev/null || status=$?
exec node scripts/test-summary.ts "$report" "$status"
