{{/*
The pod of a job, as it stands in a Job or CronJob: a dict of root, image, program, uses, env, files, login and role.
Hooks run before the release's own objects are there, so it takes nothing that the chart makes.
*/}}
{{- define "ssp.jobPod" -}}
{{- $root := .root }}
{{- $uses := .uses }}
{{- $login := .login | default dict }}
{{- $files := merge (include "ssp.usesFiles" (list $root $uses $login "jobs") | fromYaml) (.files | default dict) }}
{{- $env := merge (include "ssp.usesEnvironment" (list $root $uses $login "jobs") | fromYaml) (.env | default dict) (dict "LOG_LEVEL" $root.Values.logLevel) }}
{{- with .role }}{{ $_ := set $env "POSTGRES_ROLE" . }}{{ end }}
{{- with $root.Values.jobMetrics.url }}{{ $_ := set $env "JOB_METRICS_URL" . }}{{ end }}
metadata:
  labels:
    {{- include "ssp.labels" (list $root "job") | nindent 4 }}
    {{- with $root.Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  restartPolicy: Never
  {{- include "ssp.podBasics" (list $root false) | nindent 2 }}
  containers:
    - name: job
      image: {{ include "ssp.image" (list $root .image) }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      command: [node]
      args: {{ toJson (list .program) }}
      env:
        {{- include "ssp.variables" $env | nindent 8 }}
      resources:
        {{- toYaml $root.Values.jobResources | nindent 8 }}
      securityContext:
        {{- include "ssp.containerSecurity" $root | nindent 8 }}
      volumeMounts:
        {{- include "ssp.mounts" $files | nindent 8 }}
  volumes:
    {{- include "ssp.volumes" $files | nindent 4 }}
{{- end }}
