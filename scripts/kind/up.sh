#!/usr/bin/env bash
# The whole shop on a kind cluster: images, cluster, chart; again: what has changed. Killed anywhere, it can be repeated.
# usage: scripts/kind/up.sh [FLAGS of helm upgrade], e.g. --set order.config.calls=rpc; HELM_FLAGS: such flags for every run
set -euo pipefail
cd "$(dirname "$0")/../.."
source scripts/kind/lib.sh
need_engine
need kind kubectl helm flock
mkdir -p "$DATA"
exec 9>"$DATA/lock"
flock --nonblock 9 || { say 'waiting for another make up to end'; flock --timeout 600 9 || die 'another make up does not end'; }

say 'building images'
images=$(scripts/kind/images.sh)
scripts/kind/cluster.sh
scripts/charts.sh >"$DATA/charts.log" 2>&1 || { cat "$DATA/charts.log" >&2; die 'the charts could not be built'; }
values=(--values charts/toko/values-kind.yaml)
while IFS='=' read -r name tag; do values+=(--set-string "$name.image.tag=$tag"); done <<<"$images"
for name in user product order payment; do values+=(--set-string "$name.mongodb.backup.image.tag=$(sed -n 's/^cli=//p' <<<"$images")"); done
if [ -n "${MONGO_IMAGE:-}" ]; then
  for name in user product order payment; do
    values+=(--set-string "$name.mongodb.image.repository=${MONGO_IMAGE%:*},$name.mongodb.image.tag=${MONGO_IMAGE##*:}")
  done
fi
read -ra more <<<"${HELM_FLAGS:-}"
values+=("${more[@]}" "$@")

say 'loading images into the cluster'
images_of charts/toko "${values[@]}" | scripts/kind/load.sh

# A killed helm leaves its revision pending, and refuses every other one because of it.
kube delete secret --ignore-not-found -l "owner=helm,name=$RELEASE,status in (pending-install,pending-upgrade,pending-rollback)" >/dev/null
say 'installing the shop, and waiting until every pod is ready'
progress() { while sleep 10; do say "$(kube get pods --no-headers 2>/dev/null | awk '$3 != "Completed" {split($2, n, "/"); ready += n[1] == n[2]; all++} END {print ready + 0 " of " all + 0 " pods ready"}')"; done; }
progress 9>&- &
trap 'kill '$!' 2>/dev/null || true' EXIT
if ! on_cluster upgrade --install "$RELEASE" charts/toko "${values[@]}" --wait --timeout 5m >"$DATA/helm.log" 2>&1; then
  cat "$DATA/helm.log" >&2
  kube get pods >&2
  kube get events --sort-by=.lastTimestamp | tail -15 >&2
  die 'the shop did not become ready; make up again goes on from here'
fi
(umask 077; kube get secret toko-accounts -o jsonpath='{.data.accounts\.json}' | base64 -d >"$DATA/accounts.json")
scripts/kind/urls.sh
say 'up'
