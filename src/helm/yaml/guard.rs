//! The scanner panics at some broken texts (`[!!str, a]`, escapes in tags that are no characters). A values file that an
//! operator mistyped is no defect of the program: such a panic is caught, told nobody, and becomes an error.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};

use super::Error;

thread_local! {
    /// This thread is inside of the scanner.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Puts a hook in front of those that tell of panics, which keeps those of the scanner to itself.
pub fn install() {
    let before = take_hook();
    set_hook(Box::new(move |info| {
        if !INSIDE.get() {
            before(info);
        }
    }));
}

/// Lets the scanner go on from `line`.
pub(super) fn guarded<T>(line: u64, read: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    let outer = INSIDE.replace(true);
    let result = catch_unwind(AssertUnwindSafe(read));
    INSIDE.set(outer);
    result.unwrap_or_else(|panic| {
        let what = match panic.downcast_ref::<&str>() {
            // What the scanner leaves open is an error of a tag in Go.
            Some(text) if text.starts_with("TODO") => "did not find expected whitespace or line break",
            _ => "found characters that cannot be read here",
        };
        Err(Error::Syntax { line: Some(line), column: None, what: what.into() })
    })
}
