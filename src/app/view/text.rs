//! Lines of spans: text with a tone, signs, bars and curves. What they look like is for the theme to say.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

/// How a text is meant. Colour only repeats what a word or sign says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Ordinary text.
    #[default]
    Normal,
    /// Less important, or no longer fresh.
    Dim,
    /// Where the eye should go: headings, keys, what is selected.
    Accent,
    /// Needs a look.
    Warning,
    /// Broken.
    Bad,
}

/// A symbol with a fixed meaning and a width of one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sign {
    /// `✓` as it should be.
    Ready,
    /// `◐` under way. Turns while something runs.
    Busy,
    /// `!` works, but not well.
    Degraded,
    /// `✗` does not work.
    Failed,
    /// `·` off, or not begun.
    Off,
    /// `?` nobody knows.
    Unknown,
    /// `▸` the cursor of a list.
    Cursor,
    /// `[x]`, drawn as one symbol between brackets: three columns.
    Checked,
    /// `[ ]`: three columns.
    Unchecked,
    /// `(•)`: three columns.
    Chosen,
    /// `( )`: three columns.
    Unchosen,
    /// `▾` an open group.
    Open,
    /// `▸` a folded group.
    Folded,
    /// `↓` there is more below.
    Below,
    /// `↑` there is more above.
    Above,
    /// `→` leads to.
    Leads,
}

impl Sign {
    /// All of them.
    pub const ALL: [Sign; 16] = [
        Sign::Ready,
        Sign::Busy,
        Sign::Degraded,
        Sign::Failed,
        Sign::Off,
        Sign::Unknown,
        Sign::Cursor,
        Sign::Checked,
        Sign::Unchecked,
        Sign::Chosen,
        Sign::Unchosen,
        Sign::Open,
        Sign::Folded,
        Sign::Below,
        Sign::Above,
        Sign::Leads,
    ];

    /// The columns it takes, in every theme.
    pub fn width(self) -> u16 {
        match self {
            Sign::Checked | Sign::Unchecked | Sign::Chosen | Sign::Unchosen => 3,
            _ => 1,
        }
    }

    /// The tone that goes with it.
    pub fn tone(self) -> Tone {
        match self {
            Sign::Ready | Sign::Busy | Sign::Cursor => Tone::Accent,
            Sign::Degraded | Sign::Unknown => Tone::Warning,
            Sign::Failed => Tone::Bad,
            Sign::Off => Tone::Dim,
            _ => Tone::Normal,
        }
    }
}

/// What a span holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content<'a> {
    /// Text. Control characters in it are not drawn.
    Text(Cow<'a, str>),
    /// A symbol.
    Sign(Sign),
    /// A bar: so many thousandths of so many columns.
    Bar {
        /// 0 to 1000.
        filled: u16,
        /// Columns.
        width: u16,
    },
    /// A curve of one column per point, each 0 to 7.
    Curve(Cow<'a, [u8]>),
}

/// Whether a span is a match of a search.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mark {
    /// Not one.
    #[default]
    None,
    /// One of the matches.
    Match,
    /// The match that the search stands on.
    Current,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span<'a> {
    /// What.
    pub content: Content<'a>,
    /// How it is meant.
    pub tone: Tone,
    /// Bold.
    pub strong: bool,
    /// Match of a search.
    pub mark: Mark,
}

impl<'a> Span<'a> {
    /// Ordinary text.
    pub fn new(text: impl Into<Cow<'a, str>>) -> Span<'a> {
        Span { content: Content::Text(text.into()), tone: Tone::Normal, strong: false, mark: Mark::None }
    }

    /// A symbol in its own tone.
    pub fn sign(sign: Sign) -> Span<'a> {
        Span { content: Content::Sign(sign), tone: sign.tone(), strong: false, mark: Mark::None }
    }

    /// A bar of `width` columns, `part` of `whole` filled.
    pub fn bar(part: u64, whole: u64, width: u16) -> Span<'a> {
        let filled = part.min(whole).saturating_mul(1000).checked_div(whole).unwrap_or(0) as u16;
        Span { content: Content::Bar { filled, width }, tone: Tone::Normal, strong: false, mark: Mark::None }
    }

    /// A curve of one column per point.
    pub fn curve(points: impl Into<Cow<'a, [u8]>>) -> Span<'a> {
        Span { content: Content::Curve(points.into()), tone: Tone::Normal, strong: false, mark: Mark::None }
    }

    /// With another tone.
    pub fn tone(mut self, tone: Tone) -> Span<'a> {
        self.tone = tone;
        self
    }

    /// Bold.
    pub fn strong(mut self) -> Span<'a> {
        self.strong = true;
        self
    }

    /// As a match of a search.
    pub fn mark(mut self, mark: Mark) -> Span<'a> {
        self.mark = mark;
        self
    }

    /// The columns it takes.
    pub fn width(&self) -> usize {
        match &self.content {
            Content::Text(text) => text.width(),
            Content::Sign(sign) => usize::from(sign.width()),
            Content::Bar { width, .. } => usize::from(*width),
            Content::Curve(points) => points.len(),
        }
    }
}

impl<'a, T: Into<Cow<'a, str>>> From<T> for Span<'a> {
    fn from(text: T) -> Span<'a> {
        Span::new(text)
    }
}

/// A line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line<'a> {
    /// From left to right.
    pub spans: Vec<Span<'a>>,
}

impl<'a> Line<'a> {
    /// An empty line.
    pub fn blank() -> Line<'a> {
        Line::default()
    }

    /// Text in one tone.
    pub fn toned(text: impl Into<Cow<'a, str>>, tone: Tone) -> Line<'a> {
        Span::new(text).tone(tone).into()
    }

    /// Dimmed text.
    pub fn dim(text: impl Into<Cow<'a, str>>) -> Line<'a> {
        Line::toned(text, Tone::Dim)
    }

    /// The line with one more span.
    pub fn and(mut self, span: impl Into<Span<'a>>) -> Line<'a> {
        self.spans.push(span.into());
        self
    }

    /// The columns it takes.
    pub fn width(&self) -> usize {
        self.spans.iter().map(Span::width).sum()
    }

    /// Its words, without signs, for copying, filtering and tests.
    pub fn text(&self) -> String {
        let texts = self.spans.iter().filter_map(|span| match &span.content {
            Content::Text(text) => Some(text.as_ref()),
            _ => None,
        });
        texts.collect()
    }
}

macro_rules! lines_from {
    ($($text:ty),*) => {
        $(impl<'a> From<$text> for Line<'a> {
            fn from(text: $text) -> Line<'a> {
                Line { spans: vec![Span::from(text)] }
            }
        })*
    };
}

lines_from!(&'a str, String, Cow<'a, str>);

impl<'a> From<Span<'a>> for Line<'a> {
    fn from(span: Span<'a>) -> Line<'a> {
        Line { spans: vec![span] }
    }
}

impl<'a> From<Vec<Span<'a>>> for Line<'a> {
    fn from(spans: Vec<Span<'a>>) -> Line<'a> {
        Line { spans }
    }
}

impl<'a> FromIterator<Span<'a>> for Line<'a> {
    fn from_iter<I: IntoIterator<Item = Span<'a>>>(spans: I) -> Line<'a> {
        Line { spans: spans.into_iter().collect() }
    }
}

/// Foreign text as it may stand on a screen: tabs widened, escape sequences and control characters gone.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.chars().any(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\t' => kept.push_str("    "),
            // `ESC [ ... letter`: colours of a log. Any other sequence loses its escape only.
            '\x1b' if chars.peek() == Some(&'[') => {
                chars.next();
                while chars.next().is_some_and(|c| !('@'..='~').contains(&c)) {}
            }
            c if c.is_control() => {}
            c => kept.push(c),
        }
    }
    Cow::Owned(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_knows_its_width_and_words() {
        let line = Line::from(Span::sign(Sign::Checked)).and(" 日本 ").and(Span::bar(1, 2, 5));
        assert_eq!(line.width(), 3 + 6 + 5);
        assert_eq!(line.text(), " 日本 ");
    }

    #[test]
    fn foreign_text_loses_what_would_move_the_cursor() {
        assert_eq!(plain("\x1b[31mred\x1b[0m\tend\r\x07"), "red    end");
        assert_eq!(plain("\x1b]0;title\x07x"), "]0;titlex");
        assert_eq!(plain("\x1b["), "");
    }

    #[test]
    fn a_bar_of_nothing_is_empty() {
        assert_eq!(Span::bar(3, 0, 4).content, Content::Bar { filled: 0, width: 4 });
        assert_eq!(Span::bar(9, 3, 4).content, Content::Bar { filled: 1000, width: 4 });
    }
}
