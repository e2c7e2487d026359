//! How requests travel: one HTTP/2 connection that is known to be alive.
//!
//! The console keeps dozens of watches open for days, mostly silent. Over HTTP/1.1 each would be a connection of its
//! own, and a line that died without a word (a VPN, a sleeping laptop) would look alive until a watch times out. One
//! HTTP/2 connection carries them all, and its pings cost nothing at the API server, so that silence is told apart
//! from death within [`PING`] + [`PONG`]. Servers and proxies that only speak HTTP/1.1 get TCP keepalive instead.

use std::time::Duration;

use hyper_rustls::{FixedServerNameResolver, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as Transport;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use kube::client::{Body, ConfigExt};
use kube::{Client, Config};
use tower::util::{BoxService, Either};
use tower::{BoxError, Layer, ServiceExt};

/// A silent connection is asked whether it lives this often.
const PING: Duration = Duration::from_secs(4);

/// ... and is dead when it does not answer for this long.
const PONG: Duration = Duration::from_secs(4);

/// Bytes the server may send ahead on one stream; a page of a list fits, a burst does not fill the memory.
const STREAM_WINDOW: u32 = 512 * 1024;

/// Bytes it may send ahead on all streams of a connection.
const CONNECTION_WINDOW: u32 = 2 * 1024 * 1024;

/// A client with connections of its own. `connect` limits the handshake of TCP.
pub(super) fn client(config: &Config, connect: Duration) -> Result<Client, kube::Error> {
    if config.proxy_url.is_some() {
        return Client::try_from(config.clone());
    }
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(connect));
    tcp.set_keepalive(Some(PING));
    tcp.set_keepalive_interval(Some(Duration::from_secs(2)));
    tcp.set_keepalive_retries(Some(2));
    let builder = HttpsConnectorBuilder::new().with_tls_config(config.rustls_client_config()?).https_or_http();
    let name = config.tls_server_name.clone().and_then(|name| name.try_into().ok());
    let builder = match name {
        Some(name) => builder.with_server_name_resolver(FixedServerNameResolver::new(name)),
        None => builder,
    };
    let mut transport = Transport::builder(TokioExecutor::new());
    transport
        .timer(TokioTimer::new())
        .pool_timer(TokioTimer::new())
        .http2_initial_stream_window_size(STREAM_WINDOW)
        .http2_initial_connection_window_size(CONNECTION_WINDOW)
        .http2_keep_alive_interval(PING)
        .http2_keep_alive_timeout(PONG);
    let transport: Transport<_, Body> = transport.build(builder.enable_all_versions().wrap_connector(tcp));

    let service = config.extra_headers_layer()?.layer(transport.map_err(BoxError::from));
    let service = match config.auth_layer()? {
        Some(auth) => Either::Left(auth.layer(service)),
        None => Either::Right(service),
    };
    let service = config.base_uri_layer().layer(service);
    Ok(Client::new(BoxService::new(service), config.default_namespace.clone()))
}
