#!/usr/bin/env bash
# Deletes the kind cluster, with everything that the shop kept in it.   usage: scripts/kind/down.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
source scripts/kind/lib.sh
need_engine
need kind

if has_cluster; then
  say "deleting the cluster $CLUSTER"
  kind delete cluster --quiet --name "$CLUSTER"
else
  echo "no kind cluster named $CLUSTER"
fi
rm -rf "$DATA"
