#!/usr/bin/env bash
# Files, exports and dependencies that nothing uses.
set -euo pipefail
cd "$(dirname "$0")/../.."
knip --no-progress --no-config-hints
