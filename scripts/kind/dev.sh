#!/usr/bin/env bash
# Development on the kind cluster: skaffold builds, deploys into a namespace of its own, writes changed sources into the
# running pods and forwards ports, until Ctrl-C; then it takes the shop away again.
# usage: scripts/kind/dev.sh [minimal | full | split-one SERVICE] [-- FLAGS of skaffold dev]
set -euo pipefail
cd "$(dirname "$0")/../.."
source scripts/kind/lib.sh
DEV_NAMESPACE=toko-dev
folder=.toko/dev
need_engine
need kind kubectl helm skaffold

flags=()
profile=${1:-}
case $profile in
  '' | --) profile='' ;;
  minimal | full | split-one) flags+=(--profile "$profile") ;;
  *) die "no profile $profile: minimal, full or split-one SERVICE" ;;
esac
service=
[ "$profile" != split-one ] || service=${2:-}
while [ $# -gt 0 ] && [ "$1" != -- ]; do shift; done
[ $# -eq 0 ] || shift

mkdir -p "$folder"
has_cluster || scripts/kind/cluster.sh
scripts/charts.sh >"$folder/charts.log" 2>&1 || { cat "$folder/charts.log" >&2; die 'the charts could not be built'; }
images_of charts/toko --values charts/toko/values-kind.yaml | grep -v ^toko/ | scripts/kind/load.sh
kube create namespace "$DEV_NAMESPACE" --dry-run=client -o yaml | kube apply -f - >/dev/null
kube label --overwrite namespace "$DEV_NAMESPACE" pod-security.kubernetes.io/enforce=restricted >/dev/null
if [ "$profile" = split-one ]; then
  node scripts/dev/split-one.ts "$service" >"$folder/split-one.json" || exit 1
  say "then, in another shell: node scripts/dev/run-here.ts $service"
fi

export SKAFFOLD_UPDATE_CHECK=false SKAFFOLD_INTERACTIVE=false
exec skaffold dev --kube-context "kind-$CLUSTER" --port-forward=user "${flags[@]}" "$@"
