{{/*
Hadoop configuration: the Secret that the init job writes into every namespace.
*/}}

{{- define "iomete.hadoopVolume" -}}
- name: hadoop-config
  secret:
    secretName: hadoop-config
{{- end -}}

{{- define "iomete.hadoopMount" -}}
- name: hadoop-config
  mountPath: /etc/hadoop/conf
  readOnly: true
{{- end -}}

{{/* Pod annotation of the services that restart when the storage settings change; the others read them at their next
     restart. */}}
{{- define "iomete.storageChecksum" -}}
checksum/storage: {{ .Values.storage | toJson | sha256sum }}
{{- end -}}
