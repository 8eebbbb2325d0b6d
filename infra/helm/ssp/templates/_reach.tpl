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

{{/*
CIDRs as peers: (list cidrs except); each is given the exceptions that lie within it, for a cluster refuses a policy with any other.
*/}}
{{- define "ssp.blocks" -}}
{{- $except := index . 1 }}
{{- range $cidr := index . 0 }}
{{- $bits := include "ssp.bits" $cidr }}
- ipBlock:
    cidr: {{ $cidr | quote }}
    {{- $within := list }}
    {{- range $except }}
    {{- $own := include "ssp.bits" . }}
    {{- if hasPrefix $own $bits }}{{ fail (printf "edge.notProviders: %s leaves nothing of %s in edge.providers" . $cidr) }}{{ end }}
    {{- if hasPrefix $bits $own }}{{ $within = append $within . }}{{ end }}
    {{- end }}
    {{- with $within }}
    except: {{ toJson . }}
    {{- end }}
{{- end }}
{{- end }}

{{/* What all addresses of a CIDR begin with, as 0 and 1 behind the family's number: that of a wider CIDR is the beginning of it. */}}
{{- define "ssp.bits" -}}
{{- $parts := splitList "/" . }}
{{- $bits := "" }}
{{- if contains ":" . }}
{{- $halves := splitList "::" (first $parts) }}
{{- $head := without (splitList ":" (first $halves)) "" }}
{{- $tail := without (splitList ":" (last $halves)) "" }}
{{- if eq (len $halves) 1 }}{{ $tail = list }}{{ end }}
{{- $groups := $head }}
{{- range until (int (sub 8 (add (len $head) (len $tail)))) }}{{ $groups = append $groups "0" }}{{ end }}
{{- $digits := "0123456789abcdef" }}
{{- range concat $groups $tail }}
{{- range splitList "" (printf "%04s" (lower .) | replace " " "0") }}
{{- $bits = print $bits (printf "%04b" (len (first (splitList . $digits)))) }}
{{- end }}
{{- end }}
{{- else }}
{{- range splitList "." (first $parts) }}{{ $bits = print $bits (printf "%08b" (int .)) }}{{ end }}
{{- end }}
{{- ternary "6" "4" (contains ":" .) }}{{ substr 0 (int (last $parts)) $bits }}
{{- end }}
