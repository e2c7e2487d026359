{{/*
Gateway: the routes to what runs in the namespaces - clusters (cc-NAME), notebooks (jc-NAME) and event streams.
*/}}

{{- define "iomete.gateway.label" -}}
[a-z0-9](?:[-a-z0-9]*[a-z0-9])?
{{- end -}}

{{/* gRPC calls have no path variable: their target is in the headers `cluster` and `data-plane` (the namespace; the
     release's when it is missing). */}}
{{- define "iomete.gateway.workloadMaps" -}}
{{- $label := include "iomete.gateway.label" . -}}
map $http_data_plane $grpc_namespace {
    default "";
    "" {{ .Release.Namespace }};
    "~^{{ $label }}$" $http_data_plane;
}
map "$http_cluster/$grpc_namespace" $grpc_cluster {
    default "";
    "~^(?<cluster_name>{{ $label }})/(?<cluster_namespace>{{ $label }})$" cc-$cluster_name.$cluster_namespace.svc.{{ .Values.clusterDomain }};
}
{{- end -}}

{{- define "iomete.gateway.workloads" -}}
{{- $features := .Values.features -}}
{{- $label := include "iomete.gateway.label" . -}}
{{- $domain := printf "svc.%s" .Values.clusterDomain -}}
location ~ ^/arrow\.flight\.protocol\.FlightService(?:/|$) {
    {{- if not $features.arrowFlightConnection.enabled }}
    return 404;
    {{- else if $features.sparkProxyForArrowFlight.enabled }}
    if ($grpc_namespace = "") {
        return 404;
    }
    set $backend spark-proxy-server-$grpc_namespace.$grpc_namespace.{{ $domain }}:{{ int .Values.services.sparkProxy.servicePort }};
    {{- include "iomete.gateway.grpcPass" . | nindent 4 }}
    {{- else }}
    if ($grpc_cluster = "") {
        return 404;
    }
    set $backend $grpc_cluster:33333;
    {{- include "iomete.gateway.grpcPass" . | nindent 4 }}
    {{- end }}
    error_page 404 = @grpc_not_found;
}

location ~ ^/spark\.connect\. {
    if ($grpc_cluster = "") {
        return 404;
    }
    set $backend $grpc_cluster:15002;
    {{- include "iomete.gateway.grpcPass" . | nindent 4 }}
    error_page 404 = @grpc_not_found;
}

# The answer that a gRPC client understands: headers only, status 5, NOT_FOUND.
location @grpc_not_found {
    default_type application/grpc;
    add_header grpc-status 5 always;
    add_header grpc-message "no such cluster behind this gateway" always;
    return 200 "";
}

location ~ ^/data-plane/(?<workload_namespace>{{ $label }})/lakehouse/(?<workload>{{ $label }})(?:/|$) {
    set $backend cc-$workload.$workload_namespace.{{ $domain }}:10000;
    proxy_pass http://$backend;
}

location ~ ^/data-plane/(?<workload_namespace>{{ $label }})/jupyter/(?<workload>{{ $label }})(?:/|$) {
    include websocket.conf;
    set $backend jc-$workload.$workload_namespace.{{ $domain }}:{{ int .Values.services.jupyter.port }};
    proxy_pass http://$backend;
}

location ~ ^/data-plane/{{ $label }}/event-stream/{{ $label }}(?:/|$) {
    {{- if $features.eventStream.enabled }}
    client_max_body_size 5m;
    {{- include "iomete.gateway.pass" (dict "root" . "key" "eventStreamProxy") | nindent 4 }}
    {{- else }}
    return 404;
    {{- end }}
}
{{- end -}}

{{/* gRPC streams live as long as their clients want, in both directions. */}}
{{- define "iomete.gateway.grpcPass" -}}
client_max_body_size 0;
client_body_timeout {{ int .Values.services.gateway.settings.readTimeout }}s;
grpc_pass grpc://$backend;
{{- end -}}
