//! A port of this machine that leads to a port of a pod.

use kube::Api;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::{Failure, Session};
use k8s_openapi::api::core::v1::Pod;

/// A forwarded port.
#[derive(Debug)]
pub struct Forward {
    session: Session,
    namespace: String,
    pod: String,
    port: u16,
    listener: TcpListener,
}

impl Session {
    /// Opens a port on the loopback address: the one that is asked for; or else the same number where it is free, and
    /// any other where it is not.
    ///
    /// # Errors
    /// No port can be opened.
    pub async fn forward(&self, namespace: &str, pod: &str, port: u16, local: Option<u16>) -> std::io::Result<Forward> {
        let listener = match TcpListener::bind(("127.0.0.1", local.unwrap_or(port))).await {
            Ok(listener) => listener,
            Err(e) if local.is_some() => return Err(e),
            Err(_) => TcpListener::bind(("127.0.0.1", 0)).await?,
        };
        Ok(Forward { session: self.clone(), namespace: namespace.into(), pod: pod.into(), port, listener })
    }
}

impl Forward {
    /// Where it listens.
    pub fn address(&self) -> String {
        self.listener.local_addr().map(|address| address.to_string()).unwrap_or_default()
    }

    /// Serves connections until the pod refuses one. Dropping it ends all.
    pub async fn serve(self) -> Failure {
        let mut open = tokio::task::JoinSet::new();
        let (to_refused, mut refused) = mpsc::channel(1);
        loop {
            let client = tokio::select! {
                accepted = self.listener.accept() => match accepted {
                    Ok((client, _)) => client,
                    Err(e) => return Failure::Lost(e.to_string()),
                },
                Some(why) = refused.recv() => return Failure::Lost(why),
            };
            while open.try_join_next().is_some() {}
            let api: Api<Pod> = Api::namespaced(self.session.client.clone(), &self.namespace);
            let mut forwarder = match api.portforward(&self.pod, &[self.port]).await {
                Ok(forwarder) => forwarder,
                Err(e) => return e.into(),
            };
            let (Some(stream), Some(error)) = (forwarder.take_stream(self.port), forwarder.take_error(self.port))
            else {
                continue;
            };
            let to_refused = to_refused.clone();
            open.spawn(async move {
                tokio::select! {
                    () = pipe(client, stream) => {}
                    Some(why) = error => drop(to_refused.send(why).await),
                }
                forwarder.abort();
            });
        }
    }
}

async fn pipe(mut client: TcpStream, mut pod: impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin) {
    // Either side may end when it likes.
    let _ = tokio::io::copy_bidirectional(&mut client, &mut pod).await;
}
