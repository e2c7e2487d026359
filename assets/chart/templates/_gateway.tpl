{{/*
Gateway: the routes of the data plane as nginx configuration.

Backends are named through variables, so that nginx asks the resolver when a request comes and starts although a backend
does not exist yet. A path is passed on as it came.
*/}}

{{/* A pattern of files/routes.yaml as a regular expression. */}}
{{- define "iomete.gateway.regex" -}}
{{- $regex := . | replace "." "\\." | replace "/v*/" "/v[0-9]+/" | replace "/*" "/[^/]+" -}}
^{{ $regex }}{{ if not (hasSuffix "/" .) }}(?:/|$){{ end }}
{{- end -}}

{{/* All fixed routes as locations. */}}
{{- define "iomete.gateway.fixedRoutes" -}}
{{- $root := . -}}
{{- $passes := dict -}}
{{- range .Files.Get "files/routes.yaml" | fromYamlArray }}
{{- $on := true }}
{{- with .flag }}
{{- $on = include "iomete.feature" (dict "root" $root "flag" .) }}
{{- end }}
location ~ {{ include "iomete.gateway.regex" .pattern }} {
{{- if and .service $on }}
    {{- if .websocket }}
    include websocket.conf;
    {{- end }}
    {{- /* Many routes lead to the same service. */}}
    {{- if not (hasKey $passes .service) }}
    {{- $_ := set $passes .service (include "iomete.gateway.pass" (dict "root" $root "key" .service) | nindent 4) }}
    {{- end }}
    {{- get $passes .service }}
{{- else }}
    return 404;
{{- end }}
}
{{ end }}
{{- end -}}

{{/* Hand a request to a service. Takes root and key. */}}
{{- define "iomete.gateway.pass" -}}
set $backend {{ include "iomete.address" . }};
proxy_pass http://$backend;
{{- end -}}

{{/* Port that is announced to the backends. */}}
{{- define "iomete.gateway.publicPort" -}}
{{- .Values.services.gateway.settings.publicPort | default (ternary "443" "80" .Values.ingress.httpsEnabled) | toString -}}
{{- end -}}

{{/* Headers that tell a backend how the client came. Takes root and directive. */}}
{{- define "iomete.gateway.forwardedHeaders" -}}
{{ .directive }} Host $http_host;
{{ .directive }} X-Real-IP $client_address;
{{ .directive }} X-Forwarded-For $proxy_add_x_forwarded_for;
{{ .directive }} X-Forwarded-Host $http_host;
{{ .directive }} X-Forwarded-Proto {{ ternary "https" "http" .root.Values.ingress.httpsEnabled }};
{{ .directive }} X-Forwarded-Port {{ include "iomete.gateway.publicPort" .root }};
{{- end -}}

{{/* Everything in the ConfigMap, as its data. */}}
{{- define "iomete.gateway.files" -}}
nginx.conf: |
  {{- include "iomete.gateway.main" . | nindent 2 }}
workloads.conf: |
  {{- include "iomete.gateway.workloads" . | nindent 2 }}
routes.conf: |
  {{- include "iomete.gateway.fixedRoutes" . | trim | nindent 2 }}
websocket.conf: |
  {{- include "iomete.gateway.websocket" . | nindent 2 }}
{{- end -}}
