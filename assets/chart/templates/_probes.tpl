{{/*
Probes: HTTP where a path is known, else a connection to the port.
*/}}

{{/* The three probes of a workload: `liveness` and `readiness` are paths (the second defaults to the first). The
     startup probe gives slow starters five minutes before liveness counts. */}}
{{- define "iomete.probes" -}}
{{- $service := index .root.Values.services .key -}}
{{- $port := .probePort | default .portName | default "http" -}}
startupProbe:
{{- with $service.startupProbe }}
  {{- toYaml . | nindent 2 }}
{{- else }}
  {{- include "iomete.probeHandler" (dict "path" .liveness "port" $port) | nindent 2 }}
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 60
{{- end }}
livenessProbe:
{{- with $service.livenessProbe }}
  {{- toYaml . | nindent 2 }}
{{- else }}
  {{- include "iomete.probeHandler" (dict "path" .liveness "port" $port) | nindent 2 }}
  periodSeconds: 15
  timeoutSeconds: 5
  failureThreshold: 4
{{- end }}
readinessProbe:
{{- with $service.readinessProbe }}
  {{- toYaml . | nindent 2 }}
{{- else }}
  {{- include "iomete.probeHandler" (dict "path" (.readiness | default .liveness) "port" $port) | nindent 2 }}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 3
{{- end }}
{{- end -}}

{{- define "iomete.probeHandler" -}}
{{- if .path -}}
httpGet:
  path: {{ .path }}
  port: {{ .port }}
{{- else -}}
tcpSocket:
  port: {{ .port }}
{{- end -}}
{{- end -}}
