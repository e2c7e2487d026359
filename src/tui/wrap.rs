//! Lines that go on in the next row: broken at spaces, in words only when they are longer than a row.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::app::view::{Content, Line, Span};

/// The rows of a line at this width. A line that begins with spaces keeps them in front of every row; one that
/// begins with a label goes on under what is labelled.
pub fn wrap<'a>(line: Line<'a>, width: u16) -> Vec<Line<'a>> {
    let width = usize::from(width.max(1));
    if line.width() <= width {
        return vec![line];
    }
    // A narrow row has no room for an indent.
    let indent = if width < 12 { 0 } else { indent(&line).min(width / 2) };
    let mut rows = Rows { done: Vec::new(), row: Vec::new(), used: 0, width, indent };
    for span in line.spans {
        match span.content {
            Content::Text(ref text) => {
                for piece in text.split_word_bounds() {
                    rows.piece(&span, piece);
                }
            }
            _ => rows.whole(span),
        }
    }
    rows.end()
}

/// How many rows a line takes at this width.
pub fn height(line: &Line<'_>, width: u16) -> u16 {
    if line.width() <= usize::from(width.max(1)) {
        return 1;
    }
    u16::try_from(wrap(line.clone(), width).len()).unwrap_or(u16::MAX)
}

fn indent(line: &Line<'_>) -> usize {
    match line.spans.first().map(|span| &span.content) {
        // A label in a column of its own: what goes on stands under what it labels.
        Some(Content::Text(text)) if line.spans.len() > 1 && text.starts_with(' ') && text.ends_with(' ') => {
            text.width()
        }
        Some(Content::Text(text)) => text.chars().take_while(|c| *c == ' ').count(),
        _ => 0,
    }
}

struct Rows<'a> {
    done: Vec<Line<'a>>,
    row: Vec<Span<'a>>,
    used: usize,
    width: usize,
    indent: usize,
}

impl<'a> Rows<'a> {
    fn piece(&mut self, like: &Span<'a>, piece: &str) {
        let wide = piece.width();
        if self.used + wide <= self.width {
            return self.put(like, piece, wide);
        }
        if piece.trim().is_empty() {
            // The space at which the line breaks is not seen.
            if self.used > 0 {
                self.next();
            }
            return;
        }
        if wide <= self.width - self.indent {
            self.next();
            return self.put(like, piece, wide);
        }
        for grapheme in piece.graphemes(true) {
            let wide = grapheme.width();
            if self.used + wide > self.width {
                self.next();
            }
            self.put(like, grapheme, wide);
        }
    }

    fn whole(&mut self, span: Span<'a>) {
        let wide = span.width();
        if self.used + wide > self.width {
            self.next();
        }
        self.used += wide;
        self.row.push(span);
    }

    fn put(&mut self, like: &Span<'a>, piece: &str, wide: usize) {
        if self.row.len() <= 1 && self.used == self.indent && !self.done.is_empty() && piece.trim().is_empty() {
            return;
        }
        self.used += wide;
        if let Some(last) = self.row.last_mut()
            && (last.tone, last.strong, last.mark) == (like.tone, like.strong, like.mark)
            && let Content::Text(Cow::Owned(text)) = &mut last.content
        {
            text.push_str(piece);
            return;
        }
        self.row.push(Span { content: Content::Text(Cow::Owned(piece.to_string())), ..like.clone() });
    }

    fn next(&mut self) {
        self.done.push(Line::from(std::mem::take(&mut self.row)));
        self.used = self.indent;
        if self.indent > 0 {
            self.row.push(Span::new(" ".repeat(self.indent)));
        }
    }

    fn end(mut self) -> Vec<Line<'a>> {
        if self.used > self.indent || self.done.is_empty() {
            self.done.push(Line::from(self.row));
        }
        self.done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &str, width: u16) -> Vec<String> {
        wrap(Line::from(text.to_string()), width).iter().map(Line::text).collect()
    }

    #[test]
    fn it_breaks_at_spaces_and_keeps_the_indent() {
        assert_eq!(rows("  the quick brown fox", 12), ["  the quick ", "  brown fox"]);
        assert_eq!(rows("short", 12), ["short"]);
        assert_eq!(rows("abcdefghij", 4), ["abcd", "efgh", "ij"]);
    }

    proptest! {
        #[test]
        fn no_row_is_too_wide_and_no_letter_is_lost(text in "[ a-zäß日\\-./]{0,80}", width in 2u16..30) {
            let rows = rows(&text, width);
            for row in &rows {
                prop_assert!(row.width() <= usize::from(width), "{row:?}");
            }
            let letters = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            prop_assert_eq!(letters(&rows.concat()), letters(&text));
        }
    }
}
