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
# A member that does not find itself under its name in the set's configuration stays out of the set for good (REMOVED), and DNS
# may learn of a new pod, or forget that there was none, seconds after its start.
for ((tries = 0; tries < 300; tries++)); do
  known=$(getent hosts "$MONGO_HOST") && [[ " $(hostname -I) " == *" ${known%% *} "* ]] && break
  sleep 0.2
done
# zlib is left out: CVE-2025-14847.
exec mongod --replSet rs0 --keyFile /tmp/key --bind_ip_all \
  --wiredTigerCacheSizeGB "${MONGO_CACHE_GB:-0.25}" \
  --networkMessageCompressors snappy,zstd \
  --setParameter authenticationMechanisms=SCRAM-SHA-256 \
  --setParameter minSnapshotHistoryWindowInSeconds="${MONGO_SNAPSHOT_HISTORY_S:-300}"
