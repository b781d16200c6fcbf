#!/usr/bin/env bash
# Starts a node under the full name that the StatefulSet gives it, with its peers and its user by configuration: no call to the
# Kubernetes API, no default user. The user's password is set anew at each start.
set -euo pipefail
cd "$(dirname "$0")/"
umask 077
secrets=/run/secrets/rabbitmq
host=$(hostname -f)
count=$(<replicas)

# Must be nobody else's, which no mounted file can promise.
install -m 400 "$secrets/erlang-cookie" "$HOME/.erlang.cookie"

{
  cat rabbitmq.conf
  for ((n = 0; n < count; n++)); do
    echo "cluster_formation.classic_config.nodes.$((n + 1)) = rabbit@$RABBITMQ_SET-$n.${host#*.}"
  done
  if ((count > 1)); then
    echo "cluster_formation.target_cluster_size_hint = $count"
    # Queues that were made with fewer nodes grow onto all of them.
    echo 'quorum_queue.continuous_membership_reconciliation.enabled = true'
    echo "quorum_queue.continuous_membership_reconciliation.target_group_size = $((count < 5 ? count : 5))"
  fi
} >/tmp/rabbitmq.conf

printf '{"users":[{"name":"%s","password":"%s","tags":["monitoring"]}],"vhosts":[{"name":"%s"}],"permissions":[{"user":"%s","vhost":"%s","configure":".*","write":".*","read":".*"}]}' \
  "$TOKO_USER" "$(<"$secrets/password")" "$TOKO_VHOST" "$TOKO_USER" "$TOKO_VHOST" >/tmp/definitions.json

exec rabbitmq-server
