//! The schemas that schemas are held to, and the drafts that they define.

use std::sync::Arc;

use referencing::meta;
use serde_json::Value as Json;

/// A version of JSON Schema, by the year or number that Helm's validator compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Draft(pub u16);

impl Draft {
    /// What a schema without `$schema` follows.
    pub const LATEST: Draft = Draft(2020);

    /// The draft that `$schema` names.
    pub fn named(url: &str) -> Option<Draft> {
        let url = url.strip_suffix('#').unwrap_or(url);
        let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://")).unwrap_or(url);
        Some(match rest {
            "json-schema.org/schema" => Draft::LATEST,
            "json-schema.org/draft/2020-12/schema" => Draft(2020),
            "json-schema.org/draft/2019-09/schema" => Draft(2019),
            "json-schema.org/draft-07/schema" => Draft(7),
            "json-schema.org/draft-06/schema" => Draft(6),
            "json-schema.org/draft-04/schema" => Draft(4),
            _ => return None,
        })
    }

    /// The keyword that names a schema.
    pub fn id_keyword(self) -> &'static str {
        if self == Draft(4) { "id" } else { "$id" }
    }

    /// Where the schema of this draft's schemas is published.
    pub fn url(self) -> &'static str {
        match self.0 {
            4 => "http://json-schema.org/draft-04/schema",
            6 => "http://json-schema.org/draft-06/schema",
            7 => "http://json-schema.org/draft-07/schema",
            2019 => "https://json-schema.org/draft/2019-09/schema",
            _ => "https://json-schema.org/draft/2020-12/schema",
        }
    }
}

/// A published schema by its address.
pub fn published(url: &str) -> Option<&'static Json> {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"))?;
    let document: &'static Arc<Json> = match rest.strip_prefix("json-schema.org/")? {
        "draft-04/schema" => &meta::DRAFT4,
        "draft-06/schema" => &meta::DRAFT6,
        "draft-07/schema" => &meta::DRAFT7,
        "draft/2019-09/schema" => &meta::DRAFT201909,
        "draft/2019-09/meta/applicator" => &meta::DRAFT201909_APPLICATOR,
        "draft/2019-09/meta/content" => &meta::DRAFT201909_CONTENT,
        "draft/2019-09/meta/core" => &meta::DRAFT201909_CORE,
        "draft/2019-09/meta/format" => &meta::DRAFT201909_FORMAT,
        "draft/2019-09/meta/meta-data" => &meta::DRAFT201909_META_DATA,
        "draft/2019-09/meta/validation" => &meta::DRAFT201909_VALIDATION,
        "schema" | "draft/2020-12/schema" => &meta::DRAFT202012,
        "draft/2020-12/meta/core" => &meta::DRAFT202012_CORE,
        "draft/2020-12/meta/applicator" => &meta::DRAFT202012_APPLICATOR,
        "draft/2020-12/meta/unevaluated" => &meta::DRAFT202012_UNEVALUATED,
        "draft/2020-12/meta/validation" => &meta::DRAFT202012_VALIDATION,
        "draft/2020-12/meta/meta-data" => &meta::DRAFT202012_META_DATA,
        "draft/2020-12/meta/format-annotation" => &meta::DRAFT202012_FORMAT_ANNOTATION,
        "draft/2020-12/meta/content" => &meta::DRAFT202012_CONTENT,
        _ => return None,
    };
    Some(document)
}
