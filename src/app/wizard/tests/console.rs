//! A console without a terminal and without a world: keys go in, frames and effects come out.

use crate::app::keys::{Code, Key};
use crate::app::view::Line;
use crate::app::wizard::{News, Order};
use crate::app::{App, Effect, Found, Msg, Now, Place, Size, Start, Target};
use crate::tui::{Theme, draw, testing};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The smallest terminal that is fully served.
pub const SMALL: Size = Size { width: 80, height: 24 };

/// A namespace without anything in it.
pub fn empty_place() -> Found {
    Found {
        place: Place {
            context: "onprem-prod".into(),
            server: "https://10.0.0.1:6443".into(),
            version: "v1.33.4".into(),
            namespace: "iomete-system".into(),
            release: "data-plane".into(),
        },
        namespace_exists: Some(true),
        ..Found::default()
    }
}

/// A console.
pub struct Console {
    app: App,
    size: Size,
    /// Everything it wanted done so far.
    pub effects: Vec<Effect>,
}

impl Console {
    /// A console that has found an empty namespace, and no draft.
    pub fn fresh(size: Size) -> Console {
        let mut console = Console::connected(size);
        console.learn(News::Draft(empty_place().place, Ok(None)));
        console
    }

    /// A console that has found an empty namespace and waits for its draft.
    pub fn connected(size: Size) -> Console {
        let start =
            Start { now: Now::ZERO, size, target: Target { release: "data-plane".into(), ..Target::default() } };
        let (app, effects) = App::new(start);
        let mut console = Console { app, size, effects };
        console.tell(Msg::Connected(Box::new(empty_place())));
        console
    }

    /// Something happens.
    pub fn tell(&mut self, msg: Msg) {
        let effects = self.app.update(Now::ZERO, msg);
        self.effects.extend(effects);
        let shown = self.draw(testing::THEMES[0].1).1;
        self.app.update(Now::ZERO, Msg::Shown(shown));
    }

    /// News for the wizard.
    pub fn learn(&mut self, news: News) {
        self.tell(Msg::Wizard(news));
    }

    fn draw(&self, theme: Theme) -> (Buffer, Vec<(crate::app::view::Id, crate::app::view::Shown)>) {
        let mut buffer = Buffer::empty(Rect::new(0, 0, self.size.width, self.size.height));
        let report = draw(self.app.view(), theme, &mut buffer);
        (buffer, report.shown)
    }

    /// Presses keys: letters as they are, others in `<angles>`: `]]<Enter>pg-1<Enter>`.
    pub fn press(&mut self, keys: &str) -> &mut Console {
        for key in keys_of(keys) {
            self.tell(Msg::Key(key));
        }
        self
    }

    /// Pastes a text.
    pub fn paste(&mut self, text: &str) -> &mut Console {
        self.tell(Msg::Paste(text.into()));
        self
    }

    /// The frame as text.
    pub fn frame(&self) -> String {
        testing::text(self.app.view(), testing::THEMES[0].1, self.size)
    }

    /// The frame with its styles.
    pub fn styled(&self, theme: Theme) -> String {
        testing::styled(self.app.view(), theme, self.size)
    }

    /// The frame as a picture of the documentation.
    pub fn picture(&self, name: &str) {
        testing::picture(name, self.app.view(), self.size);
    }

    /// The line in which `words` stand.
    #[track_caller]
    pub fn line(&self, words: &str) -> String {
        let frame = self.frame();
        let found = frame.lines().find(|line| line.contains(words));
        found.unwrap_or_else(|| panic!("`{words}` is not on the screen:\n{frame}")).to_string()
    }

    /// The last draft that was kept.
    pub fn draft(&self) -> Option<&str> {
        self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Wizard(Order::SaveDraft { text, .. }) => Some(text.as_str()),
            _ => None,
        })
    }

    /// The last order.
    pub fn order(&self) -> Option<&Order> {
        self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Wizard(order) => Some(order),
            _ => None,
        })
    }

    /// What lies at the top right.
    pub fn notice(&self) -> String {
        Line::text(&self.app.view().parts.notice)
    }
}

/// `]<Enter>x` as keys.
pub fn keys_of(text: &str) -> Vec<Key> {
    let mut keys = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(end) = rest.find('>').filter(|_| c == '<') {
            keys.push(named(&rest[1..end]));
            rest = &rest[end + 1..];
        } else {
            keys.push(Key::char(c));
            rest = &rest[c.len_utf8()..];
        }
    }
    keys
}

fn named(name: &str) -> Key {
    if let Some(letter) = name.strip_prefix("C-") {
        return Key::ctrl(letter.chars().next().unwrap());
    }
    if let Some(letter) = name.strip_prefix("A-") {
        return Key::alt(letter.chars().next().unwrap());
    }
    Key::of(match name {
        "Enter" => Code::Enter,
        "Esc" => Code::Esc,
        "Tab" => Code::Tab,
        "Up" => Code::Up,
        "Down" => Code::Down,
        "Left" => Code::Left,
        "Right" => Code::Right,
        "Back" => Code::Backspace,
        "Del" => Code::Delete,
        "PgDn" => Code::PageDown,
        "PgUp" => Code::PageUp,
        "End" => Code::End,
        "Home" => Code::Home,
        other => panic!("no key is named {other}"),
    })
}
