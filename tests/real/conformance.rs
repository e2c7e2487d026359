//! The sandbox answers as the real control plane answers: the same exchanges on both, compared.

use kube::Client;
use kube::client::Body;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::ground::{Ground, Site};

type Tested = Result<(), Box<dyn std::error::Error>>;

/// One question. What it means is said in the file of exchanges.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exchange {
    name: String,
    method: String,
    path: String,
    #[serde(default, rename = "type")]
    media: Option<String>,
    #[serde(default)]
    accept: Option<String>,
    #[serde(default)]
    body: Option<Value>,
    #[serde(default)]
    only: Vec<String>,
    #[serde(default)]
    with_status: bool,
}

#[tokio::test]
async fn both_answer_alike() -> Tested {
    let exchanges: Vec<Exchange> = serde_yaml::from_str(include_str!("conformance/exchanges.yaml"))?;
    let real = Ground::real().await;
    let sandbox = Ground::sandbox().await;
    let (real, sandbox) = (real.namespace("conformance").await, sandbox.namespace("conformance").await);
    let mut different = Vec::new();
    for exchange in &exchanges {
        let (there, here) = (ask(&real, exchange).await?, ask(&sandbox, exchange).await?);
        let mut lines = Vec::new();
        compare(&there, &here, "", &mut lines);
        if !lines.is_empty() {
            different.push(format!("{}\n{}", exchange.name, lines.join("\n")));
        }
    }
    assert!(different.is_empty(), "{} of {} differ\n{}", different.len(), exchanges.len(), different.join("\n"));
    Ok(())
}

async fn ask(site: &Site<'_>, exchange: &Exchange) -> Result<Value, Box<dyn std::error::Error>> {
    let client: Client = site.client();
    let media = exchange.media.as_deref().unwrap_or("application/json");
    let body = exchange.body.as_ref().map(|body| body.to_string().into_bytes()).unwrap_or_default();
    let request = hyper::Request::builder()
        .method(exchange.method.as_str())
        .uri(exchange.path.replace("{ns}", site.name()))
        .header("content-type", media)
        .header("accept", exchange.accept.as_deref().unwrap_or("application/json"))
        .body(Body::from(body))?;
    let response = client.send(request).await?;
    let code = response.status().as_u16();
    let bytes = response.into_body().collect_bytes().await?;
    let text = String::from_utf8_lossy(&bytes).replace(site.name(), "{ns}");
    let mut answer: Value = serde_json::from_str(&text).unwrap_or_else(|_| json!({"text": text}));
    let is_status = answer.get("kind") == Some(&json!("Status"));
    if let Some(answer) = answer.as_object_mut().filter(|_| !exchange.with_status && !is_status) {
        answer.remove("status");
    }
    forget(&mut answer);
    answer["code"] = code.into();
    if exchange.only.is_empty() {
        return Ok(answer);
    }
    let parts: Map<String, Value> = exchange
        .only
        .iter()
        .map(|pointer| (pointer.clone(), answer.pointer(pointer).cloned().unwrap_or_default()))
        .collect();
    Ok(Value::Object(parts))
}

/// Takes away what is different every time.
fn forget(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for key in ["uid", "resourceVersion", "creationTimestamp", "time", "deletionTimestamp"] {
                if map.get(key).is_some_and(|value| value.is_string()) {
                    map.insert(key.into(), "…".into());
                }
            }
            for key in ["clusterIP", "batch.kubernetes.io/controller-uid", "controller-uid"] {
                if map.get(key).is_some_and(|value| value.is_string()) {
                    map.insert(key.into(), "…".into());
                }
            }
            if let Some(Value::Array(list)) = map.get_mut("clusterIPs") {
                list.fill("…".into());
            }
            if let Some(Value::String(message)) = map.get_mut("message") {
                // Times and identities in messages.
                *message = without_times(message);
            }
            // Controllers may have written before the answer.
            if let Some(Value::Array(managers)) = map.get_mut("managedFields") {
                managers.retain(|entry| entry["manager"] != "kube-controller-manager");
                managers.sort_by_key(|entry| (entry["manager"].to_string(), entry["subresource"].to_string()));
            }
            map.remove("selfLink");
            map.remove("status").into_iter().for_each(|status| {
                if status.is_string() {
                    map.insert("status".into(), status);
                }
            });
            map.remove("generation");
            if let Some(annotations) = map.get_mut("annotations").and_then(Value::as_object_mut) {
                annotations.remove("deployment.kubernetes.io/revision");
                if annotations.is_empty() {
                    map.remove("annotations");
                }
            }
            map.values_mut().for_each(forget);
        }
        Value::Array(list) => list.iter_mut().for_each(forget),
        _ => {}
    }
}

fn without_times(text: &str) -> String {
    let is_time = |word: &str| word.trim_end_matches([':', ',']).parse::<jiff::Timestamp>().is_ok();
    let words: Vec<&str> = text.split(' ').map(|word| if is_time(word) { "…" } else { word }).collect();
    words.join(" ")
}

fn compare(there: &Value, here: &Value, path: &str, lines: &mut Vec<String>) {
    match (there, here) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let of = |map: &Map<String, Value>| map.get(key).cloned().unwrap_or_default();
                compare(&of(a), &of(b), &format!("{path}/{key}"), lines);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (at, (a, b)) in a.iter().zip(b).enumerate() {
                compare(a, b, &format!("{path}/{at}"), lines);
            }
        }
        (there, here) if there != here => lines.push(format!("  {path}\n     real    {there}\n     sandbox {here}")),
        _ => {}
    }
}
