#!/usr/bin/env bash
# The type errors a machine can mend: imports of types, casts without effect.
set -euo pipefail
cd "$(dirname "$0")/../.."
oxlint --type-aware --fix --quiet -A all -D typescript/consistent-type-imports -D typescript/no-unnecessary-type-assertion
