{{/*
The policy of one kind of pods: nothing comes in or goes out but what is listed, and DNS. Takes root, name, component, and
  calls      where it connects to: name of the other pods to port. The pods carry a label for each (toko-lib.podLabels),
             and that lets them in at the other end: an edge is written down once, by whoever calls.
  listens    ports for pods that say in such a label that they call this one
  serves     more names under which they call it
  scraped    ports for pods that carry calls.toko/metrics
  peers      ports that its own replicas use among themselves
  ingress    more rules, as Kubernetes has them          egress     the same
*/}}
{{- define "toko-lib.networkpolicy" -}}
{{- $own := dict "matchLabels" (fromYaml (include "toko-lib.selectorLabels" .)) }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
{{ include "toko-lib.metadata" . }}
spec:
  podSelector:
    {{- toYaml $own | nindent 4 }}
  policyTypes: [Ingress, Egress]
  ingress:
    {{- include "toko-lib.ingressRules" . | trim | default "[]" | nindent 4 }}
  egress:
    - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {k8s-app: kube-dns}}}]
      ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
    {{- range $target, $port := .calls }}
    - to:
        - podSelector:
            {{- include "toko-lib.podsNamed" $target | nindent 12 }}
      ports: {{ include "toko-lib.tcpPorts" (list $port) }}
    {{- end }}
    {{- if .peers }}
    - to:
        - podSelector:
            {{- toYaml $own | nindent 12 }}
      ports: {{ include "toko-lib.tcpPorts" .peers }}
    {{- end }}
    {{- with .egress }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}

{{- define "toko-lib.ingressRules" -}}
{{- $own := dict "matchLabels" (fromYaml (include "toko-lib.selectorLabels" .)) }}
{{- if .listens }}
- from:
    {{- range concat (list .name) (.serves | default list) }}
    - podSelector: {matchLabels: {calls.toko/{{ . }}: "true"}}
    {{- end }}
  ports: {{ include "toko-lib.tcpPorts" .listens }}
{{- end }}
{{- if .scraped }}
- from: [{podSelector: {matchLabels: {calls.toko/metrics: "true"}}}]
  ports: {{ include "toko-lib.tcpPorts" .scraped }}
{{- end }}
{{- if .peers }}
- from:
    - podSelector:
        {{- toYaml $own | nindent 8 }}
  ports: {{ include "toko-lib.tcpPorts" .peers }}
{{- end }}
{{- with .ingress }}
{{- toYaml . | nindent 0 }}
{{- end }}
{{- end }}

{{- define "toko-lib.tcpPorts" -}}
[{{ range $at, $port := . }}{{ if $at }}, {{ end }}{port: {{ int $port }}, protocol: TCP}{{ end }}]
{{- end }}

{{/* Pods of that name; a service may also live in the process of services/all. */}}
{{- define "toko-lib.podsNamed" -}}
{{- if hasSuffix "-service" . -}}
matchExpressions: [{key: app.kubernetes.io/name, operator: In, values: [{{ . }}, all-service]}]
{{- else -}}
matchLabels: {app.kubernetes.io/name: {{ . }}}
{{- end }}
{{- end }}
