{{/* The release's own name, before that of each service. */}}
{{- define "ssp.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name }}{{ else }}{{ .Release.Name }}-{{ .Chart.Name }}{{ end -}}
{{- end }}

{{/* What chooses the pods of a component: (list $ component). */}}
{{- define "ssp.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ $root.Chart.Name }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{/* All labels of a component: (list $ component). */}}
{{- define "ssp.labels" -}}
{{- $root := index . 0 -}}
{{ include "ssp.selector" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ $root.Chart.Name }}-{{ $root.Chart.Version }}
{{- end }}

{{/* Where a service listens within the cluster: (list $ service port). */}}
{{- define "ssp.host" -}}
{{- $root := index . 0 -}}
{{ include "ssp.name" $root }}-{{ index . 1 }}.{{ $root.Release.Namespace }}.svc.{{ $root.Values.clusterDomain }}
{{- end }}

{{- define "ssp.image" -}}
{{- $root := index . 0 -}}
{{- with $root.Values.image -}}
{{ with .registry }}{{ . }}/{{ end }}{{ .repository }}/{{ index $ 1 }}:{{ .tag | default $root.Chart.AppVersion }}
{{- end -}}
{{- end }}

{{/* Secret with a service's certificate for calls within the platform; its first dNSName is also the name by which others know it. */}}
{{- define "ssp.tlsSecret" -}}
{{- $root := index . 0 -}}
{{ $root.Values.internalTls.secretPrefix | default (include "ssp.name" $root) }}-{{ index . 1 }}
{{- end }}

{{/* Secret with the certificate for Kafka: (list $ who); nothing where Kafka has no TLS. */}}
{{- define "ssp.kafkaSecret" -}}
{{- with (index . 0).Values.kafka -}}
{{- if and .tlsSecretPrefix .tlsSecretName }}{{ fail "kafka.tlsSecretPrefix and kafka.tlsSecretName are two ways of the same" }}{{ end -}}
{{- if .tlsSecretPrefix }}{{ .tlsSecretPrefix }}-{{ index $ 1 }}{{ else }}{{ .tlsSecretName }}{{ end -}}
{{- end -}}
{{- end }}

{{/* Whether something of the Prometheus operator is wanted: (list $ answer kind). */}}
{{- define "ssp.monitored" -}}
{{- $root := index . 0 -}}
{{- $answer := index . 1 | toString -}}
{{- if or (eq $answer "true") (and (eq $answer "auto") ($root.Capabilities.APIVersions.Has (printf "monitoring.coreos.com/v1/%s" (index . 2)))) }}true{{ end -}}
{{- end }}

{{- define "ssp.certificateName" -}}
{{ include "ssp.name" (index . 0) }}-{{ index . 1 }}
{{- end }}
