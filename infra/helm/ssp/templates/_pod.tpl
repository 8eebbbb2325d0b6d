{{/* The template of a service's pods: (list $ name service services). */}}
{{- define "ssp.pod" -}}
{{- $root := index . 0 }}
{{- $name := index . 1 }}
{{- $service := index . 2 }}
{{- $values := index $root.Values.services $name }}
{{- $files := merge (include "ssp.usesFiles" (list $root ($service.uses | default list) ($values.postgres | default dict) $name) | fromYaml) ($service.files | default dict) }}
{{- $_ := set $files "internal" (dict "secret" (include "ssp.tlsSecret" (list $root $name))) }}
metadata:
  labels:
    {{- include "ssp.labels" (list $root $name) | nindent 4 }}
    {{- with $root.Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with $root.Values.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- include "ssp.podBasics" (list $root $service.first) | nindent 2 }}
  # What is in flight, with a little to spare for the process's own end.
  terminationGracePeriodSeconds: {{ add (int64 $values.stopGraceSeconds) 15 }}
  topologySpreadConstraints:
    {{- include "ssp.spread" (list $root $name "topology.kubernetes.io/zone" $root.Values.spread.zones) | nindent 4 }}
    {{- include "ssp.spread" (list $root $name "kubernetes.io/hostname" $root.Values.spread.hosts) | nindent 4 }}
  containers:
    - name: {{ $name }}
      image: {{ include "ssp.image" (list $root $service.image) }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      command: [node]
      args: {{ toJson $service.program }}
      env:
        {{- include "ssp.environment" . | nindent 8 }}
      ports:
        - { name: admin, containerPort: {{ $service.adminPort }} }
        {{- if eq $name "edge" }}
        - { name: https, containerPort: 8443 }
        - { name: http, containerPort: 8080 }
        {{- end }}
        {{- with $service.listenPort }}
        - { name: listen, containerPort: {{ . }} }
        {{- end }}
      # A process that still waits for its neighbours lives; it is not ready. The kubelet has no certificate, and needs none for these two.
      startupProbe:
        httpGet: { path: /healthz, port: admin, scheme: HTTPS }
        periodSeconds: 2
        failureThreshold: 60
      livenessProbe:
        httpGet: { path: /healthz, port: admin, scheme: HTTPS }
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: { path: /readyz, port: admin, scheme: HTTPS }
        periodSeconds: 5
        timeoutSeconds: 3
        failureThreshold: 2
      resources:
        {{- toYaml $values.resources | nindent 8 }}
      securityContext:
        {{- include "ssp.containerSecurity" . | nindent 8 }}
      volumeMounts:
        {{- include "ssp.mounts" $files | nindent 8 }}
        {{- if eq $name "edge" }}
        - name: state
          mountPath: /var/lib/ssp
        {{- end }}
  volumes:
    {{- include "ssp.volumes" $files | nindent 4 }}
{{- end }}

{{- define "ssp.spread" -}}
- maxSkew: 1
  topologyKey: {{ index . 2 }}
  whenUnsatisfiable: {{ index . 3 }}
  labelSelector:
    matchLabels:
      {{- include "ssp.selector" (list (index . 0) (index . 1)) | nindent 6 }}
  # So that a new version is spread by itself.
  matchLabelKeys: [{{ if eq (index . 1) "edge" }}controller-revision-hash{{ else }}pod-template-hash{{ end }}]
{{- end }}
