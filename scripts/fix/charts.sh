#!/usr/bin/env bash
# Schemas and READMEs of the charts follow their values.yaml, and charts/examples what they render.
set -euo pipefail
cd "$(dirname "$0")/../.."
node scripts/charts/write.ts
