{{/*
Configuration of Prometheus. Targets are found by DNS: no token, no right to read the API. Every series has `namespace`, and
of services `job: toko` and the `service` that they say themselves: as the ServiceMonitors of the other charts give them.
*/}}
{{- define "observability.prometheusConfig" -}}
{{- with .Values.prometheus -}}
global:
  scrape_interval: {{ .scrapeInterval }}
  scrape_timeout: {{ .scrapeInterval }}
  evaluation_interval: 30s
rule_files: [/etc/prometheus/rules.yaml]
storage:
  exemplars: {max_exemplars: {{ int .maxExemplars }}}
{{- with .alertmanagers }}
alerting:
  alertmanagers:
    - static_configs: [{targets: {{ toJson . }}}]
{{- end }}
{{- with .remoteWrite }}
remote_write:
  {{- toYaml . | nindent 2 }}
{{- end }}
scrape_configs:
  - job_name: toko
    honor_labels: true
    {{- include "observability.limits" . | nindent 4 }}
    dns_sd_configs:
      {{- range $service, $port := .targets.services }}
      - {names: [{{ $service }}-service-admin], type: A, port: {{ int $port }}, refresh_interval: 10s}
      {{- end }}
    relabel_configs:
      - {target_label: namespace, replacement: {{ $.Release.Namespace }}}
      - {source_labels: [__meta_dns_name], regex: '([a-z-]+)-service-admin.*', target_label: service, replacement: $1}
  {{- if .targets.rabbitmq }}
  {{- range $job, $path := dict "rabbitmq" "/metrics" "rabbitmq-queues" "/metrics/detailed" }}
  - job_name: {{ $job }}
    metrics_path: {{ $path }}
    {{- if eq $job "rabbitmq-queues" }}
    params: {family: [queue_coarse_metrics, queue_consumer_count]}
    {{- end }}
    {{- include "observability.limits" $.Values.prometheus | nindent 4 }}
    dns_sd_configs:
      - {names: [rabbitmq-nodes], type: A, port: 15692, refresh_interval: 10s}
    relabel_configs:
      - {target_label: namespace, replacement: {{ $.Release.Namespace }}}
  {{- end }}
  {{- end }}
  {{- with .targets.mongodb }}
  - job_name: mongodb
    {{- include "observability.limits" $.Values.prometheus | nindent 4 }}
    dns_sd_configs:
      - {names: {{ toJson . }}, type: A, port: 9216, refresh_interval: 10s}
    relabel_configs:
      - {target_label: namespace, replacement: {{ $.Release.Namespace }}}
      - {source_labels: [__meta_dns_name], regex: '([a-z0-9-]+?)(?:-mongodb)?(?:[.].*)?', target_label: service, replacement: $1}
  {{- end }}
  {{- $others := dict "prometheus" "127.0.0.1:9090" }}
  {{- if $.Values.collector.enabled }}{{ $_ := set $others "otel-collector" "otel-collector:8888" }}{{ end }}
  {{- if $.Values.jaeger.enabled }}{{ $_ := set $others "jaeger" "jaeger:8888" }}{{ end }}
  {{- range $job, $target := $others }}
  - job_name: {{ $job }}
    {{- include "observability.limits" $.Values.prometheus | nindent 4 }}
    static_configs: [{targets: ['{{ $target }}'], labels: {namespace: {{ $.Release.Namespace }}}}]
  {{- end }}
  {{- with .extraScrapeConfigs }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}
{{- end }}

{{- define "observability.limits" -}}
sample_limit: {{ int .limits.samples }}
label_limit: {{ int .limits.labels }}
label_value_length_limit: 500
{{- end }}

{{/* Every port that is scraped, of whatever pods of the shop have it. */}}
{{- define "observability.scrapeEdges" -}}
{{- $ports := values .Values.prometheus.targets.services }}
{{- if .Values.prometheus.targets.rabbitmq }}{{ $ports = append $ports 15692 }}{{ end }}
{{- if .Values.prometheus.targets.mongodb }}{{ $ports = append $ports 9216 }}{{ end }}
{{- if or .Values.collector.enabled .Values.jaeger.enabled }}{{ $ports = append $ports 8888 }}{{ end }}
- to: [{podSelector: {matchLabels: {app.kubernetes.io/part-of: toko}}}]
  ports:
    {{- range $ports | uniq | sortAlpha }}
    - {port: {{ int . }}, protocol: TCP}
    {{- end }}
{{- end }}
