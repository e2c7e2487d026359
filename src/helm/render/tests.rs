use super::*;

/// A chart with one template, for clusters from 1.20 on, that wants a number `size`.
fn chart(template: &str) -> Chart {
    let files = [
        ("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\nkubeVersion: '>=1.20.0'\n"),
        ("values.schema.json", r#"{"properties": {"size": {"type": "integer"}}}"#),
        ("templates/a.yaml", template),
    ];
    Chart::from_files(files.map(|(name, text)| (name.to_string(), text.as_bytes().to_vec())).to_vec()).expect("a chart")
}

/// The outcome with every way in which values are checked: first, or beside the templates.
fn outcomes(template: &str, values: &str, version: &str) -> [String; 2] {
    [false, true].map(|last| {
        let mut options = RenderOptions { last, ..RenderOptions::new(ReleaseInfo::install("r", "n")) };
        options.capabilities.kube_version.version = version.into();
        match render(&chart(template), &Values::from_yaml(values).expect("values"), &options) {
            Ok(rendered) => rendered.release_manifest(),
            Err(error) => error.to_string(),
        }
    })
}

#[test]
fn values_are_checked_first_or_beside_the_templates_with_the_same_outcome() {
    let fails = "{{ fail \"of the template\" }}";
    let cases = [
        ("size: {{ .Values.size }}", "size: 1", "v1.30.0", "size: 1"),
        ("size: {{ .Values.size }}", "size: one", "v1.30.0", "got string, want integer"),
        (fails, "size: one", "v1.30.0", "got string, want integer"),
        (fails, "size: 1", "v1.30.0", "of the template"),
        (fails, "size: 1", "v1.19.0", "which is incompatible with Kubernetes v1.19.0"),
        (fails, "size: one", "v1.19.0", "got string, want integer"),
    ];
    for (template, values, version, told) in cases {
        let [first, beside] = outcomes(template, values, version);
        assert!(first.contains(told), "{first}");
        assert_eq!(first, beside);
    }
}
