#!/usr/bin/env bash
# Gives each chart those that it depends on, bottom-up, and packages the whole shop: .toko/charts/toko-<version>.tgz, which
# helm install takes.   usage: scripts/charts.sh
set -euo pipefail
cd "$(dirname "$0")/.."
die() { printf 'toko: %s\n' "$1" >&2; exit 1; }
command -v helm >/dev/null || die 'helm is missing: install 3.14 or newer (https://helm.sh/docs/intro/install)'

# A dependency comes before whoever depends on it. All are folders beside it, so there is nothing to lock.
for chart in mongodb rabbitmq observability user product order payment all toko; do
  helm dependency update --skip-refresh "charts/$chart" >/dev/null
done
mkdir -p .toko/charts
helm package --destination .toko/charts charts/toko | sed 's|.*/\.toko|.toko|'
