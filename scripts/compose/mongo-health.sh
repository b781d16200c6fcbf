#!/usr/bin/env bash
# Healthy: a primary with the user of its service; makes both at first sight. mongosh takes a second of CPU, so once that
# was seen a connection is enough, until the container starts again.
set -euo pipefail
cd "$(dirname "$0")/"
if [ -e /tmp/ready ]; then
  exec 3<>/dev/tcp/127.0.0.1/27017
else
  mongosh --quiet --norc 'mongodb://127.0.0.1:27017/admin?directConnection=true' mongo-ready.js
  touch /tmp/ready
fi
