#!/usr/bin/env bash
# Removes what make made. The shop's local data (.toko) stays unless asked for.   usage: scripts/clean.sh [1: data too]
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "${1:-}" = 1 ]; then
  # A mongod that runs on the folder holds an open lock file there; deleting under it would lose data silently.
  for lock in $(find .toko -name mongod.lock -size +0 2>/dev/null); do
    if kill -0 "$(cat "$lock")" 2>/dev/null; then
      printf 'toko: a mongod still runs on %s (process %s): stop the shop first\n' "$(dirname "$lock")" "$(cat "$lock")" >&2
      exit 1
    fi
  done
  rm -rf .toko
elif [ -d .toko ]; then
  echo "kept the shop's local data in .toko; make clean data=1 removes it too"
fi
rm -rf node_modules packages/*/node_modules services/*/node_modules coverage .toko/reports
