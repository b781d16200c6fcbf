#!/usr/bin/env bash
# Builds one image for skaffold.yaml, which sets IMAGE: the dev stage of a service, or the toko command as it is.
# usage: IMAGE=NAME:TAG scripts/dev/build-image.sh SERVICE|cli      NPMRC=FILE as in scripts/images.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
: "${1:?which service?}" "${IMAGE:?skaffold says how the image is called}"
arguments=(--load --provenance=false --tag "$IMAGE")
[ -z "${NPMRC:-}" ] || arguments+=(--secret "id=npmrc,src=$NPMRC")
case $1 in
  cli) arguments+=(--target cli --build-arg SERVICE=cli --build-arg WORKSPACE=packages/cli) ;;
  *) arguments+=(--target dev --build-arg "SERVICE=$1") ;;
esac
exec docker buildx build --quiet "${arguments[@]}" .
