{{/*
Placement: which nodes the pods may run on, and how they spread.
*/}}

{{/* Node selector and tolerations of the platform services. */}}
{{- define "iomete.controlPlanePlacement" -}}
{{- with .Values.controlPlaneNodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.controlPlaneTolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Node selector, tolerations and, on AWS, region and zone of Spark pods. */}}
{{- define "iomete.dataPlanePlacement" -}}
{{- with .Values.dataPlaneNodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
tolerations:
  # Every Spark pod tolerates dedicated nodes and ARM.
  - key: k8s.iomete.com/dedicated
    operator: Exists
  - key: kubernetes.io/arch
    operator: Equal
    value: arm64
  {{- with .Values.dataPlaneTolerations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- $zones := include "iomete.zoneExpressions" . }}
{{- if $zones }}
affinity:
  nodeAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      nodeSelectorTerms:
        - matchExpressions:
            {{- $zones | nindent 12 }}
{{- end }}
{{- end -}}

{{/* Region and zone as node affinity expressions; empty where scheduling is not zone-aware. */}}
{{- define "iomete.zoneExpressions" -}}
{{- if eq .Values.cloud.provider "aws" }}
{{- with .Values.cloud.region }}
- key: topology.kubernetes.io/region
  operator: In
  values:
    - {{ . | quote }}
{{- end }}
{{- with .Values.cloud.zone }}
- key: topology.kubernetes.io/zone
  operator: In
  values:
    - {{ . | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Replicas prefer different nodes and, on AWS, different zones. Takes a workload. */}}
{{- define "iomete.spread" -}}
podAntiAffinity:
  preferredDuringSchedulingIgnoredDuringExecution:
    {{- include "iomete.spreadTerm" (dict "workload" . "weight" 100 "topologyKey" "kubernetes.io/hostname") | nindent 4 }}
    {{- if eq .root.Values.cloud.provider "aws" }}
    {{- include "iomete.spreadTerm" (dict "workload" . "weight" 50 "topologyKey" "topology.kubernetes.io/zone") | nindent 4 }}
    {{- end }}
{{- end -}}

{{- define "iomete.spreadTerm" -}}
- weight: {{ .weight }}
  podAffinityTerm:
    topologyKey: {{ .topologyKey }}
    labelSelector:
      matchLabels:
        {{- include "iomete.selectorLabels" .workload | nindent 8 }}
{{- end -}}

{{/* Where Spark keeps shuffle data on the node. */}}
{{- define "iomete.scratchDirectory" -}}
{{- get (dict "on-prem" "/local1" "aws" "/local1" "azure" "/mnt" "gcp" "/mnt/stateful_partition") .Values.cloud.provider -}}
{{- end -}}

{{/* PriorityClass of a kind of workload, empty while the flag is off. Takes root and class (the mapping key). */}}
{{- define "iomete.priorityClass" -}}
{{- if include "iomete.feature" (dict "root" .root "flag" "priorityClasses") -}}
{{- get .root.Values.priorityClassMappings .class -}}
{{- end -}}
{{- end -}}
