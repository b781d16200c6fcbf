#!/usr/bin/env bash
# Lint faults with a safe fix.
set -euo pipefail
cd "$(dirname "$0")/../.."
oxlint --type-aware --fix --quiet
