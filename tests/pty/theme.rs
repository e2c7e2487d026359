//! Without colours, without anything but ASCII.

use crate::console::{Console, Setting};

/// Every sequence that sets attributes.
fn attributes(raw: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(raw).into_owned();
    let sequences = text.split("\x1b[").skip(1);
    sequences
        .filter_map(|rest| rest.split_once('m'))
        .map(|(codes, _)| codes.to_string())
        .filter(|codes| codes.chars().all(|c| c.is_ascii_digit() || c == ';'))
        .collect()
}

#[test]
fn no_color_means_none() {
    let console = Console::start(Setting::default().env("NO_COLOR", "1"));
    console.wait_for("no cluster is configured");
    let sequences = attributes(&console.raw());
    assert!(!sequences.is_empty(), "bold and dim remain");
    for codes in sequences {
        for code in codes.split(';') {
            assert!(!code.is_empty(), "an empty attribute resets by accident: {codes:?}");
            let code: u8 = code.parse().unwrap();
            assert!(!(30..=37).contains(&code) && !(40..=47).contains(&code) && code < 90, "a colour: {codes}");
        }
    }
}

#[test]
fn ascii_means_ascii_by_option_and_by_locale() {
    let by_option = Setting::default().args(&["--ascii"]);
    let by_locale = Setting::default().env("LC_ALL", "C");
    for setting in [by_option, by_locale] {
        let mut console = Console::start(setting);
        console.wait_for("no cluster is configured");
        console.type_in("?");
        console.wait_for("Go back one step");
        assert!(console.raw().is_ascii(), "{}", console.screen());
    }
}
