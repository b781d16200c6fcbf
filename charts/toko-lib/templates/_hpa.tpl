{{/* Takes the context of toko-lib.all. It grows at once and shrinks after five quiet minutes. */}}
{{- define "toko-lib.hpa" -}}
{{- with .root.Values.autoscaling }}
{{- if .enabled }}
{{- if gt (int .minReplicas) (int .maxReplicas) }}
{{- fail (printf "%s: autoscaling.minReplicas %d is more than autoscaling.maxReplicas %d" $.root.Chart.Name (int .minReplicas) (int .maxReplicas)) }}
{{- end }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
{{ include "toko-lib.metadata" $ }}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: {{ $.name }}}
  minReplicas: {{ int .minReplicas }}
  maxReplicas: {{ int .maxReplicas }}
  metrics:
    - type: Resource
      resource: {name: cpu, target: {type: Utilization, averageUtilization: {{ int .cpuPercent }}}}
  behavior:
    scaleDown: {stabilizationWindowSeconds: 300}
{{- end }}
{{- end }}
{{- end }}
