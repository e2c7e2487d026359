//! Answers as the gateway would: which route takes a path, where it leads, and why not. Pure: paths and flags in,
//! words out.

mod path;
mod pattern;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Serialize;

use super::catalogue::Catalogue;
use super::flag_state::FlagState;
use super::route::{Protocol, Route, Target, UnlistedPath, WorkloadTarget};
use super::source::Source;

pub use path::{PathError, RequestPath};
pub use pattern::{Pattern, PatternError};

/// The compiled routes of a catalogue.
pub struct Router<'a> {
    catalogue: &'a Catalogue,
    /// Sorted by rule group; inside a group in the order of the data.
    routes: Vec<(Pattern, &'a Route)>,
}

/// What the gateway does with a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The path as the gateway sees it: decoded, without query, `.` and `..`.
    pub path: String,
    /// What becomes of the request.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// The pattern that matched.
    pub pattern: String,
    /// What may be spoken.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub protocols: Vec<Protocol>,
    /// What the pattern's variables stand for.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, String>,
    /// What an operator should know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Certainty of the route.
    pub source: Source,
}

/// What becomes of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verdict {
    /// It goes to a service of the platform.
    Service {
        /// Its name.
        service: String,
        /// Host and port inside the release namespace.
        address: String,
    },
    /// It goes to a workload.
    Workload {
        /// Host and port; variables that the path does not give stay as `<name>` and `<ns>`.
        address: String,
    },
    /// 404, because the service behind it is switched off.
    FlagOff {
        /// Name of the flag.
        flag: String,
        /// Its values path.
        values_path: String,
        /// What would answer.
        service: String,
    },
    /// 404.
    NotFound {
        /// Why.
        reason: String,
        /// Who would probably answer, when the path is known from elsewhere.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        likely_owners: Vec<String>,
    },
}

impl Verdict {
    /// The status the gateway answers with itself; `None` when the backend decides.
    pub fn status(&self) -> Option<u16> {
        match self {
            Verdict::Service { .. } | Verdict::Workload { .. } => None,
            Verdict::FlagOff { .. } | Verdict::NotFound { .. } => Some(404),
        }
    }
}

impl<'a> Router<'a> {
    /// Compiles the routes.
    ///
    /// # Errors
    /// The first pattern that cannot be understood.
    pub fn new(catalogue: &'a Catalogue) -> Result<Self, PatternError> {
        let mut routes = catalogue
            .routes
            .iter()
            .map(|route| Ok((Pattern::parse(&route.pattern)?, route)))
            .collect::<Result<Vec<_>, PatternError>>()?;
        routes.sort_by_key(|(_, route)| route.order);
        Ok(Router { catalogue, routes })
    }

    /// The first route that matches, in the order of the rule groups. `/` takes what nothing else takes.
    fn first_match(&self, path: &RequestPath) -> Option<&(Pattern, &'a Route)> {
        self.routes.iter().find(|(pattern, _)| pattern.matches(path))
    }

    /// What the gateway does with `path` while `flags` are in force; `None` when no route matches, which cannot be
    /// while the catalogue has `/`.
    pub fn answer(&self, path: &RequestPath, flags: &FlagState) -> Option<Answer> {
        let (pattern, route) = self.first_match(path)?;
        let variables: BTreeMap<String, String> = route.variables.iter().cloned().zip(pattern.captures(path)).collect();
        let mut notes: Vec<String> = route.note.iter().cloned().collect();
        Some(Answer {
            path: path.to_string(),
            verdict: self.verdict(route, path, flags, &variables, &mut notes),
            pattern: route.pattern.clone(),
            protocols: route.protocols.clone(),
            variables,
            notes,
            source: route.source.clone(),
        })
    }

    fn verdict(
        &self,
        route: &Route,
        path: &RequestPath,
        flags: &FlagState,
        variables: &BTreeMap<String, String>,
        notes: &mut Vec<String>,
    ) -> Verdict {
        if let Some(flag) = route.flag.as_deref().filter(|flag| !flags.is_on(flag)) {
            let values_path = self.catalogue.flag(flag).map_or(flag, |f| &f.path).to_string();
            let service = match &route.target {
                Target::Service(service) => service.clone(),
                Target::Workload(workload) => workload.host.clone(),
                Target::NotFound(reason) => reason.clone(),
            };
            return Verdict::FlagOff { flag: flag.to_string(), values_path, service };
        }
        match &route.target {
            Target::Service(service) => Verdict::Service { service: service.clone(), address: self.address(service) },
            Target::Workload(workload) => {
                let mut address = self.workload_address(workload, flags, notes);
                for (name, value) in variables {
                    address = address.replace(&format!("<{name}>"), value);
                }
                Verdict::Workload { address }
            }
            Target::NotFound(reason) => {
                let mut likely_owners = Vec::new();
                if let Some(unlisted) = self.unlisted(path) {
                    notes.push(format!("not in the routing reference; documentation uses {}", unlisted.pattern));
                    notes.extend(unlisted.note.clone());
                    likely_owners.clone_from(&unlisted.owners);
                }
                Verdict::NotFound { reason: reason.clone(), likely_owners }
            }
        }
    }

    /// Host and port with their variables; a detour of the target is taken while its flag is on.
    fn workload_address(&self, workload: &WorkloadTarget, flags: &FlagState, notes: &mut Vec<String>) -> String {
        let Some(detour) = workload.instead.as_ref().filter(|detour| flags.is_on(&detour.flag)) else {
            return format!("{}:{}", workload.host, workload.port);
        };
        notes.push(format!("through {} while {} is on", detour.service, detour.flag));
        let service = self.catalogue.service(&detour.service);
        let object = service.and_then(|s| s.objects.first()).unwrap_or(&detour.service);
        let port = service.and_then(|s| s.service_port).unwrap_or(workload.port);
        format!("{}.<ns>:{port}", object.replace("<namespace>", "<ns>"))
    }

    fn address(&self, service: &str) -> String {
        match self.catalogue.service(service).and_then(|s| s.service_port) {
            Some(port) => format!("{service}:{port}"),
            None => service.to_string(),
        }
    }

    fn unlisted(&self, path: &RequestPath) -> Option<&'a UnlistedPath> {
        let matching = self.catalogue.unlisted.iter().filter_map(|unlisted| {
            let pattern = Pattern::parse(&unlisted.pattern).ok()?;
            pattern.matches(path).then_some((pattern.len(), unlisted))
        });
        matching.max_by_key(|(length, _)| *length).map(|(_, unlisted)| unlisted)
    }
}
