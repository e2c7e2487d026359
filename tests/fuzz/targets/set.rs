//! Lines of `--set` and its siblings, one after the other; the first letter of a line says which.

use iomctl::helm::Values;
use iomctl::helm::data::Data;

pub fn run(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let mut values = Values::default();
    for line in text.split('\n') {
        let mut chars = line.chars();
        let kind = chars.next();
        let form = chars.as_str();
        let _ = match kind {
            Some('s') => values.set_string(form),
            Some('j') => values.set_json(form),
            Some('l') => values.set_literal(form),
            Some('f') => values.set_file(form, &|path| match path.len() % 2 {
                0 => Ok(path.as_bytes().to_vec()),
                _ => Err("no such file".into()),
            }),
            _ => values.set(form),
        };
    }
    // Text with characters that YAML does not take is written as nothing, as with Helm.
    if let (written, true) = (values.to_yaml(), values.0.values().all(is_number)) {
        assert!(Values::from_yaml(&written).is_ok(), "values that cannot be read again: {written}");
    }
    values.to_json();
}

fn is_number(data: &Data) -> bool {
    matches!(data, Data::Int(_) | Data::Bool(_) | Data::Null)
}
