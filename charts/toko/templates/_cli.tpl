{{/* The toko command in this namespace: its name, and whom it may call. */}}
{{- define "toko.cli" -}}
name: toko-cli
component: job
calls:
  user-service: 8001
  product-service: 8002
  order-service: 8003
  payment-service: 8004
{{- end }}

{{/* Spec of a pod that runs it. Takes root and args. */}}
{{- define "toko.cliPod" -}}
serviceAccountName: toko-cli
automountServiceAccountToken: false
enableServiceLinks: false
restartPolicy: Never
{{- with include "toko-lib.imagePullSecrets" . | trim }}
{{ . }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
containers:
  - name: toko
    {{- include "toko-lib.containerImage" (dict "root" .root "image" .root.Values.cli.image "name" "cli") | nindent 4 }}
    args: {{ toJson .args }}
    env:
      - {name: TOKO_USER_URL, value: "http://user-service:8001"}
      - {name: TOKO_PRODUCT_URL, value: "http://product-service:8002"}
      - {name: TOKO_ORDER_URL, value: "http://order-service:8003"}
      - {name: TOKO_PAYMENT_URL, value: "http://payment-service:8004"}
      - {name: TOKO_DATA_DIR, value: /run/secrets/toko}
      - {name: TOKO_CLI_SECRET_FILE, value: /run/secrets/toko/cli-secret}
    resources:
      {{- toYaml .root.Values.cli.resources | nindent 6 }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities: {drop: [ALL]}
    volumeMounts:
      - {name: tmp, mountPath: /tmp}
      - {name: secrets, mountPath: /run/secrets/toko, readOnly: true}
volumes:
  - name: tmp
    emptyDir: {sizeLimit: 64Mi}
  - name: secrets
    projected:
      defaultMode: 288 # 0440
      sources:
        - secret: {name: toko-accounts, optional: true, items: [{key: accounts.json, path: accounts.json}]}
        - secret: {name: toko-edge-cli-to-user, items: [{key: secret, path: cli-secret}]}
{{- end }}
