#!/usr/bin/env bash
# Rules, dashboards and the table of alerts follow from packages/observability.
set -euo pipefail
cd "$(dirname "$0")/../.."
node packages/observability/src/main.ts
