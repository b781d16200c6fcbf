#!/usr/bin/env bash
# Says where Grafana, Prometheus and Jaeger answer, and forwards their ports where the cluster has no port of this machine
# for them; ends with Ctrl-C then.   usage: scripts/kind/dashboards.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
source scripts/kind/lib.sh
need_shop
need curl

forwards=()
trap '[ ${#forwards[@]} -eq 0 ] || kill "${forwards[@]}" 2>/dev/null' EXIT
answers() { curl --silent --output /dev/null --max-time 2 "http://127.0.0.1:$1/"; }

show() { # show NAME SERVICE PORT
  local name=$1 service=$2 port=$3 tries
  if ! kube get service "$service" >/dev/null 2>&1; then
    printf '%-11s is switched off (observability values)\n' "$name"
    return
  fi
  if [ "$(kube get endpointslice -l "kubernetes.io/service-name=$service" -o jsonpath='{.items[*].endpoints[*].addresses[0]}')" = '' ]; then
    printf '%-11s has no ready pod: kubectl --namespace %s get pods\n' "$name" "$NAMESPACE"
    return
  fi
  if ! answers "$port"; then
    kube port-forward --address 127.0.0.1 "service/$service" "$port" >/dev/null &
    forwards+=($!)
    for ((tries = 0; tries < 40; tries++)); do
      ! answers "$port" || break
      sleep 0.25
    done
  fi
  answers "$port" || die "$name does not answer on port $port of this machine"
  printf '%-11s http://127.0.0.1:%s\n' "$name" "$port"
}
show Grafana grafana 3000
show Prometheus prometheus 9090
show Jaeger jaeger 16686
if [ ${#forwards[@]} -gt 0 ]; then
  echo 'forwarding; Ctrl-C ends it'
  wait
fi
