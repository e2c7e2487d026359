//! The rules that need more than a comparison of values.

use serde_json::Value;

use super::{Verdict, View};
use crate::plan::facts::{ForeignChart, Release};
use crate::plan::path;
use crate::platform::catalogue;

type Predicate = fn(&View<'_>) -> Verdict;

/// The names that the rule table may use.
pub(super) const NAMES: &[(&str, Predicate)] = &[
    ("autoscaler-bounds", autoscaler_bounds),
    ("chart-too-old", chart_too_old),
    ("collab-replicas", collab_replicas),
    ("crds-on-upgrade", crds_on_upgrade),
    ("default-credentials", default_credentials),
    ("detached", detached),
    ("dns-resolver", dns_resolver),
    ("extra-namespaces", extra_namespaces),
    ("half-created", half_created),
    ("https-storage", https_storage),
    ("maintenance-resources", maintenance_resources),
    ("metrics-api", metrics_api),
    ("monitoring-crds", monitoring_crds),
    ("moved", moved),
    ("own-registry", own_registry),
    ("priority-classes", priority_classes),
    ("pull-secrets", pull_secrets),
    ("same-databases", same_databases),
    ("sql-autoscaled", sql_autoscaled),
    ("sql-replicas", sql_replicas),
];

pub(super) fn judge(name: &str, view: &View<'_>) -> Verdict {
    let predicate = NAMES.iter().find(|(known, _)| *known == name);
    predicate.map_or(Verdict::Fine, |(_, predicate)| predicate(view))
}

fn broken_if(found: Vec<String>) -> Verdict {
    if found.is_empty() { Verdict::Fine } else { Verdict::Broken(found.join(", "), None) }
}

/// F12: more than one pod of iom-collab, fixed or by its autoscaler.
fn collab_replicas(view: &View<'_>) -> Verdict {
    let fixed = view.look("services.collab.replicas").and_then(Value::as_u64).unwrap_or(1);
    let scaled = scale(view, "iom-collab").map_or(1, |scale| scale.max);
    let most = fixed.max(scaled);
    if most > 1 { Verdict::Broken(format!("up to {most}"), None) } else { Verdict::Fine }
}

/// F14: every mapped PriorityClass exists.
fn priority_classes(view: &View<'_>) -> Verdict {
    let Some(there) = view.facts.objects.as_ref().and_then(|o| o.priority_classes.as_ref()) else {
        return Verdict::Waits;
    };
    let mapped = |class: &str| view.text(&format!("priorityClassMappings.{class}")).unwrap_or(class).to_string();
    broken_if(catalogue().priority_classes.iter().map(|c| mapped(&c.name)).filter(|c| !there.contains(c)).collect())
}

/// F24: requests and limits of iom-maintenance are the same, if they are set at all.
fn maintenance_resources(view: &View<'_>) -> Verdict {
    let part = |name: &str| view.look(&format!("services.maintenance.resources.{name}"));
    let (requests, limits) = (part("requests"), part("limits"));
    if requests.is_none() && limits.is_none() {
        return Verdict::Fine;
    }
    let of = |side: Option<&Value>, resource: &str| side.and_then(|s| s.get(resource)).cloned();
    let differs = |resource: &&str| of(requests, resource) != of(limits, resource);
    broken_if(["cpu", "memory"].iter().filter(|r| differs(r)).map(|r| r.to_string()).collect())
}

/// S07: an endpoint with https, and nobody knows yet who signed its certificate.
fn https_storage(view: &View<'_>) -> Verdict {
    let block = match view.text("storage.type") {
        Some("minio") => "minioSettings",
        Some("dell_ecs") => "dellEcsSettings",
        _ => return Verdict::Fine,
    };
    match view.text(&format!("storage.{block}.endpoint")) {
        Some(endpoint) if endpoint.starts_with("https://") => Verdict::Waits,
        _ => Verdict::Fine,
    }
}

/// S08: both scopes on the same server under the same prefix.
fn same_databases(view: &View<'_>) -> Verdict {
    let Some(cluster_host) = view.text("clusterDatabase.host") else { return Verdict::Fine };
    let of = |scope: &str, key: &str, default: &str| {
        let value = view.look(&format!("{scope}.{key}"));
        value.map_or(default.to_string(), |v| v.as_str().map_or_else(|| v.to_string(), str::to_string))
    };
    let port = |scope: &str| of(scope, "port", "5432");
    let prefix = of("database", "prefix", &catalogue().default_database_prefix);
    let same_server = view.text("database.host").is_some_and(|host| host.eq_ignore_ascii_case(cluster_host))
        && port("database") == port("clusterDatabase");
    // A chart that gets no prefix for the second server uses the common default.
    if same_server && prefix == of("clusterDatabase", "prefix", &catalogue().default_database_prefix) {
        Verdict::Broken(format!("{cluster_host}:{}, prefix {prefix}", port("database")), None)
    } else {
        Verdict::Fine
    }
}

/// S09: administrator credentials for one of two servers only.
fn half_created(view: &View<'_>) -> Verdict {
    if view.text("clusterDatabase.host").is_none() {
        return Verdict::Fine;
    }
    let has = |scope: &str| view.text(&format!("{scope}.adminCredentials.user")).is_some();
    match (has("database"), has("clusterDatabase")) {
        (true, false) => Verdict::Broken("database".into(), Some("database.adminCredentials.user".into())),
        (false, true) => Verdict::Broken("clusterDatabase".into(), None),
        _ => Verdict::Fine,
    }
}

fn namespaces<'a>(view: &View<'a>) -> Vec<&'a str> {
    let list = view.look("namespaces").and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).collect()
}

/// S14 and H4: not the release namespace, and every one exists.
fn extra_namespaces(view: &View<'_>) -> Verdict {
    let listed = namespaces(view);
    let release = view.facts.namespace.as_deref();
    if let Some(own) = listed.iter().find(|name| Some(**name) == release) {
        let what = format!("Remove the release namespace {own} from `namespaces`; it is always included");
        return Verdict::Broken(format!("{what}."), None);
    }
    if listed.is_empty() {
        return Verdict::Fine;
    }
    let Some(there) = view.facts.objects.as_ref().and_then(|o| o.namespaces.as_ref()) else { return Verdict::Waits };
    let missing: Vec<&str> = listed.into_iter().filter(|name| !there.contains(*name)).collect();
    if missing.is_empty() {
        return Verdict::Fine;
    }
    Verdict::Broken(format!("These namespaces do not exist: {}.", missing.join(", ")), None)
}

/// S15: every pull secret in every namespace.
fn pull_secrets(view: &View<'_>) -> Verdict {
    let objects = view.facts.objects.as_ref().and_then(|o| o.secrets.as_ref());
    let (Some(there), Some(release)) = (objects, view.facts.namespace.as_deref()) else { return Verdict::Waits };
    let secrets = view.look("docker.imagePullSecrets").and_then(Value::as_array).into_iter().flatten();
    let wanted = secrets.filter_map(|s| s.get("name").and_then(Value::as_str)).flat_map(|name| {
        let spaces = std::iter::once(release).chain(namespaces(view));
        spaces.map(move |space| format!("{space}/{name}")).collect::<Vec<_>>()
    });
    broken_if(wanted.filter(|secret| !there.contains(secret)).collect())
}

/// S16: another registry than the vendor's; what is in it is not known yet.
fn own_registry(view: &View<'_>) -> Verdict {
    match view.text("docker.repo") {
        Some(repo) if repo != "iomete.azurecr.io/iomete" => Verdict::Waits,
        _ => Verdict::Fine,
    }
}

/// S17: switches that the chart does not know.
fn chart_too_old(view: &View<'_>) -> Verdict {
    let Some(ForeignChart { version }) = &view.facts.foreign_chart else { return Verdict::Fine };
    if !older(version, &catalogue().chart_prerequisites_since) {
        return Verdict::Fine;
    }
    let switches = ["serviceAccount.create", "crds.create", "webhook.create"];
    broken_if(switches.iter().filter(|path| view.is_on(path)).map(|path| path.to_string()).collect())
}

/// Whether version `a` comes before `b`; pre-releases count as their version.
fn older(a: &str, b: &str) -> bool {
    let numbers = |version: &str| -> Vec<u64> {
        let core = version.trim_start_matches('v').split(['-', '+']).next().unwrap_or_default();
        core.split('.').map(|part| part.parse().unwrap_or(0)).collect()
    };
    numbers(a) < numbers(b)
}

/// S19: CRDs are created at the first installation only.
fn crds_on_upgrade(view: &View<'_>) -> Verdict {
    let upgrade = matches!(view.facts.release, Some(Release::Deployed(_)));
    if upgrade && view.is_on("crds.create") { Verdict::Broken(String::new(), None) } else { Verdict::Fine }
}

/// An autoscaler that is on, with the catalogue's numbers where none are written.
struct Scale {
    min: u64,
    max: u64,
    base: String,
}

fn scale(view: &View<'_>, service: &str) -> Option<Scale> {
    let service = catalogue().service(service)?;
    let defaults = service.autoscaling.as_ref()?;
    let base = format!("services.{}.autoscaling", service.values_key);
    let exists = service.flag.as_deref().and_then(|f| catalogue().flag(f)).is_none_or(|flag| view.is_on(&flag.path));
    let on = view.look(&format!("{base}.enabled")).and_then(Value::as_bool).unwrap_or(defaults.enabled);
    let number = |key: &str, default: u32| {
        view.look(&format!("{base}.{key}")).and_then(Value::as_u64).unwrap_or(u64::from(default))
    };
    let (min, max) = (number("minReplicas", defaults.min), number("maxReplicas", defaults.max));
    (exists && on).then_some(Scale { min, max, base })
}

fn scales(view: &View<'_>) -> Vec<(&'static str, Scale)> {
    catalogue().services.iter().filter_map(|s| scale(view, &s.name).map(|scale| (s.name.as_str(), scale))).collect()
}

/// S20: fewest and most.
fn autoscaler_bounds(view: &View<'_>) -> Verdict {
    let crossed: Vec<_> = scales(view).into_iter().filter(|(_, scale)| scale.min > scale.max).collect();
    let Some((_, first)) = crossed.first() else { return Verdict::Fine };
    let about = format!("{}.minReplicas", first.base);
    let words = crossed.iter().map(|(name, s)| format!("{name} {} > {}", s.min, s.max));
    Verdict::Broken(words.collect::<Vec<_>>().join(", "), Some(about))
}

/// S20: somebody measures.
fn metrics_api(view: &View<'_>) -> Verdict {
    let scaled: Vec<String> = scales(view).into_iter().map(|(name, _)| name.to_string()).collect();
    if scaled.is_empty() {
        return Verdict::Fine;
    }
    match view.facts.objects.as_ref().and_then(|o| o.api_groups.as_ref()) {
        None => Verdict::Waits,
        Some(groups) if groups.contains("metrics.k8s.io") => Verdict::Fine,
        Some(_) => broken_if(scaled),
    }
}

/// S20: iom-sql.
fn sql_autoscaled(view: &View<'_>) -> Verdict {
    if view.is_on("services.sql.autoscaling.enabled") { Verdict::Broken(String::new(), None) } else { Verdict::Fine }
}

/// H5: iom-sql.
fn sql_replicas(view: &View<'_>) -> Verdict {
    match view.look("services.sql.replicas") {
        Some(replicas) if replicas.as_u64() != Some(1) => Verdict::Broken(replicas.to_string(), None),
        _ => Verdict::Fine,
    }
}

/// S22: a Service of the cluster, when the resolver is one.
fn dns_resolver(view: &View<'_>) -> Verdict {
    let Some(resolver) = view.text("dnsResolver") else { return Verdict::Fine };
    let mut labels = resolver.split('.');
    let (Some(name), Some(space), Some("svc")) = (labels.next(), labels.next(), labels.next()) else {
        return Verdict::Fine;
    };
    let service = format!("{space}/{name}");
    match view.facts.objects.as_ref().and_then(|o| o.services.as_ref()) {
        None => Verdict::Waits,
        Some(there) if there.contains(&service) => Verdict::Fine,
        Some(_) => Verdict::Broken(service, None),
    }
}

/// S23: the Prometheus Operator.
fn monitoring_crds(view: &View<'_>) -> Verdict {
    match view.facts.objects.as_ref().and_then(|o| o.api_groups.as_ref()) {
        None => Verdict::Waits,
        Some(groups) if groups.contains("monitoring.coreos.com") => Verdict::Fine,
        Some(_) => Verdict::Broken(String::new(), None),
    }
}

/// Values that differ from the deployed ones, among `paths`; what was not set before has not changed.
fn changed(view: &View<'_>, paths: &[&str]) -> Vec<(String, String)> {
    let Some(deployed) = view.facts.deployed() else { return Vec::new() };
    let words = |v: &Value| v.as_str().map_or_else(|| v.to_string(), str::to_string);
    let change = |path: &&str| {
        let (was, is) = (path::get(deployed, path)?, view.look(path)?);
        (words(was) != words(is)).then(|| (path.to_string(), format!("{path} {} → {}", words(was), words(is))))
    };
    paths.iter().filter_map(change).collect()
}

fn changes(changed: Vec<(String, String)>) -> Verdict {
    let Some((first, _)) = changed.first().cloned() else { return Verdict::Fine };
    Verdict::Broken(changed.into_iter().map(|(_, words)| words).collect::<Vec<_>>().join(", "), Some(first))
}

/// S24: names that stand in existing data.
fn detached(view: &View<'_>) -> Verdict {
    changes(changed(view, &["storage.bucketName", "database.prefix", "clusterDatabase.prefix"]))
}

/// S25: where existing data lies.
fn moved(view: &View<'_>) -> Verdict {
    let places = [
        "storage.type",
        "storage.minioSettings.endpoint",
        "storage.dellEcsSettings.endpoint",
        "storage.azureSettings.storageAccountName",
        "database.host",
        "database.port",
        "clusterDatabase.host",
        "clusterDatabase.port",
    ];
    changes(changed(view, &places))
}

/// S26: names and passwords that everybody knows. The values themselves are not repeated where they are secret.
fn default_credentials(view: &View<'_>) -> Verdict {
    let mut found = Vec::new();
    let trusts = view.is_on("javaTrustStore.enabled");
    if trusts && view.text("javaTrustStore.password").is_none_or(|password| password == "changeit") {
        found.push("javaTrustStore.password");
    }
    for path in ["storage.minioSettings.accessKey", "storage.dellEcsSettings.accessKey"] {
        if view.text(path).is_some_and(|key| ["minioadmin", "minio", "admin"].contains(&key)) {
            found.push(path);
        }
    }
    let known = [
        ("adminUser.temporaryPassword", "admin"),
        ("database.password", "iomete_pass"),
        ("clusterDatabase.password", "iomete_pass"),
        ("storage.minioSettings.secretKey", "minioadmin"),
    ];
    found.extend(known.iter().filter(|(path, word)| view.text(path) == Some(word)).map(|(path, _)| *path));
    match found.first() {
        None => Verdict::Fine,
        Some(first) => Verdict::Broken(found.join(", "), Some(first.to_string())),
    }
}
