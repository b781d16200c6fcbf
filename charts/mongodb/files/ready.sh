#!/usr/bin/env bash
# Ready: a member of the replica set that knows the service's user; makes what is missing. mongosh takes a second of CPU, so
# once that was seen an open port is enough, until the container starts again.
set -euo pipefail
cd "$(dirname "$0")/"
exec 3<>/dev/tcp/127.0.0.1/27017
[ -e /tmp/ready ] && exit
mongosh --quiet --norc 'mongodb://127.0.0.1:27017/admin?directConnection=true' ready.js
touch /tmp/ready
