{{/* An identity of its own, without a token: nothing here calls the API server. Takes root, name, component. */}}
{{- define "toko-lib.serviceaccount" }}
---
apiVersion: v1
kind: ServiceAccount
{{ include "toko-lib.metadata" . }}
automountServiceAccountToken: false
{{- end }}
