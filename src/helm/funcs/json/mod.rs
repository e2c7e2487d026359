//! JSON as Go's `encoding/json` reads and writes it: escaping for HTML, floats, error texts.

mod decode;
mod encode;

pub use decode::{decode, decode_partly};
pub use encode::{encode, encode_pretty};
