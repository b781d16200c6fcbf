#!/usr/bin/env bash
# Manifests are set right; imports and sizes need a person.
set -euo pipefail
cd "$(dirname "$0")/../.."
node scripts/fix/manifests.ts
