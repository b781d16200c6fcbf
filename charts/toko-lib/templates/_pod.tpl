{{/*
What the pods of a service are told. Takes the context of toko-lib.all.
Secrets are files: the variable NAME_FILE says where, and packages/runtime reads it.
*/}}

{{/* Secrets that a pod mounts, as a list of {variable, secret, key} under `items`. */}}
{{- define "toko-lib.secretFiles" -}}
{{- $values := .root.Values -}}
items:
  - {variable: {{ .facts.variables }}_MONGO_URL, secret: {{ $values.database.existingSecret | default $values.mongodb.existingSecret | default $values.mongodb.name }}, key: {{ $values.database.key }}}
  {{- if $values.broker.enabled }}
  - {variable: {{ .facts.variables }}_AMQP_URL, secret: {{ $values.broker.existingSecret | default "rabbitmq" }}, key: {{ $values.broker.key }}}
  {{- end }}
  {{- range $variable, $secret := .facts.secrets }}
  - {variable: {{ $variable }}, secret: {{ $secret }}, key: secret}
  {{- end }}
{{- end }}

{{- define "toko-lib.fileOf" -}}
{{ . | lower | replace "_" "-" }}
{{- end }}

{{- define "toko-lib.env" -}}
{{- $prefix := .facts.variables -}}
{{- range $key, $value := merge (deepCopy .root.Values.config) .facts.config }}
- name: {{ $prefix }}_{{ regexReplaceAll "([A-Z])" $key "_${1}" | upper }}
  value: {{ kindIs "string" $value | ternary $value ($value | toJson) | quote }}
{{- end }}
{{- range $name, $value := .facts.environment }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- range (fromYaml (include "toko-lib.secretFiles" .)).items }}
- name: {{ .variable }}_FILE
  value: /run/secrets/toko/{{ include "toko-lib.fileOf" .variable }}
{{- end }}
{{- with include "toko-lib.otlpEndpoint" . }}
- name: POD_NAME
  valueFrom: {fieldRef: {fieldPath: metadata.name}}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ . | quote }}
- name: OTEL_RESOURCE_ATTRIBUTES
  value: service.namespace=toko,k8s.namespace.name={{ $.root.Release.Namespace }},k8s.pod.name=$(POD_NAME)
{{- end }}
{{- with .root.Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "toko-lib.otlpEndpoint" -}}
{{- .root.Values.otlpEndpoint | default (dig "otlpEndpoint" "" (.root.Values.global | default dict)) -}}
{{- end }}

{{/* Where traces are read; empty while tracing is off. Takes root. */}}
{{- define "toko-lib.jaegerUrl" -}}
{{- if include "toko-lib.otlpEndpoint" . -}}
{{- dig "jaegerUrl" "" (.root.Values.global | default dict) -}}
{{- end -}}
{{- end }}

{{- define "toko-lib.volumes" -}}
- name: tmp
  emptyDir: {sizeLimit: 64Mi}
- name: secrets
  projected:
    defaultMode: 288 # 0440
    sources:
      {{- range (fromYaml (include "toko-lib.secretFiles" .)).items }}
      - secret: {name: {{ .secret }}, items: [{key: {{ .key }}, path: {{ include "toko-lib.fileOf" .variable }}}]}
      {{- end }}
{{- end }}

{{- define "toko-lib.probe" -}}
httpGet: {path: {{ .path | quote }}, port: {{ int .port }}}
{{- toYaml .times | nindent 0 }}
{{- end }}
