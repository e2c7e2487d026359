{{/*
Spark pods that this chart defines itself (clusters and jobs are created by iom-cluster at run time).
*/}}

{{/* What driver and executor share. Takes root and workload. */}}
{{- define "iomete.sparkPod" -}}
serviceAccount: {{ include "iomete.serviceAccount" . }}
labels:
  {{- include "iomete.selectorLabels" .workload | nindent 2 }}
{{- with include "iomete.priorityClass" (dict "root" .root "class" "iomete-compute") }}
priorityClassName: {{ . }}
{{- end }}
{{- include "iomete.dataPlanePlacement" .root }}
env:
  - name: HADOOP_CONF_DIR
    value: /etc/hadoop/conf
  {{- with include "iomete.truststoreJvmOptions" .root }}
  - name: JAVA_TOOL_OPTIONS
    value: {{ . | quote }}
  {{- end }}
volumeMounts:
  - name: spark-local-dir-1
    mountPath: {{ include "iomete.scratchDirectory" .root }}
  {{- include "iomete.hadoopMount" .root | nindent 2 }}
  {{- with include "iomete.truststoreMount" .root }}
  {{- . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* Spark uses volumes named spark-local-dir-* as scratch space. */}}
{{- define "iomete.sparkVolumes" -}}
- name: spark-local-dir-1
  hostPath:
    path: {{ include "iomete.scratchDirectory" . }}
    type: DirectoryOrCreate
{{ include "iomete.hadoopVolume" . }}
{{- with include "iomete.truststoreVolume" . }}
{{ . }}
{{- end }}
{{- end -}}
