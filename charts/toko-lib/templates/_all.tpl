{{/*
Every object of a service chart. Takes root and facts, which are no values, since the service's code decides them:
  variables   prefix of its variables
  listeners   {service, http, admin}: a Service and its ports; others may only have admin
  probed      admin port that speaks for the whole pod
  config      variables that the cluster decides; values win
  environment more of them, by their whole names
  calls       services that it calls, with their ports: its network edges
  readsTraces true for what reads traces: an edge to where they are
  secrets     variable to name of the Secret that gives it
Context of the templates that it includes: root, facts, name, component, calls (with databases, broker, collector).
*/}}
{{- define "toko-lib.all" -}}
{{- $name := printf "%s-service" .root.Chart.Name }}
{{- $context := dict "root" .root "facts" .facts "name" $name "component" "service" }}
{{- $context = set $context "calls" (fromYaml (include "toko-lib.calls" $context)) }}
{{- include "toko-lib.checks" $context }}
{{- include "toko-lib.serviceaccount" $context }}
{{- include "toko-lib.services" $context }}
{{- include "toko-lib.deployment" $context }}
{{- include "toko-lib.hpa" $context }}
{{- $scaled := .root.Values.autoscaling }}
{{- include "toko-lib.pdb" (merge (dict "replicas" ($scaled.enabled | ternary $scaled.minReplicas .root.Values.replicas)) $context) }}
{{- include "toko-lib.servicePolicy" $context }}
{{- range .facts.listeners }}
{{- include "toko-lib.servicemonitor" (merge (dict "name" .service "port" "admin" "job" "toko") $context) }}
{{- end }}
{{- range .root.Values.extraObjects }}
---
{{ tpl (kindIs "string" . | ternary . (toYaml .)) $.root }}
{{- end }}
{{- end }}

{{/*
Edges of a service: what it calls, its own database, the broker and the collector where they are in this namespace. The
database that it brings along stays in reach when another is configured: pods of before still need it.
*/}}
{{- define "toko-lib.calls" -}}
{{- $values := .root.Values -}}
{{- range $target, $port := .facts.calls }}
{{ $target }}: {{ $port }}
{{- end }}
{{- if $values.mongodb.enabled }}
{{ $values.mongodb.name }}: 27017
{{- end }}
{{- if and $values.broker.enabled (not $values.broker.existingSecret) }}
rabbitmq: 5672
{{- end }}
{{ include "toko-lib.edgeTo" (include "toko-lib.otlpEndpoint" .) }}
{{- if .facts.readsTraces }}
{{ include "toko-lib.edgeTo" (include "toko-lib.jaegerUrl" .) }}
{{- end }}
{{- end }}

{{/* Name and port of pods of this namespace that a URL leads to; nothing where it leads elsewhere. */}}
{{- define "toko-lib.edgeTo" -}}
{{- with . -}}
{{- $host := (urlParse .).host -}}
{{- if regexMatch "^[a-z0-9-]+:[0-9]+$" $host -}}
{{ $host | replace ":" ": " }}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Its network policy, and who may call it from elsewhere. */}}
{{- define "toko-lib.servicePolicy" -}}
{{- $values := .root.Values }}
{{- $policy := $values.networkPolicy }}
{{- if $policy.enabled }}
{{- $http := list }}{{ $admin := list }}{{ $serves := list }}
{{- range .facts.listeners }}
{{- $admin = append $admin .admin }}
{{- with .http }}{{ $http = append $http . }}{{ end }}
{{- if ne .service $.name }}{{ $serves = append $serves .service }}{{ end }}
{{- end }}
{{- $ingress := list }}
{{- $ports := fromYamlArray (include "toko-lib.tcpPorts" $http) }}
{{- if $policy.from }}
{{- $ingress = append $ingress (dict "from" $policy.from "ports" $ports) }}
{{- else if ne $values.service.type "ClusterIP" }}
{{- $ingress = append $ingress (dict "ports" $ports) }}
{{- end }}
{{- $operator := list (dict "namespaceSelector" dict "podSelector" (dict "matchLabels" (dict "app.kubernetes.io/name" "prometheus"))) }}
{{- with $policy.metricsFrom | default ($values.serviceMonitor.enabled | ternary $operator list) }}
{{- $ingress = append $ingress (dict "from" . "ports" (fromYamlArray (include "toko-lib.tcpPorts" $admin))) }}
{{- end }}
{{- include "toko-lib.networkpolicy" (merge (dict "listens" $http "scraped" $admin "serves" $serves "ingress" $ingress "egress" $policy.egress) .) }}
{{- end }}
{{- end }}

{{/* Combinations that can't work, one sentence each. */}}
{{- define "toko-lib.checks" -}}
{{- $chart := .root.Chart.Name }}
{{- with .root.Values }}
{{- if .database.existingSecret }}
{{- include "toko-lib.requireSecret" (dict "root" $.root "name" .database.existingSecret "key" .database.key "value" (printf "%s.database.existingSecret" $chart)) }}
{{- else if not .mongodb.enabled }}
{{- fail (printf "%s: mongodb.enabled is false, so database.existingSecret must name a Secret with the URL of a MongoDB" $chart) }}
{{- end }}
{{- if and .broker.enabled .broker.existingSecret }}
{{- include "toko-lib.requireSecret" (dict "root" $.root "name" .broker.existingSecret "key" .broker.key "value" (printf "%s.broker.existingSecret" $chart)) }}
{{- end }}
{{- if eq (include "toko-lib.generateSecrets" $) "never" }}
{{- range $variable, $secret := $.facts.secrets }}
{{- include "toko-lib.requireSecret" (dict "root" $.root "name" $secret "key" "secret" "value" (printf "%s: %s" $chart $variable)) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
