{{/*
Variables of a service, as a list: what its wiring says, what it leans on, and last what values add: (list $ name service services).
*/}}
{{- define "ssp.environment" -}}
{{- $root := index . 0 }}
{{- $name := index . 1 }}
{{- $service := index . 2 }}
{{- $services := index . 3 }}
{{- $values := index $root.Values.services $name }}
{{- $env := dict "LOG_LEVEL" $root.Values.logLevel "ADMIN_HOST" "0.0.0.0" "ADMIN_PORT" $service.adminPort "STOP_GRACE_SECONDS" $values.stopGraceSeconds }}
{{- $env = merge $env (include "ssp.usesEnvironment" (list $root ($service.uses | default list) ($values.postgres | default dict) $name) | fromYaml) }}
{{- $env = merge $env (include "ssp.askFiles" "ADMIN_TLS" | fromYaml) }}
{{- $watchers := list (include "ssp.certificateName" (list $root "prometheus")) (include "ssp.certificateName" (list $root "console")) }}
{{- $_ := set $env "ADMIN_TLS_CALLER_NAMES" (concat $watchers $root.Values.internalTls.figuresTo | join ",") }}
{{- with $root.Values.clock.servers }}
{{- $_ := set $env "NTP_SERVERS" (join "," .) }}
{{- $_ := set $env "CLOCK_OFFSET_MAX_MS" $root.Values.clock.offsetMaxMs }}
{{- end }}
{{- with $service.role }}{{ $_ := set $env "POSTGRES_ROLE" . }}{{ end }}
{{- with $service.listenPort }}
{{- $env = merge $env (dict "LISTEN_HOST" "0.0.0.0" "LISTEN_PORT" .) (include "ssp.askFiles" "LISTEN_TLS" | fromYaml) }}
{{- $_ := set $env "LISTEN_TLS_CALLER_NAMES" (include "ssp.callerNames" (list $root $name $services)) }}
{{- end }}
{{- if and (has "openId" ($service.uses | default list)) $root.Values.openId.issuer (not $service.looks) }}
{{- $_ := set $env "OIDC_AUDIENCE" $root.Values.openId.audience }}
{{- end }}
{{- with $service.askAs }}{{ $env = merge $env (include "ssp.askFiles" . | fromYaml) }}{{ end }}
{{- if $service.looks }}{{ $_ := set $env "CONSOLE_SERVICES" (include "ssp.looks" (list $root $services)) }}{{ end }}
{{- $env = mergeOverwrite $env ($service.env | default dict) ($values.env | default dict) }}
{{- include "ssp.variables" $env }}
{{- end }}

{{/* A container's env of a dict. Whole numbers stay whole. */}}
{{- define "ssp.variables" -}}
{{- range $variable, $value := . }}
- name: {{ $variable }}
  value: {{ if kindIs "float64" $value }}{{ $value | int64 | quote }}{{ else }}{{ $value | toString | quote }}{{ end }}
{{- end }}
{{- end }}

{{/* Names in the certificates of those whom a service serves: (list $ name services). */}}
{{- define "ssp.callerNames" -}}
{{- $root := index . 0 }}
{{- $name := index . 1 }}
{{- $names := list }}
{{- if eq $name "console" }}{{ $names = append $names $root.Values.console.callerName }}{{ end }}
{{- range $caller, $service := index . 2 }}
{{- if has $name ($service.asks | default list) }}{{ $names = append $names (include "ssp.certificateName" (list $root $caller)) }}{{ end }}
{{- end }}
{{- join "," $names }}
{{- end }}

{{/* What the console's live state shows: of each service the copy that answers. */}}
{{- define "ssp.looks" -}}
{{- $root := index . 0 }}
{{- $looks := list }}
{{- range $name, $service := index . 1 }}
{{- if ne $name "console" }}
{{- $looks = append $looks (printf "%s=https://%s:%v" $name (include "ssp.host" (list $root (printf "%s-admin" $name))) $service.adminPort) }}
{{- end }}
{{- end }}
{{- join "," $looks }}
{{- end }}

{{/* Folders in a container: (list files extra-mounts). Secrets and ConfigMaps under /etc/ssp, claims under /var/lib/ssp. */}}
{{- define "ssp.mounts" -}}
- name: tmp
  mountPath: /tmp
{{- range $folder, $source := . }}
- name: {{ $folder }}
{{- if $source.claim }}
  mountPath: /var/lib/ssp/{{ $folder }}
{{- else }}
  mountPath: /etc/ssp/{{ $folder }}
  readOnly: true
{{- end }}
{{- end }}
{{- end }}

{{- define "ssp.volumes" -}}
- name: tmp
  emptyDir: { sizeLimit: 256Mi }
{{- range $folder, $source := . }}
- name: {{ $folder }}
{{- if $source.claim }}
  persistentVolumeClaim: { claimName: {{ $source.claim }} }
{{- else if $source.secret }}
  secret: { secretName: {{ $source.secret }}, defaultMode: 288 }
{{- else }}
  configMap: { name: {{ $source.configMap }} }
{{- end }}
{{- end }}
{{- end }}

{{/* What holds for every container: no rights beyond its own process, and nothing to write to but its mounts. */}}
{{- define "ssp.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities: { drop: [ALL] }
{{- end }}

{{/* The same of every pod, and where it may run: (list $ first). 65532 is the images' own user. */}}
{{- define "ssp.podBasics" -}}
{{- $root := index . 0 -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
{{- with $root.Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- with $root.Values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with $root.Values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- if and (index . 1) $root.Values.priorityClassName }}
priorityClassName: {{ $root.Values.priorityClassName }}
{{- end }}
{{- end }}
