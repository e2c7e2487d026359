use serde_json::json;

use super::super::note_write;
use super::*;

const DEPLOYMENT: Shape<'static> = Shape { kind: "Deployment", custom: false };

fn by(manager: &str, force: bool) -> Applying<'_> {
    Applying { manager, api_version: "apps/v1", subresource: "", force }
}

fn web(image: &str) -> Value {
    json!({"metadata": {"name": "web", "labels": {"app": "web"}},
        "spec": {"replicas": 1, "template": {"spec": {"containers": [{"name": "web", "image": image}]}}}})
}

#[test]
fn a_field_of_somebody_else_is_a_conflict_until_forced() {
    let live = apply(&Value::Null, &web("a"), DEPLOYMENT, by("helm", false)).unwrap();
    let refused = apply(&live, &web("b"), DEPLOYMENT, by("ops", false)).unwrap_err();
    assert_eq!(
        refused.message,
        "Apply failed with 1 conflict: conflict with \"helm\": .spec.template.spec.containers[name=\"web\"].image"
    );
    let forced = apply(&live, &web("b"), DEPLOYMENT, by("ops", true)).unwrap();
    assert_eq!(forced["spec"]["template"]["spec"]["containers"], json!([{"name": "web", "image": "b"}]));
    let lost = apply(&forced, &web("a"), DEPLOYMENT, by("helm", false)).unwrap_err();
    assert!(lost.message.contains("conflict with \"ops\""), "{}", lost.message);
}

#[test]
fn the_same_value_is_shared_and_what_nobody_applies_goes() {
    let live = apply(&Value::Null, &web("a"), DEPLOYMENT, by("helm", false)).unwrap();
    let shared = apply(&live, &web("a"), DEPLOYMENT, by("ops", false)).unwrap();
    let less = json!({"metadata": {"name": "web"}, "spec": {"replicas": 1}});
    let kept = apply(&shared, &less, DEPLOYMENT, by("ops", false)).unwrap();
    assert_eq!(kept["metadata"]["labels"], json!({"app": "web"}), "helm still owns it");
    let gone = apply(&kept, &less, DEPLOYMENT, by("helm", false)).unwrap();
    assert_eq!(gone["metadata"].get("labels"), None);
    assert_eq!(gone["spec"], json!({"replicas": 1}));
}

#[test]
fn whoever_updates_a_field_owns_it() {
    let live = apply(&Value::Null, &web("a"), DEPLOYMENT, by("helm", false)).unwrap();
    let mut scaled = live.clone();
    scaled["spec"]["replicas"] = json!(3);
    note_write(&live, &mut scaled, DEPLOYMENT, "kubectl", "apps/v1", "scale");
    let refused = apply(&scaled, &web("a"), DEPLOYMENT, by("helm", false)).unwrap_err();
    assert!(
        refused.message.starts_with(
            "Apply failed with 1 conflict: conflict with \"kubectl\" with subresource \"scale\" using apps/v1 at "
        ),
        "{}",
        refused.message
    );
    let mut without = web("a");
    without["spec"].as_object_mut().unwrap().remove("replicas");
    let kept = apply(&scaled, &without, DEPLOYMENT, by("helm", false)).unwrap();
    assert_eq!(kept["spec"]["replicas"], 3);
}

#[test]
fn applying_the_same_again_changes_nothing() {
    let live = apply(&Value::Null, &web("a"), DEPLOYMENT, by("helm", false)).unwrap();
    assert_eq!(apply(&live, &web("a"), DEPLOYMENT, by("helm", false)).unwrap(), live);
}
