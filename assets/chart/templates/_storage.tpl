{{/*
Object storage: the settings block in use and the addresses of the bucket.
*/}}

{{/* Endpoint and keys of the S3 kinds with static keys, as JSON; an empty object for the other kinds. */}}
{{- define "iomete.s3Settings" -}}
{{- $blocks := dict "minio" "minioSettings" "dell_ecs" "dellEcsSettings" "s3_compatible" "s3CompatibleSettings" -}}
{{- $block := get $blocks .Values.storage.type -}}
{{- if $block -}}
{{- (index .Values.storage $block) | default dict | toJson -}}
{{- else -}}
{}
{{- end -}}
{{- end -}}

{{/* URI of the bucket, without a trailing slash. */}}
{{- define "iomete.bucketUri" -}}
{{- $bucket := .Values.storage.bucketName -}}
{{- $account := (.Values.storage.azureSettings).storageAccountName -}}
{{- if eq .Values.storage.type "gcs" -}}
gs://{{ $bucket }}
{{- else if eq .Values.storage.type "azure_gen1" -}}
wasbs://{{ $bucket }}@{{ $account }}.blob.core.windows.net
{{- else if eq .Values.storage.type "azure_gen2" -}}
abfs://{{ $bucket }}@{{ $account }}.dfs.core.windows.net
{{- else -}}
s3a://{{ $bucket }}
{{- end -}}
{{- end -}}

{{- define "iomete.sparkHistoryUri" -}}
{{ include "iomete.bucketUri" . }}/iomete-assets/spark-history/
{{- end -}}
