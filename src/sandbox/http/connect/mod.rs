//! Requests that leave HTTP: a command in a container, a port of a pod. Clients ask for it as a WebSocket, or as SPDY
//! as they did before; a port is forwarded as SPDY inside of a WebSocket too. What happens at the other end
//! ([`exec`], [`port`]) knows streams only, not how they travel.

mod channels;
mod exec;
mod headers;
mod port;
mod spdy;

use std::sync::Arc;

use bytes::Bytes;
use hyper::Request;
use hyper::body::Incoming;
use hyper::header::{CONNECTION, HeaderName, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_PROTOCOL, UPGRADE};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::answer::{self, Reply};
use super::ask::Ask;
use super::logs;
use crate::sandbox::error::{Answer, ApiError};
use crate::sandbox::json;
use crate::sandbox::kinds::Kind;
use crate::sandbox::store::Store;
use crate::sandbox::world::World;

/// How many pieces wait between two ends.
const WAITING: usize = 32;

/// The subresources that are connected to.
const CONNECTED: [&str; 3] = ["attach", "exec", "portforward"];

/// SPDY inside of a WebSocket.
const TUNNEL: &str = "SPDY/3.1+portforward.k8s.io";

/// Protocols in which a number in front of each message names its stream; the second can also end one.
const CHANNELS: [&str; 2] = ["v4.channel.k8s.io", "v5.channel.k8s.io"];

/// A piece on its way to the client.
#[derive(Debug)]
pub enum Piece {
    /// Bytes.
    Data(Bytes),
    /// Nothing more comes.
    End,
}

/// The way to the client within one stream.
#[derive(Debug, Clone)]
pub struct Output {
    stream: u32,
    to: mpsc::Sender<(u32, Piece)>,
}

impl Output {
    /// Sends bytes. A client that has gone is noticed by whoever reads from it.
    pub async fn send(&self, bytes: impl Into<Bytes>) {
        let _ = self.to.send((self.stream, Piece::Data(bytes.into()))).await;
    }

    /// Ends the stream in this direction.
    pub async fn end(&self) {
        let _ = self.to.send((self.stream, Piece::End)).await;
    }
}

/// The way from the client within one stream; ends with the stream.
pub type Input = mpsc::Receiver<Bytes>;

/// What was asked for, checked.
#[derive(Debug)]
enum Purpose {
    Exec { command: exec::Command, streams: usize },
    Forward { pod: port::Pod, ports: Vec<u16> },
}

/// How it travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Channels { can_end: bool },
    Tunnel,
    Spdy,
}

/// Whether a subresource is connected to.
pub fn is_connected(subresource: &str) -> bool {
    CONNECTED.contains(&subresource)
}

/// What is needed to leave HTTP, when the client wants to.
pub fn upgrade(request: &mut Request<Incoming>) -> Option<OnUpgrade> {
    request.headers().contains_key(UPGRADE).then(|| hyper::upgrade::on(request))
}

/// Answers a request for a connection, and serves it afterwards.
///
/// # Errors
/// There is nothing to connect to, or the client speaks none of the protocols.
pub fn connect(
    world: &Arc<World>,
    store: &Store,
    (ask, upgrade): (&Ask, Option<OnUpgrade>),
    kind: &Kind,
    (namespace, name, subresource): (&str, &str, &str),
) -> Answer<Reply> {
    let pod = store.value(&kind.table, namespace, name).ok_or_else(|| ApiError::not_found(kind, name))?;
    let purpose = match subresource {
        "exec" => {
            let container = logs::container(ask, &pod, name)?;
            running(&pod, &container)?;
            let words = ask.all("command").into_iter().map(str::to_string).collect();
            let wanted = ["stdin", "stdout", "stderr", "tty"].iter().filter(|name| ask.is(name)).count();
            let command = exec::Command { words, host: name.into(), stdin: ask.is("stdin"), tty: ask.is("tty") };
            // One more tells how it ended; that of a terminal tells its size.
            Purpose::Exec { command, streams: wanted + 1 }
        }
        "portforward" => {
            let lists = ask.all("ports");
            let ports = lists.iter().flat_map(|list| list.split(',')).filter_map(|port| port.parse().ok());
            Purpose::Forward { pod: port::Pod::of(&pod)?, ports: ports.collect() }
        }
        _ => {
            let why = "the sandbox runs no containers, so there is nothing to attach to; `logs -f` shows what they say";
            return Err(ApiError::bad_request(why));
        }
    };
    let upgrade = upgrade.ok_or_else(|| ApiError::bad_request("Upgrade request required"))?;
    let (way, reply) = negotiate(ask, &purpose)?;
    let mut end = world.end.subscribe();
    tokio::spawn(async move {
        let Ok(upgraded) = upgrade.await else { return };
        tokio::select! {
            () = serve(TokioIo::new(upgraded), way, purpose) => {}
            _ = end.wait_for(|end| *end) => {}
        }
    });
    Ok(reply)
}

/// A command needs a container that runs.
fn running(pod: &Value, container: &str) -> Answer<()> {
    let statuses = ["/status/containerStatuses", "/status/initContainerStatuses"];
    let mut all = statuses.iter().flat_map(|list| json::items(pod, list));
    let status = all.find(|status| status["name"] == container).unwrap_or(&Value::Null);
    if json::at(status, "/state/running").is_object() {
        return Ok(());
    }
    Err(ApiError::internal(format!("unable to upgrade connection: container not found (\"{container}\")")))
}

/// The first of the client's protocols that is known here, and the answer that says so.
fn negotiate(ask: &Ask, purpose: &Purpose) -> Answer<(Way, Reply)> {
    const STREAMS: HeaderName = HeaderName::from_static("x-stream-protocol-version");
    let websocket = ask.header("upgrade").eq_ignore_ascii_case("websocket");
    let name = if websocket { SEC_WEBSOCKET_PROTOCOL } else { STREAMS };
    let offered = ask.headers(name.as_str());
    let ways: &[(&str, Way)] = match (websocket, purpose) {
        (true, Purpose::Exec { .. }) => {
            &[(CHANNELS[1], Way::Channels { can_end: true }), (CHANNELS[0], Way::Channels { can_end: false })]
        }
        (true, Purpose::Forward { .. }) => &[
            (TUNNEL, Way::Tunnel),
            (CHANNELS[1], Way::Channels { can_end: true }),
            (CHANNELS[0], Way::Channels { can_end: false }),
        ],
        (false, Purpose::Exec { .. }) => &[("v5.channel.k8s.io", Way::Spdy), ("v4.channel.k8s.io", Way::Spdy)],
        (false, Purpose::Forward { .. }) => &[("portforward.k8s.io", Way::Spdy)],
    };
    let chosen = offered.iter().find_map(|offer| ways.iter().find(|(known, _)| known == offer));
    let Some((protocol, way)) = chosen else {
        let known: Vec<&str> = ways.iter().map(|(known, _)| *known).collect();
        let why = format!("unable to negotiate protocol: client supports {offered:?}, server accepts {known:?}");
        return Err(ApiError::bad_request(why));
    };
    let mut reply = answer::bytes(101, "text/plain", Bytes::new());
    let headers = reply.headers_mut();
    headers.clear();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static(if websocket { "websocket" } else { "SPDY/3.1" }));
    headers.insert(name, HeaderValue::from_static(protocol));
    if websocket {
        let accepted = derive_accept_key(ask.header("sec-websocket-key").as_bytes());
        headers.insert(SEC_WEBSOCKET_ACCEPT, HeaderValue::from_str(&accepted).map_err(|_| ApiError::unauthorized())?);
    }
    Ok((*way, reply))
}

type Upgraded = TokioIo<hyper::upgrade::Upgraded>;

async fn serve(io: Upgraded, way: Way, purpose: Purpose) {
    match (way, purpose) {
        (Way::Channels { can_end }, Purpose::Exec { command, .. }) => channels::exec(io, can_end, command).await,
        (Way::Channels { .. }, Purpose::Forward { pod, ports }) => channels::forward(io, pod, &ports).await,
        (Way::Tunnel, Purpose::Forward { pod, .. }) => spdy::forward(channels::tunnel(io).await, pod).await,
        (Way::Spdy, Purpose::Forward { pod, .. }) => spdy::forward(io, pod).await,
        (Way::Spdy | Way::Tunnel, Purpose::Exec { command, streams }) => spdy::exec(io, command, streams).await,
    }
}
