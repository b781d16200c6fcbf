#!/usr/bin/env bash
# Rules of Prometheus: the committed ones are those of packages/observability, valid, and fire when they should (promtool).
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v promtool >/dev/null || {
  echo 'toko: promtool is missing: it comes with Prometheus 3 (https://prometheus.io/download)' >&2
  exit 1
}
node packages/observability/src/main.ts --check
promtool check rules charts/observability/files/rules/*.yaml
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
node packages/observability/src/main.ts --unit-tests "$folder"
promtool test rules "$folder"/*-*.yaml
