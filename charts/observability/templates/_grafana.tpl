{{/* Nothing is fetched and nobody can change anything: no administrator is made at all. Takes the values of grafana. */}}
{{- define "observability.grafanaEnv" -}}
- {name: GF_PATHS_PROVISIONING, value: /etc/toko/grafana}
- {name: GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION, value: 'true'}
- {name: GF_AUTH_ANONYMOUS_ENABLED, value: {{ .anonymous | quote }}}
- {name: GF_AUTH_ANONYMOUS_ORG_ROLE, value: Viewer}
- {name: GF_AUTH_DISABLE_LOGIN_FORM, value: {{ .anonymous | quote }}}
- {name: GF_USERS_VIEWERS_CAN_EDIT, value: 'true'} # lets viewers open Explore; nothing can be saved
- {name: GF_ANALYTICS_REPORTING_ENABLED, value: 'false'}
- {name: GF_ANALYTICS_CHECK_FOR_UPDATES, value: 'false'}
- {name: GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES, value: 'false'}
- {name: GF_PLUGINS_PREINSTALL_DISABLED, value: 'true'}
- {name: GF_NEWS_NEWS_FEED_ENABLED, value: 'false'}
- {name: GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH, value: /etc/toko/dashboards/toko-overview.json}
{{- with .extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "observability.grafanaCalls" -}}
{{- if .Values.prometheus.enabled }}
prometheus: 9090
{{- end }}
{{- if .Values.jaeger.enabled }}
jaeger: 16686
{{- end }}
{{- end }}

{{/* Data sources; `$` is doubled where Grafana would look for a variable of its environment. */}}
{{- define "observability.dataSources" -}}
{{- $tempo := .Values.grafana.tempo.url -}}
{{- $loki := .Values.grafana.loki.url -}}
{{- $traces := ternary "tempo" "jaeger" (ne $tempo "") -}}
apiVersion: 1
datasources:
  {{- if .Values.prometheus.enabled }}
  - name: Prometheus
    uid: prometheus
    type: prometheus
    access: proxy
    url: http://prometheus:9090
    isDefault: true
    jsonData:
      httpMethod: POST
      timeInterval: {{ .Values.prometheus.scrapeInterval }}
      exemplarTraceIdDestinations: [{name: trace_id, datasourceUid: {{ $traces }}}]
  {{- end }}
  {{- if .Values.jaeger.enabled }}
  - name: Jaeger
    uid: jaeger
    type: jaeger
    access: proxy
    url: http://jaeger:16686
    jsonData:
      nodeGraph: {enabled: true}
      {{- if $loki }}
      {{- include "observability.tracesToLogs" . | nindent 6 }}
      {{- end }}
  {{- end }}
  {{- with $tempo }}
  - name: Tempo
    uid: tempo
    type: tempo
    access: proxy
    url: {{ . }}
    jsonData:
      nodeGraph: {enabled: true}
      {{- if $.Values.prometheus.enabled }}
      serviceMap: {datasourceUid: prometheus}
      {{- end }}
      {{- if $loki }}
      {{- include "observability.tracesToLogs" $ | nindent 6 }}
      {{- end }}
  {{- end }}
  {{- with $loki }}
  - name: Loki
    uid: loki
    type: loki
    access: proxy
    url: {{ . }}
    jsonData:
      derivedFields:
        - {name: trace, matcherRegex: '"trace_id":"(\w+)"', url: '$${__value.raw}', datasourceUid: {{ $traces }}}
  {{- end }}
{{- end }}

{{- define "observability.tracesToLogs" -}}
tracesToLogsV2:
  datasourceUid: loki
  spanStartTimeShift: -5m
  spanEndTimeShift: 5m
  customQuery: true
  query: '{namespace="{{ .Release.Namespace }}"} |= "$${__trace.traceId}"'
{{- end }}
