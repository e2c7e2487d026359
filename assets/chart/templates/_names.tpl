{{/*
Names: what the objects are called and how they are labelled.
*/}}

{{/* Object name of a service, by its key in .Values.services. Where a live installation shows another name than the
     inventory, the inventory's is used, except for the SparkApplication. */}}
{{- define "iomete.objectName" -}}
{{- get (dict
    "gateway" "iom-gateway"
    "app" "iom-app"
    "core" "iom-core"
    "cluster" "iom-cluster"
    "identity" "iom-identity"
    "sql" "iom-sql"
    "catalog" "iom-catalog"
    "restCatalog" "iom-rest-catalog"
    "healthCheck" "iom-health-check"
    "socket" "iom-socket"
    "sparkOperator" "spark-operator-controller"
    "sparkOperatorWebhook" "spark-operator-webhook"
    "sparkSubmitService" "spark-submit-service"
    "sparkConnect" "iom-spark-connect"
    "sparkConnectRest" "spark-connect-rest"
    "sparkHistory" "spark-history"
    "metastore" "metastore"
    "typesense" "typesense"
    "collab" "iom-collab"
    "nats" "nats"
    "eventStream" "iom-event-stream"
    "eventStreamProxy" "iom-event-stream-proxy"
    "prefectServer" "prefect-server"
    "prefectWorker" "prefect-worker"
    "jobOrchestratorMetricsExporter" "job-orchestrator-metrics-exporter"
    "maintenance" "iom-maintenance"
    "ratelimiter" "iom-ratelimiter"
    "sparkProxy" "spark-proxy-server"
    "dataPlaneInit" "iomete-data-plane-init"
) . -}}
{{- end -}}

{{/* Name of a workload's objects: its own `name`, else the one of its service. Takes a workload (see _workload.tpl). */}}
{{- define "iomete.name" -}}
{{- .name | default (include "iomete.objectName" .key) -}}
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
