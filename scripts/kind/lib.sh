#!/usr/bin/env bash
# Shared by the scripts of this folder: names, messages, what must be installed.
# KIND_CLUSTER_NAME: the kind cluster; KIND_NODE_IMAGE, MONGO_IMAGE: other images than the public ones.
# shellcheck disable=SC2034
set -euo pipefail
cd "$(dirname "$0")/../.."
CLUSTER=${KIND_CLUSTER_NAME:-toko}
NAMESPACE=toko
RELEASE=toko
DATA=.toko/kind

die() { printf 'toko: %s\n' "$1" >&2; exit 1; }
STARTED=${STARTED:-$EPOCHSECONDS}
export STARTED
say() { printf '%4d s  %s\n' $((EPOCHSECONDS - STARTED)) "$*"; }
kube() { kubectl --context "kind-$CLUSTER" --namespace "$NAMESPACE" "$@"; }
on_cluster() { helm --kube-context "kind-$CLUSTER" --namespace "$NAMESPACE" "$@"; }
# images_of CHART FLAGS of helm…: a line each, those that the chart's pods run
images_of() { on_cluster template "$RELEASE" "$@" --set global.generateSecrets=always | sed -n 's/^ *-\{0,1\} *image: *"\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' | sort -u; }
# Not in a pipe: grep ends at the first match, and kind, which goes on with other clusters, would fail by SIGPIPE.
has_cluster() { grep -qx "$CLUSTER" <<<"$(kind get clusters 2>/dev/null)"; }

need() { # need PROGRAM…
  local program where
  for program in "$@"; do
    case $program in
      docker) where='Docker Engine 25 or newer: https://docs.docker.com/engine/install' ;;
      kind) where='https://kind.sigs.k8s.io/docs/user/quick-start/#installation' ;;
      kubectl) where='https://kubernetes.io/docs/tasks/tools' ;;
      helm) where='3.14 or newer: https://helm.sh/docs/intro/install' ;;
      *) where='its package' ;;
    esac
    command -v "$program" >/dev/null || die "$program is missing: install it ($where)"
  done
}
need_engine() {
  need docker
  docker info >/dev/null 2>&1 || die 'Docker does not answer: start its engine, or let this user use it (docker info says more).'
}
need_shop() {
  need_engine
  need kind kubectl helm
  has_cluster || die "no kind cluster named $CLUSTER: make up"
  kube get deployment order-service >/dev/null 2>&1 || die "no shop in the cluster $CLUSTER: make up"
}
