#!/usr/bin/env bash
# Before a node of a cluster ends: its queues must keep their majority without it, and other nodes should lead them.
set -euo pipefail
cd "$(dirname "$0")/"
(($(<replicas) > 1)) || exit 0
rabbitmq-upgrade await_online_quorum_plus_one --timeout 60 || true
rabbitmq-upgrade drain || true
