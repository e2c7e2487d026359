{{/*
Workloads: what every service of the platform is made of. A workload is a dict:

  root          the chart's scope
  key           its key in .Values.services
  name          object name, when it is not the service's own
  namespace     when it is not the release's
  tag           image tag, when it is not the platform's
  command, args lists
  env, ports, mounts, volumes, sidecars, annotations     YAML text
  podLabels     map
  portName      name of the main port (http)
  liveness, readiness, probePort, noProbes               see _probes.tpl
  config        mounts the Secret data-plane (configSecret: another one)
  credentials   groups of _credentials.tpl it needs      (credentialSecret: where plain ones are)
  java          runs on a JVM
  api           speaks to the Kubernetes API
  metrics       which annotations of .Values.monitoring (otherServices); unmonitored: none
  spread        replicas prefer different nodes
  priorityClass name, or empty
*/}}

{{- define "iomete.deployment" -}}
{{- $service := index .root.Values.services .key -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "iomete.name" . }}
  namespace: {{ include "iomete.namespace" . | quote }}
  labels:
    {{- include "iomete.labels" . | nindent 4 }}
spec:
  {{- if not ($service.autoscaling).enabled }}
  replicas: {{ int $service.replicas }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "iomete.selectorLabels" . | nindent 6 }}
  strategy:
    {{- if .recreate }}
    type: Recreate
    {{- else }}
    type: RollingUpdate
    rollingUpdate:
      maxUnavailable: 0
      maxSurge: 1
    {{- end }}
  template:
    {{- include "iomete.podTemplate" . | nindent 4 }}
{{- end -}}

{{/* A StatefulSet with one claim named `data`. Takes besides: headless (its Service). */}}
{{- define "iomete.statefulset" -}}
{{- $service := index .root.Values.services .key -}}
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ include "iomete.name" . }}
  namespace: {{ include "iomete.namespace" . | quote }}
  labels:
    {{- include "iomete.labels" . | nindent 4 }}
spec:
  replicas: {{ int $service.replicas }}
  serviceName: {{ .headless }}
  podManagementPolicy: Parallel
  selector:
    matchLabels:
      {{- include "iomete.selectorLabels" . | nindent 6 }}
  template:
    {{- include "iomete.podTemplate" . | nindent 4 }}
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        {{- include "iomete.claim" $service.storage | nindent 8 }}
{{- end -}}

{{/* Specification of a volume claim. Takes size and storageClassName. */}}
{{- define "iomete.claim" -}}
accessModes:
  - ReadWriteOnce
{{- with .storageClassName }}
storageClassName: {{ . }}
{{- end }}
resources:
  requests:
    storage: {{ .size }}
{{- end -}}

{{/* The Service of a workload. Takes besides: serviceName (when it is not the workload's), peers (true: headless, for
     pods that find each other), servicePorts (YAML text). */}}
{{- define "iomete.service" -}}
{{- $service := index .root.Values.services .key -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ if .serviceName }}{{ .serviceName }}{{ else }}{{ include "iomete.name" . }}{{ end }}
  namespace: {{ include "iomete.namespace" . | quote }}
  labels:
    {{- include "iomete.labels" . | nindent 4 }}
spec:
  {{- if .peers }}
  clusterIP: None
  publishNotReadyAddresses: true
  {{- end }}
  selector:
    {{- include "iomete.selectorLabels" . | nindent 4 }}
  ports:
    - name: {{ .portName | default "http" }}
      port: {{ int $service.servicePort }}
      targetPort: {{ .portName | default "http" }}
    {{- with .servicePorts }}
    {{- . | nindent 4 }}
    {{- end }}
{{- end -}}

{{/* A Deployment with its Service and, where it is enabled, its autoscaler. */}}
{{- define "iomete.deploymentWithService" -}}
{{ include "iomete.deployment" . }}
---
{{ include "iomete.service" . }}
{{- with include "iomete.autoscaler" . }}
---
{{ . }}
{{- end }}
{{- end -}}

{{/* A Quarkus backend: /health, /q/metrics, and the configuration of the data plane. */}}
{{- define "iomete.backend" -}}
{{- $backend := dict "liveness" "/health" "metrics" "iomServices" "config" true "java" true "api" true -}}
{{ include "iomete.deploymentWithService" (set (merge (omit . "root") $backend) "root" .root) }}
{{- end -}}
