#!/usr/bin/env bash
# Makes the kind cluster where there is none; one that was left half made is made anew.   usage: scripts/kind/cluster.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
source scripts/kind/lib.sh
need_engine
need kind kubectl

answers() { # answers SECONDS: the API server says that it is ready
  local until=$((SECONDS + $1))
  until kube get --raw /readyz --request-timeout 2s >/dev/null 2>&1; do
    [ $SECONDS -lt $until ] || return 1
    sleep 1
  done
}
free_ports() {
  local port
  for port in $(sed -n 's/.*hostPort: \([0-9]*\).*/\1/p' k8s/kind.yaml); do
    ! (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || die "port $port of this machine is in use: stop what listens there (make run, make split, make compose-up?)"
  done
}
create() {
  free_ports
  say "creating the cluster $CLUSTER"
  kind create cluster --quiet --name "$CLUSTER" --config k8s/kind.yaml --wait 120s ${KIND_NODE_IMAGE:+--image "$KIND_NODE_IMAGE"}
}

if has_cluster; then
  # Its containers ended with the engine or with the machine, or somebody paused them.
  nodes=$(kind get nodes --name "$CLUSTER" 2>/dev/null)
  xargs -r docker unpause <<<"$nodes" >/dev/null 2>&1 || true
  xargs -r docker start <<<"$nodes" >/dev/null
  kind export kubeconfig --quiet --name "$CLUSTER" 2>/dev/null || true
  # The namespace comes after kind has finished: a cluster without it was left half made.
  if ! answers 60 || ! kube get namespace "$NAMESPACE" >/dev/null 2>&1; then
    say "the cluster $CLUSTER was left half made: making it anew"
    kind delete cluster --quiet --name "$CLUSTER"
    create
  fi
else
  create
fi
answers 60 || die "the API server of $CLUSTER does not answer: kind export logs --name $CLUSTER"
kube apply -f k8s/namespace.yaml >/dev/null
