{{/* What a process reaches outside the platform, as egress rules: (list $ uses). */}}
{{- define "ssp.usesEgress" -}}
{{- $root := index . 0 }}
{{- $uses := index . 1 }}
{{- with $root.Values }}
{{- if has "postgres" $uses }}
{{ include "ssp.egress" (list .postgres.peers (list (include "ssp.portOf" (list .postgres.url 5432)))) }}
{{- end }}
{{- if has "kafka" $uses }}
{{ include "ssp.egress" (list .kafka.peers .kafka.ports) }}
{{- end }}
{{- if has "redis" $uses }}
{{ include "ssp.egress" (list .redis.peers .redis.ports) }}
{{- end }}
{{- if has "directory" $uses }}
{{ include "ssp.egress" (list .directory.peers (list (include "ssp.portOf" (list .directory.url 636)))) }}
{{- end }}
{{- if and (has "openId" $uses) .openId.issuer }}
{{- if not .openId.peers }}
{{- fail "openId.peers is needed with openId.issuer: without it others than the edge could reach any host" }}
{{- end }}
{{ include "ssp.egress" (list .openId.peers (list .openId.port)) }}
{{- end }}
{{- end }}
{{- end }}

{{/* One rule: (list peers ports); no peers are anybody on these ports. */}}
{{- define "ssp.egress" -}}
- ports:
{{- range index . 1 }}
    - { protocol: TCP, port: {{ . }} }
{{- end }}
{{- with index . 0 }}
  to:
    {{- toYaml . | nindent 4 }}
{{- end }}
{{- end }}

{{/* The ports of the time servers, host or host:port. */}}
{{- define "ssp.clockPorts" -}}
{{- $ports := list }}
{{- range .Values.clock.servers }}
{{- $ports = append $ports (ternary (regexFind "[0-9]+$" .) "123" (regexMatch `^([^:]+|\[.+\]):[0-9]+$` .) | int) }}
{{- end }}
{{- $ports | uniq | toJson }}
{{- end }}

{{/* The port that a URL names: (list url default). */}}
{{- define "ssp.portOf" -}}
{{- $host := (urlParse (index . 0)).host -}}
{{ regexFind ":[0-9]+$" $host | trimPrefix ":" | default (index . 1) }}
{{- end }}

{{/* CIDRs as peers: (list cidrs except); what is excepted goes to the CIDRs of its own family. */}}
{{- define "ssp.blocks" -}}
{{- $except := index . 1 }}
{{- range $cidr := index . 0 }}
- ipBlock:
    cidr: {{ $cidr | quote }}
    {{- $within := list }}
    {{- range $except }}
    {{- if eq (contains ":" .) (contains ":" $cidr) }}{{ $within = append $within . }}{{ end }}
    {{- end }}
    {{- with $within }}
    except: {{ toJson . }}
    {{- end }}
{{- end }}
{{- end }}
