#!/usr/bin/env bash
# Builds the container images of all services and of the toko command, or those named (docker-bake.hcl).   usage: scripts/images.sh [user|…|cli...]
# NPMRC=FILE: settings for npm inside the build, such as a mirror; they do not stay in the image.
set -euo pipefail
cd "$(dirname "$0")/.."
die() { printf 'toko: %s\n' "$1" >&2; exit 1; }

command -v docker >/dev/null || die 'Docker is missing: install Docker Engine 25 or newer (https://docs.docker.com/engine/install).'
docker info >/dev/null 2>&1 || die "Docker does not answer: start its engine, or let this user use it (docker info says more)."
docker buildx version >/dev/null 2>&1 || die 'docker buildx is missing: install the docker-buildx-plugin (Debian: docker-buildx).'

settings=()
[ -z "${NPMRC:-}" ] || settings+=(--set "*.secrets=id=npmrc,src=$NPMRC")
export REVISION SOURCE_DATE_EPOCH
REVISION=$(git rev-parse HEAD 2>/dev/null || echo unknown)
# The same sources give the same dates, which are part of what BuildKit caches: a commit of anything else builds nothing anew.
sources=(Dockerfile .dockerignore .npmrc LICENSE package.json package-lock.json packages services)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct -- "${sources[@]}" 2>/dev/null || echo 0)
docker buildx bake --file docker-bake.hcl --load "${settings[@]}" "$@"
