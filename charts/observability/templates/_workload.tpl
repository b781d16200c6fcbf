{{/*
One part of this chart: ServiceAccount, Deployment, Service and network policy. Takes
  root, name, component
  values     of the part
  ports      name to port of the container; the Service has them too, without those in `hidden`
  public     the port that people open
  args       of the container         env      of the container
  probe      {path, port}
  config     text of its configuration: a change restarts it. Mounted at configPath from the ConfigMap `name`, all of it or `items`
  data       where it writes, or nothing; `volume` is its persistence, when it has one
  scratch    size of the folder for that in the pod
  user       of the image, when not the chart's
  mounts, volumes   more of them
  marks      more labels `calls.toko/…` of the pod
  reaches    true for what `networkPolicy.egress` of the chart is for
  calls, listens, scraped, egress     of toko-lib.networkpolicy
*/}}
{{- define "observability.workload" -}}
{{- $chart := .root.Values }}
{{- $persists := and .volume .volume.size }}
{{- include "toko-lib.serviceaccount" . }}
---
apiVersion: apps/v1
kind: Deployment
{{ include "toko-lib.metadata" . }}
spec:
  replicas: 1
  revisionHistoryLimit: 3
  strategy: {type: {{ if $persists }}Recreate{{ else }}RollingUpdate{{ end }}}
  selector:
    matchLabels:
      {{- include "toko-lib.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "toko-lib.podLabels" (merge (dict "calls" (merge (.marks | default dict) (.calls | default dict))) .) | nindent 8 }}
      annotations:
        checksum/config: {{ .config | sha256sum }}
    spec:
      serviceAccountName: {{ .name }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: 30
      {{- with include "toko-lib.imagePullSecrets" . | trim }}
      {{- . | nindent 6 }}
      {{- end }}
      {{- with $chart.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      {{- with $chart.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $chart.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      securityContext:
        {{- $user := dict }}
        {{- with .user }}{{ $user = dict "runAsUser" . "runAsGroup" . "fsGroup" . }}{{ end }}
        {{- toYaml (merge $user $chart.podSecurityContext) | nindent 8 }}
      containers:
        - name: {{ .name }}
          {{- include "toko-lib.containerImage" (dict "root" .root "image" .values.image) | nindent 10 }}
          {{- with .args }}
          args:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- with .env }}
          env:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          ports:
            {{- range $name, $port := .ports }}
            - {name: {{ $name }}, containerPort: {{ $port }}}
            {{- end }}
          startupProbe:
            httpGet: {path: {{ .probe.path }}, port: {{ .probe.port }}}
            periodSeconds: 2
            timeoutSeconds: 3
            failureThreshold: 60
          readinessProbe:
            httpGet: {path: {{ .probe.ready | default .probe.path }}, port: {{ .probe.port }}}
            periodSeconds: 10
            timeoutSeconds: 3
          livenessProbe:
            httpGet: {path: {{ .probe.path }}, port: {{ .probe.port }}}
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 6
          resources:
            {{- toYaml .values.resources | nindent 12 }}
          securityContext:
            {{- toYaml $chart.containerSecurityContext | nindent 12 }}
          volumeMounts:
            - {name: config, mountPath: {{ .configPath }}, readOnly: true}
            - {name: tmp, mountPath: /tmp}
            {{- with .data }}
            - {name: data, mountPath: {{ . }}}
            {{- end }}
            {{- with .mounts }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
      volumes:
        - name: config
          configMap:
            name: {{ .name }}
            {{- with .items }}
            items:
              {{- toYaml . | nindent 14 }}
            {{- end }}
        - name: tmp
          emptyDir: {sizeLimit: 32Mi}
        {{- if $persists }}
        - name: data
          persistentVolumeClaim: {claimName: {{ .name }}}
        {{- else if .data }}
        - name: data
          emptyDir: {sizeLimit: {{ .scratch }}}
        {{- end }}
        {{- with .volumes }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
{{- include "observability.service" . }}
{{- if $chart.networkPolicy.enabled }}
{{- include "observability.policy" . }}
{{- end }}
{{- if $persists }}
---
apiVersion: v1
kind: PersistentVolumeClaim
{{ include "toko-lib.metadata" . }}
spec:
  accessModes: [ReadWriteOnce]
  {{- with .volume.storageClassName }}
  storageClassName: {{ . }}
  {{- end }}
  resources:
    requests: {storage: {{ .volume.size }}}
{{- end }}
{{- end }}

{{- define "observability.service" }}
{{- $service := .values.service | default (dict "type" "ClusterIP" "nodePort" 0) }}
---
apiVersion: v1
kind: Service
{{ include "toko-lib.metadata" . }}
spec:
  type: {{ $service.type }}
  selector:
    {{- include "toko-lib.selectorLabels" . | nindent 4 }}
  ports:
    {{- range $name, $port := .ports }}
    - name: {{ $name }}
      port: {{ $port }}
      targetPort: {{ $name }}
      {{- if and (eq $name ($.public | default "")) (eq $service.type "NodePort") (int $service.nodePort) }}
      nodePort: {{ int $service.nodePort }}
      {{- end }}
    {{- end }}
{{- end }}

{{- define "observability.policy" }}
{{- $service := .values.service | default (dict "type" "ClusterIP") }}
{{- $from := .root.Values.networkPolicy.from }}
{{- $ingress := list }}
{{- if .public }}
{{- $ports := list (dict "port" (get .ports .public) "protocol" "TCP") }}
{{- if $from }}
{{- $ingress = append $ingress (dict "from" $from "ports" $ports) }}
{{- else if ne $service.type "ClusterIP" }}
{{- $ingress = append $ingress (dict "ports" $ports) }}
{{- end }}
{{- end }}
{{- $egress := concat (.egress | default list) (ternary .root.Values.networkPolicy.egress list (.reaches | default false)) }}
{{- include "toko-lib.networkpolicy" (merge (dict "ingress" $ingress "egress" $egress) .) }}
{{- end }}
