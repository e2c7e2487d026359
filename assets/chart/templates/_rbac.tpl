{{/*
Rights: how service account, Role and bindings live.

The init job needs them before any ordinary object of the release exists, so the first time they are hooks. As hooks they
would be deleted and made anew at every upgrade, which would invalidate the tokens of running pods. Therefore:

  not in the cluster       a hook of low weight creates the object; no policy ever deletes it
  made by this release     an ordinary object, which an upgrade updates (the hook gave it Helm's marks of ownership)
  made by somebody else    left alone

helm.sh/resource-policy keeps them when a release is rolled back to its first revision or uninstalled. Rendering without a
cluster shows the first case.
*/}}

{{/* missing, ours or foreign. Takes root, apiVersion, kind, namespace, name. */}}
{{- define "iomete.ownership" -}}
{{- $live := lookup .apiVersion .kind .namespace .name -}}
{{- if not $live -}}
missing
{{- else -}}
{{- $annotations := ($live.metadata).annotations | default dict -}}
{{- $release := get $annotations "meta.helm.sh/release-name" -}}
{{- $namespace := get $annotations "meta.helm.sh/release-namespace" -}}
{{- if and (eq $release .root.Release.Name) (eq $namespace .root.Release.Namespace) -}}
ours
{{- else -}}
foreign
{{- end -}}
{{- end -}}
{{- end -}}

{{/* One object of the rights: its head, then `body` (YAML text). Empty when somebody else made it.
     Takes root, apiVersion, kind, namespace, name, weight, body and annotations (a map). */}}
{{- define "iomete.rightsObject" -}}
{{- $ownership := include "iomete.ownership" . -}}
{{- if ne $ownership "foreign" -}}
apiVersion: {{ .apiVersion }}
kind: {{ .kind }}
metadata:
  name: {{ .name }}
  namespace: {{ .namespace | quote }}
  labels:
    {{- include "iomete.commonLabels" .root | nindent 4 }}
  annotations:
    helm.sh/resource-policy: keep
    {{- if eq $ownership "missing" }}
    helm.sh/hook: pre-install,pre-upgrade
    helm.sh/hook-weight: {{ .weight | quote }}
    helm.sh/hook-delete-policy: hook-failed
    meta.helm.sh/release-name: {{ .root.Release.Name | quote }}
    meta.helm.sh/release-namespace: {{ .root.Release.Namespace | quote }}
    {{- end }}
    {{- with .annotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- with .body }}
{{ . }}
{{- end }}
{{- end -}}
{{- end -}}
