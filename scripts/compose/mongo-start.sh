#!/usr/bin/env bash
# Starts each mongod of compose.yaml. Its key file must be its own and nobody else's, which no mounted file can promise.
set -euo pipefail
cd "$(dirname "$0")/"
umask 077
printf %s "$MONGO_KEY" >/tmp/key
exec mongod --replSet rs0 --keyFile /tmp/key --bind_ip_all --wiredTigerCacheSizeGB 0.25
