{{/*
Images: registry, repository, tag.
*/}}

{{/* Full image name. Takes root, image (registry, repository, tag) and the tag to use when the image has none. */}}
{{- define "iomete.imageName" -}}
{{- $image := .image -}}
{{- $registry := $image.registry | default .root.Values.docker.repo -}}
{{- $tag := $image.tag | default .tag | default .root.Values.docker.appVersion | default .root.Chart.AppVersion -}}
{{- printf "%s/%s:%s" (trimSuffix "/" $registry) $image.repository (toString $tag) -}}
{{- end -}}

{{/* Image of a workload. */}}
{{- define "iomete.image" -}}
{{- include "iomete.imageName" (dict "root" .root "image" (index .root.Values.services .key).image "tag" .tag) -}}
{{- end -}}

{{- define "iomete.pullSecrets" -}}
{{- with .Values.docker.imagePullSecrets -}}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end -}}
{{- end -}}
