{{/* rabbitmq.conf, to which files/start.sh adds the peers. */}}
{{- define "rabbitmq.conf" -}}
log.console = true
log.console.level = {{ .Values.logLevel }}
vm_memory_high_watermark.absolute = {{ .Values.memoryHighWatermark }}
disk_free_limit.absolute = {{ .Values.diskFreeLimit }}
# With definitions there is no default user.
load_definitions = /tmp/definitions.json
cluster_formation.peer_discovery_backend = classic_config
cluster_partition_handling = pause_minority
{{- with .Values.extraConfig }}
{{ . }}
{{- end }}
{{- end }}
