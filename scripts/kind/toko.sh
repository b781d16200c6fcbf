#!/usr/bin/env bash
# The toko command on the shop in the cluster.   usage: scripts/kind/toko.sh COMMAND…, e.g. verify --orders 100
set -euo pipefail
cd "$(dirname "$0")/../.."
source scripts/kind/lib.sh
need_shop

TOKO_CLI_SECRET=$(kube get secret toko-edge-cli-to-user -o jsonpath='{.data.secret}' | base64 -d)
export TOKO_CLI_SECRET TOKO_DATA_DIR=$DATA
export TOKO_USER_URL=http://127.0.0.1:8001 TOKO_PRODUCT_URL=http://127.0.0.1:8002
export TOKO_ORDER_URL=http://127.0.0.1:8003 TOKO_PAYMENT_URL=http://127.0.0.1:8004
exec toko "$@"
