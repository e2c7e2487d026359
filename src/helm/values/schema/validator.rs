//! The walk through schema and values.

use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::Value as Json;

use super::document::{Document, Node, REFERENCES, Resource, escaped, key};
use super::keywords;
use crate::helm::data::{Data, Table};
use crate::helm::values::violation::Violation;

/// A value that is checked.
#[derive(Clone, Copy)]
pub enum Instance<'v> {
    /// A mapping.
    Table(&'v Table),
    /// Anything else, or a mapping.
    Data(&'v Data),
    /// A name of a property.
    Name(&'v str),
}

impl<'v> From<&'v Table> for Instance<'v> {
    fn from(table: &'v Table) -> Self {
        Instance::Table(table)
    }
}

impl<'v> From<&'v Data> for Instance<'v> {
    fn from(data: &'v Data) -> Self {
        match data {
            Data::Table(table) => Instance::Table(table),
            other => Instance::Data(other),
        }
    }
}

/// Nothing that is well meant is nested deeper.
const DEEPEST: usize = 2000;

/// How many looks a check may take: schemas that refer to each other twice need any number of them.
const MOST_LOOKS: u64 = 500_000;

/// Checks a value against a document.
pub fn validate(document: &Document, instance: Instance) -> Result<(), Violation> {
    let (scope, chain) = (Vec::new(), Vec::new());
    let mut check = Check { document, place: String::new(), scope, chain, depth: 0, looks: 0 };
    let mut open = Unevaluated::of(&document.root, instance, false);
    let result = check.schema(&document.root, instance, &mut open);
    // Whatever was found by then, `not` may have made the opposite of it.
    match check.is_exhausted() {
        true => Err(Violation::new("", format!("gave up after {MOST_LOOKS} looks: is the schema made to never end?"))),
        false => result,
    }
}

/// How often a schema looks at a value or at a part of it, apart from the schemas below it.
fn looks(schema: &serde_json::Map<String, Json>, instance: Instance) -> u64 {
    let list = |name: &str| schema.get(name).and_then(Json::as_array).map_or(0, Vec::len) as u64;
    let map = |name: &str| schema.get(name).and_then(Json::as_object).map_or(0, serde_json::Map::len) as u64;
    let own = match instance {
        Instance::Table(table) => (table.len() as u64).saturating_mul(1 + map("patternProperties") * 4),
        Instance::Data(Data::List(items)) if schema.get("uniqueItems") == Some(&Json::Bool(true)) => {
            (items.len() as u64).pow(2) / 32
        }
        _ => 0,
    };
    1 + own + (list("enum") + list("required") + map("dependencies") + map("dependentSchemas")) / 8
}

/// What no keyword has looked at yet, for `unevaluatedProperties` and `unevaluatedItems`.
#[derive(Debug, Default, Clone)]
pub struct Unevaluated {
    pub properties: BTreeSet<String>,
    pub items: BTreeSet<usize>,
}

impl Unevaluated {
    fn of(node: &Node, instance: Instance, wanted: bool) -> Unevaluated {
        let has = |name: &str| node.schema.get(name).is_some();
        let mut open = Unevaluated::default();
        if let Instance::Table(table) = instance
            && (wanted || has("unevaluatedProperties"))
            && !has("additionalProperties")
        {
            open.properties = table.keys().cloned().collect();
        }
        if let Instance::Data(Data::List(items)) = instance
            && (wanted || has("unevaluatedItems"))
        {
            let latest = node.resource.draft.0 >= 2020;
            let listed = if latest { "prefixItems" } else { "items" };
            let first = node.schema.get(listed).and_then(Json::as_array).map_or(0, Vec::len);
            let all = if latest { has("items") } else { has("additionalItems") || (has("items") && first == 0) };
            open.items = if all { BTreeSet::new() } else { (first..items.len()).collect() };
        }
        open
    }

    fn is_empty(&self) -> bool {
        self.properties.is_empty() && self.items.is_empty()
    }

    fn merge(&mut self, other: &Unevaluated) {
        self.properties.retain(|name| other.properties.contains(name));
        self.items.retain(|at| other.items.contains(at));
    }
}

pub struct Check<'d, 's> {
    pub document: &'d Document<'s>,
    /// JSON pointer to the value.
    pub place: String,
    /// The resources that we came through, for dynamic references.
    scope: Vec<Rc<Resource<'s>>>,
    /// The schemas that look at the same value.
    chain: Vec<usize>,
    depth: usize,
    looks: u64,
}

impl<'s> Check<'_, 's> {
    pub fn wrong(&self, text: impl Into<String>) -> Violation {
        Violation::new(&self.place, text)
    }

    fn is_exhausted(&self) -> bool {
        self.looks > MOST_LOOKS
    }

    /// One schema against one value.
    pub fn schema(&mut self, node: &Node<'s>, instance: Instance, open: &mut Unevaluated) -> Result<(), Violation> {
        let schema = match node.schema {
            Json::Bool(true) => return Ok(()),
            Json::Bool(false) => return Err(self.wrong("false schema")),
            Json::Object(schema) => schema,
            _ => return Ok(()),
        };
        if self.chain.contains(&key(node.schema)) {
            return Err(self.wrong("the schema refers to itself, causing reference cycle"));
        }
        if self.depth > DEEPEST {
            return Err(self.wrong(format!("schema and value are nested deeper than {DEEPEST} levels")));
        }
        self.looks = self.looks.saturating_add(looks(schema, instance));
        if self.is_exhausted() {
            return Err(self.wrong("given up"));
        }
        let draft = node.resource.draft;
        let only_reference = draft.0 < 2019 && schema.get("$ref").is_some_and(Json::is_string);
        if !only_reference {
            keywords::scalar(self, schema, draft, instance)?;
        }
        self.depth += 1;
        self.chain.push(key(node.schema));
        let entered = !self.scope.last().is_some_and(|last| Rc::ptr_eq(last, &node.resource));
        if entered {
            self.scope.push(Rc::clone(&node.resource));
        }
        let result = stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
            if only_reference {
                return self.reference(node, "$ref", instance, open);
            }
            let mut found = Vec::new();
            if schema.contains_key("$ref") {
                found.extend(self.reference(node, "$ref", instance, open).err());
            }
            keywords::shaped(self, node, schema, instance, open, &mut found);
            for keyword in REFERENCES.iter().skip(1).filter(|k| draft.0 >= 2019 && schema.contains_key(**k)) {
                found.extend(self.reference(node, keyword, instance, open).err());
            }
            keywords::branches(self, node, schema, instance, open, &mut found);
            if draft.0 >= 2019 {
                keywords::unevaluated(self, node, schema, instance, open, &mut found);
            }
            Violation::gathered(&self.place, found).map_or(Ok(()), Err)
        });
        if entered {
            self.scope.pop();
        }
        self.chain.pop();
        self.depth -= 1;
        result
    }

    /// Another schema against the same value.
    pub fn same(
        &mut self,
        node: &Node<'s>,
        schema: &'s Json,
        instance: Instance,
        open: &mut Unevaluated,
    ) -> Result<(), Violation> {
        let inner = self.document.child(node, schema);
        self.same_node(&inner, instance, open)
    }

    fn same_node(&mut self, inner: &Node<'s>, instance: Instance, open: &mut Unevaluated) -> Result<(), Violation> {
        let mut below = Unevaluated::of(inner, instance, !open.is_empty());
        self.schema(inner, instance, &mut below)?;
        open.merge(&below);
        Ok(())
    }

    /// A schema inside of this one against a value inside of this one.
    pub fn inside(
        &mut self,
        node: &Node<'s>,
        schema: &'s Json,
        instance: Instance,
        token: &str,
    ) -> Result<(), Violation> {
        let inner = self.document.child(node, schema);
        let length = self.place.len();
        self.place.push('/');
        self.place.push_str(&escaped(token));
        let chain = std::mem::take(&mut self.chain);
        let mut below = Unevaluated::of(&inner, instance, false);
        let result = self.schema(&inner, instance, &mut below);
        self.chain = chain;
        self.place.truncate(length);
        result
    }

    /// A schema on its own, at the top of its own document: names of properties.
    pub fn apart(&mut self, node: &Node<'s>, schema: &'s Json, instance: Instance) -> Result<(), Violation> {
        let inner = self.document.child(node, schema);
        let place = std::mem::take(&mut self.place);
        let chain = std::mem::take(&mut self.chain);
        let result = self.schema(&inner, instance, &mut Unevaluated::default());
        self.chain = chain;
        self.place = place;
        result
    }

    fn reference(
        &mut self,
        node: &Node<'s>,
        keyword: &'static str,
        instance: Instance,
        open: &mut Unevaluated,
    ) -> Result<(), Violation> {
        let mut target = self.document.follow(node, keyword).map_err(|text| self.wrong(text))?;
        match keyword {
            "$recursiveRef" if target.resource.recursive => {
                if let Some(outermost) = self.scope.iter().find(|resource| resource.recursive) {
                    target = self.document.follow_root(outermost);
                }
            }
            "$dynamicRef" => {
                let text = node.schema.get(keyword).and_then(Json::as_str).unwrap_or_default();
                let anchor = text.split_once('#').map_or("", |(_, anchor)| anchor);
                let own = target.schema.get("$dynamicAnchor").and_then(Json::as_str) == Some(anchor);
                let outermost = self.scope.iter().find(|resource| resource.dynamic.contains(anchor));
                if let (true, Some(resource)) = (own, outermost)
                    && let Some(schema) = resource.anchored(anchor)
                {
                    target = Node { schema, resource: Rc::clone(resource) };
                }
            }
            _ => {}
        }
        self.same_node(&target, instance, open).map_err(|found| Violation::behind(&self.place, found))
    }
}

impl<'s> Document<'s> {
    fn follow_root(&self, resource: &Rc<Resource<'s>>) -> Node<'s> {
        Node { schema: resource.root(), resource: Rc::clone(resource) }
    }
}
