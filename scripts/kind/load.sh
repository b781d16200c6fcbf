#!/usr/bin/env bash
# Loads images into the cluster's nodes: those of the list that this machine has; the cluster pulls the rest itself.
# usage: images_of … | KIND_CLUSTER_NAME=NAME scripts/kind/load.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
source scripts/kind/lib.sh
mapfile -t wanted

# A tag is of one content, so what a node has by its name is not sent again: kind would take a minute to find that out.
full_name() { case $1 in *.*/*) echo "$1" ;; */*) echo "docker.io/$1" ;; *) echo "docker.io/library/$1" ;; esac; }
missing=()
for node in $(kind get nodes --name "$CLUSTER"); do
  there=$(docker exec "$node" ctr --namespace k8s.io images ls --quiet)
  for image in "${wanted[@]}"; do
    grep -qxF "$(full_name "$image")" <<<"$there" || ! docker image inspect "$image" >/dev/null 2>&1 || missing+=("$image")
  done
done
[ ${#missing[@]} -gt 0 ] || exit 0
load() { # load FLAG of grep: -e our own images, which share layers; -v all others
  local images
  mapfile -t images < <(printf '%s\n' "${missing[@]}" | sort -u | grep "$1" '^toko/')
  [ ${#images[@]} -eq 0 ] || kind load docker-image --quiet --name "$CLUSTER" "${images[@]}"
}
# Beside each other: unpacking keeps one core busy.
load -v &
others=$!
load -e
wait "$others"
