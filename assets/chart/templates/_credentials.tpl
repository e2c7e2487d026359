{{/*
Credentials: every password of the values, as environment variables taken from Secrets.

A reference (…Secret: {name, key}) is used as it is. A password written into the values is also kept in a Secret of
this chart, so that no pod specification contains it.
*/}}

{{/* The table, as JSON: group, variable, key in our own Secret, plain value, reference; those of some groups that have a
     value. Takes root and groups. */}}
{{- define "iomete.credentials" -}}
{{- $groups := .groups -}}
{{- $v := .root.Values -}}
{{- $cluster := $v.clusterDatabase | default dict -}}
{{- $admin := $v.database.adminCredentials | default dict -}}
{{- $clusterAdmin := $cluster.adminCredentials | default dict -}}
{{- $s3 := include "iomete.s3Settings" .root | fromJson -}}
{{- $azure := $v.storage.azureSettings | default dict -}}
{{- $vault := $v.secretStore.vaultSettings | default dict -}}
{{- $rows := list
  (dict "group" "database" "env" "DATABASE_PASSWORD" "key" "database-password" "plain" $v.database.password "ref" $v.database.passwordSecret)
  (dict "group" "database" "env" "CLUSTER_DATABASE_PASSWORD" "key" "cluster-database-password" "plain" $cluster.password "ref" $cluster.passwordSecret)
  (dict "group" "databaseAdmin" "env" "DATABASE_ADMIN_PASSWORD" "key" "database-admin-password" "plain" $admin.password "ref" $admin.passwordSecret)
  (dict "group" "databaseAdmin" "env" "CLUSTER_DATABASE_ADMIN_PASSWORD" "key" "cluster-database-admin-password" "plain" $clusterAdmin.password "ref" $clusterAdmin.passwordSecret)
  (dict "group" "administrator" "env" "ADMIN_USER_TEMPORARY_PASSWORD" "key" "admin-user-temporary-password" "plain" $v.adminUser.temporaryPassword "ref" $v.adminUser.temporaryPasswordSecret)
-}}
{{- if $s3 -}}
{{- $rows = append $rows (dict "group" "storage" "env" "STORAGE_SECRET_KEY" "key" "storage-secret-key" "plain" $s3.secretKey "ref" $s3.secretKeySecret) -}}
{{- end -}}
{{- if hasPrefix "azure_" $v.storage.type -}}
{{- $rows = append $rows (dict "group" "storage" "env" "STORAGE_ACCOUNT_KEY" "key" "storage-account-key" "plain" $azure.storageAccountKey "ref" $azure.storageAccountKeySecret) -}}
{{- end -}}
{{- if eq $v.secretStore.type "vault" -}}
{{- $rows = append $rows (dict "group" "secretStore" "env" "VAULT_TOKEN" "key" "vault-token" "plain" $vault.token "ref" $vault.tokenSecret) -}}
{{- end -}}
{{- $log := $v.logging -}}
{{- if eq $log.source "elasticsearch" -}}
{{- $rows = append $rows (dict "group" "logging" "env" "ELASTICSEARCH_API_KEY" "key" "elasticsearch-api-key" "plain" $log.elasticSearchSettings.apiKey "ref" $log.elasticSearchSettings.apiKeySecret) -}}
{{- else if eq $log.source "splunk" -}}
{{- $rows = append $rows (dict "group" "logging" "env" "SPLUNK_TOKEN" "key" "splunk-token" "plain" $log.splunkSettings.token "ref" $log.splunkSettings.tokenSecret) -}}
{{- end -}}
{{- $wanted := list -}}
{{- range $rows -}}
{{- if and (has .group $groups) (or .plain (.ref).name) -}}{{- $wanted = append $wanted . -}}{{- end -}}
{{- end -}}
{{- toJson $wanted -}}
{{- end -}}

{{/* Environment variables of some groups. Takes root, groups, and the Secret that holds the plain ones. */}}
{{- define "iomete.credentialEnv" -}}
{{- $own := .secret | default "iomete-credentials" -}}
{{- range include "iomete.credentials" . | fromJsonArray }}
- name: {{ .env }}
  valueFrom:
    secretKeyRef:
      {{- if (.ref).name }}
      name: {{ .ref.name }}
      key: {{ .ref.key }}
      {{- else }}
      name: {{ $own }}
      key: {{ .key }}
      {{- end }}
{{- end }}
{{- end -}}

{{/* The plain ones as Secret data; empty when every password is a reference. Takes root and groups. */}}
{{- define "iomete.credentialData" -}}
{{- range include "iomete.credentials" . | fromJsonArray }}
{{- if not (.ref).name }}
{{ .key }}: {{ .plain | toString | b64enc }}
{{- end }}
{{- end }}
{{- end -}}

{{/* All values as the services read them. (A subchart's own scope is no value of the platform.) */}}
{{- define "iomete.valuesDocument" -}}
{{- omit .Values "operator-crds" "global" | toYaml -}}
{{- end -}}
