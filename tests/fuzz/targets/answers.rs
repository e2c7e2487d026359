//! An answers file, judged like one that an operator wrote; assignments of `--set` behind a line `=== set`.

use std::sync::LazyLock;

use iomctl::plan::{Answers, Facts, Layer, Spec, evaluate};

use super::sections::sections;

static SPEC: LazyLock<&'static Spec> = LazyLock::new(Spec::builtin);

pub fn run(input: &[u8]) {
    let mut answers = Answers::none();
    for (name, text) in sections(input) {
        let text = String::from_utf8_lossy(&text);
        match name.as_str() {
            "set" => text.lines().for_each(|line| answers.set(&SPEC, line)),
            _ => answers = answers.overlaid(Answers::read(&SPEC, &text, "answers.yaml", Layer::Answer)),
        }
    }
    evaluate(&SPEC, &answers, &Facts::default());
}
