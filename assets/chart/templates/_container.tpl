{{/*
The main container of a workload (parameters: see _workload.tpl).
*/}}

{{/* As an item of the list of containers. */}}
{{- define "iomete.container" -}}
- name: {{ if .container }}{{ .container }}{{ else }}{{ include "iomete.objectName" .key }}{{ end }}
  image: {{ include "iomete.image" . | quote }}
  imagePullPolicy: {{ .root.Values.docker.pullPolicy }}
  {{- with .command }}
  command:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .args }}
  args:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with include "iomete.env" . | trim }}
  env:
    {{- . | nindent 4 }}
  {{- end }}
  {{- with include "iomete.containerPorts" . | trim }}
  ports:
    {{- . | nindent 4 }}
  {{- end }}
  {{- if not .noProbes }}
  {{- include "iomete.probes" . | nindent 2 }}
  {{- end }}
  {{- with (index .root.Values.services .key).resources }}
  resources:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .root.Values.containerSecurityContext }}
  securityContext:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with include "iomete.mounts" . | trim }}
  volumeMounts:
    {{- . | nindent 4 }}
  {{- end }}
{{- end -}}

{{- define "iomete.env" -}}
{{- if .config }}
- name: DATA_PLANE_VALUES_FILE
  value: /etc/iomete/data-plane/values.yaml
- name: DATA_PLANE_NAMESPACE
  value: {{ .root.Release.Namespace | quote }}
{{- end }}
{{- if .java }}
{{- with include "iomete.truststoreJvmOptions" .root }}
- name: JAVA_TOOL_OPTIONS
  value: {{ . | quote }}
{{- end }}
{{- end }}
{{- with .credentials }}
{{- include "iomete.credentialEnv" (dict "root" $.root "groups" . "secret" $.credentialSecret) }}
{{- end }}
{{- with .env }}
{{ . }}
{{- end }}
{{- with (index .root.Values.services .key).env }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "iomete.containerPorts" -}}
{{- with (index .root.Values.services .key).port }}
- name: {{ $.portName | default "http" }}
  containerPort: {{ int . }}
{{- end }}
{{- with .ports }}
{{ . }}
{{- end }}
{{- end -}}

{{- define "iomete.mounts" -}}
{{- if .config }}
- name: data-plane
  mountPath: /etc/iomete/data-plane
  readOnly: true
{{- end }}
{{- with include "iomete.truststoreMount" .root }}
{{ . }}
{{- end }}
{{- with .mounts }}
{{ . }}
{{- end }}
{{- end -}}
