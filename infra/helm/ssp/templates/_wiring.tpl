{{/*
How the platform is wired: each process's program, ports, whom it asks, what it leans on and what it is given beside that. All
else (pods, services, network policies, probes) follows from here. "asks" are services; who is asked serves who asks, alone.
*/}}
{{- define "ssp.wiring" -}}
{{- $v := .Values -}}
edge:
  image: edge
  program: [--min-semi-space-size=64, --max-semi-space-size=64, apps/edge/src/main.ts]
  adminPort: 9101
  asks: [authz, throttle]
  uses: [kafka]
  askAs: EDGE_INTERNAL
  first: true
  env:
    {{- include "ssp.edgeEnvironment" . | nindent 4 }}
  files:
    consumer-tls: { secret: {{ $v.edge.consumerTlsSecretName }} }
    consumer-ca: { configMap: {{ $v.edge.consumerCaConfigMap }} }
    provider-tls: { secret: {{ $v.edge.providerTlsSecretName }} }
    provider-ca: { configMap: {{ $v.edge.providerCaConfigMap }} }
    {{- with $v.edge.crlConfigMap }}
    crls: { configMap: {{ . }} }
    {{- end }}
    {{- with $v.edge.interactionsConfigMap }}
    interactions: { configMap: {{ . }} }
    {{- end }}
authz:
  image: authz
  program: [apps/authz/src/main.ts]
  adminPort: 9102
  listenPort: 7001
  uses: [postgres]
  role: ssp_authz_read
  first: true
throttle:
  image: throttle
  program: [apps/throttle/src/main.ts]
  adminPort: 9103
  listenPort: 7002
  uses: [redis, postgres]
  role: ssp_throttle_read
  first: true
  env:
    THROTTLE_PROCESSES_MIN: {{ $v.services.throttle.replicas }}
    {{- if $v.throttle.limitsConfigMap }}
    THROTTLE_LIMITS_FILE: /etc/ssp/limits/limits.yaml
    {{- end }}
  files:
    {{- with $v.throttle.limitsConfigMap }}
    limits: { configMap: {{ . }} }
    {{- end }}
sync-sds:
  image: authz
  program: [apps/authz/src/sync-sds.main.ts]
  adminPort: 9108
  uses: [directory, postgres]
  role: ssp_authz_write
authz-admin-api:
  image: authz
  program: [apps/authz/src/admin-api.main.ts]
  adminPort: 9109
  listenPort: 7006
  asks: [audit-writer]
  askAs: AUDIT_API
  uses: [postgres, kafka, openId]
  role: ssp_authz_write
  env:
    AUTHZ_API_TOKENS_FILE: /etc/ssp/tokens/tokens.json
    AUDIT_API_URL: https://{{ include "ssp.host" (list . "audit-writer") }}:7003
    AUDIT_API_TOKEN_FILE: /etc/ssp/audit-token/token
  files:
    tokens: { secret: {{ $v.apiTokens.secretName }} }
    audit-token: { secret: {{ $v.apiTokens.authzSecretName }} }
throttle-admin-api:
  image: throttle
  program: [apps/throttle/src/admin-api.main.ts]
  adminPort: 9110
  listenPort: 7007
  asks: [audit-writer, throttle]
  askAs: AUDIT_API
  uses: [postgres, kafka, openId]
  role: ssp_throttle_write
  env:
    THROTTLE_API_TOKENS_FILE: /etc/ssp/tokens/tokens.json
    THROTTLE_URL: https://{{ include "ssp.host" (list . "throttle") }}:7002
    {{- include "ssp.askFiles" "THROTTLE" | nindent 4 }}
    AUDIT_API_URL: https://{{ include "ssp.host" (list . "audit-writer") }}:7003
    AUDIT_API_TOKEN_FILE: /etc/ssp/audit-token/token
  files:
    tokens: { secret: {{ $v.apiTokens.secretName }} }
    audit-token: { secret: {{ $v.apiTokens.throttleSecretName }} }
audit-writer:
  image: audit-writer
  program: [--min-semi-space-size=64, --max-semi-space-size=64, apps/audit-writer/src/main.ts]
  adminPort: 9104
  listenPort: 7003
  uses: [postgres, kafka, openId]
  role: ssp_audit_writer
  consumes:
    group: audit-writer
    topics: [ssp.exchange.received, ssp.exchange.completed]
  env:
    AUDIT_API_TOKENS_FILE: /etc/ssp/tokens/tokens.json
    {{- if $v.audit.signingSecretName }}
    AUDIT_SIGNING_KEY_FILE: /etc/ssp/signing/key.pem
    {{- end }}
    {{- if $v.audit.urlKeyConfigMap }}
    AUDIT_URL_KEY_FILE: /etc/ssp/url-key/key.pem
    {{- end }}
    {{- if $v.audit.checkpointsClaim }}
    AUDIT_CHECKPOINT_FOLDER: /var/lib/ssp/checkpoints
    {{- end }}
  files:
    tokens: { secret: {{ $v.apiTokens.secretName }} }
    {{- with $v.audit.signingSecretName }}
    signing: { secret: {{ . }} }
    {{- end }}
    {{- with $v.audit.urlKeyConfigMap }}
    url-key: { configMap: {{ . }} }
    {{- end }}
    {{- with $v.audit.checkpointsClaim }}
    checkpoints: { claim: {{ . }} }
    {{- end }}
billing-aggregator:
  image: billing-aggregator
  program: [apps/billing-aggregator/src/main.ts]
  adminPort: 9105
  uses: [postgres, kafka]
  role: ssp_billing_aggregator
  consumes:
    group: billing-aggregator
    topics: [ssp.exchange.completed]
query-api:
  image: billing-aggregator
  program: [apps/billing-aggregator/src/query-api.main.ts]
  adminPort: 9106
  listenPort: 7005
  asks: [audit-writer]
  askAs: AUDIT_API
  uses: [postgres, kafka, openId]
  role: ssp_billing_books
  env:
    BILLING_API_TOKENS_FILE: /etc/ssp/tokens/tokens.json
    {{- if $v.billing.signingSecretName }}
    BILLING_SIGNING_KEY_FILE: /etc/ssp/signing/key.pem
    {{- end }}
    AUDIT_API_URL: https://{{ include "ssp.host" (list . "audit-writer") }}:7003
    AUDIT_API_TOKEN_FILE: /etc/ssp/audit-token/token
  files:
    tokens: { secret: {{ $v.apiTokens.secretName }} }
    audit-token: { secret: {{ $v.apiTokens.reconcileSecretName }} }
    {{- with $v.billing.signingSecretName }}
    signing: { secret: {{ . }} }
    {{- end }}
{{- if $v.openId.issuer }}
console:
  image: console
  program: [apps/console/src/main.ts]
  adminPort: 9107
  listenPort: 3000
  asks: [audit-writer, authz-admin-api, throttle-admin-api, query-api]
  askAs: PLATFORM
  looks: true
  uses: [kafka, openId]
  env:
    {{- include "ssp.consoleEnvironment" . | nindent 4 }}
  files:
    console: { secret: {{ $v.console.secretName }} }
{{- end }}
{{- end }}

{{/* The services of this release, as YAML: the wiring of each that is enabled. */}}
{{- define "ssp.services" -}}
{{- range $name, $service := include "ssp.wiring" . | fromYaml }}
{{- if (index $.Values.services $name).enabled }}
{{- dict $name $service | toYaml | nindent 0 }}
{{- end }}
{{- end }}
{{- end }}
