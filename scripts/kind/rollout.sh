#!/usr/bin/env bash
# Replaces everything that can be replaced while a constant load goes on, on a kind cluster of three nodes of its own: no
# request may fail, no order may be lost (docs/kubernetes.md, "Rollouts"). The cluster goes at the end, unless KEEP=1.
# usage: scripts/kind/rollout.sh [rate=40] [requests=50000] [restarts=5] [only=restarts,upgrade,autoscaling,pods,drain]
#        ROLLOUT_VALUES=FILE: in place of test/rollout/values.yaml, such as charts/toko/values-ha.yaml
set -euo pipefail
cd "$(dirname "$0")/../.."
export KIND_CLUSTER_NAME=${HA_CLUSTER_NAME:-toko-ha}
source scripts/kind/lib.sh
DATA=.toko/rollout
tag=rollout
names=(user product order payment)
need_engine
need kind kubectl helm
mkdir -p "$DATA"

quietly() { # quietly NAME COMMAND…: its output goes to a log, and is shown when it fails
  local log=$DATA/$1.log
  shift
  "$@" >"$log" 2>&1 || { tail -30 "$log" >&2; die "${*:1:3} failed: $log"; }
}

say 'building images, and those of the next version over them'
TAG=$tag quietly images scripts/images.sh "${names[@]}"
# By content, for a node takes an image that it has by its name.
built=$(docker image inspect --format '{{.Id}}' $(printf "toko/%s:$tag " "${names[@]}") | sha256sum | cut -c1-8)
for name in "${names[@]}"; do docker tag "toko/$name:$tag" "toko/$name:$tag-$built"; done
tag=$tag-$built
quietly next-version node test/rollout/next-version/build.ts $tag $tag-next
quietly charts scripts/charts.sh
chart=$(ls -t .toko/charts/toko-*.tgz | head -1)

if ! has_cluster; then
  say "creating the cluster $CLUSTER"
  quietly cluster kind create cluster --name "$CLUSTER" --config k8s/kind-ha.yaml --wait 180s ${KIND_NODE_IMAGE:+--image "$KIND_NODE_IMAGE"}
fi
[ -n "${KEEP:-}" ] || trap 'kind delete cluster --quiet --name "$CLUSTER"' EXIT
kube apply -f k8s/namespace.yaml >/dev/null

values=()
for name in kind minimal; do values+=(--values "charts/toko/values-$name.yaml"); done
values+=(--values "${ROLLOUT_VALUES:-test/rollout/values.yaml}" --set seed.enabled=false --set-string "global.image.tag=$tag")
say 'loading images into the three nodes'
{ images_of "$chart" "${values[@]}"; printf 'toko/%s\n' "order:$tag-next" "product:$tag-next"; sed -n 's/^ *image: //p' k8s/metrics-server/server.yaml; } | scripts/kind/load.sh

say 'installing the shop, two pods of each service, and waiting until every pod is ready'
quietly install on_cluster upgrade --install "$RELEASE" "$chart" "${values[@]}" --wait --timeout 10m
say 'load'
TOKO_CLI_SECRET=$(kube get secret toko-edge-cli-to-user -o jsonpath='{.data.secret}' | base64 -d)
export TOKO_CLI_SECRET
node test/rollout/main.ts "chart=$chart" "next=$tag-next" "$@"
