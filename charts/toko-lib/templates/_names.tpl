{{/*
Names of objects are fixed, since services find each other by them: one shop per namespace.
Every helper takes a dict: root (the chart's own context), name (of the object), component (service, database, broker,
observability, job).
*/}}

{{- define "toko-lib.selectorLabels" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{/* Labels of an object. */}}
{{- define "toko-lib.labels" -}}
{{ include "toko-lib.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/component: {{ .component }}
app.kubernetes.io/part-of: toko
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end }}

{{/*
Labels of a pod: without versions, so that a new chart alone restarts nothing. `calls`, when given, is what it may connect
to (name of the other pods to its port): see toko-lib.networkpolicy.
*/}}
{{- define "toko-lib.podLabels" -}}
{{ include "toko-lib.selectorLabels" . }}
app.kubernetes.io/component: {{ .component }}
app.kubernetes.io/part-of: toko
{{- range $target, $port := .calls }}
calls.toko/{{ $target }}: "true"
{{- end }}
{{- end }}

{{/* Head of an object: `metadata:` with name, namespace, labels and, when given, annotations (a dict). */}}
{{- define "toko-lib.metadata" -}}
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "toko-lib.labels" . | nindent 4 }}
  {{- with .annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
