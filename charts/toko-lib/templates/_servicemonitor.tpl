{{/*
Takes root (with serviceMonitor in its values), name (of the headless Service's label), component, port (its name), job, and
endpoints ({path, params}), /metrics by default. Rules and dashboards ask by the labels job and service, which the services export themselves.
*/}}
{{- define "toko-lib.servicemonitor" -}}
{{- $monitor := .root.Values.serviceMonitor }}
{{- if $monitor.enabled }}
{{- if not (.root.Capabilities.APIVersions.Has "monitoring.coreos.com/v1/ServiceMonitor") }}
{{- fail (printf "%s: serviceMonitor.enabled needs the Prometheus Operator, whose monitoring.coreos.com/v1/ServiceMonitor this cluster lacks (helm template: --api-versions)" .root.Chart.Name) }}
{{- end }}
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "toko-lib.labels" . | nindent 4 }}
    {{- with $monitor.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  selector:
    matchLabels:
      {{- include "toko-lib.selectorLabels" . | nindent 6 }}
  endpoints:
    {{- range .endpoints | default (list (dict "path" "/metrics")) }}
    - port: {{ $.port }}
      path: {{ .path }}
      {{- with .params }}
      params: {{ toJson . }}
      {{- end }}
      interval: {{ $monitor.interval }}
      honorLabels: true
      relabelings:
        - {targetLabel: job, replacement: {{ $.job }}}
        - {sourceLabels: [__meta_kubernetes_service_name], regex: '(.+)-(service|service-admin|mongodb)', targetLabel: service, replacement: $1}
    {{- end }}
{{- end }}
{{- end }}
