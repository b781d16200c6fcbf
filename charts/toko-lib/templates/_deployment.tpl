{{/* Takes the context of toko-lib.all. */}}
{{- define "toko-lib.deployment" -}}
{{- $values := .root.Values }}
---
apiVersion: apps/v1
kind: Deployment
{{ include "toko-lib.metadata" . }}
spec:
  {{- if not $values.autoscaling.enabled }}
  replicas: {{ int $values.replicas }}
  {{- end }}
  minReadySeconds: {{ int $values.minReadySeconds }}
  revisionHistoryLimit: 3
  strategy:
    type: RollingUpdate
    rollingUpdate: {maxUnavailable: 0, maxSurge: 1}
  selector:
    matchLabels:
      {{- include "toko-lib.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "toko-lib.podLabels" . | nindent 8 }}
    spec:
      serviceAccountName: {{ .name }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ int $values.terminationGracePeriodSeconds }}
      {{- with include "toko-lib.imagePullSecrets" . | trim }}
      {{- . | nindent 6 }}
      {{- end }}
      {{- with $values.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      {{- with $values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: {{ $values.topologySpread.topologyKey }}
          whenUnsatisfiable: {{ $values.topologySpread.whenUnsatisfiable }}
          matchLabelKeys: [pod-template-hash]
          labelSelector:
            matchLabels:
              {{- include "toko-lib.selectorLabels" . | nindent 14 }}
      securityContext:
        {{- toYaml $values.podSecurityContext | nindent 8 }}
      containers:
        - name: {{ .root.Chart.Name }}
          {{- include "toko-lib.containerImage" (dict "root" .root "image" $values.image "name" .root.Chart.Name) | nindent 10 }}
          ports:
            {{- range $listener := .facts.listeners }}
            {{- range $name, $port := omit $listener "service" }}
            - name: {{ if gt (len $.facts.listeners) 1 }}{{ trimSuffix "-service" $listener.service }}-{{ end }}{{ $name }}
              containerPort: {{ int $port }}
            {{- end }}
            {{- end }}
          env:
            {{- include "toko-lib.env" . | trim | nindent 12 }}
          startupProbe:
            {{- include "toko-lib.probe" (dict "path" "/livez" "port" .facts.probed "times" $values.probes.startup) | nindent 12 }}
          livenessProbe:
            {{- include "toko-lib.probe" (dict "path" "/livez" "port" .facts.probed "times" $values.probes.liveness) | nindent 12 }}
          readinessProbe:
            {{- include "toko-lib.probe" (dict "path" "/readyz?exclude=database" "port" .facts.probed "times" $values.probes.readiness) | nindent 12 }}
          lifecycle:
            preStop: {sleep: {seconds: {{ int $values.preStopSeconds }}}}
          resources:
            {{- toYaml $values.resources | nindent 12 }}
          securityContext:
            {{- toYaml $values.containerSecurityContext | nindent 12 }}
          volumeMounts:
            - {name: tmp, mountPath: /tmp}
            - {name: secrets, mountPath: /run/secrets/toko, readOnly: true}
      volumes:
        {{- include "toko-lib.volumes" . | nindent 8 }}
{{- end }}
