//! Every kind of stop in every size and theme, empty, with problems, and filled.

use std::sync::Arc;

use crate::app::Size;
use crate::app::wizard::News;
use crate::tui::testing::{SIZES, THEMES};

use super::console::Console;
use super::review::preview;

/// The stops that differ in kind, with the keys that lead there from the first.
const STOPS: &[(&str, &str)] = &[
    ("cluster", ""),
    ("database", "]]]"),
    ("autoscaling", "]]]]]]]]"),
    ("features", "]]]]]]]]]"),
    ("review", "]]]]]]]]]]"),
];

const PROBLEMS: &str = "# preset: on-prem-ecs
database:
  host: pg-1.corp.example
  port: nonsense
  password: prompt
  ssl: {enabled: true}
javaTrustStore: {enabled: false}
clusterDatabase: {enabled: true, host: pg-1.corp.example, prefix: iomete_}
features: {scheduling: true, dataAccessAudit: true, nats: true}
services: {core: {autoscaling: {enabled: true, minReplicas: 5, maxReplicas: 2}}}
";

const FILLED: &str = "# preset: evaluation
name: site-a
database: {password: secret:pg/password, port: 6432}
namespaces: [spark-a, spark-b]
features: {jobOrchestrator: true, scheduling: true, domainLevelBundleAuthorization: true, onboardComputeRas: true,
  onboardSparkJobRas: true, onboardWorkspaceRas: true, onboardNamespaceMappingRas: true}
services: {core: {autoscaling: {enabled: true, minReplicas: 2, maxReplicas: 6}}}
";

fn console(size: Size, state: &str, keys: &str) -> Console {
    let mut console = Console::fresh(size);
    let text = match state {
        "problem" => PROBLEMS,
        "filled" => FILLED,
        _ => "",
    };
    if !text.is_empty() {
        console.learn(News::Read("site.yaml".into(), Ok(text.into())));
        console.press("<Esc>");
    }
    console.press(keys);
    if !text.is_empty() {
        console.learn(News::Rendered(u64::MAX, Ok(Arc::new(preview()))));
    }
    console
}

#[test]
fn every_kind_of_stop() {
    for (stop, keys) in STOPS {
        for state in ["empty", "problem", "filled"] {
            let mut frames = String::new();
            for size in SIZES {
                let console = console(size, state, keys);
                for (name, theme) in THEMES {
                    // Mono differs in its styles only, which do not change with the size.
                    if name == "mono" && size.width > 80 {
                        continue;
                    }
                    let frame = console.styled(theme);
                    let frame =
                        if name == "ascii" { frame.split("\n== styles").next().unwrap_or_default() } else { &frame };
                    frames.push_str(&format!("== {}x{} {name}\n{frame}\n", size.width, size.height));
                }
            }
            insta::assert_snapshot!(format!("{stop}-{state}"), frames);
        }
    }
}

#[test]
fn ascii_is_ascii() {
    for (_, keys) in STOPS {
        for state in ["empty", "problem", "filled"] {
            let frame = console(SIZES[0], state, keys).styled(THEMES[2].1);
            let strange: String = frame.chars().filter(|c| !c.is_ascii()).collect();
            assert_eq!(strange, "", "{frame}");
        }
    }
}

/// From a postage stamp to a wall: nothing breaks, and the smallest still says how it stands.
#[test]
fn any_size_will_do() {
    for (width, height) in [(1, 1), (20, 5), (39, 9), (40, 10), (63, 24), (79, 23), (300, 100)] {
        for (_, keys) in STOPS {
            for state in ["empty", "problem", "filled"] {
                let console = console(Size { width, height }, state, keys);
                console.frame();
            }
        }
    }
    let frame = console(Size { width: 20, height: 5 }, "problem", "").frame();
    assert!(frame.contains("problem"), "{frame}");
}
