{{/* Variables of the edge beside those that every service has. */}}
{{- define "ssp.edgeEnvironment" -}}
{{- with .Values.edge -}}
EDGE_PUBLIC_NAME: {{ .publicName }}
EDGE_NETWORK: {{ .network }}
EDGE_TLS_CERT_FILE: /etc/ssp/consumer-tls/tls.crt
EDGE_TLS_KEY_FILE: /etc/ssp/consumer-tls/tls.key
EDGE_CLIENT_CA_FILE: /etc/ssp/consumer-ca/ca.crt
EDGE_PROVIDER_CERT_FILE: /etc/ssp/provider-tls/tls.crt
EDGE_PROVIDER_KEY_FILE: /etc/ssp/provider-tls/tls.key
EDGE_PROVIDER_CA_FILE: /etc/ssp/provider-ca/ca.crt
{{- if .crlConfigMap }}
{{- $files := list }}
{{- range .crlFiles }}{{ $files = append $files (printf "/etc/ssp/crls/%s" .) }}{{ end }}
EDGE_CRL_FILES: {{ join "," $files }}
{{- end }}
{{- with .crlUrls }}
EDGE_CRL_URLS: {{ join "," . | quote }}
{{- end }}
{{- if .interactionsConfigMap }}
EDGE_INTERACTIONS_FILE: /etc/ssp/interactions/interactions.json
{{- end }}
EDGE_DRAIN_GRACE_MS: {{ .drainGraceMs | int64 }}
EDGE_SPOOL_DIR: /var/lib/ssp/spool
EDGE_SPOOL_BYTES_MAX: {{ .spool.bytesMax | int64 }}
{{- end }}
EDGE_AUTHZ_URL: https://{{ include "ssp.host" (list . "authz") }}:7001
EDGE_THROTTLE_URL: https://{{ include "ssp.host" (list . "throttle") }}:7002
{{- end }}

{{/* The same of the console. */}}
{{- define "ssp.consoleEnvironment" -}}
CONSOLE_URL: {{ required "console.url is needed with openId.issuer" .Values.console.url }}
OIDC_CLIENT_ID: {{ .Values.openId.clientId }}
OIDC_CLIENT_SECRET_FILE: /etc/ssp/console/client-secret
CONSOLE_SESSION_KEY_FILE: /etc/ssp/console/session-key
OIDC_SCOPE: {{ .Values.openId.scope }}
BILLING_API_URL: https://{{ include "ssp.host" (list . "query-api") }}:7005
{{ include "ssp.askFiles" "BILLING_API" }}
AUDIT_API_URL: https://{{ include "ssp.host" (list . "audit-writer") }}:7003
AUTHZ_API_URL: https://{{ include "ssp.host" (list . "authz-admin-api") }}:7006
THROTTLE_API_URL: https://{{ include "ssp.host" (list . "throttle-admin-api") }}:7007
{{- end }}

{{/* Certificate and CA by which a service is asked: prefix of the variables. */}}
{{- define "ssp.askFiles" -}}
{{ . }}_CA_FILE: /etc/ssp/internal/ca.crt
{{ . }}_CERT_FILE: /etc/ssp/internal/tls.crt
{{ . }}_KEY_FILE: /etc/ssp/internal/tls.key
{{- end }}

{{/* Variables of what a process leans on, as YAML: (list $ uses login who), where a login may say url and secretName of its own. */}}
{{- define "ssp.usesEnvironment" -}}
{{- $root := index . 0 }}
{{- $uses := index . 1 }}
{{- $login := index . 2 }}
{{- $kafkaSecret := include "ssp.kafkaSecret" (list $root (index . 3)) }}
{{- with $root.Values }}
{{- if has "postgres" $uses }}
POSTGRES_URL: {{ $login.url | default .postgres.url | quote }}
POSTGRES_PASSWORD_FILE: /etc/ssp/postgres/password
{{- end }}
{{- if has "kafka" $uses }}
KAFKA_BROKERS: {{ join "," .kafka.brokers | quote }}
{{- if $kafkaSecret }}
KAFKA_TLS_CA_FILE: /etc/ssp/kafka/ca.crt
{{- if .kafka.clientCertificate }}
KAFKA_TLS_CERT_FILE: /etc/ssp/kafka/tls.crt
KAFKA_TLS_KEY_FILE: /etc/ssp/kafka/tls.key
{{- end }}
{{- end }}
{{- end }}
{{- if has "redis" $uses }}
REDIS_URL: {{ join "," .redis.urls | quote }}
REDIS_CLUSTER: {{ .redis.cluster }}
{{- if .redis.secretName }}
REDIS_PASSWORD_FILE: /etc/ssp/redis/password
{{- end }}
{{- if .redis.tlsSecretName }}
REDIS_CA_FILE: /etc/ssp/redis-tls/ca.crt
REDIS_CERT_FILE: /etc/ssp/redis-tls/tls.crt
REDIS_KEY_FILE: /etc/ssp/redis-tls/tls.key
{{- end }}
{{- end }}
{{- if has "directory" $uses }}
SDS_URL: {{ .directory.url }}
SDS_BASE_DN: {{ .directory.baseDn }}
SDS_CA_FILE: /etc/ssp/directory/ca.crt
SDS_CERT_FILE: /etc/ssp/directory/tls.crt
SDS_KEY_FILE: /etc/ssp/directory/tls.key
{{- with .directory.bindDn }}
SDS_BIND_DN: {{ . | quote }}
SDS_BIND_PASSWORD_FILE: /etc/ssp/directory/password
{{- end }}
{{- end }}
{{- if and (has "openId" $uses) .openId.issuer }}
OIDC_ISSUER: {{ .openId.issuer }}
{{- if .openId.caConfigMap }}
OIDC_CA_FILE: /etc/ssp/open-id-ca/ca.crt
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Files of the same, as YAML. */}}
{{- define "ssp.usesFiles" -}}
{{- $root := index . 0 }}
{{- $uses := index . 1 }}
{{- $login := index . 2 }}
{{- $kafkaSecret := include "ssp.kafkaSecret" (list $root (index . 3)) }}
{{- with $root.Values }}
{{- if has "postgres" $uses }}
postgres: { secret: {{ $login.secretName | default .postgres.secretName }} }
{{- with .postgres.caSecretName }}
postgres-ca: { secret: {{ . }} }
{{- end }}
{{- end }}
{{- if and (has "kafka" $uses) $kafkaSecret }}
kafka: { secret: {{ $kafkaSecret }} }
{{- end }}
{{- if and (has "redis" $uses) .redis.secretName }}
redis: { secret: {{ .redis.secretName }} }
{{- end }}
{{- if and (has "redis" $uses) .redis.tlsSecretName }}
redis-tls: { secret: {{ .redis.tlsSecretName }} }
{{- end }}
{{- if has "directory" $uses }}
directory: { secret: {{ .directory.secretName }} }
{{- end }}
{{- if and (has "openId" $uses) .openId.issuer .openId.caConfigMap }}
open-id-ca: { configMap: {{ .openId.caConfigMap }} }
{{- end }}
{{- end }}
{{- end }}
