{{/*
Secrets are made once, by the first install, and kept: an upgrade finds them in the cluster, an uninstall leaves them.
global.generateSecrets says how: once; never (they exist already, under the names that the charts use); always (also without
a cluster, where every render makes others: to look at, never to apply).

  {{- $password := include "toko-lib.random" (dict "root" $ "secret" "user-mongodb" "key" "password") }}
  {{- include "toko-lib.secret" (dict "root" $ "name" "user-mongodb" "component" "database"
      "data" (dict "password" $password "url" (printf "mongodb://user:%s@…" $password))) }}
*/}}

{{/*
The value of a key: the one in the cluster, else 43 random letters and digits, which are 256 bits. Each call without one in
the cluster makes another: keep it in a variable. `guard` (apiVersion, kind, name) is an object that holds the value or
what was made with it: while it exists, no other value is made up.
*/}}
{{- define "toko-lib.random" -}}
{{- $namespace := .root.Release.Namespace -}}
{{- $found := lookup "v1" "Secret" $namespace .secret | default dict -}}
{{- $kept := get ($found.data | default dict) .key -}}
{{- if $kept -}}
{{- $kept | b64dec -}}
{{- else -}}
{{- include "toko-lib.mayGenerate" . -}}
{{- with .guard -}}
{{- if lookup .apiVersion .kind $namespace .name -}}
{{- fail (printf "Secret %s has no key %s, but %s %s was made with it: restore the Secret, or remove what was made with it" $.secret $.key .kind .name) -}}
{{- end -}}
{{- end -}}
{{- randAlphaNum 43 -}}
{{- end -}}
{{- end }}

{{- define "toko-lib.generateSecrets" -}}
{{- dig "generateSecrets" "once" (.root.Values.global | default dict) -}}
{{- end }}

{{- define "toko-lib.mayGenerate" -}}
{{- if and (eq (include "toko-lib.generateSecrets" .) "once") (not (include "toko-lib.hasCluster" .)) -}}
{{- fail (printf "Secret %s can't be made without a cluster, each render would make another: make it yourself and set global.generateSecrets=never; to look at the objects only, set it to always" .secret) -}}
{{- end -}}
{{- end }}

{{/* A Secret that stays. Takes root, name, component, data (key to text). Nothing with global.generateSecrets=never. */}}
{{- define "toko-lib.secret" -}}
{{- if ne (include "toko-lib.generateSecrets" .) "never" }}
---
apiVersion: v1
kind: Secret
{{ include "toko-lib.metadata" (merge (dict "annotations" (dict "helm.sh/resource-policy" "keep")) .) }}
type: Opaque
data:
  {{- range $key, $text := .data }}
  {{ $key }}: {{ $text | b64enc }}
  {{- end }}
{{- end }}
{{- end }}

{{/*
"true" where the render can look into the cluster: not with `helm template` and not with --dry-run=client. A namespace that
exists has a ServiceAccount "default"; whoever may make one that doesn't may look at others.
*/}}
{{- define "toko-lib.hasCluster" -}}
{{- if or (lookup "v1" "ServiceAccount" .root.Release.Namespace "default") (lookup "v1" "Namespace" "" "default") -}}
true
{{- end -}}
{{- end }}

{{/* Fails when there is a cluster without this Secret or key. Takes root, name, key, value (what names it, for people). */}}
{{- define "toko-lib.requireSecret" -}}
{{- if include "toko-lib.hasCluster" . -}}
{{- $namespace := .root.Release.Namespace -}}
{{- $found := lookup "v1" "Secret" $namespace .name -}}
{{- if not $found -}}
{{- fail (printf "%s: there is no Secret %s in namespace %s" .value .name $namespace) -}}
{{- else if not (hasKey ($found.data | default dict) .key) -}}
{{- fail (printf "%s: Secret %s has no key %s" .value .name .key) -}}
{{- end -}}
{{- end -}}
{{- end }}
