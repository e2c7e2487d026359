//! Hooks: objects that run at moments of an operation instead of being part of the release.

use std::fmt;

use super::manifest::Manifest;

/// Annotation that makes an object a hook: its events, separated by commas.
pub const EVENTS: &str = "helm.sh/hook";
/// Annotation with the place of a hook among those of the same event.
pub const WEIGHT: &str = "helm.sh/hook-weight";
/// Annotation that says when a hook is deleted.
pub const DELETE_POLICY: &str = "helm.sh/hook-delete-policy";
/// Annotation that says when the log of a hook is printed.
pub const OUTPUT_LOG_POLICY: &str = "helm.sh/hook-output-log-policy";

/// The moments at which a hook runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HookEvent {
    /// After rendering, before any object of the release.
    PreInstall,
    /// After all objects are created (and ready, if that is waited for).
    PostInstall,
    /// Before the first object is removed.
    PreDelete,
    /// After all objects are removed.
    PostDelete,
    /// After rendering, before any object is changed.
    PreUpgrade,
    /// After all objects are changed.
    PostUpgrade,
    /// Before an earlier revision is restored.
    PreRollback,
    /// After it is restored.
    PostRollback,
    /// On `helm test`.
    Test,
}

const NAMES: [(HookEvent, &str); 9] = [
    (HookEvent::PreInstall, "pre-install"),
    (HookEvent::PostInstall, "post-install"),
    (HookEvent::PreDelete, "pre-delete"),
    (HookEvent::PostDelete, "post-delete"),
    (HookEvent::PreUpgrade, "pre-upgrade"),
    (HookEvent::PostUpgrade, "post-upgrade"),
    (HookEvent::PreRollback, "pre-rollback"),
    (HookEvent::PostRollback, "post-rollback"),
    (HookEvent::Test, "test"),
];

impl HookEvent {
    /// The event of a name as it stands in the annotation; `test-success` is Helm 2's name for `test`.
    pub fn parse(name: &str) -> Option<HookEvent> {
        let name = name.trim().to_lowercase();
        let name = if name == "test-success" { "test" } else { &name };
        NAMES.iter().find(|(_, known)| *known == name).map(|(event, _)| *event)
    }
}

impl fmt::Display for HookEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NAMES.iter().find(|(event, _)| event == self).map_or("", |(_, name)| name))
    }
}

/// A rendered hook.
#[derive(Debug, Clone, PartialEq)]
pub struct Hook {
    /// The object.
    pub manifest: Manifest,
    /// When it runs.
    pub events: Vec<HookEvent>,
    /// Its place among hooks of one event: lower first, then by name.
    pub weight: i64,
    /// `before-hook-creation` (the default when empty), `hook-succeeded`, `hook-failed`.
    pub delete_policies: Vec<String>,
    /// `hook-succeeded`, `hook-failed`.
    pub output_log_policies: Vec<String>,
}

impl Hook {
    /// Whether it runs at `event`.
    pub fn runs_at(&self, event: HookEvent) -> bool {
        self.events.contains(&event)
    }
}

/// The hooks of `event` in the order in which Helm runs them.
pub fn in_order(hooks: &[Hook], event: HookEvent) -> Vec<&Hook> {
    let mut order: Vec<&Hook> = hooks.iter().filter(|hook| hook.runs_at(event)).collect();
    order.sort_by(|a, b| a.weight.cmp(&b.weight).then_with(|| a.manifest.name.cmp(&b.manifest.name)));
    order
}
