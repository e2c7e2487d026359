//! Reading runes from bytes that need not be UTF-8, as Go does: a wrong byte is U+FFFD of width 1.

/// The first rune and how many bytes it takes; `None` at the end.
pub fn decode(text: &[u8]) -> Option<(char, usize)> {
    let first = *text.first()?;
    if first < 0x80 {
        return Some((char::from(first), 1));
    }
    let longest = &text[..text.len().min(4)];
    let valid = match std::str::from_utf8(longest) {
        Ok(valid) => valid,
        Err(error) => std::str::from_utf8(&longest[..error.valid_up_to()]).unwrap_or(""),
    };
    Some(valid.chars().next().map_or((char::REPLACEMENT_CHARACTER, 1), |char| (char, char.len_utf8())))
}

/// All runes with their offset and width; a wrong byte is U+FFFD of width 1.
pub fn runes(text: &[u8]) -> impl Iterator<Item = (usize, char, usize)> + '_ {
    let mut offset = 0;
    std::iter::from_fn(move || {
        let (char, width) = decode(&text[offset..])?;
        let at = offset;
        offset += width;
        Some((at, char, width))
    })
}

/// Go's `%#U`: `U+0040 '@'`, without the character when it cannot be printed.
pub fn describe(char: char) -> String {
    if crate::helm::gofmt::is_print(char) {
        format!("U+{:04X} '{char}'", u32::from(char))
    } else {
        format!("U+{:04X}", u32::from(char))
    }
}
