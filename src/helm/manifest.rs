//! From rendered files to objects: splitting, reading heads, telling hooks apart, and Helm's order of kinds.

use std::cell::RefCell;
use std::rc::Rc;

use foldhash::{HashMap, HashMapExt};

use super::data::{Data, Table};
use super::halves;
use super::hooks::{self, Hook, HookEvent};
use super::profile::Profile;
use super::yaml;

/// Order of kinds on install; others follow, by name. Removal goes the other way round.
pub const INSTALL_ORDER: [&str; 36] = [
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
];

/// What Helm 4 adds to the end of the order.
const LAST_IN_HELM4: &[&str] = &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/// A rendered object.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manifest {
    /// Path of the template it comes from, beginning with the chart's name.
    pub source: String,
    /// `apiVersion`, empty for a document that is no object.
    pub api_version: String,
    /// `kind`, empty for a document that is no object.
    pub kind: String,
    /// `metadata.name`
    pub name: String,
    /// `metadata.namespace`, if the template gives one.
    pub namespace: Option<String>,
    /// The document as rendered, without the lines around it.
    pub text: String,
}

impl Manifest {
    /// The document as `helm template` prints it.
    pub fn print(&self) -> String {
        let mut text = String::new();
        self.print_to(&mut text);
        text
    }

    /// The same, behind what is in `text` already.
    pub fn print_to(&self, text: &mut String) {
        self.pieces().into_iter().for_each(|piece| text.push_str(piece));
    }

    /// What is printed one behind the other; the last but one is the document.
    pub fn pieces(&self) -> [&str; 5] {
        ["---\n# Source: ", &self.source, "\n", &self.text, "\n"]
    }
}

/// Objects and hooks of rendered files.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sorted {
    /// Objects in the order in which they are installed.
    pub manifests: Vec<Manifest>,
    /// Hooks in the order of their kinds, as Helm stores them.
    pub hooks: Vec<Hook>,
}

/// Heads of the documents that were sorted last, by their text, to read only what changed since.
#[derive(Debug, Default)]
pub struct Heads {
    of: RefCell<Option<HashMap<String, Rc<Head>>>>,
}

impl Heads {
    /// Keeps what is sorted from now on.
    pub fn kept() -> Heads {
        Heads { of: RefCell::new(Some(HashMap::new())) }
    }

    fn take(&self) -> Option<HashMap<String, Rc<Head>>> {
        self.of.borrow_mut().as_mut().map(std::mem::take)
    }

    fn keep(&self, document: &str, head: Rc<Head>) {
        if let Some(of) = self.of.borrow_mut().as_mut() {
            of.insert(document.to_string(), head);
        }
    }
}

/// Splits, reads and sorts rendered files, given as path and text.
///
/// # Errors
/// A document that is not YAML, or whose head has the wrong shape, in Helm's words.
pub fn sort(files: Vec<(String, String)>) -> Result<Sorted, String> {
    sort_as(files, Profile::Helm3, &Heads::default())
}

/// The same as either Helm does it. What is known of documents is not read again.
///
/// # Errors
/// As [`sort`].
pub fn sort_as(mut files: Vec<(String, String)>, profile: Profile, heads: &Heads) -> Result<Sorted, String> {
    files.sort_by(|a, b| a.0.cmp(&b.0));
    let mut documents = Vec::new();
    for (path, text) in &files {
        if path.rsplit('/').next().is_some_and(|base| base.starts_with('_')) || text.trim().is_empty() {
            continue;
        }
        let cut = match profile {
            Profile::Helm3 => split(text),
            Profile::Helm4 => split_keeping_ends(text),
        };
        documents.extend(cut.into_iter().map(|document| (path.as_str(), document)));
    }
    let known = heads.take().unwrap_or_default();
    let new: Vec<_> = documents.iter().filter(|(_, document)| !known.contains_key(*document)).copied().collect();
    let read = |(path, document): &(&str, &str)| {
        Head::read(document, profile).map_err(|what| format!("YAML parse error on {path}: {what}"))
    };
    let mut heads_read = halves::map(&new, read).into_iter();
    let mut sorted = Sorted::default();
    for (path, document) in documents {
        let head = match known.get(document) {
            Some(head) => Rc::clone(head),
            None => Rc::new(heads_read.next().unwrap_or_else(|| read(&(path, document)))?),
        };
        head.file(path, document, &mut sorted);
        heads.keep(document, head);
    }
    let place = |one: &Manifest| {
        let (rank, kind) = rank_as(&one.kind, profile);
        (rank, kind.to_string())
    };
    sorted.manifests.sort_by_cached_key(place);
    sorted.hooks.sort_by_cached_key(|hook| place(&hook.manifest));
    Ok(sorted)
}

/// Where a kind stands: known kinds by table, then the others by name.
pub fn rank(kind: &str) -> (usize, &str) {
    match INSTALL_ORDER.iter().position(|known| *known == kind) {
        Some(at) => (at, ""),
        None => (INSTALL_ORDER.len(), kind),
    }
}

fn rank_as(kind: &str, profile: Profile) -> (usize, &str) {
    match LAST_IN_HELM4.iter().position(|known| *known == kind && profile == Profile::Helm4) {
        Some(at) => (INSTALL_ORDER.len() + at, ""),
        None => match rank(kind) {
            (at, kind) if at == INSTALL_ORDER.len() => (at + LAST_IN_HELM4.len(), kind),
            known => known,
        },
    }
}

/// The documents of a file as Helm 4 cuts it, at `(?m)^---[ \t]*`: the line breaks at their ends belong to them.
fn split_keeping_ends(text: &str) -> Vec<&str> {
    let text = text.trim_start();
    let mut documents = Vec::new();
    let (mut start, mut line) = (0, 0);
    loop {
        if text[line..].starts_with("---") {
            documents.push(&text[start..line]);
            start = text.len() - text[line + 3..].trim_start_matches([' ', '\t']).len();
            line = start;
        }
        match text[line..].find('\n') {
            Some(at) => line += at + 1,
            None => break,
        }
    }
    documents.push(&text[start..]);
    documents.into_iter().map(str::trim_start).filter(|document| !document.is_empty()).collect()
}

/// The documents of a file: separated wherever a line begins with `---`, trimmed.
///
/// Helm cuts at `(?:^|\s*\n)---\s*`, so that what follows the dashes on the same line begins the next document, and a
/// second marker right after one stays in the text.
pub fn split(text: &str) -> Vec<&str> {
    let text = text.trim();
    let mut documents = Vec::new();
    let mut start = 0;
    let mut from = 0;
    while let Some(at) = marker(text, from) {
        documents.push(&text[start..at]);
        let after = &text[at..].trim_start()[3..];
        start = text.len() - after.trim_start_matches(regex_space).len();
        from = start;
    }
    documents.push(&text[start..]);
    documents.into_iter().filter(|document| !document.is_empty()).map(str::trim).collect()
}

/// Where the next separator begins, with the white space before it.
fn marker(text: &str, from: usize) -> Option<usize> {
    if from == 0 && text.starts_with("---") {
        return Some(0);
    }
    let at = from + text[from..].find("\n---")?;
    Some(from + text[from..at].trim_end_matches(regex_space).len())
}

/// `\s` of Go's regular expressions.
fn regex_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\x0c' | '\r')
}

/// What Helm reads of a document.
#[derive(Debug, Default)]
struct Head {
    api_version: String,
    kind: String,
    name: String,
    namespace: Option<String>,
    annotations: Vec<(String, String)>,
}

impl Head {
    fn read(document: &str, profile: Profile) -> Result<Head, String> {
        let data = yaml::outline(document.as_bytes(), Head::reads).map_err(|error| error.to_string())?;
        let table = match &data {
            Data::Null => return Ok(Head::default()),
            Data::Table(table) => table,
            other => {
                let package = if profile == Profile::Helm4 { "util" } else { "releaseutil" };
                return Err(mismatch(other, "value", &format!("{package}.SimpleHead")));
            }
        };
        let mut head = Head {
            api_version: text(table, "apiVersion", "SimpleHead.apiVersion")?.unwrap_or_default(),
            kind: text(table, "kind", "SimpleHead.kind")?.unwrap_or_default(),
            ..Head::default()
        };
        match field(table, "metadata") {
            None | Some(Data::Null) => {}
            Some(Data::Table(metadata)) => head.metadata(metadata)?,
            Some(other) => {
                let shape = "struct { Name string \"json:\\\"name\\\"\"; Annotations map[string]string \
                             \"json:\\\"annotations\\\"\" }";
                return Err(mismatch(other, "struct field SimpleHead.metadata", shape));
            }
        }
        Ok(head)
    }

    /// Whether an entry of a document belongs to its head, in whatever letter case.
    fn reads(key: &str) -> bool {
        ["apiVersion", "kind", "metadata"].iter().any(|name| name.eq_ignore_ascii_case(key))
    }

    fn metadata(&mut self, metadata: &Table) -> Result<(), String> {
        self.name = text(metadata, "name", ".metadata.name")?.unwrap_or_default();
        self.namespace = match metadata.get("namespace") {
            Some(data) => scalar(data),
            None => None,
        };
        match field(metadata, "annotations") {
            None | Some(Data::Null) => Ok(()),
            Some(Data::Table(annotations)) => {
                for (key, value) in annotations {
                    let value = match value {
                        Data::Null => String::new(),
                        value => scalar(value)
                            .ok_or_else(|| mismatch(value, "struct field .metadata.annotations", "string"))?,
                    };
                    self.annotations.push((key.clone(), value));
                }
                Ok(())
            }
            Some(other) => Err(mismatch(other, "struct field .metadata.annotations", "map[string]string")),
        }
    }

    fn annotation(&self, name: &str) -> Option<&str> {
        self.annotations.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Puts the document among the objects or the hooks; one with an unknown event vanishes, as with Helm.
    fn file(&self, source: &str, document: &str, sorted: &mut Sorted) {
        let events = self.annotation(hooks::EVENTS).map(|events| events.split(',').map(HookEvent::parse).collect());
        let weight = self.annotation(hooks::WEIGHT).and_then(|weight| weight.parse().ok()).unwrap_or(0);
        let words = |name: &str| -> Vec<String> {
            self.annotation(name)
                .map(|list| list.split(',').map(|word| word.trim().to_lowercase()).collect())
                .unwrap_or_default()
        };
        let (delete_policies, output_log_policies) = (words(hooks::DELETE_POLICY), words(hooks::OUTPUT_LOG_POLICY));
        let manifest = Manifest {
            source: source.to_string(),
            api_version: self.api_version.clone(),
            kind: self.kind.clone(),
            name: self.name.clone(),
            namespace: self.namespace.clone(),
            text: document.to_string(),
        };
        match events {
            None => sorted.manifests.push(manifest),
            Some(None) => tracing::info!("skipping unknown hook of {source}"),
            Some(Some(events)) => {
                sorted.hooks.push(Hook { manifest, events, weight, delete_policies, output_log_policies });
            }
        }
    }
}

/// A field by its name, or by its name in other letter cases, as Go's decoder finds it.
fn field<'a>(table: &'a Table, name: &str) -> Option<&'a Data> {
    table.get(name).or_else(|| table.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

fn text(table: &Table, name: &str, go: &str) -> Result<Option<String>, String> {
    match field(table, name) {
        None | Some(Data::Null) => Ok(None),
        Some(data) => match scalar(data) {
            Some(text) => Ok(Some(text)),
            None => Err(mismatch(data, &format!("struct field {go}"), "string")),
        },
    }
}

fn scalar(data: &Data) -> Option<String> {
    match data {
        Data::Str(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        Data::Int(i) => Some(i.to_string()),
        Data::Float(x) => Some(yaml::float_g32(*x)),
        Data::Bool(b) => Some(b.to_string()),
        _ => None,
    }
}

fn mismatch(data: &Data, what: &str, wanted: &str) -> String {
    let kind = data.json_kind();
    format!(
        "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {kind} into Go {what} of type {wanted}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_cut_where_a_line_begins_with_dashes() {
        assert_eq!(split("a\n---\n---\nb"), ["a", "---\nb"]);
        assert_eq!(split("kind: A\n---apiVersion: v1\n"), ["kind: A", "apiVersion: v1"]);
        assert_eq!(split("x: |\n  a\n-----BEGIN"), ["x: |\n  a", "--BEGIN"]);
        assert_eq!(split("---\n\n a: 1\n  \n---\n"), ["a: 1"]);
        assert_eq!(split("# only a comment"), ["# only a comment"]);
    }

    #[test]
    fn what_is_known_of_a_document_is_what_is_read_of_it() {
        let files = |kind: &str| {
            let hook = "kind: Job\nmetadata:\n  name: j\n  annotations: {helm.sh/hook: pre-install}\n";
            vec![("c/templates/a.yaml".to_string(), format!("{hook}---\nkind: {kind}\nmetadata: {{name: n}}\n"))]
        };
        let heads = Heads::kept();
        for kind in ["Service", "Service", "Secret", "Service"] {
            let known = sort_as(files(kind), Profile::Helm3, &heads).unwrap();
            assert_eq!(known, sort(files(kind)).unwrap());
            assert_eq!(heads.take().unwrap().len(), 2, "nothing of earlier renderings is kept");
            sort_as(files(kind), Profile::Helm3, &heads).unwrap();
        }
    }

    #[test]
    fn unknown_events_vanish_and_hooks_leave_the_manifest() {
        let hook =
            |event: &str| format!("kind: Job\nmetadata:\n  name: j\n  annotations:\n    helm.sh/hook: {event}\n");
        let text =
            format!("{}---\n{}---\nkind: Zed\n---\n# nothing\n", hook("pre-install, Test-Success"), hook("pre-instal"));
        let sorted = sort(vec![("c/templates/a.yaml".into(), text)]).unwrap();
        let kinds: Vec<&str> = sorted.manifests.iter().map(|m| m.kind.as_str()).collect();
        assert_eq!(kinds, ["", "Zed"]);
        assert_eq!(sorted.hooks.len(), 1);
        assert_eq!(sorted.hooks[0].events, [HookEvent::PreInstall, HookEvent::Test]);
    }

    #[test]
    fn broken_documents_are_named() {
        let error = |text: &str| sort(vec![("c/templates/a.yaml".into(), text.into())]).unwrap_err();
        assert_eq!(
            error("a: b\nc: d: e"),
            "YAML parse error on c/templates/a.yaml: error converting YAML to JSON: yaml: line 2: mapping values are not \
             allowed in this context"
        );
        assert!(error("hello").ends_with("cannot unmarshal string into Go value of type releaseutil.SimpleHead"));
    }
}
