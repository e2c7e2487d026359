//! Quantities: `100m`, `1Gi`, `2.5`.

const UNITS: &[(&str, i128)] = &[
    ("Ki", 1 << 10),
    ("Mi", 1 << 20),
    ("Gi", 1 << 30),
    ("Ti", 1 << 40),
    ("Pi", 1 << 50),
    ("k", 1_000),
    ("M", 1_000_000),
    ("G", 1_000_000_000),
    ("T", 1_000_000_000_000),
];

/// A quantity in thousandths; 0 for what is none.
pub fn thousandths(text: &str) -> i128 {
    let text = text.trim();
    if let Some(small) = text.strip_suffix('m') {
        return small.parse().unwrap_or_default();
    }
    let unit = UNITS.iter().find_map(|(suffix, factor)| Some((text.strip_suffix(suffix)?, *factor)));
    let (number, factor) = unit.unwrap_or((text, 1));
    match number.parse::<i128>() {
        Ok(whole) => whole * factor * 1_000,
        // Fractions are small enough to be exact to a thousandth.
        #[expect(clippy::cast_possible_truncation, reason = "rounded on purpose")]
        Err(_) => number.parse::<f64>().map_or(0, |number| (number * 1_000.0) as i128 * factor),
    }
}

/// Thousandths as a quantity of this resource.
pub fn printed(thousandths: i128, resource: &str) -> String {
    if resource.ends_with("memory") || resource.ends_with("storage") {
        let bytes = thousandths / 1_000;
        let unit = UNITS[..5].iter().rev().find(|(_, factor)| bytes >= *factor && bytes % factor == 0);
        return match unit {
            Some((suffix, factor)) => format!("{}{suffix}", bytes / factor),
            None => bytes.to_string(),
        };
    }
    if thousandths % 1_000 == 0 { (thousandths / 1_000).to_string() } else { format!("{thousandths}m") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_and_printed() {
        for (text, amount) in
            [("100m", 100), ("1", 1_000), ("1.5", 1_500), ("2Ki", 2_048_000), ("1k", 1_000_000), ("", 0)]
        {
            assert_eq!(thousandths(text), amount, "{text}");
        }
        assert_eq!(printed(1_500, "requests.cpu"), "1500m");
        assert_eq!(printed(2_000, "cpu"), "2");
        assert_eq!(printed((3 << 30) * 1_000, "requests.memory"), "3Gi");
    }
}
