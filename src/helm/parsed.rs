//! What parsing gave, kept between renderings: a chart that is rendered after every answer is parsed once, and nearly all
//! of its documents are what they were.

use super::manifest::Heads;
use super::template::Sources;
use super::values::Schemas;

/// What one thread has parsed. What changed is parsed anew.
pub struct Parsed {
    /// Templates.
    pub templates: Sources,
    /// Schemas of values.
    pub schemas: Schemas,
    /// Heads of the documents of the last rendering.
    pub heads: Heads,
}

impl Default for Parsed {
    fn default() -> Parsed {
        Parsed { templates: Sources::default(), schemas: Schemas::default(), heads: Heads::kept() }
    }
}
