#!/usr/bin/env bash
# Runs the tests and ends with "N passed, N failed", counted from the runner's own report.
# usage: scripts/test.sh [FILTER of paths] [vitest flags]
set -euo pipefail
cd "$(dirname "$0")/.."
report=.toko/reports/test.json
mkdir -p "$(dirname "$report")"
rm -f "$report" "${report%.json}.tsv"
status=0
NO_COLOR=1 vitest run --reporter=default --reporter=json --outputFile.json="$report" "$@" </dev/null || status=$?
exec node scripts/test-summary.ts "$report" "$status"
