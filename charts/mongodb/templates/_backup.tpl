{{/*
Pod of a backup or a restore: a container for each database, since each is a backup of its own. Takes root, name, component,
calls, args (of the toko command) and folderVariable (which tells it where backups are).
*/}}
{{- define "mongodb.backupPod" -}}
{{- $backup := .root.Values.backup }}
metadata:
  labels:
    {{- include "toko-lib.podLabels" . | nindent 4 }}
spec:
  restartPolicy: Never
  serviceAccountName: {{ .name }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- with include "toko-lib.imagePullSecrets" . | trim }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- with .root.Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .root.Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    {{- toYaml $backup.podSecurityContext | nindent 4 }}
  containers:
    {{- range $database := .root.Values.databases | default (list .root.Values.database) }}
    - name: {{ $database }}
      {{- include "toko-lib.containerImage" (dict "root" $.root "image" $backup.image "name" "cli") | nindent 6 }}
      args: {{ concat $.args (list "--database" $database) | toJson }}
      env:
        - {name: TOKO_DATABASE_URL_FILE, value: /run/secrets/mongodb/url}
        - {name: {{ $.folderVariable }}, value: /backup}
      resources:
        {{- toYaml $backup.resources | nindent 8 }}
      securityContext:
        {{- toYaml $.root.Values.containerSecurityContext | nindent 8 }}
      volumeMounts:
        - {name: backup, mountPath: /backup}
        - {name: tmp, mountPath: /tmp}
        - {name: secrets, mountPath: /run/secrets/mongodb, readOnly: true}
    {{- end }}
  volumes:
    - name: backup
      persistentVolumeClaim: {claimName: {{ .name }}}
    - name: tmp
      emptyDir: {sizeLimit: 64Mi}
    - name: secrets
      secret:
        secretName: {{ .root.Values.existingSecret | default .root.Values.name }}
        defaultMode: 288 # 0440
        items: [{key: url, path: url}]
{{- end }}
