//! What the server says about itself: version, groups, kinds, and the little OpenAPI that clients ask for.

use serde_json::{Map, Value, json};

use super::answer::{self, Reply};
use super::ask::{Ask, Form};
use crate::sandbox::kinds::{Kind, Kinds};

/// The version that the sandbox plays.
pub const VERSION: &str = "v1.36.3";

const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// Answers what is about the server itself; none when the path is not.
pub fn answer(kinds: &Kinds, ask: &Ask) -> Option<Reply> {
    let segments: Vec<&str> = ask.path.trim_matches('/').split('/').filter(|part| !part.is_empty()).collect();
    let aggregated = ask.form() == Form::Discovery;
    Some(match segments.as_slice() {
        ["version"] => answer::value(200, &version()),
        ["healthz" | "livez" | "readyz", ..] => answer::text(200, "ok"),
        ["api"] if aggregated => answer::value_as(AGGREGATED, &aggregate(kinds, true)),
        ["apis"] if aggregated => answer::value_as(AGGREGATED, &aggregate(kinds, false)),
        ["api"] => {
            answer::value(200, &json!({"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}))
        }
        ["apis"] => {
            let groups: Vec<Value> = kinds.groups().iter().map(|(name, versions)| group(name, versions)).collect();
            answer::value(200, &json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}))
        }
        ["apis", name] => {
            let groups = kinds.groups();
            let (name, versions) = groups.iter().find(|(known, _)| known == name)?;
            let mut group = group(name, versions);
            group["kind"] = "APIGroup".into();
            group["apiVersion"] = "v1".into();
            answer::value(200, &group)
        }
        ["api", version] => answer::value(200, &resources(kinds, "", version)?),
        ["apis", group, version] => answer::value(200, &resources(kinds, group, version)?),
        ["openapi", "v3"] => answer::value(200, &openapi_index(kinds)),
        ["openapi", "v3", "api", version] => answer::value(200, &openapi(kinds, "", version)?),
        ["openapi", "v3", "apis", group, version] => answer::value(200, &openapi(kinds, group, version)?),
        ["openapi", "v2"] => answer::value(
            200,
            &json!({"swagger": "2.0", "info": {"title": "Kubernetes", "version": VERSION}, "paths": {}, "definitions": {}}),
        ),
        _ => return None,
    })
}

fn version() -> Value {
    json!({
        "major": "1",
        "minor": "36",
        "gitVersion": VERSION,
        "gitCommit": "",
        "gitTreeState": "clean",
        "buildDate": "2026-01-01T00:00:00Z",
        "goVersion": "",
        "compiler": "",
        "platform": "linux/amd64",
    })
}

fn group(name: &str, versions: &[&str]) -> Value {
    let of = |version: &str| json!({"groupVersion": format!("{name}/{version}"), "version": version});
    let all: Vec<Value> = versions.iter().map(|version| of(version)).collect();
    json!({"name": name, "versions": all, "preferredVersion": of(versions.first().unwrap_or(&""))})
}

fn resources(kinds: &Kinds, group: &str, version: &str) -> Option<Value> {
    let mut list = Vec::new();
    for kind in kinds.of(group, version)?.values() {
        let mut entry = json!({
            "name": kind.plural, "singularName": kind.singular, "namespaced": kind.namespaced, "kind": kind.kind,
            "verbs": kind.verbs.names(),
        });
        if !kind.short.is_empty() {
            entry["shortNames"] = json!(kind.short);
        }
        if !kind.categories.is_empty() {
            entry["categories"] = json!(kind.categories);
        }
        list.push(entry);
        for name in &kind.subresources {
            let (kind_of, group_of, version_of, verbs) = subresource(kind, name);
            let mut entry = json!({
                "name": format!("{}/{name}", kind.plural), "singularName": "", "namespaced": kind.namespaced,
                "kind": kind_of, "verbs": verbs,
            });
            if !version_of.is_empty() {
                entry["group"] = group_of.into();
                entry["version"] = version_of.into();
            }
            list.push(entry);
        }
    }
    let group_version = if group.is_empty() { version.to_string() } else { format!("{group}/{version}") };
    Some(json!({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version, "resources": list}))
}

/// Kind, group, version and verbs of a subresource.
fn subresource(kind: &Kind, name: &str) -> (String, &'static str, &'static str, &'static [&'static str]) {
    match name {
        "scale" => ("Scale".into(), "autoscaling", "v1", &["get", "patch", "update"]),
        "log" => (kind.kind.clone(), "", "", &["get"]),
        "exec" | "attach" | "portforward" => {
            let options = match name {
                "exec" => "PodExecOptions",
                "attach" => "PodAttachOptions",
                _ => "PodPortForwardOptions",
            };
            (options.into(), "", "", &["create", "get"])
        }
        "eviction" => ("Eviction".into(), "policy", "v1", &["create"]),
        "binding" => ("Binding".into(), "", "", &["create"]),
        "finalize" => (kind.kind.clone(), "", "", &["update"]),
        _ => (kind.kind.clone(), "", "", &["get", "patch", "update"]),
    }
}

fn aggregate(kinds: &Kinds, core: bool) -> Value {
    let groups = if core { vec![("", vec!["v1"])] } else { kinds.groups() };
    let items: Vec<Value> = groups
        .iter()
        .map(|(group, versions)| {
            let versions: Vec<Value> =
                versions.iter().map(|version| aggregated_version(kinds, group, version)).collect();
            let mut metadata = json!({"creationTimestamp": null});
            if !group.is_empty() {
                metadata["name"] = (*group).into();
            }
            json!({"metadata": metadata, "versions": versions})
        })
        .collect();
    json!({"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items})
}

fn aggregated_version(kinds: &Kinds, group: &str, version: &str) -> Value {
    let all = kinds.of(group, version).into_iter().flat_map(|kinds| kinds.values());
    let resources: Vec<Value> = all
        .map(|kind| {
            let mut entry = json!({
                "resource": kind.plural,
                "responseKind": {"group": "", "version": "", "kind": kind.kind},
                "scope": if kind.namespaced { "Namespaced" } else { "Cluster" },
                "singularResource": kind.singular,
                "verbs": kind.verbs.names(),
            });
            if !kind.short.is_empty() {
                entry["shortNames"] = json!(kind.short);
            }
            if !kind.categories.is_empty() {
                entry["categories"] = json!(kind.categories);
            }
            let subresources: Vec<Value> = kind
                .subresources
                .iter()
                .map(|name| {
                    let (kind_of, group_of, version_of, verbs) = subresource(kind, name);
                    let response = json!({"group": group_of, "version": version_of, "kind": kind_of});
                    json!({"subresource": name, "responseKind": response, "verbs": verbs})
                })
                .collect();
            if !subresources.is_empty() {
                entry["subresources"] = subresources.into();
            }
            entry
        })
        .collect();
    json!({"version": version, "resources": resources, "freshness": "Current"})
}

fn openapi_index(kinds: &Kinds) -> Value {
    let mut paths = Map::new();
    let mut add = |path: String| {
        let url = format!("/openapi/v3/{path}?hash=sandbox");
        paths.insert(path, json!({"serverRelativeURL": url}));
    };
    add("api/v1".into());
    for (group, versions) in kinds.groups() {
        versions.iter().for_each(|version| add(format!("apis/{group}/{version}")));
    }
    json!({"paths": paths})
}

/// Which kinds can be patched, and that the server itself refuses unknown fields. Clients ask nothing else of it.
fn openapi(kinds: &Kinds, group: &str, version: &str) -> Option<Value> {
    let mut paths = Map::new();
    let prefix = if group.is_empty() { format!("/api/{version}") } else { format!("/apis/{group}/{version}") };
    for kind in kinds.of(group, version)?.values() {
        let namespace = if kind.namespaced { "/namespaces/{namespace}" } else { "" };
        let names = ["dryRun", "fieldManager", "fieldValidation", "force"];
        let parameters: Vec<Value> =
            names.iter().map(|name| json!({"name": name, "in": "query", "schema": {"type": "string"}})).collect();
        paths.insert(
            format!("{prefix}{namespace}/{}/{{name}}", kind.plural),
            json!({"patch": {
                "parameters": parameters,
                "responses": {"200": {"description": "OK"}},
                "x-kubernetes-group-version-kind": {"group": group, "version": version, "kind": kind.kind},
            }}),
        );
    }
    let info = json!({"title": "Kubernetes", "version": VERSION});
    Some(json!({"openapi": "3.0.0", "info": info, "paths": paths, "components": {"schemas": {}}}))
}
