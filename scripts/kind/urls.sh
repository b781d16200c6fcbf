#!/usr/bin/env bash
# Prints where the shop in the cluster answers, and what to do next.   usage: scripts/kind/urls.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
source scripts/kind/lib.sh
need_shop

cat <<TEXT

user        http://127.0.0.1:8001
product     http://127.0.0.1:8002
order       http://127.0.0.1:8003
payment     http://127.0.0.1:8004
accounts    $DATA/accounts.json
Prometheus, Jaeger, Grafana: make dashboards

on a cluster without these ports:
  kubectl --context kind-$CLUSTER --namespace $NAMESPACE port-forward service/order-service 8003   (user 8001, product 8002, payment 8004)
next:
  make kind-toko args="verify --orders 100"   any toko command on this shop
  make test-kind                              every test of the cluster
  make down                                   the cluster and its data go
TEXT
