//! The review: what will happen, from where, and not before everything is said.

use std::sync::Arc;

use crate::app::wizard::{News, Order, Preview};
use crate::app::{Effect, Size};
use serde_json::json;

use super::console::{Console, SMALL};

pub fn preview() -> Preview {
    Preview {
        hooks: vec![
            ("ServiceAccount".into(), "lakehouse-service-account".into()),
            ("Job".into(), "iom-init-job".into()),
        ],
        kinds: vec![("Service".into(), 26), ("Deployment".into(), 22), ("StatefulSet".into(), 1)],
        definitions: 2,
        manifest: ["---", "# Source: iomete/templates/a.yaml", "kind: Service"].map(String::from).to_vec(),
        defaults: json!({"cloud": {"provider": "on-prem"}, "database": {"host": "postgresql"}}).into(),
    }
}

/// Begun with the evaluation preset, on the review.
fn reviewing() -> Console {
    reviewing_on(SMALL)
}

fn reviewing_on(size: Size) -> Console {
    let mut console = Console::fresh(size);
    console.press("<Enter><Home><Enter>]]]]]]]]]]");
    console
}

/// The renderings that were asked for.
fn renderings(console: &Console) -> Vec<u64> {
    let generation = |effect: &Effect| match effect {
        Effect::Wizard(Order::Render { generation, .. }) => Some(*generation),
        _ => None,
    };
    console.effects.iter().filter_map(generation).collect()
}

#[test]
fn it_renders_once_when_it_is_opened_and_again_after_a_change() {
    let mut console = reviewing();
    console.press("jjkk");
    assert_eq!(renderings(&console).len(), 1, "moving about renders nothing");
    let first = renderings(&console)[0];
    console.press("[[[[[[[[[[]<Enter>x<Enter>]]]]]]]]]");
    assert_eq!(renderings(&console).len(), 1, "one at a time");
    console.learn(News::Rendered(first, Ok(Arc::new(preview()))));
    assert_eq!(renderings(&console).len(), 2, "what changed meanwhile is rendered after it");
    assert!(console.frame().contains("of the state before"), "{}", console.frame());
}

#[test]
fn it_says_what_will_be_done_in_order() {
    let mut console = reviewing();
    console.learn(News::Rendered(u64::MAX, Ok(Arc::new(preview()))));
    let frame = console.frame();
    let at = |words: &str| frame.find(words).unwrap_or_else(|| panic!("no `{words}`:\n{frame}"));
    assert!(at("Secret iomete-database") < at("iom-init-job"), "{frame}");
    assert!(at("iom-init-job") < at("49 objects"), "{frame}");
    console.press("G");
    assert!(console.frame().contains("evaluation") && console.frame().contains("command"), "{}", console.frame());
}

#[test]
fn values_say_where_they_come_from_and_what_differs_from_the_chart() {
    let mut console = reviewing();
    console.learn(News::Rendered(u64::MAX, Ok(Arc::new(preview()))));
    console.press("<Tab>");
    assert!(console.line("email: admin@example.com").contains("preset"), "{}", console.frame());
    console.press("<Tab>");
    let frame = console.frame();
    assert!(!frame.contains("cloud.provider") && frame.contains("clusterDomain"), "{frame}");
    console.press("<Tab>");
    assert!(console.frame().contains("# Source: iomete/templates/a.yaml"), "{}", console.frame());
}

#[test]
fn nothing_is_installed_as_long_as_something_stands_in_the_way() {
    let mut console = Console::fresh(SMALL);
    console.press("]]]]]]]]]]I");
    assert!(console.frame().contains("not yet"), "{}", console.frame());
    assert!(console.frame().contains("values: adminUser.email"), "the first problem is opened: {}", console.frame());
    assert!(!console.effects.iter().any(|effect| matches!(effect, Effect::Deploying(_))));
}

#[test]
fn a_finding_leads_to_its_question() {
    let mut console = Console::fresh(SMALL);
    console.press("]]]]]]]]]]<Down><Enter>");
    assert!(console.frame().contains("values: storage.minioSettings.endpoint"), "{}", console.frame());
}

#[test]
fn the_command_is_copied() {
    let mut console = reviewing();
    console.press("y");
    let copied = console.effects.iter().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.as_str()),
        _ => None,
    });
    let wanted = "iomctl install --context onprem-prod --namespace iomete-system --preset evaluation";
    assert_eq!(copied, Some(wanted));
}

#[test]
fn a_chart_that_refuses_the_values_is_said() {
    let mut console = reviewing();
    let problem = crate::problem::Problem::bad_input("chart.render", "the chart refuses this").because("services: no");
    console.learn(News::Rendered(u64::MAX, Err(Box::new(problem))));
    assert!(console.frame().contains("the chart refuses this"), "{}", console.frame());
}

#[test]
fn picture() {
    let mut console = reviewing_on(Size { width: 100, height: 30 });
    console.learn(News::Rendered(renderings(&console)[0], Ok(Arc::new(preview()))));
    console.picture("review");
}
