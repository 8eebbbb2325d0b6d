{{/* What looks at the lag: keda, external or none. */}}
{{- define "ssp.lagBy" -}}
{{- if ne .Values.autoscaling.lag "auto" }}{{ .Values.autoscaling.lag }}
{{- else if .Capabilities.APIVersions.Has "keda.sh/v1alpha1/ScaledObject" }}keda{{ else }}none{{ end -}}
{{- end }}

{{/* What scales a service: cpu, lag, or nothing at all: (list $ name service). */}}
{{- define "ssp.scaledBy" -}}
{{- $root := index . 0 }}
{{- $service := index . 2 }}
{{- with index $root.Values.services (index . 1) }}
{{- if gt (int64 (.maxReplicas | default 0)) (int64 .replicas) }}
{{- if $service.consumes }}
{{- if ne (include "ssp.lagBy" $root) "none" }}lag{{ end }}
{{- else if .cpuPercent }}cpu{{ end }}
{{- end }}
{{- end }}
{{- end }}
