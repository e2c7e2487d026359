//! Reading: one object, a page of many.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::answer::{self, Reply};
use super::ask::{Ask, Form};
use super::table;
use crate::sandbox::error::{Answer, ApiError};
use crate::sandbox::kinds::Kind;
use crate::sandbox::store::{FieldSelector, LabelSelector, Record, Store};

/// What of a kind is wanted.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Namespace; none for all.
    pub namespace: Option<String>,
    labels: LabelSelector,
    fields: FieldSelector,
}

impl Filter {
    /// The filter of a request.
    ///
    /// # Errors
    /// Selectors that cannot be read.
    pub fn of(ask: &Ask, kind: &Kind, namespace: Option<&str>) -> Answer<Self> {
        Ok(Filter {
            namespace: namespace.map(str::to_string),
            labels: LabelSelector::parse(ask.get("labelSelector"))?,
            fields: FieldSelector::parse(ask.get("fieldSelector"), kind)?,
        })
    }

    /// Whether it lets a record through.
    pub fn passes(&self, record: &Record) -> bool {
        self.namespace.as_deref().is_none_or(|wanted| *record.namespace == *wanted)
            && self.labels.selects(record)
            && (self.fields.is_empty() || self.fields.selects(record))
    }

    /// Nothing is left out but other namespaces.
    pub fn is_open(&self) -> bool {
        self.labels.is_empty() && self.fields.is_empty()
    }
}

/// Answers a `get`.
///
/// # Errors
/// There is none.
pub fn get(store: &Store, ask: &Ask, kind: &Kind, namespace: &str, name: &str) -> Answer<Reply> {
    let record = store.get(&kind.table, namespace, name).ok_or_else(|| ApiError::not_found(kind, name))?;
    Ok(answer::object(200, kind, &record, ask.form()))
}

/// Where a page begins: the version of the first page, and the last object before.
struct Token {
    version: u64,
    namespace: String,
    name: String,
}

impl Token {
    fn read(text: &str) -> Option<Self> {
        let json: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let (namespace, name) = json["start"].as_str()?.split_once('\u{0}')?;
        Some(Token { version: json["rv"].as_u64()?, namespace: namespace.into(), name: name.into() })
    }

    fn write(&self) -> String {
        let start = format!("{}\u{0}{}", self.namespace, self.name);
        let json = json!({"v": "meta.k8s.io/v1", "rv": self.version, "start": start});
        URL_SAFE_NO_PAD.encode(json.to_string())
    }
}

/// Answers a `list`.
///
/// # Errors
/// Selectors or a token that cannot be read, a token that is too old.
pub fn list(store: &mut Store, ask: &Ask, kind: &Kind, namespace: Option<&str>) -> Answer<Reply> {
    let filter = Filter::of(ask, kind, namespace)?;
    let token = match ask.get("continue") {
        "" => None,
        text => Some(Token::read(text).ok_or_else(|| ApiError::bad_request("continue key is not valid"))?),
    };
    if let Some(token) = &token
        && token.version < store.forgotten(&kind.table)
    {
        return Err(ApiError::expired(
            "The provided continue parameter is too old to display a consistent list result. You can start a new list \
             without the continue parameter.",
        ));
    }
    let version = token.as_ref().map_or(store.revision(), |token| token.version);
    let limit =
        ask.number("limit").filter(|limit| *limit > 0).map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let behind = token.as_ref().map(|token| (token.namespace.as_str(), token.name.as_str()));
    let mut found = store.list(&kind.table, namespace, behind).filter(|record| filter.passes(record));
    let page: Vec<_> = match limit {
        Some(limit) => found.by_ref().take(limit).cloned().collect(),
        None => found.by_ref().cloned().collect(),
    };
    let more = if limit.is_some() { found.count() } else { 0 };
    let rest = (more > 0).then(|| {
        let last = page.last().map(|record| (record.namespace.to_string(), record.name.to_string()));
        let (namespace, name) = last.unwrap_or_default();
        (Token { version, namespace, name }.write(), if filter.is_open() { more } else { 0 })
    });
    let version = version.to_string();
    Ok(match ask.form() {
        Form::Table => {
            let objects: Vec<Value> = page.iter().map(|record| record.value()).collect();
            let mut table = table::table(kind, &objects, &version, true);
            if let Some((token, _)) = rest {
                table["metadata"]["continue"] = token.into();
            }
            answer::value(200, &table)
        }
        Form::Metadata => {
            let items: Vec<Value> = page.iter().map(|record| answer::metadata_of(&record.value())).collect();
            let mut metadata = json!({"resourceVersion": version});
            if let Some((token, _)) = rest {
                metadata["continue"] = token.into();
            }
            answer::value(
                200,
                &json!({"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
                    "items": items}),
            )
        }
        _ => answer::list(kind, &version, rest, &page),
    })
}
