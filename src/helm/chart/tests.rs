//! Loading, and what must not be loaded.

use std::io::Write;

use super::*;

const CHART_YAML: &str = "apiVersion: v2\nname: demo\nversion: 0.1.0\nappVersion: 1.10\ndeprecated: null\n";

fn file(name: &str, text: &str) -> (String, Bytes) {
    (name.into(), text.as_bytes().to_vec().into())
}

/// A gzipped tar of raw entries; `link` makes symbolic links of entries without content.
fn archive(entries: &[(&str, tar::EntryType, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best()));
    for (name, kind, data) in entries {
        let mut header = tar::Header::new_ustar();
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(*kind);
        header.set_size(data.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        tar.append(&header, *data).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap()
}

fn refused(entries: &[(&str, tar::EntryType, &[u8])]) -> String {
    Chart::from_archive(&archive(entries)).unwrap_err().to_string()
}

#[test]
fn a_directory_without_a_chart_under_charts_is_named() {
    let sub = archive(&[("sub/Chart.yaml", tar::EntryType::Regular, b"name: sub\nversion: 1.0.0\n")]);
    let mut files = vec![file("Chart.yaml", CHART_YAML), ("charts/z.tgz".into(), sub.into())];
    assert_eq!(Chart::from_files(files.clone()).unwrap().dependencies[0].name(), "sub");
    files.push(file("charts/docs/README.md", ""));
    let error = Chart::from_files(files).unwrap_err().to_string();
    assert_eq!(error, "error unpacking subchart docs in demo: Chart.yaml file is missing");
}

#[test]
fn metadata_is_text_and_subcharts_are_sorted() {
    let chart = Chart::from_files(vec![
        file("Chart.yaml", CHART_YAML),
        file("values.yaml", "a: 1\n---\nb: 2\n"),
        file("crds/c.yaml", "crd"),
        file("charts/b/Chart.yaml", "name: b\nversion: 1.0.0\n"),
        file("charts/b/crds/d.json", "{}"),
        file("charts/a/Chart.yaml", "name: a\nversion: 1.0.0\n"),
        file("charts/_no/x", ""),
    ])
    .unwrap();
    assert_eq!(chart.metadata.app_version, "1.1");
    assert_eq!(chart.values.keys().collect::<Vec<_>>(), ["a"]);
    assert_eq!(chart.dependencies.iter().map(Chart::name).collect::<Vec<_>>(), ["a", "b"]);
    let crds: Vec<String> = chart.crds().into_iter().map(|file| file.name).collect();
    assert_eq!(crds, ["demo/crds/c.yaml", "demo/charts/b/crds/d.json"]);
    assert_eq!(chart.dependencies[0].metadata.api_version, "v1");
}

#[test]
fn broken_values_are_located() {
    let error = Chart::from_files(vec![file("Chart.yaml", CHART_YAML), file("values.yaml", "a: b\nc: d: e\n")]);
    assert_eq!(
        error.unwrap_err().to_string(),
        "cannot load values.yaml: error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this \
         context (line 2, column 5)"
    );
    let error = Chart::from_files(vec![file("values.yaml", "")]).unwrap_err().to_string();
    assert_eq!(error, "Chart.yaml file is missing");
}

#[test]
fn nothing_leaves_the_chart() {
    use tar::EntryType::{Link, Regular, Symlink};
    assert!(refused(&[("c/../../etc/passwd", Regular, b"x")]).contains("references parent directory"));
    assert!(refused(&[("c//etc/passwd", Regular, b"x")]).contains("absolute paths"));
    assert!(refused(&[("Chart.yaml", Regular, b"x")]).contains("chart yaml not in base directory"));
    assert!(refused(&[("values.yaml", Regular, b"x")]).contains("outside the base directory"));
    assert!(refused(&[("c\\..\\..\\x", Regular, b"x")]).contains("references parent directory"));
    assert!(refused(&[("c/c:/x", Regular, b"x")]).contains("illegally named"));
    assert!(refused(&[("c/passwd", Symlink, b"")]).contains("is a link"));
    assert!(refused(&[("c/passwd", Link, b"")]).contains("is a link"));
    assert!(refused(&[("c/fifo", tar::EntryType::Fifo, b"")]).contains("not a regular file"));
    assert_eq!(refused(&[]), "no files in chart archive");
}

#[test]
fn bombs_and_truncated_archives_are_refused() {
    let big = vec![0_u8; MOST_FILE_BYTES as usize + 1];
    assert!(refused(&[("c/big", tar::EntryType::Regular, &big)]).contains("larger than the maximum file size 5242880"));
    let five = vec![0_u8; MOST_FILE_BYTES as usize];
    let names: Vec<String> = (0..21).map(|i| format!("c/{i}")).collect();
    let many: Vec<(&str, tar::EntryType, &[u8])> =
        names.iter().map(|name| (name.as_str(), tar::EntryType::Regular, five.as_slice())).collect();
    assert!(refused(&many).contains("larger than the maximum file size 104857600"));

    let mut noise = vec![0_u8; 4096];
    noise.iter_mut().enumerate().for_each(|(i, b)| *b = (i * 7919 % 251) as u8);
    let whole = archive(&[
        ("c/Chart.yaml", tar::EntryType::Regular, CHART_YAML.as_bytes()),
        ("c/n", tar::EntryType::Regular, &noise),
    ]);
    let cut = Chart::from_archive(&whole[..whole.len() / 2]).unwrap_err().to_string();
    assert!(cut.contains("cut off"), "{cut}");
    let garbage = Chart::from_archive(b"\x1f\x8b\x08garbage that is no gzip stream").unwrap_err().to_string();
    assert!(garbage.contains("cannot be unpacked") || garbage.contains("cut off"), "{garbage}");
}

#[test]
fn directories_respect_helmignore_and_skip_hidden_templates() {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
    };
    put("Chart.yaml", CHART_YAML);
    put(".helmignore", "# comment\n*.bak\n/top.txt\nci/\n");
    put("templates/.hidden.yaml", "x");
    put("templates/a.yaml", "x");
    put("templates/a.yaml.bak", "x");
    put("top.txt", "x");
    put("deep/top.txt", "x");
    put("ci/values.yaml", "x");
    let chart = Chart::load(dir.path()).unwrap();
    let names = |files: &[File]| files.iter().map(|f| f.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&chart.templates), ["templates/a.yaml"]);
    assert_eq!(names(&chart.files), [".helmignore", "deep/top.txt"]);
    put(".helmignore", "a\nb/**\n");
    assert!(
        Chart::load(dir.path()).unwrap_err().to_string().ends_with("line 2: double-star (**) syntax is not supported")
    );
}

#[test]
fn other_files_are_refused_as_archives() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("values.yaml");
    std::fs::write(&path, "a: 1").unwrap();
    assert!(Chart::load(&path).unwrap_err().to_string().contains("seems to be a YAML file"));
    let path = dir.path().join("notes.txt");
    std::fs::write(&path, "a chart, they said").unwrap();
    assert!(Chart::load(&path).unwrap_err().to_string().contains("does not appear to be a gzipped archive"));
    assert!(Chart::load(&dir.path().join("none")).unwrap_err().to_string().contains("No such file"));
}

#[test]
fn patterns_are_gos() {
    for (pattern, name, wanted) in [
        ("*.txt", "a.txt", true),
        ("*", "a/b", false),
        ("templates/.?*", "templates/.a", true),
        ("templates/.?*", "templates/.", false),
        ("[a-c]x", "bx", true),
        ("[^a-c]x", "bx", false),
        ("a*b*c", "aXbYc", true),
        ("\\*", "*", true),
        ("[", "[", false),
    ] {
        assert_eq!(path_matches(pattern, name), wanted, "{pattern} {name}");
    }
}
