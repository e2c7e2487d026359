//! A release record. Text that begins with `{` is the JSON inside; everything else is what the Secret holds.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use iomctl::helm::release::{About, Release, decode, encode, labels, masked};

pub fn run(input: &[u8]) {
    let stored = match input.first() {
        Some(b'{') => packed(input),
        // gzip, as the API server would hand it out.
        Some(0x1f) => STANDARD.encode(input).into_bytes(),
        _ => input.to_vec(),
    };
    let Ok(release) = decode(&stored) else { return };
    looked_at(&release);
    let again = encode(&release).and_then(|written| decode(&written)).expect("what was read can be written");
    // The last bit of a fraction with many digits may be read otherwise.
    let shown = format!("{release:?}");
    let mut numbers = shown.split("Number(").skip(1).filter_map(|rest| rest.split(')').next());
    assert!(again == release || numbers.any(|number| number.contains(['.', 'e'])), "another record was written");
}

fn packed(json: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    let bytes = gzip.write_all(json).and_then(|()| gzip.finish()).expect("memory takes everything");
    STANDARD.encode(bytes).into_bytes()
}

/// Everything that a command says of a record.
fn looked_at(release: &Release) {
    About::of(release).print();
    release.line();
    release.print_hooks();
    release.print_head();
    let _ = release.computed();
    labels(release);
    masked(&release.manifest, "(masked)");
    if let Some(chart) = &release.chart {
        assert!(chart.is_same(chart), "a chart differs from itself");
        let _ = chart.restored();
    }
}
