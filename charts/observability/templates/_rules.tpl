{{/* The rules of the chosen pace, with the links of this installation. */}}
{{- define "observability.rules" -}}
{{- $links := .Values.links -}}
{{- .Files.Get (printf "files/rules/%s.yaml" .Values.rules.pace)
  | replace "__RUNBOOKS__" $links.runbooks
  | replace "__GRAFANA__" $links.grafana
  | replace "__TRACES__" $links.traces -}}
{{- end }}
