{{/*
Takes root (with podDisruptionBudget in its values), name, component, and replicas: with one there is none, since it would
either mean nothing or hold up every drain.
*/}}
{{- define "toko-lib.pdb" -}}
{{- $budget := .root.Values.podDisruptionBudget }}
{{- if and $budget.enabled (gt (int .replicas) 1) }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
{{ include "toko-lib.metadata" . }}
spec:
  maxUnavailable: {{ int $budget.maxUnavailable }}
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "toko-lib.selectorLabels" . | nindent 6 }}
{{- end }}
{{- end }}
