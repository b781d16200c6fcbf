#!/usr/bin/env bash
# Unused exports lose their keyword. Files and dependencies stay: deleting those is a decision.
set -euo pipefail
cd "$(dirname "$0")/../.."
knip --no-progress --no-exit-code --fix --fix-type exports,types
