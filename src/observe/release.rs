//! What the release says about itself: which flags are on and who said so, and which namespaces it reaches.

use std::collections::BTreeMap;

use serde_json::Value;

use super::names::Name;
use super::pods::Pod;
use super::settings::Settings;
use crate::helm::release::Release;
use crate::platform::{Catalogue, FlagState, Scope, Service};

/// Where the value of a flag comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The values that were given for this release.
    Given,
    /// The defaults of the chart in the record.
    Chart,
    /// The chart does not mention it: the platform's default.
    Platform,
}

impl Origin {
    /// In a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Origin::Given => "release",
            Origin::Chart => "chart",
            Origin::Platform => "platform",
        }
    }
}

/// What is known of the release.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Its record has been read.
    pub known: bool,
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: Name,
    /// Number of the newest revision.
    pub revision: i64,
    /// `deployed`, `failed` …
    pub status: String,
    /// Name and version of the chart.
    pub chart: String,
    /// Further namespaces, as the values name them.
    pub extra: Vec<Name>,
    /// Flags by name, with their value and where it comes from.
    pub flags: BTreeMap<String, (bool, Origin)>,
    /// Values paths of the flags by name.
    paths: BTreeMap<String, String>,
    /// Seconds since 1970 of the last change of the Secret that services read.
    pub configured: Option<i64>,
}

impl Facts {
    /// Before the record is read: nothing but where to look.
    pub fn unread(name: &str, namespace: &str) -> Facts {
        Facts { name: name.into(), namespace: namespace.into(), ..Facts::default() }
    }

    /// From a record.
    pub fn of(release: &Release, catalogue: &Catalogue) -> Facts {
        let given = release.config.clone().map(Value::Object).unwrap_or_default();
        let chart = release.chart.as_ref();
        let defaults = chart.and_then(|chart| chart.values.clone()).map(Value::Object).unwrap_or_default();
        let metadata = chart.and_then(|chart| chart.metadata.as_ref());
        let flag = |path: &str, default: bool| {
            let read = |values: &Value| at(values, path).and_then(Value::as_bool);
            match (read(&given), read(&defaults)) {
                (Some(on), _) => (on, Origin::Given),
                (None, Some(on)) => (on, Origin::Chart),
                (None, None) => (default, Origin::Platform),
            }
        };
        let extra = at(&given, "namespaces").or_else(|| at(&defaults, "namespaces"));
        let extra = extra.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        let mut extra: Vec<Name> = extra.filter(|name| *name != release.namespace).map(Name::from).collect();
        extra.sort();
        extra.dedup();
        Facts {
            known: true,
            name: release.name.clone(),
            namespace: release.namespace.as_str().into(),
            revision: release.version,
            status: release.info.status.to_string(),
            chart: metadata.map(|m| format!("{}-{}", m.name, m.version)).unwrap_or_default(),
            extra,
            flags: catalogue.flags.iter().map(|f| (f.name.clone(), flag(&f.path, f.default))).collect(),
            paths: catalogue.flags.iter().map(|f| (f.name.clone(), f.path.clone())).collect(),
            configured: None,
        }
    }

    /// Every namespace the release reaches, its own first.
    pub fn namespaces(&self) -> impl Iterator<Item = &Name> {
        std::iter::once(&self.namespace).chain(&self.extra)
    }

    /// The namespaces where a service may run.
    pub fn namespaces_of(&self, scope: Scope) -> impl Iterator<Item = &Name> {
        let extra = scope.reaches_extra_namespaces();
        self.namespaces().take(if extra { usize::MAX } else { 1 })
    }

    /// The values path of a flag, when the record says that it is off.
    pub fn flag_off(&self, name: &str) -> Option<String> {
        let off = self.flags.get(name).is_some_and(|(on, _)| !on);
        off.then(|| self.paths.get(name).cloned().unwrap_or_else(|| name.to_string()))
    }

    /// The flags as the gateway sees them.
    pub fn flag_state(&self, catalogue: &Catalogue) -> FlagState {
        let mut state = FlagState::defaults(catalogue);
        for (name, (on, _)) in &self.flags {
            // Both come from the same catalogue.
            let _ = state.set(catalogue, name, *on);
        }
        state
    }

    /// Takes note of the Secret that services read.
    pub fn configured_by(&mut self, settings: Option<&Settings>) {
        self.configured = settings.map(|settings| settings.changed);
    }

    /// Whether a pod runs with an older configuration: its containers started before the last change.
    pub fn is_stale(&self, pod: &Pod) -> bool {
        let started = if pod.started > 0 { pod.started } else { pod.created };
        !pod.leaving && self.configured.is_some_and(|changed| started < changed)
    }

    /// The name under which a service's object is looked for first.
    pub fn object_of(&self, service: &Service) -> String {
        let seen = service.objects.first().unwrap_or(&service.name);
        seen.replace("<namespace>", &self.namespace)
    }
}

/// The value at a dotted path.
fn at<'v>(values: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(values, |value, key| value.get(key)).filter(|value| !value.is_null())
}
