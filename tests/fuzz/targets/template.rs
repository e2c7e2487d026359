//! A chart of one template: values, a line `---`, the template. With `#4` in front it is rendered as Helm 4 does.

use iomctl::helm::template::Limits;
use iomctl::helm::{Chart, Profile, ReleaseInfo, RenderOptions, Values, render};

/// A tenth of what a chart may use up: an input that uses it up shall not hold up the others.
pub const LIMITS: Limits = Limits { steps: 100_000, bytes: 1 << 20 };

/// Functions that may take a second even when all is well.
const SLOW: &[&str] = &["genPrivateKey", "genCA", "genSelfSigned", "genSigned", "derivePassword", "bcrypt", "htpasswd"];

pub fn run(input: &[u8]) {
    if is_slow(input) {
        return;
    }
    let text = String::from_utf8_lossy(input);
    let (profile, text) = match text.strip_prefix("#4") {
        Some(rest) => (Profile::Helm4, rest),
        None => (Profile::Helm3, &*text),
    };
    let (values, template) = text.split_once("\n---\n").unwrap_or(("", text));
    let Ok(values) = Values::from_yaml(values) else { return };
    let files = vec![
        ("Chart.yaml".to_string(), b"apiVersion: v2\nname: c\nversion: 1.2.3\nappVersion: \"4\"\n".to_vec()),
        ("templates/t.yaml".to_string(), template.as_bytes().to_vec()),
        ("files/a.txt".to_string(), b"one\ntwo\n".to_vec()),
    ];
    let chart = Chart::from_files(files).expect("the frame is a chart");
    let options = RenderOptions { profile, limits: LIMITS, ..RenderOptions::new(ReleaseInfo::install("r", "n")) };
    match render(&chart, &values, &options) {
        Ok(rendered) => drop(rendered.release_manifest()),
        Err(error) => assert!(!error.to_string().is_empty(), "an error without a word"),
    }
}

/// Whether it may call a slow function.
pub fn is_slow(input: &[u8]) -> bool {
    let calls = |name: &str| input.windows(name.len()).any(|window| window == name.as_bytes());
    SLOW.iter().any(|name| calls(name))
}
