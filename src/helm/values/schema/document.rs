//! A schema as a document: the schemas in it that have names of their own, and where references lead.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use foldhash::{HashMap, HashSet};
use serde_json::{Map, Value as Json};

use super::metaschema::{Draft, published};
use super::{plain, validator};
use crate::helm::data::Data;
use crate::helm::gofmt::quote;
use crate::helm::values::violation::tree;

/// The address that Helm gives to a chart's schema, which stands in error texts.
pub const URL: &str = "file:///values.schema.json";

/// A schema together with the resource that it belongs to, which decides where its references lead.
#[derive(Clone)]
pub struct Node<'s> {
    pub schema: &'s Json,
    pub resource: Rc<Resource<'s>>,
}

/// A schema with an address.
pub struct Resource<'s> {
    pub draft: Draft,
    root: &'s Json,
    /// Address of the document, and of this schema, which may have its own.
    document: String,
    id: String,
    pointer: String,
    anchors: BTreeMap<String, (&'s Json, String)>,
    pub dynamic: HashSet<String>,
    pub recursive: bool,
}

/// A document with everything that it refers to.
pub struct Document<'s> {
    pub root: Node<'s>,
    /// `format` is checked in every draft: so it is where schemas themselves are checked.
    pub formats: bool,
    /// Resources by address.
    resources: RefCell<HashMap<String, Rc<Resource<'s>>>>,
    /// Resources by the address in memory of their schema.
    homes: RefCell<HashMap<usize, Rc<Resource<'s>>>>,
    /// Where references led, by the referring schema and keyword.
    followed: RefCell<HashMap<(usize, &'static str), Node<'s>>>,
}

/// Keywords that hold a schema, a list of schemas, or schemas by name.
const ONE: &[&str] = &[
    "not",
    "items",
    "additionalItems",
    "additionalProperties",
    "contains",
    "propertyNames",
    "if",
    "then",
    "else",
    "unevaluatedItems",
    "unevaluatedProperties",
];
const SEVERAL: &[&str] = &["allOf", "anyOf", "oneOf", "prefixItems", "items"];
const NAMED: &[&str] = &["properties", "patternProperties", "dependencies", "dependentSchemas"];
/// References, which lead to further schemas.
pub const REFERENCES: &[&str] = &["$ref", "$recursiveRef", "$dynamicRef"];

pub fn key(schema: &Json) -> usize {
    std::ptr::from_ref(schema) as usize
}

impl<'s> Document<'s> {
    /// Reads the addresses in a schema.
    ///
    /// # Errors
    /// `$schema` names a draft that nobody knows.
    pub fn new(schema: &'s Json, url: &str) -> Result<Document<'s>, String> {
        let draft = match schema.get("$schema").and_then(Json::as_str) {
            None => Draft::LATEST,
            Some(name) => Draft::named(name).ok_or_else(|| {
                format!("failing loading {}: other documents are not fetched while rendering", quote(name.as_bytes()))
            })?,
        };
        let resources = RefCell::default();
        let homes = RefCell::default();
        let root = collect(schema, url, draft, &resources, &homes);
        Ok(Document { root, formats: false, resources, homes, followed: RefCell::default() })
    }

    /// What Helm checks of a schema before any value: it is one, its references lead somewhere, its patterns are read.
    ///
    /// # Errors
    /// Helm's sentence.
    pub fn check(&self) -> Result<(), String> {
        if self.is_plain() {
            return Ok(());
        }
        self.against_metaschema()?;
        let mut seen = HashSet::default();
        let mut open = vec![(self.root.clone(), String::new())];
        while let Some((node, pointer)) = open.pop() {
            let Json::Object(keywords) = node.schema else { continue };
            if !seen.insert(key(node.schema)) {
                continue;
            }
            let patterns = keywords.get("pattern").and_then(Json::as_str).map(|p| (p, "pattern"));
            let named = keywords.get("patternProperties").and_then(Json::as_object);
            let named = named.into_iter().flat_map(Map::keys).map(|p| (p.as_str(), "patternProperties"));
            for (pattern, keyword) in patterns.into_iter().chain(named) {
                if let Err(error) = crate::helm::funcs::regex_valid(pattern) {
                    let place = format!("{}#{pointer}/{keyword}", node.resource.document);
                    return Err(format!("invalid regex {} at \"{place}\": {error}", quote(pattern.as_bytes())));
                }
            }
            for keyword in REFERENCES {
                if keywords.get(*keyword).is_some_and(Json::is_string) {
                    open.push((self.follow(&node, keyword)?, String::new()));
                }
            }
            if node.resource.draft.0 < 2019 && keywords.contains_key("$ref") {
                continue;
            }
            self.below(&node, keywords, &pointer, &mut open);
        }
        Ok(())
    }

    /// All of it can be judged at a glance: the document, and what its references lead to.
    fn is_plain(&self) -> bool {
        let mut seen = HashSet::default();
        let mut open = vec![self.root.schema];
        while let Some(schema) = open.pop() {
            if !seen.insert(key(schema)) {
                continue;
            }
            let mut references = Vec::new();
            if !plain::certainly_valid(schema, &mut references) {
                return false;
            }
            for schema in references {
                match self.follow(&Node { schema, resource: Rc::clone(&self.root.resource) }, "$ref") {
                    Ok(node) => open.push(node.schema),
                    Err(_) => return false,
                }
            }
        }
        true
    }

    fn below(&self, node: &Node<'s>, keywords: &'s Map<String, Json>, at: &str, open: &mut Vec<(Node<'s>, String)>) {
        let mut add = |schema: &'s Json, path: String| open.push((self.child(node, schema), format!("{at}/{path}")));
        for keyword in ONE {
            if let Some(schema @ Json::Object(_)) = keywords.get(*keyword) {
                add(schema, (*keyword).to_string());
            }
        }
        for keyword in SEVERAL {
            for (number, schema) in keywords.get(*keyword).and_then(Json::as_array).into_iter().flatten().enumerate() {
                add(schema, format!("{keyword}/{number}"));
            }
        }
        for keyword in NAMED {
            for (name, schema) in keywords.get(*keyword).and_then(Json::as_object).into_iter().flatten() {
                add(schema, format!("{keyword}/{}", escaped(name)));
            }
        }
    }

    pub fn against_metaschema(&self) -> Result<(), String> {
        let draft = self.root.resource.draft;
        let Some(schema) = published(draft.url()) else { return Ok(()) };
        let metaschema = Document { formats: true, ..Document::new(schema, draft.url())? };
        let instance = Data::from_json(self.root.schema.clone());
        validator::validate(&metaschema, (&instance).into()).map_err(|violation| {
            let heading = format!("jsonschema validation failed with '{}#'", draft.url());
            format!("\"{URL}#\" is not valid against metaschema: {heading}\n{}", tree(violation))
        })
    }

    /// A schema inside of another one.
    pub fn child(&self, node: &Node<'s>, schema: &'s Json) -> Node<'s> {
        let resource = match schema {
            Json::Object(keywords) if keywords.contains_key("$id") || keywords.contains_key("id") => {
                self.homes.borrow().get(&key(schema)).cloned()
            }
            _ => None,
        };
        Node { schema, resource: resource.unwrap_or_else(|| Rc::clone(&node.resource)) }
    }

    /// Where the reference under `keyword` leads.
    ///
    /// # Errors
    /// Helm's sentence for a place that does not exist.
    pub fn follow(&self, node: &Node<'s>, keyword: &'static str) -> Result<Node<'s>, String> {
        let known = (key(node.schema), keyword);
        if let Some(found) = self.followed.borrow().get(&known) {
            return Ok(found.clone());
        }
        let reference = node.schema.get(keyword).and_then(Json::as_str).unwrap_or_default();
        let found = self.resolve(&node.resource, reference)?;
        self.followed.borrow_mut().insert(known, found.clone());
        Ok(found)
    }

    fn resolve(&self, from: &Rc<Resource<'s>>, reference: &str) -> Result<Node<'s>, String> {
        let (address, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let fragment = percent_encoding::percent_decode_str(fragment).decode_utf8_lossy().into_owned();
        let url = if address.is_empty() { from.id.clone() } else { joined(&from.id, address) };
        let resource = self.resource(&url)?;
        if fragment.is_empty() {
            return Ok(Node { schema: resource.root, resource });
        }
        if !fragment.starts_with('/') {
            let found = resource.anchors.get(&fragment).map(|(schema, _)| *schema);
            return match found {
                Some(schema) => Ok(self.child(&Node { schema, resource: Rc::clone(&resource) }, schema)),
                None => Err(format!("anchor in \"{url}#{fragment}\" not found in schema \"{}\"", resource.document)),
            };
        }
        let mut node = Node { schema: resource.root, resource: Rc::clone(&resource) };
        for token in fragment.split('/').skip(1) {
            let token = unescaped(token);
            let next = match node.schema {
                Json::Object(map) => map.get(&*token),
                Json::Array(items) => token.parse::<usize>().ok().and_then(|at| items.get(at)),
                _ => None,
            };
            let Some(next) = next else {
                let place = format!("{}#{}{fragment}", resource.document, resource.pointer);
                return Err(format!("json-pointer in \"{place}\" not found"));
            };
            node = self.child(&node, next);
        }
        Ok(node)
    }

    fn resource(&self, url: &str) -> Result<Rc<Resource<'s>>, String> {
        if let Some(resource) = self.resources.borrow().get(url) {
            return Ok(Rc::clone(resource));
        }
        let Some(schema) = published(url) else {
            let url = quote(url.as_bytes());
            return Err(format!("failing loading {url}: other documents are not fetched while rendering"));
        };
        let draft = schema.get("$schema").and_then(Json::as_str).and_then(Draft::named).unwrap_or(Draft::LATEST);
        Ok(collect(schema, url, draft, &self.resources, &self.homes).resource)
    }
}

type Resources<'s> = RefCell<HashMap<String, Rc<Resource<'s>>>>;
type Homes<'s> = RefCell<HashMap<usize, Rc<Resource<'s>>>>;

/// Finds the resources and anchors of a document.
fn collect<'s>(root: &'s Json, url: &str, draft: Draft, all: &Resources<'s>, homes: &Homes<'s>) -> Node<'s> {
    let id = own_id(root, draft).map_or_else(|| url.to_string(), |id| joined(url, id));
    let mut first = Resource::new(root, draft, url, id, String::new());
    let mut inner = Vec::new();
    walk(root, &mut String::new(), &mut first, &mut inner);
    let mut rest = inner;
    let first = Rc::new(first);
    all.borrow_mut().insert(url.to_string(), Rc::clone(&first));
    all.borrow_mut().insert(first.id.clone(), Rc::clone(&first));
    homes.borrow_mut().insert(key(root), Rc::clone(&first));
    while let Some(resource) = rest.pop() {
        let mut resource = resource;
        let mut inner = Vec::new();
        let (schema, mut pointer) = (resource.root, resource.pointer.clone());
        walk(schema, &mut pointer, &mut resource, &mut inner);
        rest.extend(inner);
        let resource = Rc::new(resource);
        homes.borrow_mut().insert(key(schema), Rc::clone(&resource));
        all.borrow_mut().entry(resource.id.clone()).or_insert(resource);
    }
    Node { schema: root, resource: first }
}

impl<'s> Resource<'s> {
    fn new(root: &'s Json, draft: Draft, document: &str, id: String, pointer: String) -> Resource<'s> {
        let recursive = root.get("$recursiveAnchor") == Some(&Json::Bool(true));
        let (anchors, dynamic) = Default::default();
        Resource { draft, root, document: document.to_string(), id, pointer, anchors, dynamic, recursive }
    }

    /// The schema that has this address.
    pub fn root(&self) -> &'s Json {
        self.root
    }

    /// The schema of a dynamic anchor.
    pub fn anchored(&self, name: &str) -> Option<&'s Json> {
        self.anchors.get(name).map(|(schema, _)| *schema)
    }
}

/// Collects the anchors of one resource; schemas with addresses of their own are put aside. `pointer` leads to `schema`
/// and is the same afterwards.
fn walk<'s>(schema: &'s Json, pointer: &mut String, resource: &mut Resource<'s>, inner: &mut Vec<Resource<'s>>) {
    let length = pointer.len();
    match schema {
        Json::Object(keywords) => {
            let text = |name: &str| keywords.get(name).and_then(Json::as_str);
            let draft = resource.draft;
            if *pointer != resource.pointer
                && let Some(id) = own_id(schema, draft)
            {
                let draft = text("$schema").and_then(Draft::named).unwrap_or(draft);
                let id = joined(&resource.id, id);
                inner.push(Resource::new(schema, draft, &resource.document, id, pointer.clone()));
                return;
            }
            let mut anchor = |name: &str| resource.anchors.insert(name.to_string(), (schema, pointer.clone()));
            if draft.0 < 2019 {
                let fragment = text(draft.id_keyword()).and_then(|id| id.split_once('#')).map(|(_, name)| name);
                if let Some(name) = fragment.filter(|name| !name.is_empty() && !keywords.contains_key("$ref")) {
                    anchor(name);
                }
            } else {
                text("$anchor").map(&mut anchor);
                if let Some(name) = text("$dynamicAnchor") {
                    anchor(name);
                    resource.dynamic.insert(name.to_string());
                }
            }
            let nested = |value: &Json| matches!(value, Json::Object(_) | Json::Array(_));
            for (name, value) in keywords.iter().filter(|(_, value)| nested(value)) {
                if !matches!(name.as_str(), "default" | "enum" | "const" | "examples") {
                    pointer.push('/');
                    pointer.push_str(&escaped(name));
                    walk(value, pointer, resource, inner);
                    pointer.truncate(length);
                }
            }
        }
        Json::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                pointer.push_str(&format!("/{number}"));
                walk(item, pointer, resource, inner);
                pointer.truncate(length);
            }
        }
        _ => {}
    }
}

/// The address that a schema gives itself, without its fragment.
fn own_id(schema: &Json, draft: Draft) -> Option<&str> {
    if draft.0 < 2019 && schema.get("$ref").is_some() {
        return None;
    }
    let id = schema.get(draft.id_keyword())?.as_str()?;
    let id = id.split('#').next().unwrap_or(id);
    (!id.is_empty()).then_some(id)
}

/// A name as a token of a JSON pointer.
pub(super) fn escaped(token: &str) -> Cow<'_, str> {
    if token.contains(['~', '/']) { token.replace('~', "~0").replace('/', "~1").into() } else { token.into() }
}

fn unescaped(token: &str) -> Cow<'_, str> {
    if token.contains('~') { token.replace("~1", "/").replace("~0", "~").into() } else { token.into() }
}

/// A reference taken from a base, as far as schemas use it: absolute, from the host, or beside the base.
fn joined(base: &str, reference: &str) -> String {
    let scheme = reference.split(':').next().unwrap_or_default();
    let absolute = reference.contains(':') && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    if absolute {
        return reference.to_string();
    }
    let (scheme, rest) = base.split_once("://").unwrap_or(("", base));
    let (host, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    let folder = path.rfind('/').map_or("/", |at| &path[..=at]);
    let whole = if reference.starts_with('/') { reference.to_string() } else { format!("{folder}{reference}") };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/').skip(1) {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("{scheme}://{host}/{}", parts.join("/"))
}
