#!/usr/bin/env bash
# Ready: a member of the replica set that knows the service's user; makes what is missing. mongosh takes a second of CPU, so
# once that was seen an open port is enough: until the container starts again, and for a node without others as long as
# neither its data nor what it shall be changes.
set -euo pipefail
cd "$(dirname "$0")/"
exec 3<>/dev/tcp/127.0.0.1/27017
[ -e /tmp/ready ] && exit

seen=/data/db/toko-ready
shall=$({
  cat ready.js replicas /run/secrets/mongodb/*password 2>/dev/null || true
  echo "$MONGO_HOST $MONGO_USER $MONGO_DATABASE ${MONGO_DATABASES:-} ${MONGO_PASSWORD:-}"
} | sha256sum)
count=$(cat replicas 2>/dev/null || echo 1)
if [ "$count" != 1 ] || [ "$(cat "$seen" 2>/dev/null)" != "$shall" ]; then
  mongosh --quiet --norc 'mongodb://127.0.0.1:27017/admin?directConnection=true' ready.js
  printf %s "$shall" >"$seen"
fi
touch /tmp/ready
