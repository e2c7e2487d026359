//! Presets of the product, from answers to all workloads rolled out.

use super::{Operator, Said, Tested, helm};
use crate::ground::{Ground, on_both};

/// Answers that a preset leaves open, as `--set` takes them.
const MINIO: &[&str] = &[
    "adminUser.email=admin@example.com",
    "storage.minioSettings.endpoint=http://minio.example:9000",
    "storage.minioSettings.accessKey=access",
    "storage.minioSettings.secretKey=env:TEST_STORAGE_KEY",
    "database.host=postgresql.example",
    "database.password=env:TEST_DATABASE_PASSWORD",
];

const AWS: &[&str] = &[
    "adminUser.email=admin@example.com",
    "cloud.region=eu-central-1",
    "storage.bucketName=lake",
    "storage.awsRoleArn=arn:aws:iam::123456789012:role/lakehouse",
    "database.host=postgresql.example",
    "database.password=env:TEST_DATABASE_PASSWORD",
];

async fn install(operator: &Operator, preset: &str, answers: &[&str]) -> Result<Said, Box<dyn std::error::Error>> {
    let mut command = operator.command(&["install", "-o", "json", "--preset", preset]);
    answers.iter().for_each(|answer| {
        command.args(["--set", answer]);
    });
    command.env("TEST_STORAGE_KEY", "storage-canary-41").env("TEST_DATABASE_PASSWORD", "database-canary-42");
    operator.end(command).await
}

async fn rolls_out(ground: &Ground, preset: &str, answers: &[&str]) -> Tested {
    let ns = ground.namespace("preset").await;
    let operator = Operator::new(&ns)?;
    let said = install(&operator, preset, answers).await?;
    said.ended(0);
    for canary in ["storage-canary-41", "database-canary-42"] {
        assert!(!said.out.contains(canary) && !said.err.contains(canary));
        for tool in ["helm3", "helm4"] {
            let record = helm(&ns, tool, &["get", "all", "data-plane"]).await;
            assert!(!record.contains(canary), "{tool}: the record holds a secret");
        }
    }
    let status: serde_json::Value =
        serde_json::from_str(&operator.run(&["status", "-o", "json", "--strict"]).await?.ended(0).out)?;
    let workloads = status["workloads"].as_array().ok_or("no workloads")?;
    assert!(workloads.len() >= 17 && workloads.iter().all(|workload| workload["state"] == "done"), "{status}");
    operator.run(&["uninstall", "--yes"]).await?.ended(0);
    Ok(())
}

async fn evaluation_rolls_out(ground: &Ground) -> Tested {
    rolls_out(ground, "evaluation", &[]).await
}

async fn on_prem_minio_rolls_out(ground: &Ground) -> Tested {
    rolls_out(ground, "on-prem-minio", MINIO).await
}

async fn aws_rolls_out(ground: &Ground) -> Tested {
    rolls_out(ground, "aws-s3", AWS).await
}

on_both![evaluation_rolls_out, on_prem_minio_rolls_out, aws_rolls_out,];
