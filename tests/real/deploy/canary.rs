//! A canary secret turns up nowhere: not in output, journal, records of ours, or errors, in no encoding.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use iomctl_test_cluster::Attempt;

use super::{Operator, Tested, chart};
use crate::ground::{Ground, on_both};

const CANARY: &str = "c@nary-7/+Zq<&>\"'x";

/// Every spelling in which it could be read.
fn spellings() -> Vec<String> {
    let json = serde_json::to_string(CANARY).unwrap();
    vec![
        CANARY.into(),
        json[1..json.len() - 1].into(),
        STANDARD.encode(CANARY),
        URL_SAFE.encode(CANARY),
        percent_encoding::utf8_percent_encode(CANARY, percent_encoding::NON_ALPHANUMERIC).to_string(),
        "c@nary-7".into(),
        "c%40nary".into(),
    ]
}

#[track_caller]
fn clean(what: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for spelling in spellings() {
        assert!(!text.contains(&spelling), "{what} holds {spelling}:\n{text}");
    }
}

async fn a_secret_in_values_and_logs_stays_inside_of_the_cluster(ground: &Ground) -> Tested {
    let ns = ground.namespace("canary").await;
    let operator = Operator::new(&ns)?;
    let folder = tempfile::tempdir()?;
    let values = folder.path().join("values.yaml");
    std::fs::write(&values, serde_json::json!({"password": CANARY, "replicas": 1, "namespaces": []}).to_string())?;
    let mut leaks: Vec<String> =
        spellings().into_iter().take(5).map(|spelling| format!("connecting with {spelling}")).collect();
    leaks.push(format!("Authorization: Basic {}", STANDARD.encode(format!("admin:{CANARY}"))));
    let _job = ns.script_job("small-init", [Attempt::fails(1, leaks.clone()), Attempt::succeeds(leaks)]).await;
    for format in ["json", "text"] {
        let chart = chart();
        let arguments = ["install", "-o", format, "--chart", chart.to_str().unwrap(), "-f", values.to_str().unwrap()];
        let said = operator.run(&arguments).await?;
        said.ended(0);
        clean("standard output", said.out.as_bytes());
        clean("standard error", said.err.as_bytes());
    }
    let logs = operator.run(&["init-logs"]).await?;
    assert!(logs.out.contains("connecting with"), "the log was recorded: {}", logs.out);
    clean("init-logs", logs.out.as_bytes());
    for (path, bytes) in operator.journal()? {
        clean(&path.display().to_string(), &bytes);
    }
    clean("status", operator.run(&["status", "-o", "json"]).await?.out.as_bytes());
    Ok(())
}

on_both![a_secret_in_values_and_logs_stays_inside_of_the_cluster,];
