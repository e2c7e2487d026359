{{/*
Truststore: the Java TrustStore of the installation, mounted into every service.
*/}}

{{- define "iomete.truststoreVolume" -}}
{{- if .Values.javaTrustStore.enabled -}}
- name: java-truststore
  secret:
    secretName: {{ .Values.javaTrustStore.secretName }}
{{- end -}}
{{- end -}}

{{- define "iomete.truststoreMount" -}}
{{- if .Values.javaTrustStore.enabled -}}
- name: java-truststore
  mountPath: {{ .Values.javaTrustStore.mountPath }}
  readOnly: true
{{- end -}}
{{- end -}}

{{- define "iomete.truststoreFile" -}}
{{ .Values.javaTrustStore.mountPath }}/{{ .Values.javaTrustStore.fileName }}
{{- end -}}

{{/* JVM options. The password is left out: a JVM prints these options at its start, and reads certificates from a JKS
     store without one. */}}
{{- define "iomete.truststoreJvmOptions" -}}
{{- if .Values.javaTrustStore.enabled -}}
-Djavax.net.ssl.trustStore={{ include "iomete.truststoreFile" . }} -Djavax.net.ssl.trustStoreType=jks
{{- end -}}
{{- end -}}

{{/* PEM chain for what is not Java; empty when none is named. */}}
{{- define "iomete.caCertFile" -}}
{{- if and .Values.javaTrustStore.enabled .Values.javaTrustStore.caCertFileName -}}
{{ .Values.javaTrustStore.mountPath }}/{{ .Values.javaTrustStore.caCertFileName }}
{{- end -}}
{{- end -}}
