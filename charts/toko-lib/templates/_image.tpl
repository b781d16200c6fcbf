{{/*
Reference of an image. Takes root, image (repository, tag, digest) and, for toko's own images, its name: repository and tag
then follow global.image. A digest wins over the tag.
*/}}
{{- define "toko-lib.image" -}}
{{- $global := .root.Values.global | default dict -}}
{{- $repository := .image.repository -}}
{{- $tag := .image.tag -}}
{{- if .name -}}
{{- $repository = $repository | default (printf "%s/%s" (dig "image" "repository" "" $global | default "toko") .name) -}}
{{- $tag = $tag | default (dig "image" "tag" "" $global) | default .root.Chart.AppVersion -}}
{{- end -}}
{{- with $global.imageRegistry }}{{ . }}/{{ end }}{{ $repository }}
{{- if .image.digest }}@{{ .image.digest }}{{ else }}:{{ $tag }}{{ end }}
{{- end }}

{{/* `image:` and `imagePullPolicy:` of a container; takes the same. */}}
{{- define "toko-lib.containerImage" -}}
{{- $global := .root.Values.global | default dict -}}
image: {{ include "toko-lib.image" . | quote }}
imagePullPolicy: {{ .image.pullPolicy | default (dig "image" "pullPolicy" "" $global) | default "IfNotPresent" }}
{{- end }}

{{/* What pulls images from a private registry: `imagePullSecrets:`, or nothing. Takes root. */}}
{{- define "toko-lib.imagePullSecrets" -}}
{{- with dig "imagePullSecrets" list (.root.Values.global | default dict) }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end }}
