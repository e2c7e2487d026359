//! How time grows with values and with templates: per unit it should stay what it is.

use std::fmt::Write;
use std::time::Duration;

use iomctl::helm::template::Templates;
use iomctl::helm::{Chart, Profile, ReleaseInfo, RenderOptions, Values, render};

/// How many times as large.
const SIZES: [usize; 6] = [1, 2, 4, 8, 16, 32];

/// Runs of each size.
const RUNS: usize = 15;

/// Entries of the values, and templates, of the smallest size.
const UNIT: usize = 25;

/// Prints a line for each thing that grows: of the fastest runs, in microseconds per unit.
pub fn measure() {
    println!("time per unit while the size grows, in µs (times {SIZES:?})");
    row("values: read", UNIT, |size| {
        let text = values(size);
        Box::new(move || drop(Values::from_yaml(&text).expect("values")))
    });
    row("values: read with anchors and folds", UNIT, |size| {
        let text = format!("base: &base {{ tier: night }}\nfolded: >-\n  one\n  two\n{}other: *base\n", values(size));
        Box::new(move || drop(Values::from_yaml(&text).expect("values")))
    });
    row("values: a chart that prints all of them", UNIT, |size| {
        let chart =
            chart(&["{{- range $name, $entry := .Values.entries }}\n", ENTRY, "{{- end }}\n"].concat(), 1, size);
        rendering(chart)
    });
    row("templates: parse", UNIT, |size| {
        let names: Vec<String> = (0..size * UNIT).map(|number| format!("chart/templates/{number}.yaml")).collect();
        Box::new(move || {
            let mut templates = Templates::new(Profile::Helm3);
            names.iter().for_each(|name| templates.parse(name, OBJECT.as_bytes()).expect("a template"));
        })
    });
    row("templates: render", UNIT, |size| rendering(chart(OBJECT, size * UNIT, 1)));
    row("templates and values: render", UNIT, |size| rendering(chart(OBJECT, size * UNIT, size)));
    row("one object with more and more lines", UNIT, |size| {
        rendering(chart(
            &format!("{OBJECT}  more: |\n{{{{ range until {} }}}}    line\n{{{{ end }}}}", size * 2000),
            1,
            1,
        ))
    });
    row("output of toYaml", UNIT, |size| rendering(chart("all:\n  {{- toYaml .Values | nindent 2 }}\n", 1, size)));
}

type Work = Box<dyn FnMut()>;

fn row(what: &str, unit: usize, make: impl Fn(usize) -> Work) {
    let per_unit = |size: usize| {
        let mut work = make(size);
        super::time(RUNS, |_| work()).least.div_f64((size * unit) as f64)
    };
    let all: Vec<Duration> = SIZES.iter().map(|size| per_unit(*size)).collect();
    let mut line = String::new();
    for time in &all {
        let _ = write!(line, "{:>8.2}", time.as_secs_f64() * 1e6);
    }
    let grown = all[all.len() - 1].as_secs_f64() / all[0].as_secs_f64();
    println!("  {what:<40}{line}   last to first {grown:.2}");
}

fn rendering(chart: Chart) -> Work {
    let options = RenderOptions::new(ReleaseInfo::install("growth", "default"));
    Box::new(move || drop(render(&chart, &Values::default(), &options).expect("renders")))
}

/// A chart with this template so many times.
fn chart(template: &str, templates: usize, size: usize) -> Chart {
    let file = |name: &str, text: &str| (name.to_string(), text.as_bytes().to_vec());
    let mut files = vec![
        file("Chart.yaml", "apiVersion: v2\nname: growth\nversion: 1.0.0\n"),
        file("values.yaml", &values(size)),
        file("templates/_names.tpl", NAMES),
    ];
    files.extend((0..templates).map(|number| file(&format!("templates/{number}.yaml"), template)));
    Chart::from_files(files).expect("a chart")
}

/// Values as charts have them.
fn values(size: usize) -> String {
    let mut text = "image: { repository: registry.example/app, tag: 1.2.3 }\nentries:\n".to_string();
    for number in 0..size * UNIT {
        let _ = write!(
            text,
            "  # What entry {number} is for.\n  entry{number}:\n    enabled: true\n    replicas: {number}\n    title: \
             \"Entry number {number}\"\n    ports:\n      - name: http\n        port: 8080\n    resources:\n      \
             requests: {{ cpu: 100m, memory: 128Mi }}\n"
        );
    }
    text
}

const NAMES: &str = r#"{{- define "name" -}}
{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- define "labels" -}}
app.kubernetes.io/name: {{ include "name" . }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/version: {{ .Chart.Version | quote }}
{{- end }}
"#;

const ENTRY: &str = "{{ $name }}:
  {{- if $entry.enabled }}
  title: {{ $entry.title | upper | quote }}
  replicas: {{ $entry.replicas | int }}
  resources:
    {{- toYaml $entry.resources | nindent 4 }}
  {{- end }}
";

const OBJECT: &str = r#"apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "name" . }}-{{ .Template.Name | base | trimSuffix ".yaml" }}
  labels:
    {{- include "labels" . | nindent 4 }}
data:
  image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
  {{- with .Values.entries.entry3 }}
  {{- range .ports }}
  {{ .name }}: {{ .port | int | quote }}
  {{- end }}
  {{- if and .enabled (gt (int .replicas) 1) }}
  title: {{ tpl .title $ | quote }}
  {{- end }}
  {{- end }}
"#;
