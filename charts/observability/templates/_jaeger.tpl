{{/* Configuration of Jaeger 2: OTLP in, traces in memory or in badger, the query API. Takes the values of jaeger. */}}
{{- define "observability.jaegerConfig" -}}
service:
  extensions: [jaeger_storage, jaeger_query, healthcheckv2]
  pipelines:
    traces:
      receivers: [otlp]
      processors: [batch]
      exporters: [jaeger_storage_exporter]
  telemetry:
    resource: {service.name: jaeger}
    logs: {level: warn}
    metrics:
      level: normal
      readers:
        - pull: {exporter: {prometheus: {host: 0.0.0.0, port: 8888}}}
extensions:
  healthcheckv2:
    use_v2: true
    http: {endpoint: 0.0.0.0:13133}
  jaeger_query:
    storage: {traces: traces}
    http: {endpoint: 0.0.0.0:16686}
    grpc: {endpoint: 127.0.0.1:16685}
  jaeger_storage:
    backends:
      traces:
        {{- if .persistence.size }}
        badger:
          ephemeral: false
          directories: {keys: /badger/keys, values: /badger/values}
          ttl: {spans: {{ .persistence.retention }}}
        {{- else }}
        memory: {max_traces: {{ int .maxTraces }}}
        {{- end }}
receivers:
  otlp:
    protocols:
      grpc: {endpoint: 0.0.0.0:4317}
      http: {endpoint: 0.0.0.0:4318}
processors:
  batch: {timeout: 200ms}
exporters:
  jaeger_storage_exporter: {trace_storage: traces}
{{- end }}
