#!/usr/bin/env bash
# Runs the tests and ends with "N passed, N failed", counted from the runner's own report.
# usage: scripts/test.sh [FILTER of paths] [vitest flags]      everything but the suites below
#        SUITE=matrix|nameko|kind scripts/test.sh …             the fault matrix, Nameko beside toko, a real Prometheus, or the kind cluster, alone
#        SUITE=acceptance REPORT=… scripts/test.sh …            one shape of the shop (test/acceptance/forms.ts), report apart
set -euo pipefail
cd "$(dirname "$0")/.."
suite=${SUITE:-test}
report=.toko/reports/${REPORT:-$suite}.json
projects=(--project "$suite")
case $suite in
  matrix | kind) projects=(--project "$suite*") ;;
  test) projects=(--project '!matrix*' --project '!nameko' --project '!prometheus' --project '!observe' --project '!kind*') ;;
esac
mkdir -p "$(dirname "$report")"
rm -f "$report" "${report%.json}".{tsv,reasons.txt}
status=0
NO_COLOR=1 vitest run "${projects[@]}" --reporter="${REPORTER:-default}" --reporter=json --outputFile.json="$report" "$@" </dev/null || status=$?
exec node scripts/test-summary.ts "$report" "$status"
