//! Go's `fmt` over template values: what an action prints, `print`, `println`, `printf`, and quoting.
//!
//! Most of what differs between a Rust rendering and Helm's would differ here: `1e+06`, `<nil>`, `map[a:1]`,
//! `%!d(float64=8080)`.

mod float;
mod number;
mod printf;
mod quote;
mod value;
mod verb;

pub use float::format_float;
pub use number::parse_float;
pub use printf::sprintf;
pub use quote::{Piece, can_backquote, is_print, quote, quote_ascii, quote_rune, unquote, unquote_char};
pub use value::{DEEPEST, TOO_DEEP, append, sprint, sprintln, to_text};
