#!/usr/bin/env bash
# The committed OpenAPI documents follow the declared routes (the test of freshness is part of make test).
set -euo pipefail
cd "$(dirname "$0")/../.."
node scripts/openapi.ts
