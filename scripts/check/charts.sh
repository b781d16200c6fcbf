#!/usr/bin/env bash
# Charts, as far as they can be judged without a cluster: values, lint, renders, schemas, rules.
set -euo pipefail
cd "$(dirname "$0")/../.."
node scripts/charts/check.ts
