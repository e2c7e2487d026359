//! Whole charts: what `helm create` makes, subcharts in all their forms, hooks, notes, files.

use super::oracle::{ChartDir, helm, ours, same};

#[test]
fn a_new_chart_of_helm_create() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let made = std::process::Command::new(helm()).args(["create", "fresh"]).current_dir(dir.path()).output();
    assert!(made.expect("helm runs").status.success());
    let path = dir.path().join("fresh");
    let path = path.to_str().expect("a plain path");
    same(&[path]);
    same(&["site", path, "-n", "apps", "--set", "ingress.enabled=true,autoscaling.enabled=true,replicaCount=3"]);
    same(&["site", path, "--is-upgrade", "--kube-version", "1.25.3", "--skip-tests"]);
    same(&["site", path, "--show-only", "templates/service.yaml", "-s", "templates/*account.yaml"]);
    same(&["site", path, "--no-hooks", "--set-string", "image.tag=1.0", "--set", "serviceAccount.create=false"]);
    same(&["site", path, "-s", "templates/none.yaml"]);
    let archive = std::process::Command::new(helm()).args(["package", "fresh"]).current_dir(dir.path()).output();
    assert!(archive.expect("helm runs").status.success());
    same(&["site", dir.path().join("fresh-0.1.0.tgz").to_str().expect("a plain path")]);
}

/// A parent with three subcharts: by condition and alias twice, by tag, and one that `Chart.yaml` does not mention.
fn family() -> ChartDir {
    let show =
        "{{ .Chart.Name }}: {{ .Values | toJson | quote }}\nroot: {{ .Chart.IsRoot }}\nname: {{ include \"x\" . }}\n";
    ChartDir::new(&[
        (
            "Chart.yaml",
            "apiVersion: v2\nname: try\nversion: 0.1.0\ndependencies:\n- name: web\n  version: ~1.2\n  alias: front\n  \
             condition: front.enabled,global.all\n- name: web\n  version: \">=1\"\n  alias: back\n  condition: back.enabled\n\
             - name: db\n  version: 1.x\n  tags: [store, heavy]\n  import-values:\n  - shared\n  - child: settings\n    \
             parent: imported.db\n",
        ),
        (
            "values.yaml",
            "global: {all: true, img: {registry: r}}\nfront: {port: 80, nothing: null}\nkeep: null\ntags: {heavy: true}\nimported: {db: {size: big}}\n",
        ),
        ("templates/_a.tpl", "{{ define \"x\" }}root{{ end }}"),
        ("templates/_b.tpl", "{{ define \"x\" }}later{{ end }}{{ define \"empty\" }}{{ end }}"),
        ("templates/show.yaml", show),
        (
            "templates/subs.yaml",
            "{{ range $name, $sub := .Subcharts }}\n{{ $name }}: {{ $sub.Values | toJson | quote }}{{ end }}\n",
        ),
        ("charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.2.5\n"),
        (
            "charts/web/values.yaml",
            "port: 8080\nnothing: something\nenabled: true\nglobal: {img: {pull: Always, deep: {a: 1}}}\n",
        ),
        ("charts/web/templates/show.yaml", show),
        ("charts/db/Chart.yaml", "name: db\nversion: 1.0.0\n"),
        ("charts/db/values.yaml", "exports: {shared: {fromDb: 1, keep: 2}}\nsettings: {size: small, host: h}\n"),
        ("charts/db/templates/_x.tpl", "{{ define \"x\" }}db{{ end }}"),
        ("charts/db/templates/show.yaml", show),
        ("charts/lib/Chart.yaml", "name: lib\nversion: 1.0.0\ntype: library\n"),
        ("charts/lib/templates/_l.tpl", "{{ define \"l\" }}from lib{{ end }}"),
        ("charts/lib/templates/no.yaml", "kind: Never\n"),
        ("templates/lib.yaml", "lib: {{ include \"l\" . }}\n"),
        ("charts/_skipped/x.yaml", "a: 1\n"),
    ])
}

#[test]
fn subcharts_conditions_tags_aliases_and_imports() {
    let chart = family();
    for arguments in [
        &[][..],
        &["--set", "front.enabled=false"],
        &["--set", "front.enabled=maybe"],
        &["--set", "tags.store=false,tags.heavy=false"],
        &["--set", "tags.store=true,tags.heavy=false,back.enabled=false"],
        &["--set", "global.all=false"],
        &["--set", "front=null"],
        &["--set", "db=text"],
        &["--set", "front.nothing=null,front.port=null,db.settings.host=null,global.img.registry=null"],
        &["--set", "global=text"],
        &["--set", "front.global.img.deep.b=2,back.global.img=text"],
        &["--set", "imported.db.size=null,fromDb=null"],
    ] {
        chart.same(arguments);
    }
}

#[test]
fn a_missing_subchart_is_named() {
    let chart = ChartDir::new(&[(
        "Chart.yaml",
        "apiVersion: v2\nname: try\nversion: 0.1.0\ndependencies:\n- {name: gone, version: 1.0.0, repository: https://x.y}\n",
    )]);
    let error = ours(&["r", chart.path()]).expect_err("it is refused");
    assert!(error.contains("found in Chart.yaml, but missing in charts/ directory: gone"), "{error}");
    assert!(error.contains("next:"), "{error}");
}

#[test]
fn hooks_order_and_unknown_events() {
    let job = |name: &str, event: &str, more: &str| {
        format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: {name}\n  annotations:\n    helm.sh/hook: {event}\n{more}"
        )
    };
    let texts = [
        job(
            "b",
            "pre-install,post-upgrade",
            "    helm.sh/hook-weight: \"-5\"\n    helm.sh/hook-delete-policy: hook-failed, hook-succeeded\n",
        ),
        job("a", "pre-install", "    helm.sh/hook-weight: x\n"),
        job("t", "test-success", ""),
        job("typo", "pre-instal", ""),
    ];
    let chart = ChartDir::new(&[
        ("templates/hooks.yaml", &texts.join("---\n")),
        (
            "templates/z.yaml",
            "kind: Zed\n---\nkind: Deployment\n---\n# only a comment\n---\nkind: Alpha\n---\nkind: Namespace\n",
        ),
        ("templates/cm.yaml", "kind: ConfigMap\nmetadata: {name: c, annotations: {helm.sh/hook: pre-delete}}\n"),
        ("templates/NOTES.txt", "never printed"),
    ]);
    chart.same(&[]);
    chart.same(&["--no-hooks"]);
    chart.same(&["--skip-tests"]);
}

#[test]
fn documents_are_cut_as_helm_cuts_them() {
    for text in [
        "a: 1\n---\n---\nb: 2\n",
        "kind: A\n---apiVersion: v1\n",
        "x: |\n  a\n\n\n---\ny: |+\n  b\n\n",
        "\n\n---\n\na: 1\n  \n--- \n# c\n---\n",
        "a: 1\n--- # comment\nb: 2\n",
        "a: b: c\n",
        "just text\n",
        "- a\n",
        "a: {{ .Values.nope }}<no value>\n",
        "metadata: {annotations: {a: {b: c}}}\n",
        "metadata: text\n",
        "kind: [a]\n",
        "   \n",
        "",
    ] {
        ChartDir::new(&[("templates/a.yaml", text), ("templates/b.txt", "kind: FromText\n")]).same(&[]);
    }
}

#[test]
fn files_capabilities_and_the_release() {
    let chart = ChartDir::new(&[
        ("files/a.txt", "one\ntwo\n\n"),
        ("files/b.json", "{\"x\": 1}"),
        ("files/deep/c.txt", "deep"),
        ("crds/crd.yaml", "kind: CustomResourceDefinition\nmetadata: {name: x}\n"),
        (".helmignore", "*.bak\n"),
        ("files/d.bak", "ignored"),
        (
            "templates/a.yaml",
            "get: {{ .Files.Get \"files/a.txt\" | quote }}\nnone: {{ .Files.Get \"nope\" | quote }}\n\
             lines: {{ .Files.Lines \"files/a.txt\" | toJson }}\nbytes: {{ .Files.GetBytes \"files/b.json\" | toJson }}\n\
             glob: [{{ range $path, $_ := .Files.Glob \"files/*\" }}{{ $path }},{{ end }}]\n\
             deep: [{{ range $path, $_ := .Files.Glob \"**.txt\" }}{{ $path }},{{ end }}]\n\
             all: [{{ range $path, $_ := .Files }}{{ $path }},{{ end }}]\nindex: {{ index .Files \"files/b.json\" | len }} {{ index .Files \"none\" | len }}\n\
             config:\n{{ (.Files.Glob \"files/*\").AsConfig | indent 2 }}\nsecrets:\n{{ (.Files.Glob \"files/*\").AsSecrets | indent 2 }}\n",
        ),
        (
            "templates/b.yaml",
            "release: {{ .Release | toJson | quote }}\ntemplate: {{ .Template | toJson | quote }}\nchart: {{ .Chart | toYaml | quote }}\n\
             app: {{ .Chart.AppVersion }} {{ .Chart.Metadata.Name }} {{ .Chart.Type }}\nkube: {{ .Capabilities.KubeVersion }} {{ .Capabilities.KubeVersion.Minor }}\n\
             has: {{ .Capabilities.APIVersions.Has \"apps/v1\" }} {{ .Capabilities.APIVersions.Has \"my/v1\" }}\n\
             printed: {{ print .Capabilities.KubeVersion | quote }} {{ $k := .Capabilities.KubeVersion }}{{ $k }}\ngit: {{ .Capabilities.KubeVersion.GitVersion }}\nhelm: {{ .Capabilities.HelmVersion.Version }}\nnope: {{ .Release.Nope }}\n\
             types: {{ typeOf .Values }} {{ typeOf .Files }} {{ typeOf .Chart }} {{ typeOf .Capabilities.APIVersions }}\n",
        ),
    ]);
    chart.same(&[]);
    chart.same(&["--include-crds"]);
    chart.same(&["--include-crds", "--skip-crds", "-n", "there", "--is-upgrade"]);
    chart.same(&["--kube-version", "v1.30", "-a", "my/v1,x/v2", "--api-versions", "y/v1"]);
    chart.same(&["--kube-version", "none"]);
    chart.write("templates/c.yaml", "a: {{ .Chart.Nope }}\n");
    chart.same(&[]);
}

#[test]
fn files_are_rendered_from_the_end_and_share_their_scope() {
    let chart = ChartDir::new(&[
        ("templates/a.yaml", "a: {{ .Values.leak | default \"none\" }}\n"),
        ("templates/b.yaml", "{{ $_ := set .Values \"leak\" \"seen\" }}b: 1\n"),
        ("templates/z.yaml", "z: {{ .Values.leak | default \"none\" }}\n"),
        ("templates/sub/deep.yaml", "deep: {{ .Template.Name }} {{ .Template.BasePath }}\n"),
    ]);
    chart.same(&[]);
}

#[test]
fn the_chart_may_refuse_the_cluster() {
    let yaml = "apiVersion: v2\nname: try\nversion: 0.1.0\nkubeVersion: \">=1.99.0-0\"\n";
    ChartDir::new(&[("Chart.yaml", yaml), ("templates/a.yaml", "a: 1\n")]).same(&[]);
}

#[test]
fn failing_templates_say_where() {
    for text in [
        "a: {{ required \"please set x\" .Values.x }}\n",
        "{{ fail \"stop here\" }}\n",
        "a: {{ .Values.x.y }}\n",
        "a: {{ nofunction }}\n",
        "a: {{ if }}\n",
        "a: {{ include \"none\" . }}\n",
        "{{ define \"r\" }}{{ required \"inner\" .Values.x }}{{ end }}a: {{ include \"r\" . }}\n",
    ] {
        ChartDir::new(&[("templates/a.yaml", text)]).same(&[]);
    }
}

#[test]
fn one_chart_under_two_aliases() {
    let show = "name: {{ .Chart.Name }}\nvalues: {{ .Values | toJson | quote }}\n";
    let listed = "apiVersion: v2\nname: mid\nversion: 1.0.0\ndependencies:\n- name: low\n  version: 1.0.0\n  alias: under\n  \
                  import-values: [{child: data, parent: taken}]\n";
    for (mid, only) in [("apiVersion: v2\nname: mid\nversion: 1.0.0\n", false), (listed, true)] {
        let chart = ChartDir::new(&[
            (
                "Chart.yaml",
                "apiVersion: v2\nname: try\nversion: 0.1.0\ndependencies:\n- {name: mid, version: 1.0.0, alias: one, \
                 condition: one.on, import-values: [{child: taken, parent: first}]}\n- {name: mid, version: 1.0.0, \
                 alias: two, import-values: [{child: taken, parent: second}]}\n",
            ),
            ("values.yaml", "one: {low: {from: one}}\ntwo: {low: {from: two}}\n"),
            ("templates/show.yaml", show),
            ("charts/mid/Chart.yaml", mid),
            ("charts/mid/templates/show.yaml", show),
            ("charts/mid/charts/low/Chart.yaml", "apiVersion: v2\nname: low\nversion: 1.0.0\n"),
            ("charts/mid/charts/low/values.yaml", "data: {x: 1}\n"),
            ("charts/mid/charts/low/templates/show.yaml", show),
            ("charts/mid/charts/low/crds/crd.yaml", "kind: CustomResourceDefinition\n"),
        ]);
        chart.same(&["--include-crds"]);
        if only {
            chart.same(&["--set", "one.on=false"]);
        }
    }
}

#[test]
fn a_chart_with_a_dot_in_its_name_sees_no_values() {
    ChartDir::new(&[
        ("charts/a.b/Chart.yaml", "apiVersion: v2\nname: a.b\nversion: 1.0.0\n"),
        ("charts/a.b/values.yaml", "x: 1\n"),
        ("charts/a.b/templates/show.yaml", "values: {{ .Values | toJson | quote }}\n"),
    ])
    .same(&[]);
}

#[test]
fn what_a_schema_refuses() {
    let chart = ChartDir::new(&[
        (
            "values.schema.json",
            r##"{"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "required": ["must", "also"],
            "definitions": {"port": {"type": "integer", "minimum": 1, "maximum": 65535, "multipleOf": 5}},
            "properties": {"port": {"$ref": "#/definitions/port"}, "mode": {"type": "string", "enum": ["a", "b"]},
             "list": {"type": "array", "items": {"$ref": "#/definitions/port"}, "uniqueItems": true, "maxItems": 3},
             "any": {"anyOf": [{"type": "string", "pattern": "^[a-z]+$"}, {"type": "object", "required": ["x", "y"]}]},
             "big": {"type": "integer", "maximum": 1000}, "host": {"type": "string", "format": "hostname"},
             "not": {"not": {"type": "null"}}, "if": {"if": {"type": "string"}, "then": {"minLength": 3}},
             "closed": {"type": "object", "additionalProperties": false, "propertyNames": {"maxLength": 2}}}}"##,
        ),
        ("values.yaml", "must: 1\n"),
        ("templates/a.yaml", "a: 1\n"),
    ]);
    for form in [
        "also=1",
        "port=0",
        "also=1,port=-3",
        "also=1,port=7,mode=c",
        "also=1,mode=1",
        "also=1,list={1,5,5,x}",
        "also=1,any=A1",
        "also=1,any.x=1",
        "also=1,big=1234567",
        "also=1,host=-x-",
        "also=1,not=null,if=ab",
        "also=1,closed.abc=1",
        "also=1,big=1000001,port=70001",
    ] {
        chart.same(&["--set", form]);
    }
    chart.write("values.schema.json", r##"{"properties": {"a": {"$ref": "#/$defs/none"}}}"##);
    chart.same(&[]);
    chart.write("values.schema.json", r##"{"properties": {"a": {"pattern": "("}}}"##);
    chart.same(&[]);
    chart.write("values.schema.json", r##"{"$schema": "http://json-schema.org/draft-07/schema#", "type": "text"}"##);
    chart.same(&[]);
}

#[test]
fn structs_are_json_in_the_order_of_their_fields() {
    let chart = ChartDir::new(&[
        (
            "Chart.yaml",
            "name: try\nversion: 0.1.0\napiVersion: v2\nappVersion: \"2\"\nkubeVersion: \">=1.20.0-0\"\ntype: application\n\
             keywords: [z, a]\nhome: https://try.example\nannotations: {z: \"1\", a: \"2\"}\nmaintainers:\n- url: u\n  email: e\n  \
             name: m\ndependencies:\n- version: 1.x\n  name: inner\n  tags: [some]\n  import-values: [shared]\n",
        ),
        ("charts/inner/Chart.yaml", "apiVersion: v2\nname: inner\nversion: 1.0.0\n"),
        ("charts/inner/values.yaml", "exports: {shared: {a: 1}}\n"),
        ("charts/inner/templates/a.yaml", "inner: {{ .Chart | toJson | quote }}\n"),
        (
            "templates/a.yaml",
            "chart: {{ .Chart | toJson | quote }}\npretty: {{ .Chart | toPrettyJson | quote }}\nyaml: {{ .Chart | toYaml | quote }}\n\
             kube: {{ .Capabilities.KubeVersion | toJson | quote }}\ntool: {{ .Capabilities.HelmVersion | toJson | quote }}\n\
             all: {{ .Capabilities | toJson | sha256sum }}\nscope: {{ omit . \"Capabilities\" | toRawJson | quote }}\n\
             types: {{ typeOf .Chart.Keywords }} {{ typeOf .Chart.Maintainers }}\n",
        ),
    ]);
    chart.same_in_both(&[]);
}

#[test]
fn several_documents_of_values() {
    let chart = ChartDir::new(&[
        ("values.yaml", "# First.\n---\na: 1\nb: {c: 1, d: 2}\n--- # and\nb: {c: 3}\n---\n# nothing\n---\nl: [1]\n"),
        ("charts/inner/Chart.yaml", "apiVersion: v2\nname: inner\nversion: 1.0.0\n"),
        ("charts/inner/values.yaml", "k: 1\n---\nk: 2\n"),
        ("templates/a.yaml", "values: {{ .Values | toJson | quote }}\n"),
        ("more.yaml", "a: 2\n---\na: 3\ne: {f: null}\n"),
        ("broken.yaml", "a: 2\n---\nb: [\n"),
        ("list.yaml", "a: 2\n---\n[1]\n"),
    ]);
    let file = |name: &str| format!("{}/{name}", chart.path());
    chart.same_in_both(&[]);
    chart.same_in_both(&["-f", &file("more.yaml")]);
    chart.same_in_both(&["-f", &file("broken.yaml")]);
    chart.same_in_both(&["-f", &file("list.yaml")]);
    for text in
        ["a: 1\n--- b\n", "a: 1\n---\n[1]\n", "a: 1\n---\nb: {\n", "a: 1\r\n---\r\nb: 2\r\n", "---\n---\na: 1\n"]
    {
        chart.write("values.yaml", text);
        chart.same_in_both(&[]);
    }
}

#[test]
fn values_of_a_subchart_that_are_no_mapping() {
    let chart = ChartDir::new(&[
        ("Chart.yaml", "apiVersion: v2\nname: try\nversion: 0.1.0\ndependencies:\n- name: inner\n  version: 1.x\n"),
        ("charts/inner/Chart.yaml", "apiVersion: v2\nname: inner\nversion: 1.0.0\n"),
        ("charts/inner/values.yaml", "a: 1\n"),
        ("charts/inner/templates/a.yaml", "a: {{ .Values.a }}\n"),
    ]);
    chart.same_in_both(&["--set", "inner=text"]);
}
