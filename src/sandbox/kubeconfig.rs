//! The file by which clients find the sandbox. It is the only thing that the sandbox leaves on disk, while it runs.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

/// The text of a kubeconfig with one context. JSON is YAML enough for every client.
pub fn text(server: &str, authority: Option<&str>, user: &str, token: &str, namespace: &str) -> String {
    let mut cluster = json!({"server": server});
    if let Some(authority) = authority {
        cluster["certificate-authority-data"] = STANDARD.encode(authority).into();
    }
    let config = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "sandbox", "cluster": cluster}],
        "users": [{"name": user, "user": {"token": token}}],
        "contexts": [{"name": "sandbox", "context": {"cluster": "sandbox", "user": user, "namespace": namespace}}],
        "current-context": "sandbox",
    });
    format!("{config:#}\n")
}
