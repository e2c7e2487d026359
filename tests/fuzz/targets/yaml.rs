//! A YAML document: read in all ways, written, and read again, which must give the same.

use iomctl::helm::data::Data;
use iomctl::helm::release::masked;
use iomctl::helm::{manifest, yaml};

pub fn run(input: &[u8]) {
    if let Ok(text) = std::str::from_utf8(input) {
        manifest::split(text);
        masked(text, "(masked)");
    }
    let _ = yaml::outline(input, |key| key == "metadata");
    let _ = yaml::parse_keeping_integers(input);
    let Ok(data) = yaml::parse(input) else { return };
    // Helm writes a next-line character as it is, and reads it back as a space.
    if holds_next_line(&data) {
        return;
    }
    let value = data.to_value();
    for written in [yaml::encode(&value), yaml::encode_pretty(&value)].into_iter().flatten() {
        let again = yaml::parse(&written).unwrap_or_else(|error| {
            panic!("what was written cannot be read: {error}\n{}", String::from_utf8_lossy(&written))
        });
        assert!(same(&data, &again), "another document was written:\n{}", String::from_utf8_lossy(&written));
    }
}

/// Equal, apart from the bits of floating point that decimals do not tell.
fn same(one: &Data, other: &Data) -> bool {
    match (one, other) {
        (Data::Float(one), Data::Float(other)) => one == other || one.is_nan() && other.is_nan(),
        (Data::List(one), Data::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Data::Table(one), Data::Table(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(a, b)| a.0 == b.0 && same(a.1, b.1))
        }
        (one, other) => one == other,
    }
}

fn holds_next_line(data: &Data) -> bool {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains('\u{85}');
    match data {
        Data::Str(bytes) => text(bytes),
        Data::List(items) => items.iter().any(holds_next_line),
        Data::Table(table) => table.iter().any(|(key, value)| text(key.as_bytes()) || holds_next_line(value)),
        _ => false,
    }
}
