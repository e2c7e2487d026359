//! A glance at a schema that saves the check against its metaschema.
//!
//! Nearly every schema is made of a few keywords whose shape can be seen at once; whoever has only these, written as
//! every draft allows, is valid. The metaschema, whose reading and walking costs more than the rest of a chart's
//! checks together, is taken for the others and for the words of an error.

use serde_json::Value as Json;

use super::format;
use super::metaschema::Draft;

/// What may stand under a keyword in every draft.
enum Shape {
    Anything,
    Text,
    Bool,
    Number,
    Positive,
    Count,
    Types,
    Names,
    Options,
    Pattern,
    /// A place in the same document.
    Reference,
    Schema,
    /// A schema, `true` or `false`.
    Open,
    Schemas,
    Named,
    /// By name, a schema or further names.
    Dependencies,
    /// A draft that is known; only a document has one.
    Draft,
    /// Written differently in some draft, or seldom: the metaschema decides.
    Doubtful,
}

/// All keywords of all drafts; other names may hold anything.
const SHAPES: &[(&str, Shape)] = &[
    ("$schema", Shape::Draft),
    ("$ref", Shape::Reference),
    ("$comment", Shape::Text),
    ("$defs", Shape::Named),
    ("additionalItems", Shape::Open),
    ("additionalProperties", Shape::Open),
    ("allOf", Shape::Schemas),
    ("anyOf", Shape::Schemas),
    ("const", Shape::Anything),
    ("contains", Shape::Schema),
    ("default", Shape::Anything),
    ("definitions", Shape::Named),
    ("deprecated", Shape::Bool),
    ("dependencies", Shape::Dependencies),
    ("description", Shape::Text),
    ("else", Shape::Schema),
    ("enum", Shape::Options),
    ("format", Shape::Text),
    ("if", Shape::Schema),
    ("items", Shape::Schema),
    ("maxItems", Shape::Count),
    ("maxLength", Shape::Count),
    ("maxProperties", Shape::Count),
    ("maximum", Shape::Number),
    ("minItems", Shape::Count),
    ("minLength", Shape::Count),
    ("minProperties", Shape::Count),
    ("minimum", Shape::Number),
    ("multipleOf", Shape::Positive),
    ("not", Shape::Schema),
    ("oneOf", Shape::Schemas),
    ("pattern", Shape::Pattern),
    ("properties", Shape::Named),
    ("propertyNames", Shape::Schema),
    ("readOnly", Shape::Bool),
    ("required", Shape::Names),
    ("then", Shape::Schema),
    ("title", Shape::Text),
    ("type", Shape::Types),
    ("uniqueItems", Shape::Bool),
    ("writeOnly", Shape::Bool),
    ("$anchor", Shape::Doubtful),
    ("$dynamicAnchor", Shape::Doubtful),
    ("$dynamicRef", Shape::Doubtful),
    ("$id", Shape::Doubtful),
    ("$recursiveAnchor", Shape::Doubtful),
    ("$recursiveRef", Shape::Doubtful),
    ("$vocabulary", Shape::Doubtful),
    ("contentEncoding", Shape::Doubtful),
    ("contentMediaType", Shape::Doubtful),
    ("contentSchema", Shape::Doubtful),
    ("dependentRequired", Shape::Doubtful),
    ("dependentSchemas", Shape::Doubtful),
    ("examples", Shape::Doubtful),
    ("exclusiveMaximum", Shape::Doubtful),
    ("exclusiveMinimum", Shape::Doubtful),
    ("id", Shape::Doubtful),
    ("maxContains", Shape::Doubtful),
    ("minContains", Shape::Doubtful),
    ("patternProperties", Shape::Doubtful),
    ("prefixItems", Shape::Doubtful),
    ("unevaluatedItems", Shape::Doubtful),
    ("unevaluatedProperties", Shape::Doubtful),
];

const TYPES: &[&str] = &["array", "boolean", "integer", "null", "number", "object", "string"];

/// Longer lists are compared by the metaschema, which does it once.
const FEW: usize = 64;

/// Deeper nesting is left to the metaschema, which has a limit.
const DEEPEST: usize = 100;

/// Whether a document is certainly a schema, of any draft. `false` says nothing.
///
/// The schemas in it that are references are added to `references`: what these lead to has still to be found.
pub fn certainly_valid<'s>(schema: &'s Json, references: &mut Vec<&'s Json>) -> bool {
    Glance { references }.schema(schema, 0)
}

struct Glance<'r, 's> {
    references: &'r mut Vec<&'s Json>,
}

impl<'s> Glance<'_, 's> {
    fn schema(&mut self, schema: &'s Json, depth: usize) -> bool {
        let Json::Object(keywords) = schema else { return false };
        if keywords.contains_key("$ref") {
            self.references.push(schema);
        }
        keywords.iter().all(|(name, value)| self.keyword(name, value, depth))
    }

    fn keyword(&mut self, name: &str, value: &'s Json, depth: usize) -> bool {
        let Some((_, shape)) = SHAPES.iter().find(|(known, _)| *known == name) else { return true };
        match shape {
            Shape::Anything => true,
            Shape::Text => value.is_string(),
            Shape::Bool => value.is_boolean(),
            Shape::Number => value.is_number(),
            Shape::Positive => value.as_f64().is_some_and(|number| number > 0.0),
            Shape::Count => value.is_u64(),
            Shape::Types => match value {
                Json::String(name) => TYPES.contains(&name.as_str()),
                Json::Array(names) => {
                    distinct_texts(names)
                        && names.iter().all(|name| name.as_str().is_some_and(|name| TYPES.contains(&name)))
                }
                _ => false,
            },
            Shape::Names | Shape::Options => value.as_array().is_some_and(|names| distinct_texts(names)),
            Shape::Pattern => value.as_str().is_some_and(|pattern| format::check("regex", pattern).is_ok()),
            Shape::Reference => value.as_str().is_some_and(is_local),
            Shape::Schema => self.inner(value, depth),
            Shape::Open => value.is_boolean() || self.inner(value, depth),
            Shape::Schemas => value
                .as_array()
                .is_some_and(|all| !all.is_empty() && all.iter().all(|schema| self.inner(schema, depth))),
            Shape::Named => value.as_object().is_some_and(|all| all.values().all(|schema| self.inner(schema, depth))),
            Shape::Dependencies => {
                let names = |value: &Json| value.as_array().is_some_and(|names| distinct_texts(names));
                value.as_object().is_some_and(|all| all.values().all(|value| names(value) || self.inner(value, depth)))
            }
            Shape::Draft => depth == 0 && value.as_str().is_some_and(|name| Draft::named(name).is_some()),
            Shape::Doubtful => false,
        }
    }

    fn inner(&mut self, schema: &'s Json, depth: usize) -> bool {
        depth < DEEPEST && self.schema(schema, depth + 1)
    }
}

fn distinct_texts(items: &[Json]) -> bool {
    let distinct = |at: usize, item: &Json| item.is_string() && !items[..at].contains(item);
    !items.is_empty() && items.len() <= FEW && items.iter().enumerate().all(|(at, item)| distinct(at, item))
}

fn is_local(reference: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/_-.$".contains(c);
    reference.strip_prefix("#/").is_some_and(|pointer| pointer.chars().all(plain))
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::super::document::{Document, URL};
    use super::super::metaschema::{Draft, published};
    use super::*;

    const DRAFTS: &[Draft] = &[Draft(4), Draft(6), Draft(7), Draft(2019), Draft(2020)];

    fn is_certain(schema: &Json) -> bool {
        certainly_valid(schema, &mut Vec::new())
    }

    #[test]
    fn no_keyword_of_any_draft_is_unknown() {
        let vocabularies =
            ["core", "applicator", "unevaluated", "validation", "meta-data", "format-annotation", "content"];
        let newer = [2019, 2020].into_iter().flat_map(|year| {
            let version = if year == 2019 { "2019-09" } else { "2020-12" };
            vocabularies.map(|name| format!("https://json-schema.org/draft/{version}/meta/{name}"))
        });
        let all = DRAFTS.iter().map(|draft| draft.url().to_string()).chain(newer);
        let mut seen = 0;
        for metaschema in all.filter_map(|url| published(&url)) {
            for name in metaschema["properties"].as_object().into_iter().flat_map(Map::keys) {
                assert!(SHAPES.iter().any(|(known, _)| known == name), "{name}");
                seen += 1;
            }
        }
        assert!(seen > 150, "{seen}");
    }

    /// Values of all shapes under every keyword: what is taken for certain is what every draft accepts.
    #[test]
    fn what_is_certain_is_valid_by_every_metaschema() {
        let deep = (0..DEEPEST + 10).fold(json!({}), |inner, _| json!({ "not": inner }));
        let values = [
            json!(null),
            json!(true),
            json!(0),
            json!(-1),
            json!(2.5),
            json!(1e30),
            json!(""),
            json!("string"),
            json!("[a"),
            json!("#/definitions/a"),
            json!("#/%zz"),
            json!("other.json"),
            json!([]),
            json!(["string"]),
            json!(["string", "string"]),
            json!(["a", 1]),
            json!([{}]),
            json!([true]),
            json!([{"type": "x"}]),
            json!({}),
            json!({"a": {}}),
            json!({"a": true}),
            json!({"a": []}),
            json!({"type": "object"}),
            json!({"type": 1}),
            json!({"a": {"required": []}}),
            json!({"a": ["b"]}),
            json!({"a": ["b", "b"]}),
            json!({"$schema": "x y"}),
            deep,
        ];
        let mut certain = 0;
        for (name, _) in SHAPES.iter().filter(|(name, _)| *name != "$schema") {
            for value in &values {
                let mut schema = json!({ *name: value });
                if !is_certain(&schema) {
                    continue;
                }
                certain += 1;
                for draft in DRAFTS {
                    schema["$schema"] = draft.url().into();
                    assert!(is_certain(&schema));
                    let document = Document::new(&schema, URL).expect("a document");
                    assert_eq!(document.against_metaschema(), Ok(()), "{schema}");
                }
            }
        }
        assert!(certain > 150, "{certain}");
    }

    #[test]
    fn the_bundled_schema_needs_no_metaschema() {
        let schema = std::fs::read("assets/chart/values.schema.json").expect("the schema");
        assert!(is_certain(&serde_json::from_slice(&schema).expect("JSON")));
    }
}
