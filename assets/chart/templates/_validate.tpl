{{/*
Validation: values that the schema accepts one by one and that still cannot make a data plane. All problems are reported
at once. Rules about the order of changes and about flags belong to whoever plans them.
*/}}

{{/* One problem per line. */}}
{{- define "iomete.problems" -}}
{{- $v := .Values -}}
{{- if not (or $v.adminUser.temporaryPassword ($v.adminUser.temporaryPasswordSecret).name) }}
adminUser: temporaryPassword or temporaryPasswordSecret is missing
{{- end }}
{{- if not (or $v.database.password ($v.database.passwordSecret).name) }}
database: password or passwordSecret is missing
{{- end }}
{{- include "iomete.clusterDatabaseProblems" . }}
{{- include "iomete.storageProblems" . }}
{{- include "iomete.integrationProblems" . }}
{{- include "iomete.namespaceProblems" . }}
{{- if $v.features.enableAutomatedMaintenance.enabled }}
{{- $resources := $v.services.maintenance.resources | default dict }}
{{- if not (deepEqual $resources.requests $resources.limits) }}
services.maintenance.resources: requests and limits must be equal
{{- end }}
{{- end }}
{{- end -}}

{{- define "iomete.clusterDatabaseProblems" -}}
{{- with .Values.clusterDatabase }}
{{- if not .host }}
clusterDatabase.host is missing
{{- end }}
{{- $other := $.Values.database }}
{{- $prefix := .prefix | default $other.prefix }}
{{- $port := .port | default $other.port | toString }}
{{- if and (eq (.host | default "") $other.host) (eq $port (toString $other.port)) (eq $prefix $other.prefix) }}
clusterDatabase: the same host, port and prefix as database; the two would share their tables
{{- end }}
{{- end }}
{{- end -}}

{{- define "iomete.storageProblems" -}}
{{- $storage := .Values.storage -}}
{{- $s3 := include "iomete.s3Settings" . | fromJson }}
{{- if has $storage.type (list "minio" "dell_ecs" "s3_compatible") }}
{{- if not $s3.endpoint }}
storage.type {{ $storage.type }}: endpoint is missing
{{- end }}
{{- if not $s3.accessKey }}
storage.type {{ $storage.type }}: accessKey is missing
{{- end }}
{{- if not (or $s3.secretKey ($s3.secretKeySecret).name) }}
storage.type {{ $storage.type }}: secretKey or secretKeySecret is missing
{{- end }}
{{- end }}
{{- if hasPrefix "azure_" $storage.type }}
{{- $azure := $storage.azureSettings | default dict }}
{{- if not $azure.storageAccountName }}
storage.azureSettings.storageAccountName is missing
{{- end }}
{{- if not (or $azure.storageAccountKey ($azure.storageAccountKeySecret).name) }}
storage.azureSettings: storageAccountKey or storageAccountKeySecret is missing
{{- end }}
{{- end }}
{{- if and (eq $storage.type "aws_s3") (not .Values.cloud.region) }}
storage.type aws_s3: cloud.region is missing
{{- end }}
{{- end -}}

{{/* Secret store and log sources. */}}
{{- define "iomete.integrationProblems" -}}
{{- $store := .Values.secretStore -}}
{{- $log := .Values.logging -}}
{{- if eq $store.type "vault" }}
{{- $vault := $store.vaultSettings | default dict }}
{{- range list "endpoint" "path" }}
{{- if not (get $vault .) }}
secretStore.vaultSettings.{{ . }} is missing
{{- end }}
{{- end }}
{{- if not (or $vault.token ($vault.tokenSecret).name) }}
secretStore.vaultSettings: token or tokenSecret is missing
{{- end }}
{{- end }}
{{- $blocks := dict "loki" "lokiSettings" "elasticsearch" "elasticSearchSettings" "splunk" "splunkSettings" }}
{{- $required := dict
    "loki" (list "host" "port")
    "elasticsearch" (list "endpoint" "apiKey" "indexPattern")
    "splunk" (list "endpoint" "token" "indexName")
}}
{{- range get $required $log.source | default list }}
{{- $block := get $blocks $log.source }}
{{- $settings := index $log $block | default dict }}
{{- if not (or (get $settings .) (get $settings (printf "%sSecret" .))) }}
logging.{{ $block }}.{{ . }} is missing
{{- end }}
{{- end }}
{{- if and ($log.hotStorage).enabled (eq $log.source "kubernetes") }}
logging.hotStorage needs an external logging.source
{{- end }}
{{- end -}}

{{- define "iomete.namespaceProblems" -}}
{{- range .Values.namespaces }}
{{- if eq . $.Release.Namespace }}
namespaces: {{ . }} is the release namespace, which is always included
{{- end }}
{{- if and $.Values.features.sparkProxyForArrowFlight.enabled (gt (len .) 44) }}
namespaces: {{ . }} is too long for the Service spark-proxy-server-{{ . }} (63 characters)
{{- end }}
{{- end }}
{{- end -}}
