{{/*
Autoscaling: a HorizontalPodAutoscaler for the services that have `autoscaling` in the values.
*/}}

{{/* Empty while it is off. Memory comes before CPU: where both are given, memory is the primary measure. */}}
{{- define "iomete.autoscaler" -}}
{{- $scaling := (index .root.Values.services .key).autoscaling | default dict -}}
{{- if $scaling.enabled -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ include "iomete.name" . }}
  namespace: {{ include "iomete.namespace" . | quote }}
  labels:
    {{- include "iomete.labels" . | nindent 4 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "iomete.name" . }}
  minReplicas: {{ int $scaling.minReplicas }}
  maxReplicas: {{ int $scaling.maxReplicas }}
  metrics:
    {{- with $scaling.targetMemoryUtilizationPercentage }}
    {{- include "iomete.utilization" (dict "resource" "memory" "percentage" .) | nindent 4 }}
    {{- end }}
    {{- with $scaling.targetCPUUtilizationPercentage }}
    {{- include "iomete.utilization" (dict "resource" "cpu" "percentage" .) | nindent 4 }}
    {{- end }}
{{- end -}}
{{- end -}}

{{- define "iomete.utilization" -}}
- type: Resource
  resource:
    name: {{ .resource }}
    target:
      type: Utilization
      averageUtilization: {{ int .percentage }}
{{- end -}}
