#!/usr/bin/env bash
# The rules of STYLE.md that no linter knows: imports, globals, sizes, manifests.
set -euo pipefail
cd "$(dirname "$0")/../.."
NO_COLOR=1 vitest run --project architecture
