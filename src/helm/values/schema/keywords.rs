//! What the keywords of a schema demand.

use serde_json::{Map, Value as Json};

use super::document::Node;
use super::format;
use super::metaschema::Draft;
use super::validator::{Check, Instance, Unevaluated};
use crate::helm::data::Data;
use crate::helm::funcs::regex_matches;
use crate::helm::values::violation::{Violation, all_quoted, count, number, quoted};

type Schema = Map<String, Json>;

/// The first of `type`, `const`, `enum` and `format` that fails ends the check of a schema.
pub fn scalar(check: &Check, schema: &Schema, draft: Draft, instance: Instance) -> Result<(), Violation> {
    if let Some(kinds) = schema.get("type")
        && kinds_of(kinds).next().is_some()
        && !kinds_of(kinds).any(|kind| kind == kind_of(instance) || (kind == "integer" && is_integer(instance)))
    {
        let wanted: Vec<&str> = kinds_of(kinds).collect();
        return Err(check.wrong(format!("got {}, want {}", kind_of(instance), wanted.join(" or "))));
    }
    if let Some(wanted) = schema.get("const").filter(|_| draft.0 >= 6)
        && !equal(instance, wanted)
    {
        return Err(check.wrong(match wanted {
            Json::Array(_) | Json::Object(_) => "'const' failed".to_string(),
            wanted => format!("value must be {}", display(wanted)),
        }));
    }
    if let Some(Json::Array(options)) = schema.get("enum")
        && !options.iter().any(|option| equal(instance, option))
    {
        let plain = options.iter().all(|option| !option.is_array() && !option.is_object());
        let shown: Vec<String> = options.iter().map(display).collect();
        return Err(check.wrong(match (plain, shown.as_slice()) {
            (false, _) => "'enum' failed".to_string(),
            (true, [one]) => format!("value must be {one}"),
            (true, _) => format!("value must be one of {}", shown.join(", ")),
        }));
    }
    let formats = draft.0 < 2019 || check.document.formats;
    if let (Some(Json::String(name)), Some(text), true) = (schema.get("format"), text_of(instance), formats)
        && let Err(why) = format::check(name, text)
    {
        return Err(check.wrong(format!("{} is not valid {name}: {why}", quoted(text))));
    }
    Ok(())
}

/// The keywords for objects, arrays, strings and numbers.
pub fn shaped<'s>(
    check: &mut Check<'_, 's>,
    node: &Node<'s>,
    schema: &'s Schema,
    instance: Instance,
    open: &mut Unevaluated,
    found: &mut Vec<Violation>,
) {
    match instance {
        Instance::Table(_) => object(check, node, schema, instance, open, found),
        Instance::Data(Data::List(items)) => array(check, node, schema, items, open, found),
        Instance::Data(Data::Float(x)) => numeric(check, schema, *x, found),
        Instance::Data(Data::Int(i)) => numeric(check, schema, *i as f64, found),
        other => {
            if let Some(text) = text_of(other) {
                string(check, schema, text, found);
            }
        }
    }
}

fn missing<'s>(names: &'s [Json], instance: Instance) -> Vec<&'s str> {
    let Instance::Table(table) = instance else { return Vec::new() };
    names.iter().filter_map(Json::as_str).filter(|name| !table.contains_key(*name)).collect()
}

fn limits(check: &Check, schema: &Schema, least: &str, most: &str, size: usize, found: &mut Vec<Violation>) {
    let limit = |name: &str| schema.get(name).and_then(Json::as_f64).filter(|n| n.fract() == 0.0);
    for (name, broken) in [
        (least, limit(least).filter(|limit| (size as f64) < *limit)),
        (most, limit(most).filter(|limit| (size as f64) > *limit)),
    ] {
        if let Some(limit) = broken {
            found.push(check.wrong(format!("{name}: got {}, want {}", count(size), count(limit as usize))));
        }
    }
}

fn object<'s>(
    check: &mut Check<'_, 's>,
    node: &Node<'s>,
    schema: &'s Schema,
    instance: Instance,
    open: &mut Unevaluated,
    found: &mut Vec<Violation>,
) {
    let Instance::Table(table) = instance else { return };
    let draft = node.resource.draft;
    limits(check, schema, "minProperties", "maxProperties", table.len(), found);
    if let Some(Json::Array(names)) = schema.get("required") {
        match missing(names, instance).as_slice() {
            [] => {}
            [one] => found.push(check.wrong(format!("missing property {}", quoted(one)))),
            several => found.push(check.wrong(format!("missing properties {}", all_quoted(several)))),
        }
    }
    depends(check, node, schema, "dependencies", instance, open, found);
    let part = |name: &str| schema.get(name).and_then(Json::as_object);
    let (properties, patterns) = (part("properties"), part("patternProperties"));
    let mut additional = Vec::new();
    for (name, value) in table {
        let mut evaluated = false;
        if let Some(inner) = properties.and_then(|properties| properties.get(name)) {
            evaluated = true;
            found.extend(check.inside(node, inner, value.into(), name).err());
        }
        for (pattern, inner) in patterns.into_iter().flatten() {
            if regex_matches(pattern, name) == Ok(true) {
                evaluated = true;
                found.extend(check.inside(node, inner, value.into(), name).err());
            }
        }
        match schema.get("additionalProperties") {
            Some(rest) if !evaluated => {
                evaluated = true;
                match rest {
                    Json::Bool(false) => additional.push(name.as_str()),
                    Json::Bool(true) => {}
                    inner => found.extend(check.inside(node, inner, value.into(), name).err()),
                }
            }
            _ => {}
        }
        if evaluated {
            open.properties.remove(name);
        }
    }
    if !additional.is_empty() {
        found.push(check.wrong(format!("additional properties {} not allowed", all_quoted(&additional))));
    }
    if let Some(inner) = schema.get("propertyNames").filter(|_| draft.0 >= 6) {
        for name in table.keys() {
            if let Err(why) = check.apart(node, inner, Instance::Name(name)) {
                let causes = why.into_causes();
                found.push(Violation::over(&check.place, format!("invalid propertyName {}", quoted(name)), causes));
            }
        }
    }
    if draft.0 >= 2019 {
        depends(check, node, schema, "dependentSchemas", instance, open, found);
        depends(check, node, schema, "dependentRequired", instance, open, found);
    }
}

/// What the presence of one property demands of the others.
fn depends<'s>(
    check: &mut Check<'_, 's>,
    node: &Node<'s>,
    schema: &'s Schema,
    keyword: &str,
    instance: Instance,
    open: &mut Unevaluated,
    found: &mut Vec<Violation>,
) {
    let Instance::Table(table) = instance else { return };
    for (name, demand) in schema.get(keyword).and_then(Json::as_object).into_iter().flatten() {
        if !table.contains_key(name) {
            continue;
        }
        match demand {
            Json::Array(names) => {
                let missing = missing(names, instance);
                if !missing.is_empty() {
                    let text = format!("properties {} required, if {} exists", all_quoted(&missing), quoted(name));
                    found.push(check.wrong(text));
                }
            }
            inner => found.extend(check.same(node, inner, instance, open).err()),
        }
    }
}

fn array<'s>(
    check: &mut Check<'_, 's>,
    node: &Node<'s>,
    schema: &'s Schema,
    items: &[Data],
    open: &mut Unevaluated,
    found: &mut Vec<Violation>,
) {
    let draft = node.resource.draft;
    limits(check, schema, "minItems", "maxItems", items.len(), found);
    if schema.get("uniqueItems") == Some(&Json::Bool(true)) {
        let pair = (1..items.len()).find_map(|later| {
            (0..later).find(|earlier| items[*earlier] == items[later]).map(|earlier| (earlier, later))
        });
        if let Some((earlier, later)) = pair {
            found.push(check.wrong(format!("items at {} and {} are equal", count(earlier), count(later))));
        }
    }
    let (listed, rest) = if draft.0 >= 2020 { ("prefixItems", "items") } else { ("items", "additionalItems") };
    let mut start = 0;
    match schema.get(listed) {
        Some(Json::Array(schemas)) => {
            for (at, (inner, item)) in schemas.iter().zip(items).enumerate() {
                found.extend(check.inside(node, inner, item.into(), &at.to_string()).err());
            }
            start = schemas.len().min(items.len());
        }
        Some(inner) if draft.0 < 2020 => {
            for (at, item) in items.iter().enumerate() {
                found.extend(check.inside(node, inner, item.into(), &at.to_string()).err());
            }
            start = items.len();
        }
        _ => {}
    }
    let applies = draft.0 >= 2020 || schema.get("items").is_some_and(Json::is_array);
    match schema.get(rest).filter(|_| applies) {
        Some(Json::Bool(false)) if draft.0 < 2020 && start < items.len() => {
            let left = count(items.len() - start);
            found.push(check.wrong(format!("last {left} additionalItem(s) not allowed")));
        }
        Some(Json::Bool(_)) if draft.0 < 2020 => {}
        Some(inner) => {
            for (at, item) in items.iter().enumerate().skip(start) {
                found.extend(check.inside(node, inner, item.into(), &at.to_string()).err());
            }
        }
        None => {}
    }
    if let Some(inner) = schema.get("contains").filter(|_| draft.0 >= 6) {
        contains(check, node, schema, inner, items, open, found);
    }
}

fn contains<'s>(
    check: &mut Check<'_, 's>,
    node: &Node<'s>,
    schema: &'s Schema,
    inner: &'s Json,
    items: &[Data],
    open: &mut Unevaluated,
    found: &mut Vec<Violation>,
) {
    let draft = node.resource.draft;
    let (mut errors, mut matched) = (Vec::new(), Vec::new());
    for (at, item) in items.iter().enumerate() {
        match check.inside(node, inner, item.into(), &at.to_string()) {
            Err(error) => errors.push(error),
            Ok(()) => {
                matched.push(at.to_string());
                if draft.0 >= 2020 {
                    open.items.remove(&at);
                }
            }
        }
    }
    let limit = |name: &str| schema.get(name).and_then(Json::as_u64).filter(|_| draft.0 >= 2019);
    let (got, at) = (count(matched.len()), matched.join(" "));
    match limit("minContains") {
        Some(least) if (matched.len() as u64) < least => {
            let how = if matched.is_empty() { "none matched".into() } else { format!("matched {got} items at {at}") };
            let text = format!("min {least} items required to match contains schema, but {how}");
            found.push(Violation::over(&check.place, text, errors));
        }
        None if matched.is_empty() => {
            found.push(Violation::over(&check.place, "no items match contains schema", errors));
        }
        _ => {}
    }
    if let Some(most) = limit("maxContains").filter(|most| matched.len() as u64 > *most) {
        found.push(
            check.wrong(format!("max {most} items required to match contains schema, but matched {got} items at {at}")),
        );
    }
}

fn string(check: &Check, schema: &Schema, text: &str, found: &mut Vec<Violation>) {
    limits(check, schema, "minLength", "maxLength", text.chars().count(), found);
    if let Some(Json::String(pattern)) = schema.get("pattern")
        && regex_matches(pattern, text) == Ok(false)
    {
        found.push(check.wrong(format!("{} does not match pattern {}", quoted(text), quoted(pattern))));
    }
}

fn numeric(check: &Check, schema: &Schema, x: f64, found: &mut Vec<Violation>) {
    let limit = |name: &str| schema.get(name).and_then(Json::as_f64);
    let exclusive = |name: &str| schema.get(name) == Some(&Json::Bool(true));
    let mut broken = |name: &str, limit: Option<f64>, fails: fn(f64, f64) -> bool| {
        if let Some(limit) = limit.filter(|limit| fails(x, *limit)) {
            found.push(check.wrong(format!("{name}: got {}, want {}", number(x), number(limit))));
        }
    };
    // Draft 4 has switches where later ones have numbers.
    let (least, most) = (limit("minimum"), limit("maximum"));
    let bounded = |name: &str, bound: Option<f64>| if exclusive(name) { bound } else { limit(name) };
    broken("minimum", least.filter(|_| !exclusive("exclusiveMinimum")), |x, limit| x < limit);
    broken("maximum", most.filter(|_| !exclusive("exclusiveMaximum")), |x, limit| x > limit);
    broken("exclusiveMinimum", bounded("exclusiveMinimum", least), |x, limit| x <= limit);
    broken("exclusiveMaximum", bounded("exclusiveMaximum", most), |x, limit| x >= limit);
    broken("multipleOf", limit("multipleOf"), |x, step| {
        let times = x / step;
        (times - times.round()).abs() > 1e-9 * times.abs().max(1.0)
    });
}

/// `not`, `allOf`, `anyOf`, `oneOf`, `if`.
pub fn branches<'s>(
    check: &mut Check<'_, 's>,
    node: &Node<'s>,
    schema: &'s Schema,
    instance: Instance,
    open: &mut Unevaluated,
    found: &mut Vec<Violation>,
) {
    if let Some(inner) = schema.get("not")
        && check.same(node, inner, instance, open).is_ok()
    {
        found.push(check.wrong("'not' failed"));
    }
    let list = |name: &str| schema.get(name).and_then(Json::as_array).filter(|list| !list.is_empty());
    if let Some(all) = list("allOf") {
        let errors: Vec<Violation> =
            all.iter().filter_map(|inner| check.same(node, inner, instance, open).err()).collect();
        if !errors.is_empty() {
            found.push(Violation::over(&check.place, "'allOf' failed", errors));
        }
    }
    if let Some(any) = list("anyOf") {
        let (mut matched, mut errors) = (false, Vec::new());
        for inner in any {
            match check.same(node, inner, instance, open) {
                Err(error) => errors.push(error),
                Ok(()) => matched = true,
            }
        }
        if !matched {
            found.push(Violation::over(&check.place, "'anyOf' failed", errors));
        }
    }
    if let Some(one) = list("oneOf") {
        let mut errors = Vec::new();
        let mut matched = None;
        for (at, inner) in one.iter().enumerate() {
            match (check.same(node, inner, instance, open), matched) {
                (Err(error), None) => errors.push(error),
                (Err(_), Some(_)) => {}
                (Ok(()), None) => matched = Some(at),
                (Ok(()), Some(first)) => {
                    found.push(check.wrong(format!("'oneOf' failed, subschemas {first}, {at} matched")));
                    break;
                }
            }
        }
        if matched.is_none() {
            found.push(Violation::over(&check.place, "'oneOf' failed, none matched", errors));
        }
    }
    if let Some(condition) = schema.get("if").filter(|_| node.resource.draft.0 >= 7) {
        let branch = if check.same(node, condition, instance, open).is_ok() { "then" } else { "else" };
        if let Some(inner) = schema.get(branch) {
            found.extend(check.same(node, inner, instance, open).err());
        }
    }
}

/// What no other keyword has looked at.
pub fn unevaluated<'s>(
    check: &mut Check<'_, 's>,
    node: &Node<'s>,
    schema: &'s Schema,
    instance: Instance,
    open: &mut Unevaluated,
    found: &mut Vec<Violation>,
) {
    if let (Some(inner), Instance::Table(table)) = (schema.get("unevaluatedProperties"), instance) {
        for name in std::mem::take(&mut open.properties) {
            if let Some(value) = table.get(&name) {
                found.extend(check.inside(node, inner, value.into(), &name).err());
            }
        }
    }
    if let (Some(inner), Instance::Data(Data::List(items))) = (schema.get("unevaluatedItems"), instance) {
        for at in std::mem::take(&mut open.items) {
            if let Some(item) = items.get(at) {
                found.extend(check.inside(node, inner, item.into(), &at.to_string()).err());
            }
        }
    }
}

fn text_of(instance: Instance<'_>) -> Option<&str> {
    match instance {
        Instance::Name(name) => Some(name),
        Instance::Data(data) => data.as_str(),
        Instance::Table(_) => None,
    }
}

fn kind_of(instance: Instance) -> &'static str {
    match instance {
        Instance::Table(_) => "object",
        Instance::Name(_) => "string",
        Instance::Data(Data::Bool(_)) => "boolean",
        Instance::Data(data) => data.json_kind(),
    }
}

fn is_integer(instance: Instance) -> bool {
    match instance {
        Instance::Data(Data::Int(_)) => true,
        Instance::Data(Data::Float(x)) => x.fract() == 0.0,
        _ => false,
    }
}

/// The known names in `type`, in the validator's order.
fn kinds_of(kinds: &Json) -> impl Iterator<Item = &'static str> + '_ {
    const ORDER: [&str; 7] = ["null", "boolean", "number", "integer", "string", "array", "object"];
    let named = move |name: &str| match kinds {
        Json::String(kind) => kind == name,
        Json::Array(all) => all.iter().any(|kind| kind.as_str() == Some(name)),
        _ => false,
    };
    ORDER.into_iter().filter(move |name| named(name))
}

fn equal(instance: Instance, wanted: &Json) -> bool {
    let data = |data: &Data, wanted: &Json| equal(data.into(), wanted);
    match (instance, wanted) {
        (Instance::Name(name), Json::String(text)) => name == text,
        (Instance::Table(table), Json::Object(map)) => {
            table.len() == map.len()
                && table.iter().all(|(key, value)| map.get(key).is_some_and(|wanted| data(value, wanted)))
        }
        (Instance::Data(Data::Null), Json::Null) => true,
        (Instance::Data(Data::Bool(a)), Json::Bool(b)) => a == b,
        (Instance::Data(Data::Int(a)), Json::Number(b)) => b.as_f64() == Some(*a as f64),
        (Instance::Data(Data::Float(a)), Json::Number(b)) => b.as_f64() == Some(*a),
        (Instance::Data(Data::Str(a)), Json::String(b)) => a.as_slice() == b.as_bytes(),
        (Instance::Data(Data::List(a)), Json::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| data(a, b))
        }
        _ => false,
    }
}

fn display(value: &Json) -> String {
    match value {
        Json::Null => "<nil>".into(),
        Json::String(text) => quoted(text),
        other => other.to_string(),
    }
}
