{{/*
Names: what the objects are called and how they are labelled.
*/}}

{{/* Object name of a service, by its key in .Values.services. Where a live installation shows another name than the
     inventory, the inventory's is used, except for the SparkApplication. One template each: names are asked for
     hundreds of times, and a table would be built anew each time. */}}
{{- define "iomete.objectName" -}}
{{- include (printf "iomete.objectName.%s" .) . -}}
{{- end -}}

{{- define "iomete.objectName.gateway" -}} iom-gateway {{- end -}}
{{- define "iomete.objectName.app" -}} iom-app {{- end -}}
{{- define "iomete.objectName.core" -}} iom-core {{- end -}}
{{- define "iomete.objectName.cluster" -}} iom-cluster {{- end -}}
{{- define "iomete.objectName.identity" -}} iom-identity {{- end -}}
{{- define "iomete.objectName.sql" -}} iom-sql {{- end -}}
{{- define "iomete.objectName.catalog" -}} iom-catalog {{- end -}}
{{- define "iomete.objectName.restCatalog" -}} iom-rest-catalog {{- end -}}
{{- define "iomete.objectName.healthCheck" -}} iom-health-check {{- end -}}
{{- define "iomete.objectName.socket" -}} iom-socket {{- end -}}
{{- define "iomete.objectName.sparkOperator" -}} spark-operator-controller {{- end -}}
{{- define "iomete.objectName.sparkOperatorWebhook" -}} spark-operator-webhook {{- end -}}
{{- define "iomete.objectName.sparkSubmitService" -}} spark-submit-service {{- end -}}
{{- define "iomete.objectName.sparkConnect" -}} iom-spark-connect {{- end -}}
{{- define "iomete.objectName.sparkConnectRest" -}} spark-connect-rest {{- end -}}
{{- define "iomete.objectName.sparkHistory" -}} spark-history {{- end -}}
{{- define "iomete.objectName.metastore" -}} metastore {{- end -}}
{{- define "iomete.objectName.typesense" -}} typesense {{- end -}}
{{- define "iomete.objectName.collab" -}} iom-collab {{- end -}}
{{- define "iomete.objectName.nats" -}} nats {{- end -}}
{{- define "iomete.objectName.eventStream" -}} iom-event-stream {{- end -}}
{{- define "iomete.objectName.eventStreamProxy" -}} iom-event-stream-proxy {{- end -}}
{{- define "iomete.objectName.prefectServer" -}} prefect-server {{- end -}}
{{- define "iomete.objectName.prefectWorker" -}} prefect-worker {{- end -}}
{{- define "iomete.objectName.jobOrchestratorMetricsExporter" -}} job-orchestrator-metrics-exporter {{- end -}}
{{- define "iomete.objectName.maintenance" -}} iom-maintenance {{- end -}}
{{- define "iomete.objectName.ratelimiter" -}} iom-ratelimiter {{- end -}}
{{- define "iomete.objectName.sparkProxy" -}} spark-proxy-server {{- end -}}
{{- define "iomete.objectName.dataPlaneInit" -}} iomete-data-plane-init {{- end -}}

{{/* Name of a workload's objects: its own `name`, else the one of its service. Takes a workload (see _workload.tpl). */}}
{{- define "iomete.name" -}}
{{- if .name }}{{ .name }}{{ else }}{{ include (printf "iomete.objectName.%s" .key) . }}{{ end -}}
{{- end -}}

{{/* Namespace of a workload. */}}
{{- define "iomete.namespace" -}}
{{- .namespace | default .root.Release.Namespace -}}
{{- end -}}

{{/* What selects a workload's pods; the first two labels select the whole release. */}}
{{- define "iomete.selectorLabels" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/component: {{ include "iomete.name" . }}
{{- end -}}

{{/* Labels of every object of a workload. */}}
{{- define "iomete.labels" -}}
{{ include "iomete.selectorLabels" . }}
{{ include "iomete.releaseLabels" .root }}
{{- end -}}

{{- define "iomete.releaseLabels" -}}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: iomete
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* Labels of objects that belong to the release as a whole. */}}
{{- define "iomete.commonLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{ include "iomete.releaseLabels" . }}
{{- end -}}

{{/* Every namespace of the data plane, the release's first; one per line, for splitList. */}}
{{- define "iomete.namespaces" -}}
{{- prepend (.Values.namespaces | default list) .Release.Namespace | join "\n" -}}
{{- end -}}

{{- define "iomete.serviceAccount" -}}
lakehouse-service-account
{{- end -}}

{{/* DNS name of a service in the release namespace. Takes root and key. */}}
{{- define "iomete.host" -}}
{{ include "iomete.name" . }}.{{ .root.Release.Namespace }}.svc.{{ .root.Values.clusterDomain }}
{{- end -}}

{{/* The same with the Service's port. */}}
{{- define "iomete.address" -}}
{{ include "iomete.host" . }}:{{ int (index .root.Values.services .key).servicePort }}
{{- end -}}

{{/* "true" when a feature flag is on. Takes root and flag. */}}
{{- define "iomete.feature" -}}
{{- if ((index .root.Values.features .flag) | default dict).enabled -}}true{{- end -}}
{{- end -}}
