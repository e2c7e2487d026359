//! The page of all keys, for the documentation, made from the table.

use std::fmt::Write as _;

use super::{Context, TABLE};

/// The keys as a Markdown page.
pub fn markdown() -> String {
    let mut page = String::from(
        "# Keys\n\n<!-- Made from the key table (src/app/keys/table.rs): IOMCTL_WRITE_KEYS=1 cargo test --lib app::keys -->\n\n\
         A key means the same on every screen. The line at the bottom shows the keys that matter where you are; `?` shows all\n\
         of them, `:` finds an action by its name. Where text is typed, letters are text.\n",
    );
    for (context, heading) in Context::ALL {
        let mut rows = TABLE.iter().filter(|binding| binding.contexts.contains(context)).peekable();
        if rows.peek().is_none() && *context != Context::Pages {
            continue;
        }
        let _ = write!(page, "\n## {heading}\n\n| Key | What it does |\n| --- | --- |\n");
        if *context == Context::Pages {
            page.push_str("| `1` to `9` | Go to that page |\n");
        }
        for binding in rows {
            let typed = super::typing(&[*context]);
            let keys: Vec<String> =
                binding.keys.iter().filter(|key| !typed || !key.is_text()).map(|key| format!("`{key}`")).collect();
            if !keys.is_empty() {
                let _ = writeln!(page, "| {} | {} |", keys.join(" "), binding.help);
            }
        }
    }
    page
}
