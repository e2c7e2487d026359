//! Violations in the layout of Helm's validator; whole charts against Helm itself are in `tests/conformance`.

use serde_json::{Value as Json, json};

use super::against;
use crate::helm::data::Data;

fn violations(schema: Json, values: Json) -> String {
    let Data::Table(values) = Data::from_json(values) else { panic!("values are a mapping") };
    against(schema.to_string().as_bytes(), &values, &super::Schemas::default()).err().unwrap_or_default()
}

#[test]
fn a_wrong_type_ends_the_check_and_several_violations_stand_below_their_object() {
    let schema = json!({"properties": {
        "policy": {"type": "string", "enum": ["Always", "Never"]},
        "port": {"type": ["integer", "null"], "minimum": 1, "multipleOf": 2},
        "box": {"required": ["a", "b"], "additionalProperties": false, "properties": {"a": {}, "b": {}}},
    }});
    let found = violations(schema, json!({"policy": 1, "port": -3, "box": {"x": 1}}));
    assert_eq!(
        found,
        "- at '/box': validation failed\n  - at '/box': missing properties 'a', 'b'\n  - at '/box': additional \
         properties 'x' not allowed\n- at '/policy': got number, want string\n- at '/port': validation failed\n  - at \
         '/port': minimum: got -3, want 1\n  - at '/port': multipleOf: got -3, want 2\n"
    );
}

#[test]
fn a_reference_is_left_out_before_a_single_cause() {
    let schema = |required: Json| {
        json!({"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"$ref": "#/definitions/t"}},
               "definitions": {"t": {"type": "object", "required": required, "minProperties": 2}}})
    };
    assert_eq!(violations(schema(json!([])), json!({"a": {}})), "- at '/a': minProperties: got 0, want 2\n");
    assert_eq!(
        violations(schema(json!(["x"])), json!({"a": {}})),
        "- at '/a': validation failed\n  - at '/a': minProperties: got 0, want 2\n  - at '/a': missing property 'x'\n"
    );
}

#[test]
fn branches_keep_their_causes() {
    let schema = json!({"properties": {"a": {"oneOf": [{"type": "string"}, {"type": "object", "required": ["n"]}]},
                                       "b": {"anyOf": [{"type": "string"}]}, "c": {"allOf": [{"type": "null"}]}}});
    assert_eq!(
        violations(schema, json!({"a": {}, "b": 1, "c": 1})),
        "- at '/a': 'oneOf' failed, none matched\n  - at '/a': got object, want string\n  - at '/a': missing property \
         'n'\n- at '/b': 'anyOf' failed\n  - at '/b': got number, want string\n- at '/c': 'allOf' failed\n  - at '/c': \
         got number, want null\n"
    );
}

#[test]
fn what_nothing_evaluated_is_told() {
    let schema = json!({"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": false});
    assert_eq!(violations(schema, json!({"a": 1, "b": 2})), "- at '/b': false schema\n");
}

#[test]
fn a_schema_that_is_none_is_refused() {
    let error = violations(json!({"properties": {"a": {"$ref": "#/definitions/none"}}}), json!({}));
    assert_eq!(error, "json-pointer in \"file:///values.schema.json#/definitions/none\" not found");
    let error = violations(json!({"$schema": "http://json-schema.org/draft-07/schema#", "type": "text"}), json!({}));
    assert!(error.starts_with("\"file:///values.schema.json#\" is not valid against metaschema: "), "{error}");
    assert_eq!(violations(json!({"type": "object"}), json!({})), "");
    assert_eq!(violations(json!({"$schema": "https://json-schema.org/draft/2019-09/schema"}), json!({})), "");
    let error = violations(json!({"$ref": "#"}), json!({}));
    assert!(error.contains("cycle"), "{error}");
}

#[test]
fn formats_are_told_in_older_drafts_only() {
    let schema = |draft: &str| json!({"$schema": format!("http://json-schema.org/{draft}"), "properties": {"a": {"format": "ipv4"}}});
    assert_eq!(
        violations(schema("draft-07/schema#"), json!({"a": "1.2.3"})),
        "- at '/a': '1.2.3' is not valid ipv4: expected four decimals\n"
    );
    assert_eq!(violations(schema("draft/2020-12/schema"), json!({"a": "1.2.3"})), "");
}
