{{/*
Gateway: the main configuration file. Its includes are relative to its own folder.
*/}}

{{- define "iomete.gateway.main" -}}
{{- $gateway := .Values.services.gateway -}}
{{- $settings := $gateway.settings -}}
worker_processes auto;
pid /tmp/nginx.pid;
error_log /dev/stderr {{ $gateway.logging.errorLogLevel }};

events {
    worker_connections 4096;
}

http {
    resolver {{ .Values.dnsResolver }} valid=10s;
    resolver_timeout 5s;

    log_format requests '$client_address [$time_iso8601] "$request" $status $body_bytes_sent '
                        '$request_time "$backend" "$upstream_status" "$http_user_agent"';
    access_log {{ ternary "/dev/stdout requests" "off" $gateway.logging.accessLog.enabled }};

    server_tokens off;
    sendfile on;
    tcp_nodelay on;
    types_hash_max_size 2048;

    # Connections stay open: those of clients for many requests, those to backends guarded by TCP keepalive.
    keepalive_timeout 3600s;
    keepalive_requests 100000;
    proxy_socket_keepalive on;
    grpc_socket_keepalive on;

    proxy_http_version 1.1;
    proxy_connect_timeout 10s;
    proxy_read_timeout {{ int $settings.readTimeout }}s;
    proxy_send_timeout {{ int $settings.readTimeout }}s;
    grpc_connect_timeout 10s;
    grpc_read_timeout {{ int $settings.readTimeout }}s;
    grpc_send_timeout {{ int $settings.readTimeout }}s;

    client_max_body_size {{ $settings.maxBodySize }};
    # Sign-in cookies are large, in both directions.
    large_client_header_buffers 8 {{ $settings.maxCookieSize }};
    proxy_buffer_size {{ $settings.maxCookieSize }};
    proxy_buffers 8 {{ $settings.maxCookieSize }};

    # The client as the ingress in front saw it: it appends the address to what the client itself may claim.
    map $http_x_forwarded_for $client_address {
        default $remote_addr;
        "~(?<last_hop>[^, ]+)$" $last_hop;
    }

    # Only WebSocket is upgraded to.
    map $http_upgrade $upgrade_to {
        default "";
        "~*^websocket$" websocket;
    }
    map $upgrade_to $connection_header {
        default upgrade;
        "" "";
    }
    {{- include "iomete.gateway.workloadMaps" . | nindent 4 }}
    {{- if $gateway.rateLimit.enabled }}

    # One budget per Authorization header, or per address without one.
    map $http_authorization $rate_limit_client {
        default $http_authorization;
        "" $client_address;
    }
    limit_req_zone $rate_limit_client zone=clients:10m rate={{ int $gateway.rateLimit.requestsPerSecond }}r/s;
    limit_req_status 429;
    {{- end }}

    server {
        # HTTP/1.1 and clear-text HTTP/2 on one port; nginx tells them apart since 1.25.1.
        listen {{ int $gateway.port }} http2;
        server_name _;
        set $backend "";

        {{- include "iomete.gateway.forwardedHeaders" (dict "root" . "directive" "proxy_set_header") | nindent 8 }}
        proxy_set_header Connection "";
        {{- include "iomete.gateway.forwardedHeaders" (dict "root" . "directive" "grpc_set_header") | nindent 8 }}
        {{- if $gateway.rateLimit.enabled }}
        limit_req zone=clients burst={{ int $gateway.rateLimit.burst }} nodelay;
        {{- end }}

        include workloads.conf;
        include routes.conf;

        # What is left of the API is nobody's; a client must not get the console's page with 200.
        location ~ ^/api(?:/|$) {
            default_type application/json;
            return 404 '{"error":"not_found","message":"No service answers this path."}';
        }

        location / {
            {{- include "iomete.gateway.pass" (dict "root" . "key" "app") | nindent 12 }}
        }
    }
}
{{- end -}}

{{/* Headers of routes whose connection may be upgraded: headers of an outer level do not apply beside own ones. */}}
{{- define "iomete.gateway.websocket" -}}
{{ include "iomete.gateway.forwardedHeaders" (dict "root" . "directive" "proxy_set_header") }}
proxy_set_header Upgrade $upgrade_to;
proxy_set_header Connection $connection_header;
proxy_buffering off;
{{- end -}}
