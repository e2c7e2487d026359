//! The ways to an API server that kubectl knows: several files, a plugin that makes credentials, a proxy.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use super::{Operator, Tested};
use crate::ground::{Ground, on_both};

/// The kubeconfig of an operator as data, changed, and as a file of its own.
fn changed(operator: &Operator, change: impl FnOnce(&mut Value)) -> Result<PathBuf, Box<dyn std::error::Error>> {
    let mut config: Value = serde_yaml::from_str(&std::fs::read_to_string(&operator.kubeconfig)?)?;
    change(&mut config);
    let path = operator.state.path().join("kubeconfig");
    std::fs::write(&path, serde_json::to_string(&config)?)?;
    Ok(path)
}

async fn a_plugin_is_asked_for_credentials(ground: &Ground) -> Tested {
    let ns = ground.namespace("plugin").await;
    let operator = Operator::new(&ns)?;
    let user = ns.user("viewer", &[]).await;
    let plugin = operator.state.path().join("credentials");
    let config: Value = serde_yaml::from_str(&std::fs::read_to_string(&user.kubeconfig)?)?;
    let pem = |key: &str| {
        let data = BASE64_STANDARD.decode(config["users"][0]["user"][key].as_str().unwrap_or_default());
        String::from_utf8(data.unwrap_or_default()).unwrap_or_default()
    };
    let key = pem("client-key-data");
    // The sandbox knows its users by tokens.
    let token = config["users"][0]["user"]["token"].as_str();
    let status = match token {
        Some(token) => json!({"token": token}),
        None => json!({"clientCertificateData": pem("client-certificate-data"), "clientKeyData": key}),
    };
    let credential =
        json!({"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": status});
    std::fs::write(&plugin, format!("#!/bin/sh\ncat <<'END'\n{credential}\nEND\n"))?;
    std::fs::set_permissions(&plugin, std::fs::Permissions::from_mode(0o755))?;
    let with_plugin = |command: &str| {
        changed(&operator, |config| {
            config["users"][0]["user"] = json!({"exec": {
                "apiVersion": "client.authentication.k8s.io/v1", "command": command, "interactiveMode": "Never",
            }});
        })
    };
    let kubeconfig = with_plugin(plugin.to_str().ok_or("no text")?)?;
    let said = Operator::with(&kubeconfig, ns.name())?.install(&[]).await?;
    // The plugin's user may do nothing, which the server could only say because it knew who asked.
    said.ended(3).complains(&format!("User \"{}\" cannot", user.name));
    let secret = token.or_else(|| key.lines().nth(1)).ok_or("no key")?;
    assert!(!said.err.contains(secret) && !said.out.contains(secret));

    let kubeconfig = with_plugin("no-such-plugin")?;
    let said = Operator::with(&kubeconfig, ns.name())?.install(&[]).await?;
    said.ended(5).complains("no-such-plugin").complains("next:");
    Ok(())
}

async fn a_proxy_is_passed_through_and_named_when_it_is_gone(ground: &Ground) -> Tested {
    let ns = ground.namespace("proxy").await;
    let operator = Operator::new(&ns)?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    let tunnels = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&tunnels);
    let proxy = tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(tunnel(client));
        }
    });
    let kubeconfig = changed(&operator, |config| config["clusters"][0]["cluster"]["proxy-url"] = json!(address))?;
    let behind = Operator::with(&kubeconfig, ns.name())?;
    behind.install(&[]).await?.ended(0);
    assert!(tunnels.load(Ordering::Relaxed) > 0);
    proxy.abort();
    let _ = proxy.await;
    behind.run(&["status"]).await?.ended(5).complains("proxy");
    Ok(())
}

/// One `CONNECT host:port` and everything after it.
async fn tunnel(client: TcpStream) -> std::io::Result<()> {
    let mut client = BufReader::new(client);
    let mut target = String::new();
    loop {
        let mut line = String::new();
        client.read_line(&mut line).await?;
        if let Some(rest) = line.strip_prefix("CONNECT ") {
            target = rest.split(' ').next().unwrap_or_default().to_string();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut server = TcpStream::connect(target).await?;
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
    copy_bidirectional(&mut client, &mut server).await.map(|_| ())
}

async fn several_files_give_one_context(ground: &Ground) -> Tested {
    let ns = ground.namespace("files").await;
    let operator = Operator::new(&ns)?;
    let rest = changed(&operator, |config| config["users"] = json!([]))?;
    let users = operator.state.path().join("users");
    let mut config: Value = serde_yaml::from_str(&std::fs::read_to_string(ns.kubeconfig())?)?;
    let context = config["current-context"].take();
    config["clusters"] = json!([]);
    config["contexts"] = json!([]);
    std::fs::write(&users, serde_json::to_string(&config)?)?;
    let both = format!("{}:{}", rest.display(), users.display());
    let mut command = operator.command(&["install", "--dry-run"]);
    command.arg("--chart").arg(super::chart()).arg("-f").arg(super::chart().join("values.yaml"));
    command.args(["--context", context.as_str().ok_or("no context")?]).env("KUBECONFIG", both);
    operator.end(command).await?.ended(0);
    Ok(())
}

on_both![
    a_plugin_is_asked_for_credentials,
    a_proxy_is_passed_through_and_named_when_it_is_gone,
    several_files_give_one_context
];
