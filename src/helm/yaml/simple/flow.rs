//! Collections in braces and brackets on one line: `{ requests: { cpu: 100m }, names: [a, "b"] }`.

use super::scalar::closing;
use super::{DEEPEST, Reader, key_and_rest};
use crate::helm::data::{Data, Table};

impl<'t> Reader<'t> {
    /// A collection in braces or brackets on one line, or a scalar in one; and what stands behind it.
    pub(super) fn flow(&self, text: &'t str, depth: usize) -> Option<(Data, &'t str)> {
        let close = match text.as_bytes().first().filter(|_| depth < DEEPEST)? {
            b'{' => '}',
            b'[' => ']',
            _ => return self.flow_scalar(text),
        };
        let (mut table, mut items) = (Table::new(), Vec::new());
        let mut rest = text[1..].trim_start_matches(' ');
        while !rest.starts_with(close) {
            let (value, behind) = if close == '}' {
                // Behind quotes a colon needs no space, as in JSON.
                let quoted = rest.starts_with(['"', '\'']);
                let (key, value) = key_and_rest(rest, 1).filter(|(_, value)| quoted || value.starts_with(' '))?;
                let (value, behind) = self.flow(value.trim_start_matches(' '), depth + 1)?;
                table.insert(key.to_string(), value);
                (None, behind)
            } else {
                let (value, behind) = self.flow(rest, depth + 1)?;
                (Some(value), behind)
            };
            items.extend(value);
            rest = behind.trim_start_matches(' ');
            match rest.strip_prefix(',').map(|next| next.trim_start_matches(' ')) {
                Some(next) if next.starts_with(close) => return None,
                Some(next) => rest = next,
                None if rest.starts_with(close) => {}
                None => return None,
            }
        }
        let data = if close == '}' { Data::Table(table) } else { Data::List(items) };
        Some((data, &rest[1..]))
    }

    fn flow_scalar(&self, text: &'t str) -> Option<(Data, &'t str)> {
        if let Some(quote @ (b'"' | b'\'')) = text.bytes().next() {
            let inner = &text[1..];
            let end = closing(inner, quote)??;
            return Some((self.unquoted(&inner[..end], quote)?, &inner[end + 1..]));
        }
        let (scalar, rest) = text.split_at(text.find([',', ']', '}'])?);
        let scalar = scalar.trim_end_matches(' ');
        let unusual = scalar.is_empty() || scalar.contains(['[', '{', '#', '?', ':', '"', '\'']);
        if unusual || scalar == "-" {
            return None;
        }
        Some((self.plain(scalar)?, rest))
    }
}
