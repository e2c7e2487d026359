//! A port of a pod: what listens on it answers HTTP with a word about itself, and gives anything else back.

use serde_json::Value;

use super::{Input, Output};
use crate::sandbox::error::{Answer, ApiError};
use crate::sandbox::json;

/// Most bytes of a request's head.
const MOST: usize = 64 * 1024;

/// A pod and its ports.
#[derive(Debug, Clone)]
pub struct Pod {
    name: String,
    ports: Vec<u64>,
}

impl Pod {
    /// Of a pod's object.
    ///
    /// # Errors
    /// It does not run.
    pub fn of(pod: &Value) -> Answer<Pod> {
        let phase = json::text(pod, "/status/phase");
        if phase != "Running" {
            let why = format!("unable to forward port because pod is not running. Current status={phase}");
            return Err(ApiError::bad_request(why));
        }
        let containers = json::items(pod, "/spec/containers");
        let ports = containers.iter().flat_map(|container| json::items(container, "/ports"));
        let ports = ports.filter_map(|port| port["containerPort"].as_u64()).collect();
        Ok(Pod { name: json::text(pod, "/metadata/name").into(), ports })
    }

    /// Serves one connection to a port, until the client ends it.
    ///
    /// # Errors
    /// Nothing listens there.
    pub async fn serve(&self, port: u16, mut input: Input, output: &Output) -> Result<(), String> {
        if !self.ports.contains(&u64::from(port)) {
            return Err(format!(
                "failed to connect to localhost:{port} inside of pod {}: dial tcp4 127.0.0.1:{port}: connect: connection refused",
                self.name
            ));
        }
        let mut head = Vec::new();
        while let Some(bytes) = input.recv().await {
            head.extend_from_slice(&bytes);
            if !is_http(&head) || head.len() > MOST {
                output.send(std::mem::take(&mut head)).await;
                continue;
            }
            let Some(end) = memchr::memmem::find(&head, b"\r\n\r\n") else { continue };
            let said = self.answer(port, &head[..end]);
            // What follows a head is its body, and nobody reads it.
            head.clear();
            output.send(said).await;
        }
        Ok(())
    }

    fn answer(&self, port: u16, head: &[u8]) -> String {
        let head = String::from_utf8_lossy(head);
        let mut line = head.lines().next().unwrap_or_default().split(' ');
        let (method, path) = (line.next().unwrap_or_default(), line.next().unwrap_or("/"));
        let body = format!(
            "{} answers {method} {path} on port {port}.\nNo container runs here: this is the sandbox's answer for it.\n",
            self.name
        );
        let length = body.len();
        let body = if method == "HEAD" { "" } else { &body };
        format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {length}\r\n\r\n{body}")
    }
}

fn is_http(head: &[u8]) -> bool {
    const METHODS: [&[u8]; 7] = [b"GET ", b"HEAD ", b"POST ", b"PUT ", b"PATCH ", b"DELETE ", b"OPTIONS "];
    METHODS.iter().any(|method| {
        let length = method.len().min(head.len());
        head[..length] == method[..length]
    })
}
