//! A chart archive. Bytes that are no gzip are taken for the tar inside, whose checksums are put right, because no
//! fuzzer finds them by chance.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use iomctl::helm::Chart;
use iomctl::helm::chart::files_of_archive;

/// The size of a block of a tar, and of the head of an entry.
const BLOCK: usize = 512;
/// Where the checksum stands.
const CHECKSUM: std::ops::Range<usize> = 148..156;
/// Where the size stands.
const SIZE: std::ops::Range<usize> = 124..136;

pub fn run(input: &[u8]) {
    let archive = if input.starts_with(&[0x1f, 0x8b]) { input.to_vec() } else { packed(&sealed(input)) };
    if let Ok(files) = files_of_archive(&archive) {
        for (name, _) in &files {
            let escapes = name.starts_with('/') || name.split('/').any(|part| part == "..");
            assert!(!escapes && !name.is_empty(), "a file outside of the chart: {name:?}");
        }
    }
    let _ = Chart::from_archive(&archive);
}

fn packed(tar: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(tar).and_then(|()| gzip.finish()).expect("memory takes everything")
}

/// The tar with the checksums that its heads should have.
fn sealed(tar: &[u8]) -> Vec<u8> {
    let mut tar = tar.to_vec();
    tar.resize(tar.len().next_multiple_of(BLOCK), 0);
    let mut at = 0;
    while let Some(head) = tar.get_mut(at..at + BLOCK) {
        if head.iter().all(|byte| *byte == 0) {
            at += BLOCK;
            continue;
        }
        head[CHECKSUM].fill(b' ');
        let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
        head[CHECKSUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        let digits: String = head[SIZE].iter().map(|byte| char::from(*byte)).filter(char::is_ascii_digit).collect();
        let size = usize::from_str_radix(&digits, 8).unwrap_or(0);
        at = at.saturating_add(BLOCK).saturating_add(size.min(tar.len()).next_multiple_of(BLOCK));
    }
    tar
}
