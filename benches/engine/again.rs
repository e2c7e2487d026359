//! What the review does after every answer: evaluate the plan, give its values to the bundled chart, show the objects.

use std::time::Duration;

use iomctl::app::wizard::Preview;
use iomctl::helm::{Parsed, ReleaseInfo, RenderOptions, Values};
use iomctl::plan::{self, Answers, Facts, Layer, Spec, evaluate};

use super::Times;

/// What is granted.
const MOST: Duration = Duration::from_millis(5);

/// Answers that change from one render to the next.
const CHANGES: [&str; 4] = [
    "services: {sql: {replicas: 2}}\n",
    "features: {nats: true}\n",
    "features: {nats: true, jobOrchestrator: true}\n",
    "adminUser: {email: night@example.com}\n",
];

/// Presets, and answers to what they leave open.
const PRESETS: [(&str, &str); 2] = [
    ("evaluation", ""),
    (
        "on-prem-minio",
        "storage: {minioSettings: {endpoint: \"http://minio.example:9000\", accessKey: access, secretKey: secret:storage/key}}\n\
         database: {host: postgresql.example, password: secret:database/password}\n",
    ),
];

/// Prints the whole and its parts.
pub fn measure() {
    let spec = Spec::builtin();
    let parsed = Parsed::default();
    let info = ReleaseInfo::install("data-plane", "iomete-system");
    let options = RenderOptions { parsed: Some(&parsed), ..RenderOptions::new(info) };
    println!("render of the bundled chart after one answer changed");
    for (name, open) in PRESETS {
        let read = |text: &str| Answers::read(spec, text, "bench", Layer::Answer);
        let preset = plan::preset(name).expect("a preset").answers(spec).overlaid(read(open));
        let answers = |number: usize| preset.clone().overlaid(read(CHANGES[number % CHANGES.len()]));
        let values = |number: usize| evaluate(spec, &answers(number), &Facts::default()).values;
        let review = |number: usize| {
            let chart = plan::bundled().expect("the bundled chart");
            let defaults = plan::bundled_values().expect("its values");
            Preview::render(&chart, &defaults, &Values::from_json(values(number)), &options)
                .expect("a preview")
                .manifest
                .len()
        };
        let Times { least, median, worst } = super::time(300, review);
        let verdict = if median <= MOST { "ok" } else { "MISSED" };
        println!("  {name:<16} median {median:.1?} ({least:.1?} to {worst:.1?})  aim {MOST:?} {verdict}");
        println!("  {:<16} the answers alone {:.1?}", "", super::time(300, values).median);
    }
}
