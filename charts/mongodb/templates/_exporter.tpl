{{/*
Container that tells Prometheus about the mongod beside it. It starts as soon as it can listen, and says mongodb_up 0 until
its user is there. Its image has no shell and it reads a password from no file, so that one is a variable. Takes the root.
*/}}
{{- define "mongodb.exporter" -}}
- name: exporter
  {{- include "toko-lib.containerImage" (dict "root" . "image" .Values.exporter.image) | nindent 2 }}
  args:
    - --mongodb.uri=mongodb://127.0.0.1:27017/admin?appName=exporter
    - --mongodb.global-conn-pool
    - --collector.diagnosticdata
    - --collector.replicasetstatus
    - --web.listen-address=:9216
  env:
    - {name: MONGODB_USER, value: exporter}
    - name: MONGODB_PASSWORD
      valueFrom: {secretKeyRef: {name: {{ .Values.existingSecret | default .Values.name }}, key: exporter-password}}
    - {name: GOMEMLIMIT, value: 64MiB}
  ports:
    - {name: metrics, containerPort: 9216}
  # Its page asks the database; whether that answers is no matter of its own.
  startupProbe:
    tcpSocket: {port: metrics}
    periodSeconds: 2
    timeoutSeconds: 3
    failureThreshold: 30
  readinessProbe:
    tcpSocket: {port: metrics}
    periodSeconds: 10
    timeoutSeconds: 3
  livenessProbe:
    tcpSocket: {port: metrics}
    periodSeconds: 10
    timeoutSeconds: 5
    failureThreshold: 6
  resources:
    {{- toYaml .Values.exporter.resources | nindent 4 }}
  securityContext:
    {{- toYaml .Values.containerSecurityContext | nindent 4 }}
{{- end }}
