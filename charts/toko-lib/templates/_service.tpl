{{/*
A Service per listener for callers, and a headless one for scraping, which has every pod, ready or not. Takes the context of
toko-lib.all.
*/}}
{{- define "toko-lib.services" -}}
{{- range .facts.listeners }}
{{- $context := merge (dict "name" .service) $ }}
{{- $admin := merge (dict "name" (printf "%s-admin" .service)) $ }}
{{- if .http }}
---
apiVersion: v1
kind: Service
{{ include "toko-lib.metadata" $context }}
spec:
  type: {{ $.root.Values.service.type }}
  selector:
    {{- include "toko-lib.selectorLabels" $ | nindent 4 }}
  ports:
    - name: http
      port: {{ int .http }}
      targetPort: {{ int .http }}
      {{- with include "toko-lib.nodePort" (dict "service" $.root.Values.service "name" .service) }}
      nodePort: {{ . }}
      {{- end }}
{{- end }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ .service }}-admin
  namespace: {{ $.root.Release.Namespace }}
  labels:
    {{- include "toko-lib.labels" $context | nindent 4 }}
spec:
  type: ClusterIP
  clusterIP: None
  publishNotReadyAddresses: true
  selector:
    {{- include "toko-lib.selectorLabels" $ | nindent 4 }}
  ports:
    - name: admin
      port: {{ int .admin }}
      targetPort: {{ int .admin }}
{{- end }}
{{- end }}

{{- define "toko-lib.nodePort" -}}
{{- if eq .service.type "NodePort" -}}
{{- $own := get (.service.nodePorts | default dict) (trimSuffix "-service" .name) | default .service.nodePort -}}
{{- with int $own }}{{ . }}{{ end -}}
{{- end -}}
{{- end }}
