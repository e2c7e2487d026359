//! What a chart cannot reach: files beside it, the environment, the network, a cluster that nobody gave it.

use iomctl::helm::{Chart, Profile, ReleaseInfo, RenderOptions, Values, render};

/// What the template prints into a chart with the given further files.
fn printed(template: &str, more: &[(&str, &str)]) -> Result<String, String> {
    let files = [("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"), ("own.txt", "own")];
    let own = [("templates/t.yaml", template)];
    let all = files.iter().chain(more).chain(&own);
    let chart = Chart::from_files(all.map(|(name, text)| (name.to_string(), text.as_bytes().to_vec())).collect());
    let mut said = Vec::new();
    for profile in [Profile::Helm3, Profile::Helm4] {
        let options = RenderOptions { profile, ..RenderOptions::new(ReleaseInfo::install("r", "n")) };
        let rendered = render(chart.as_ref().expect("a chart"), &Values::default(), &options);
        said.push(rendered.map(|rendered| rendered.release_manifest()).map_err(|error| error.to_string()));
    }
    said.dedup_by_key(|said| said.is_ok());
    assert_eq!(said.len(), 1, "one of the two Helms lets it: {said:?}");
    said.remove(0)
}

#[test]
fn files_beside_the_chart_cannot_be_read() {
    let outside = tempfile::tempdir().expect("a folder");
    let secret = outside.path().join("secret.txt");
    std::fs::write(&secret, "outside").expect("a file");
    let secret = secret.to_str().expect("a plain path");
    let ways = [
        format!("a: {{{{ .Files.Get {secret:?} | quote }}}}"),
        format!("a: {{{{ .Files.Get \"../../../../../../../..{secret}\" | quote }}}}"),
        format!("a: {{{{ (.Files.Glob \"..{secret}\").AsConfig | quote }}}}"),
        "a: {{ (.Files.Glob \"/**\").AsConfig | quote }}".to_string(),
        format!("a: {{{{ .Files.Lines {secret:?} | toJson | quote }}}}"),
        format!("a: {{{{ tpl \"{{{{ .Files.Get \\\"{secret}\\\" }}}}\" . | quote }}}}"),
    ];
    for way in ways {
        let text = printed(&way, &[]).expect("it is rendered");
        assert!(!text.contains("outside"), "{way}: {text}");
    }
    let own = printed("a: {{ .Files.Get \"own.txt\" }}", &[]).expect("it is rendered");
    assert!(own.contains("a: own"), "{own}");
}

#[test]
fn templates_and_metadata_are_no_files_of_the_chart() {
    for name in ["templates/t.yaml", "Chart.yaml", "values.yaml", "values.schema.json", "Chart.lock"] {
        let text = printed(&format!("a: {{{{ .Files.Get {name:?} | quote }}}}"), &[("values.yaml", "a: 1\n")]);
        assert!(text.expect("it is rendered").contains("a: \"\""), "{name}");
    }
}

#[test]
fn the_environment_is_not_there() {
    for function in ["env \"PATH\"", "expandenv \"$PATH\""] {
        let error = printed(&format!("a: {{{{ {function} }}}}"), &[]).expect_err("unknown");
        assert!(error.contains("not defined"), "{error}");
        let error = printed(&format!("a: {{{{ tpl {:?} . }}}}", format!("{{{{ {function} }}}}")), &[]).expect_err("no");
        assert!(error.contains("not defined"), "{error}");
    }
}

#[test]
fn the_network_is_not_there() {
    let text = printed("a: {{ getHostByName \"localhost\" | quote }}", &[]).expect("it is rendered");
    assert!(text.contains("a: \"\""), "{text}");
    for place in ["http://127.0.0.1:9/schema.json", "https://127.0.0.1:9/schema.json", "file:///etc/hostname"] {
        for schema in [format!("{{\"$ref\": {place:?}}}"), format!("{{\"$schema\": {place:?}}}")] {
            let error = printed("a: 1", &[("values.schema.json", &schema)]).expect_err("not fetched");
            assert!(error.contains("not fetched"), "{error}");
        }
    }
}

#[test]
fn without_a_cluster_nothing_is_found() {
    for call in ["lookup \"v1\" \"Secret\" \"kube-system\" \"\"", "lookup \"v1\" \"Secret\" \"n\" \"s\""] {
        let text = printed(&format!("a: {{{{ {call} | toJson | quote }}}}"), &[]).expect("it is rendered");
        assert!(text.contains("a: \"{}\""), "{text}");
    }
}
