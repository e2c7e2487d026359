//! A chart of the size of the largest public ones: dashboards, rules, definitions, subcharts, long values.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::support::{self, charts};

/// Compares whole processes.
pub fn measure() {
    let folder = tempfile::tempdir().expect("a folder");
    let chart = match std::env::var_os("IOMCTL_LARGE_CHART") {
        Some(chart) => PathBuf::from(chart),
        None => {
            let chart = folder.path().join("large");
            write_chart(&chart);
            chart
        }
    };
    let what = format!("template of a large chart ({})", chart.file_name().unwrap_or_default().display());
    support::compare(
        &what,
        20,
        &mut || support::run(support::iomctl().args(["template", "large"]).arg(&chart)),
        &mut || support::run(Command::new(support::helm3()).args(["template", "large"]).arg(&chart)),
    );
}

/// About 200 KB of values, 1 MB of templates, 3 MB of definitions, five subcharts.
fn write_chart(chart: &Path) {
    let subcharts: Vec<String> = ["agent", "collector", "exporter", "panel", "definitions"].map(String::from).to_vec();
    let mut values = switches(&subcharts);
    for number in 0..180 {
        values.push_str(&component(number));
    }
    charts::write(chart, "Chart.yaml", &charts::description("large", &subcharts));
    charts::write(chart, "values.yaml", &values);
    charts::write(chart, "templates/_names.tpl", NAMES);
    for number in 0..180 {
        charts::write(chart, &format!("templates/components/{number}.yaml"), &of(COMPONENT, number));
    }
    for number in 0..30 {
        charts::write(chart, &format!("templates/dashboards/{number}.yaml"), &dashboard(number));
        charts::write(chart, &format!("templates/rules/{number}.yaml"), &rules(number));
    }
    for name in &subcharts {
        let inner = chart.join("charts").join(name);
        charts::write(&inner, "Chart.yaml", &charts::description(name, &[]));
        charts::write(&inner, "values.yaml", &(0..20).map(component).collect::<String>());
        charts::write(&inner, "templates/_names.tpl", NAMES);
        for number in 0..10 {
            charts::write(&inner, &format!("templates/{number}.yaml"), &of(COMPONENT, number));
        }
    }
    for number in 0..10 {
        let name = format!("charts/definitions/crds/{number}.yaml");
        charts::write(chart, &name, &definition(number));
    }
}

fn of(template: &str, number: usize) -> String {
    template.replace("NUMBER", &number.to_string())
}

fn switches(subcharts: &[String]) -> String {
    let mut text =
        "nameOverride: \"\"\ncommonLabels: {}\nrules: { enabled: true, labels: { team: night } }\n".to_string();
    for name in subcharts {
        let _ = writeln!(text, "{name}:\n  enabled: true");
    }
    text
}

/// A block of values with the comments that such charts have.
fn component(number: usize) -> String {
    of(
        "## Component NUMBER: what it does, and when somebody would want to change anything below.
## ref: https://docs.example/components/NUMBER
##
componentNUMBER:
  enabled: true
  ## How many of it run.
  replicas: 2
  image:
    registry: registry.example
    repository: platform/component-NUMBER
    tag: v1.2.3
    sha: \"\"
  service:
    type: ClusterIP
    port: 9090
    annotations: {}
  ## What it may use; nothing is asked for unless it is said here.
  resources: {}
  # resources:
  #   requests:
  #     cpu: 100m
  #     memory: 128Mi
  nodeSelector: {}
  tolerations: []
  extraArgs:
    - --log.level=info
    - --log.format=json
  config: |
    listen: 0.0.0.0:9090
    timeout: 30s

",
        number,
    )
}

/// A ConfigMap with a dashboard whose own placeholders are escaped.
fn dashboard(number: usize) -> String {
    let mut text = of(
        "{{- if (index .Values \"componentNUMBER\").enabled }}\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ \
         include \"name\" . }}-dashboard-NUMBER\n  labels:\n    {{- include \"labels\" . | nindent 4 }}\ndata:\n  \
         dashboard.json: |-\n    {{`{\"panels\":[",
        number,
    );
    for panel in 0..60 {
        let _ = write!(
            text,
            "{{\"id\":{panel},\"type\":\"graph\",\"title\":\"Panel {panel} of {number}\",\"targets\":[{{\"expr\":\"\
             sum(rate(requests_total{{job=\\\"$job\\\",instance=~\\\"$instance\\\"}}[5m])) by (code)\",\
             \"legendFormat\":\"{{{{code}}}}\",\"refId\":\"A\"}}],\"gridPos\":{{\"h\":8,\"w\":12,\"x\":0,\"y\":{panel}}}}},"
        );
    }
    text.push_str("{}]}`}}\n{{- end }}\n");
    text
}

/// Alerts, each with its switch.
fn rules(number: usize) -> String {
    let mut text = of(
        "{{- if .Values.rules.enabled }}\napiVersion: monitoring.example/v1\nkind: Rule\nmetadata:\n  name: {{ include \
         \"name\" . }}-rules-NUMBER\n  labels:\n    {{- include \"labels\" . | nindent 4 }}\nspec:\n  groups:\n  - name: \
         group-NUMBER\n    rules:\n",
        number,
    );
    for rule in 0..25 {
        text.push_str(
            &"{{- if not (.Values.rules.disabled | default dict).AlertRULE }}
    - alert: AlertRULE
      annotations:
        description: '{{`{{ $labels.instance }}`}} has been at {{`{{ $value | humanize }}`}} for a while.'
        runbook: {{ .Values.rules.runbooks | default \"https://runbooks.example\" }}/alert-RULE
      expr: |-
        sum by (instance) (rate(errors_total{job=\"{{ include \"name\" $ }}\"}[5m]))
          / sum by (instance) (rate(requests_total{job=\"{{ include \"name\" $ }}\"}[5m])) > 0.0RULE
      for: {{ dig \"for\" \"10m\" (.Values.rules.labels | default dict) }}
      labels:
        severity: warning
        {{- with .Values.rules.labels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
{{- end }}
"
            .replace("RULE", &rule.to_string()),
        );
    }
    text.push_str("{{- end }}\n");
    text
}

/// A definition with a deep schema, as generators write it.
fn definition(number: usize) -> String {
    let mut text = of(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: \
         kindsNUMBER.large.example\nspec:\n  group: large.example\n  names: {kind: KindNUMBER, plural: kindsNUMBER}\n  \
         scope: Namespaced\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      \
         openAPIV3Schema:\n        type: object\n        properties:\n",
        number,
    );
    for property in 0..1200 {
        let _ = write!(
            text,
            "          property{property}:\n            description: |-\n              What property {property} decides, \
             in a sentence or two,\n              and which values it may have.\n            type: object\n            \
             properties:\n              name:\n                type: string\n"
        );
    }
    text
}

const NAMES: &str = r#"{{- define "name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 26 | trimSuffix "-" -}}
{{- end -}}
{{- define "labels" -}}
app.kubernetes.io/name: {{ include "name" . }}
app.kubernetes.io/instance: {{ $.Release.Name | quote }}
app.kubernetes.io/version: "{{ replace "+" "_" .Chart.Version }}"
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}
"#;

const COMPONENT: &str = r#"{{- $component := index .Values "componentNUMBER" }}
{{- if $component.enabled }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "name" . }}-NUMBER
  namespace: {{ .Release.Namespace }}
  labels:
    app: component-NUMBER
    {{- include "labels" . | nindent 4 }}
spec:
  replicas: {{ $component.replicas | int }}
  selector:
    matchLabels:
      app: component-NUMBER
  template:
    metadata:
      annotations:
        checksum/config: {{ $component.config | sha256sum }}
      labels:
        app: component-NUMBER
        {{- include "labels" . | nindent 8 }}
    spec:
      {{- with $component.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $component.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: main
          {{- with $component.image }}
          image: "{{ .registry }}/{{ .repository }}:{{ .tag }}{{ if .sha }}@sha256:{{ .sha }}{{ end }}"
          {{- end }}
          args:
            {{- range $component.extraArgs }}
            - {{ tpl . $ | quote }}
            {{- end }}
          ports:
            - name: http
              containerPort: {{ $component.service.port | int }}
          resources:
            {{- toYaml $component.resources | nindent 12 }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ include "name" . }}-NUMBER
  {{- with $component.service.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: {{ $component.service.type }}
  ports:
    - name: http
      port: {{ $component.service.port | int }}
  selector:
    app: component-NUMBER
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "name" . }}-NUMBER
data:
  config.yaml: |
    {{- $component.config | nindent 4 }}
{{- end }}
"#;
