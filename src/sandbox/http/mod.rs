//! The server: connections, who asks, which answer.

mod answer;
mod ask;
mod connect;
mod discovery;
mod evict;
mod logs;
mod metrics;
mod protobuf;
mod read;
mod reviews;
mod table;
mod watch;
mod write;

pub use discovery::VERSION;

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::upgrade::OnUpgrade;
use hyper::{Method, Request};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::error::{Answer, ApiError};
use super::faults::Fault;
use super::kinds::{Kind, Verbs};
use super::rights::{self, Act, User};
use super::world::World;
use answer::Reply;
use ask::{Ask, Place};

/// Most bytes of a request.
const MOST: usize = 3 * 1024 * 1024;

/// Serves until the sandbox ends.
pub async fn serve(world: Arc<World>, listener: TcpListener, tls: Option<TlsAcceptor>) {
    let mut end = world.end.subscribe();
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(_) => continue,
            },
            _ = end.wait_for(|end| *end) => return,
        };
        // Answers are small and asked for one after the other.
        let _ = stream.set_nodelay(true);
        let (world, tls) = (world.clone(), tls.clone());
        tokio::spawn(async move {
            match tls {
                None => converse(world, stream).await,
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        converse(world, stream).await;
                    }
                }
            }
        });
    }
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(world: Arc<World>, stream: S) {
    let mut end = world.end.subscribe();
    let service = service_fn(move |request| {
        let world = world.clone();
        async move { handle(world, request).await }
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http2().max_concurrent_streams(1_000);
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    tokio::select! {
        _ = connection => {}
        _ = end.wait_for(|end| *end) => {}
    }
}

/// Answers a request. An error ends the connection without an answer.
async fn handle(world: Arc<World>, mut request: Request<Incoming>) -> Result<Reply, io::Error> {
    let latency = world.faults.latency();
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    match world.faults.next() {
        Fault::None => {}
        Fault::Disconnect => return Err(io::Error::other("the line breaks")),
        Fault::TooMany => return Ok(answer::error(&ApiError::too_many(1))),
        Fault::Unavailable => return Ok(answer::error(&ApiError::unavailable())),
    }
    let upgrade = connect::upgrade(&mut request);
    let (parts, body) = request.into_parts();
    let ask = Ask::new(&parts);
    let body = match Limited::new(body, MOST).collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => {
            let message = format!("Request entity too large: limit is {MOST}");
            let error = ApiError { code: 413, reason: "RequestEntityTooLarge", ..ApiError::bad_request(message) };
            return Ok(answer::error(&error));
        }
    };
    Ok(reply(&world, &ask, &body, upgrade).unwrap_or_else(|error| answer::error(&error)))
}

fn reply(world: &Arc<World>, ask: &Ask, body: &Bytes, upgrade: Option<OnUpgrade>) -> Answer<Reply> {
    let user = match ask.token() {
        Some(token) => world.user(token).ok_or_else(ApiError::unauthorized)?,
        None => User::anonymous(),
    };
    let known = user != User::anonymous();
    let mut store = world.store();
    if let Some(reply) = discovery::answer(&store.kinds, ask) {
        let open = ["version", "healthz", "livez", "readyz"];
        if known || open.iter().any(|path| ask.path.trim_matches('/').starts_with(path)) {
            return Ok(reply);
        }
        return Err(ApiError::forbidden_path(&user.name, &ask.method.as_str().to_lowercase(), &ask.path));
    }
    let place = ask.place().filter(|place| !place.resource.is_empty());
    let Some(place) = place else { return Ok(answer::text(404, "404 page not found\n")) };
    let kind = store.kinds.find(&place.group, &place.version, &place.resource).cloned();
    let place = in_namespace(place);
    let verb = verb(ask, &place);
    may(&store, &user, &place, verb)?;
    if verb == "get" && connect::is_connected(&place.subresource) {
        // Who may only look must not run anything, however it is asked for.
        may(&store, &user, &place, "create")?;
    }
    let Some(kind) = kind else {
        // A version without kinds is no path at all.
        if store.kinds.of(&place.group, &place.version).is_none() {
            return Ok(answer::text(404, "404 page not found\n"));
        }
        return Err(ApiError::no_resource());
    };
    if place.namespace.is_some() != kind.namespaced
        && (place.name.is_some() || !kind.namespaced)
        && !is_namespace(&kind)
    {
        return Err(ApiError::no_resource());
    }
    if !place.subresource.is_empty() && !kind.has(&place.subresource) {
        return Err(ApiError::no_resource());
    }
    match kind.verbs {
        Verbs::All => {}
        Verbs::Create if ask.method == Method::POST => {
            let object = write::parsed(body)?;
            return Ok(answer::value(201, &reviews::review(&store, &kind, &user, object)));
        }
        Verbs::Create => return Err(ApiError::method()),
        Verbs::Read if ask.method == Method::GET => return metrics::metrics(world, &store, ask, &kind, &place),
        Verbs::Read => return Err(ApiError::method()),
    }
    let namespace = place.namespace.as_deref();
    let in_namespace = namespace.unwrap_or_default();
    match (verb, place.name.as_deref(), place.subresource.as_str()) {
        ("get", Some(_), "scale") => write::scale(&store, &kind, &place),
        ("get", Some(name), "log") => logs::log(world, &store, ask, &kind, in_namespace, name),
        ("get", Some(name), "" | "status") => read::get(&store, ask, &kind, in_namespace, name),
        ("list", None, "") => read::list(&mut store, ask, &kind, namespace),
        ("watch", None, "") => {
            drop(store);
            watch::watch(world, ask, &kind, namespace)
        }
        ("get" | "create", Some(name), subresource) if connect::is_connected(subresource) => {
            connect::connect(world, &store, (ask, upgrade), &kind, (in_namespace, name, subresource))
        }
        ("create", Some(name), "eviction") => evict::evict(&mut store, &kind, (in_namespace, name), body),
        ("create", None, "") => write::create(&mut store, ask, &kind, &place, body),
        ("update", Some(_), _) => write::update(&mut store, ask, &kind, &place, body),
        ("patch", Some(_), _) => write::patch(&mut store, ask, &kind, &place, body),
        ("delete", Some(_), "") => write::delete(&mut store, ask, &kind, &place, body),
        ("deletecollection", None, "") => write::delete_all(&mut store, ask, &kind, &place, body),
        _ => Err(ApiError::method()),
    }
}

fn is_namespace(kind: &Kind) -> bool {
    &*kind.table == "/namespaces"
}

/// `namespaces/x` is about the namespace x itself, and in it.
fn in_namespace(mut place: Place) -> Place {
    if place.group.is_empty() && place.resource == "namespaces" {
        place.namespace = None;
    }
    place
}

fn verb(ask: &Ask, place: &Place) -> &'static str {
    let one = place.name.is_some();
    match ask.method {
        Method::GET | Method::HEAD if one => "get",
        Method::GET | Method::HEAD if ask.is("watch") => "watch",
        Method::GET | Method::HEAD => "list",
        Method::POST => "create",
        Method::PUT => "update",
        Method::PATCH => "patch",
        Method::DELETE if one => "delete",
        Method::DELETE => "deletecollection",
        _ => "",
    }
}

/// Whether the user may do it.
fn may(store: &super::store::Store, user: &User, place: &Place, verb: &str) -> Answer<()> {
    let name = place.name.as_deref().unwrap_or_default();
    let is_namespace = place.group.is_empty() && place.resource == "namespaces";
    let namespace = if is_namespace { name } else { place.namespace.as_deref().unwrap_or_default() };
    let act =
        Act { verb, group: &place.group, resource: &place.resource, subresource: &place.subresource, namespace, name };
    if rights::allowed(store, user, &act) {
        return Ok(());
    }
    let kind = store.kinds.find(&place.group, &place.version, &place.resource).cloned();
    let why = act.refusal(user);
    let unknown = || Kind {
        group: place.group.clone(),
        version: place.version.clone(),
        kind: String::new(),
        plural: place.resource.clone(),
        singular: String::new(),
        short: Vec::new(),
        categories: Vec::new(),
        namespaced: false,
        verbs: Verbs::All,
        subresources: Vec::new(),
        generation: false,
        custom: true,
        table: "".into(),
    };
    let kind = kind.map_or_else(unknown, |kind| (*kind).clone());
    Err(ApiError::forbidden(&kind, name, &why))
}
