{{/* Configuration of the collector: everything in, in batches, to one trace store. */}}
{{- define "observability.collectorConfig" -}}
{{- with .Values.collector -}}
{{- if not (or .exporter.endpoint $.Values.jaeger.enabled) -}}
{{- fail "observability: jaeger.enabled is false, so collector.exporter.endpoint must say where traces go" -}}
{{- end -}}
receivers:
  otlp:
    protocols:
      grpc: {endpoint: 0.0.0.0:4317}
      http: {endpoint: 0.0.0.0:4318}
processors:
  # Refuses before the kernel kills: senders then wait and repeat.
  memory_limiter: {check_interval: 1s, limit_percentage: 75, spike_limit_percentage: 20}
  {{- if .redaction }}
  redaction:
    allow_all_keys: true
    blocked_values:
      - '[\w.+-]+@[\w-]+\.[\w.]+'
      - '\b[3-6][0-9]{3}[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{1,7}\b'
      - 'eyJ[\w-]+\.[\w-]+\.[\w-]+'
  {{- end }}
  {{- if .tailSampling.enabled }}
  tail_sampling:
    decision_wait: 30s
    num_traces: 20000
    policies:
      - {name: failed, type: status_code, status_code: {status_codes: [ERROR]}}
      - {name: slow, type: latency, latency: {threshold_ms: {{ int .tailSampling.slowMs }}}}
      # An order may end after the decision: all its traces are kept.
      - {name: orders, type: string_attribute, string_attribute: {key: order.id, values: ['^ord_'], enabled_regex_matching: true}}
      - {name: rest, type: probabilistic, probabilistic: {sampling_percentage: {{ int .tailSampling.keepPercent }}}}
  {{- end }}
  batch: {send_batch_size: 512, timeout: 1s}
exporters:
  otlp_grpc/traces:
    endpoint: {{ .exporter.endpoint | default "jaeger:4317" }}
    tls: {insecure: {{ .exporter.insecure }}}
    {{- with .exporter.headers }}
    headers:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    sending_queue: {enabled: true, queue_size: {{ int .exporter.queueSize }}, num_consumers: 2}
    retry_on_failure: {enabled: true, max_elapsed_time: 300s}
service:
  pipelines:
    traces:
      receivers: [otlp]
      processors: [memory_limiter{{ if .redaction }}, redaction{{ end }}{{ if .tailSampling.enabled }}, tail_sampling{{ end }}, batch]
      exporters: [otlp_grpc/traces]
  telemetry:
    logs: {level: warn}
    metrics:
      level: normal
      readers:
        - pull: {exporter: {prometheus: {host: 0.0.0.0, port: 8888}}}
{{- end -}}
{{- end }}
