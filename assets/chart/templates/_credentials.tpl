{{/*
Credentials: every password of the values, as environment variables taken from Secrets.

A reference (…Secret: {name, key}) is used as it is. A password written into the values is also kept in a Secret of
this chart, so that no pod specification contains it.
*/}}

{{/* Those of some groups that have a value, as JSON: variable, key in our own Secret, plain value, reference. Takes root
     and groups. Nearly every workload asks, most for one group only. */}}
{{- define "iomete.credentials" -}}
{{- $groups := .groups -}}
{{- $v := .root.Values -}}
{{- $cluster := $v.clusterDatabase | default dict -}}
{{- $rows := list -}}
{{- if has "database" $groups -}}
{{- $rows = concat $rows (list
  (dict "env" "DATABASE_PASSWORD" "key" "database-password" "plain" $v.database.password "ref" $v.database.passwordSecret)
  (dict "env" "CLUSTER_DATABASE_PASSWORD" "key" "cluster-database-password" "plain" $cluster.password "ref" $cluster.passwordSecret)
) -}}
{{- end -}}
{{- if has "databaseAdmin" $groups -}}
{{- $admin := $v.database.adminCredentials | default dict -}}
{{- $clusterAdmin := $cluster.adminCredentials | default dict -}}
{{- $rows = concat $rows (list
  (dict "env" "DATABASE_ADMIN_PASSWORD" "key" "database-admin-password" "plain" $admin.password "ref" $admin.passwordSecret)
  (dict "env" "CLUSTER_DATABASE_ADMIN_PASSWORD" "key" "cluster-database-admin-password" "plain" $clusterAdmin.password "ref" $clusterAdmin.passwordSecret)
) -}}
{{- end -}}
{{- if has "administrator" $groups -}}
{{- $rows = append $rows (dict "env" "ADMIN_USER_TEMPORARY_PASSWORD" "key" "admin-user-temporary-password" "plain" $v.adminUser.temporaryPassword "ref" $v.adminUser.temporaryPasswordSecret) -}}
{{- end -}}
{{- if has "storage" $groups -}}
{{- with include "iomete.s3Settings" .root | fromJson -}}
{{- $rows = append $rows (dict "env" "STORAGE_SECRET_KEY" "key" "storage-secret-key" "plain" .secretKey "ref" .secretKeySecret) -}}
{{- end -}}
{{- if hasPrefix "azure_" $v.storage.type -}}
{{- $azure := $v.storage.azureSettings | default dict -}}
{{- $rows = append $rows (dict "env" "STORAGE_ACCOUNT_KEY" "key" "storage-account-key" "plain" $azure.storageAccountKey "ref" $azure.storageAccountKeySecret) -}}
{{- end -}}
{{- end -}}
{{- if and (has "secretStore" $groups) (eq $v.secretStore.type "vault") -}}
{{- $vault := $v.secretStore.vaultSettings | default dict -}}
{{- $rows = append $rows (dict "env" "VAULT_TOKEN" "key" "vault-token" "plain" $vault.token "ref" $vault.tokenSecret) -}}
{{- end -}}
{{- if has "logging" $groups -}}
{{- $log := $v.logging -}}
{{- if eq $log.source "elasticsearch" -}}
{{- $rows = append $rows (dict "env" "ELASTICSEARCH_API_KEY" "key" "elasticsearch-api-key" "plain" $log.elasticSearchSettings.apiKey "ref" $log.elasticSearchSettings.apiKeySecret) -}}
{{- else if eq $log.source "splunk" -}}
{{- $rows = append $rows (dict "env" "SPLUNK_TOKEN" "key" "splunk-token" "plain" $log.splunkSettings.token "ref" $log.splunkSettings.tokenSecret) -}}
{{- end -}}
{{- end -}}
{{- $given := list -}}
{{- range $rows -}}
{{- if or .plain (.ref).name -}}{{- $given = append $given . -}}{{- end -}}
{{- end -}}
{{- toJson $given -}}
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
