#!/usr/bin/env bash
# Builds the shop's images and gives each a tag by its content, so that an image that stays the same restarts no pod.
# Prints IMAGE=TAG lines.   usage: scripts/kind/images.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
source scripts/kind/lib.sh
need_engine

# What runs counts; labels, dates and the commit's own name, which each commit changes, do not.
content='{{json .RootFS.Layers}} {{json .Config.Entrypoint}} {{json .Config.Cmd}} {{json .Config.Env}} {{.Config.User}} {{.Config.WorkingDir}}'

mkdir -p "$DATA"
TAG=dev scripts/images.sh user product order payment cli >"$DATA/images.log" 2>&1 || { tail -20 "$DATA/images.log" >&2; die "the images could not be built: $DATA/images.log"; }
for name in user product order payment cli; do
  tag=$(docker image inspect --format "$content" "toko/$name:dev" | sed 's/"BUILD_REVISION=[^"]*"//' | sha256sum | cut -c1-12)
  docker tag "toko/$name:dev" "toko/$name:$tag"
  printf '%s=%s\n' "$name" "$tag"
done
