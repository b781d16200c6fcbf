#!/usr/bin/env bash
# Runs every fixer of scripts/fix/, or the one named; format last, over what the others wrote.   usage: scripts/fix.sh [NAME]
set -euo pipefail
cd "$(dirname "$0")/.."
names=(types lint dead-code architecture openapi rules charts format)
[ $# -eq 0 ] || names=("$1")
failed=0
for name in "${names[@]}"; do
  if [ ! -f "scripts/fix/$name.sh" ]; then
    printf 'no fixer named "%s"; there are: %s\n' "$name" "$(basename -s .sh scripts/fix/*.sh | tr '\n' ' ')" >&2
    exit 2
  fi
  printf '%-14s ' "$name"
  if output=$("scripts/fix/$name.sh" 2>&1 </dev/null); then
    echo done
  else
    failed=1
    printf 'left over:\n%s\n' "$output"
  fi
done
exit "$failed"
