#!/usr/bin/env bash
# Starts a mongod. Its key file must be its own and nobody else's, which no mounted file can promise.
set -euo pipefail
cd "$(dirname "$0")/"
umask 077
rm -f /tmp/ready
printf %s "${MONGO_KEY:-$(cat /run/secrets/mongodb/keyfile)}" >/tmp/key
# The node before may still be ending, with its lock on the files; mongod would give up at once, and be started again late.
exec 9>/data/db/toko-lock
flock 9
# zlib is left out: CVE-2025-14847.
exec mongod --replSet rs0 --keyFile /tmp/key --bind_ip_all \
  --wiredTigerCacheSizeGB "${MONGO_CACHE_GB:-0.25}" \
  --networkMessageCompressors snappy,zstd \
  --setParameter authenticationMechanisms=SCRAM-SHA-256 \
  --setParameter minSnapshotHistoryWindowInSeconds="${MONGO_SNAPSHOT_HISTORY_S:-300}"
