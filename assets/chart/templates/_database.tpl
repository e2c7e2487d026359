{{/*
Databases: which server holds what.
*/}}

{{/* Settings of the server for cluster-local data, as JSON: clusterDatabase where it is given, else database. */}}
{{- define "iomete.clusterDatabase" -}}
{{- mergeOverwrite (deepCopy .Values.database) (.Values.clusterDatabase | default dict | deepCopy) | toJson -}}
{{- end -}}

{{/* Name of the variable that holds its password. */}}
{{- define "iomete.clusterDatabasePasswordVariable" -}}
{{- $cluster := .Values.clusterDatabase | default dict -}}
{{- if or $cluster.password ($cluster.passwordSecret).name -}}
CLUSTER_DATABASE_PASSWORD
{{- else -}}
DATABASE_PASSWORD
{{- end -}}
{{- end -}}
