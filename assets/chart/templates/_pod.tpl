{{/*
The pod of a workload (parameters: see _workload.tpl).
*/}}

{{- define "iomete.podTemplate" -}}
{{- $values := .root.Values -}}
metadata:
  labels:
    {{- include "iomete.selectorLabels" . | nindent 4 }}
    iomete.com/platform-service: "true"
    {{- with .podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    {{- with (index $values.services .key).podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with include "iomete.podAnnotations" . | trim }}
  annotations:
    {{- . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "iomete.serviceAccount" . }}
  automountServiceAccountToken: {{ .api | default false }}
  {{- with include "iomete.pullSecrets" .root }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- with .priorityClass }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with .restartPolicy }}
  restartPolicy: {{ . }}
  {{- end }}
  {{- with $values.podSecurityContext }}
  securityContext:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with include "iomete.controlPlanePlacement" .root | trim }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- if .spread }}
  affinity:
    {{- include "iomete.spread" . | nindent 4 }}
  {{- end }}
  containers:
    {{- include "iomete.container" . | nindent 4 }}
    {{- with .sidecars }}
    {{- . | nindent 4 }}
    {{- end }}
  {{- with include "iomete.volumes" . | trim }}
  volumes:
    {{- . | nindent 4 }}
  {{- end }}
{{- end -}}

{{- define "iomete.volumes" -}}
{{- if .config }}
- name: data-plane
  secret:
    secretName: {{ .configSecret | default "data-plane" }}
    items:
      - key: values.yaml
        path: values.yaml
{{- end }}
{{- with include "iomete.truststoreVolume" .root }}
{{ . }}
{{- end }}
{{- with .volumes }}
{{ . }}
{{- end }}
{{- end -}}

{{/* Scrape annotations, checksums and what the values add. */}}
{{- define "iomete.podAnnotations" -}}
{{- $service := index .root.Values.services .key -}}
{{- $monitoring := .root.Values.monitoring -}}
{{- if and $monitoring.enabled (not .unmonitored) }}
{{- $class := index $monitoring (.metrics | default "otherServices") }}
{{ mergeOverwrite (deepCopy $class.metricAnnotations) ($service.metricAnnotations | default dict | deepCopy) | toYaml }}
{{- end }}
{{- with .annotations }}
{{ . }}
{{- end }}
{{- with $service.podAnnotations }}
{{ toYaml . }}
{{- end }}
{{- end -}}
