#!/usr/bin/env bash
# The split shop in containers (compose.yaml).
# usage: scripts/compose.sh up | down [1: its databases and accounts too] | toko COMMAND…: the toko command on this shop
set -euo pipefail
cd "$(dirname "$0")/.."
die() { printf 'toko: %s\n' "$1" >&2; exit 1; }
data=.toko/compose

command -v docker >/dev/null || die 'Docker is missing: install Docker Engine 25 or newer (https://docs.docker.com/engine/install); make run needs none.'
docker info >/dev/null 2>&1 || die 'Docker does not answer: start its engine, or let this user use it (docker info says more).'
docker compose version >/dev/null 2>&1 || die 'Docker Compose is missing: install the docker-compose-plugin, 2.24 or newer (Debian: docker-compose).'

# on_shop COMMAND…: with the addresses, the secret and the data folder of this shop.
on_shop() {
  local service address port=8001
  for service in USER PRODUCT ORDER PAYMENT; do
    address=$(docker compose port "${service,,}" "$port") || die 'the shop is not up: make compose-up'
    export "TOKO_${service}_URL=http://$address"
    port=$((port + 1))
  done
  TOKO_CLI_SECRET=$(sed -n 's/^SECRET_CLI_TO_USER=//p' .env)
  export TOKO_CLI_SECRET TOKO_DATA_DIR=$data
  toko "$@"
}

case ${1:-} in
  up)
    scripts/compose-secrets.sh
    scripts/images.sh user product order payment
    docker compose up --detach --no-build --wait --wait-timeout 300
    on_shop seed
    docker compose ps --format 'table {{.Service}}\t{{.Status}}\t{{.Ports}}'
    echo 'next: make compose-toko args="verify --orders 100", make compose-down'
    ;;
  down)
    scripts/compose-secrets.sh
    if [ "${2:-}" = 1 ]; then
      docker compose down --volumes
      rm -rf "$data"
    else
      docker compose down
      echo 'kept its databases; make compose-down data=1 removes them too'
    fi
    ;;
  toko) on_shop "${@:2}" ;;
  *) die 'usage: scripts/compose.sh up | down [1] | toko COMMAND…' ;;
esac
