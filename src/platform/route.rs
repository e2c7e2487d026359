//! Routes of the gateway as data; [`super::routing`] answers with them.

use serde::{Deserialize, Serialize};

use super::source::{FieldSources, Source};

/// The table of the specification a route stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RouteTable {
    /// API routes.
    Api,
    /// Non-API routes: the console, sockets, proxies.
    Pages,
    /// Dynamic routes to workloads.
    Workloads,
    /// OpenAPI documents.
    Openapi,
    /// Not in the specification: prefixes that must not fall through to the start page.
    Refused,
}

impl RouteTable {
    /// The word used in tables and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            RouteTable::Api => "api",
            RouteTable::Pages => "pages",
            RouteTable::Workloads => "workloads",
            RouteTable::Openapi => "openapi",
            RouteTable::Refused => "refused",
        }
    }
}

/// What a connection speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// HTTP request and response.
    Http,
    /// HTTP upgraded to WebSocket.
    Websocket,
    /// gRPC over HTTP/2.
    Grpc,
}

impl Protocol {
    /// The name as people write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Protocol::Http => "HTTP",
            Protocol::Websocket => "WebSocket",
            Protocol::Grpc => "gRPC",
        }
    }
}

/// A service that takes a workload's place while a flag is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detour {
    /// The flag.
    pub flag: String,
    /// The service, in the workload's namespace.
    pub service: String,
}

/// The address of a workload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkloadTarget {
    /// Host with the variables `<ns>` and `<name>`.
    pub host: String,
    /// Port.
    pub port: u16,
    /// What takes its place while a flag is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<Detour>,
}

/// Where a route leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// A service of the platform.
    Service(String),
    /// A cluster or notebook that users start.
    Workload(WorkloadTarget),
    /// 404, with the reason in words.
    NotFound(String),
}

/// A route of the gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// The pattern, as the specification writes it.
    pub pattern: String,
    /// The table it stands in.
    pub table: RouteTable,
    /// Its rule group; see [`Precedence`].
    pub order: u8,
    /// Where it leads.
    pub target: Target,
    /// What may be spoken.
    pub protocols: Vec<Protocol>,
    /// The deployment flag without which it answers 404.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<String>,
    /// Names of the pattern's `*`, in order, where they mean something.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<String>,
    /// What an operator should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Source of the entry.
    pub source: Source,
    /// Sources of single fields.
    #[serde(default, skip_serializing_if = "FieldSources::is_empty")]
    pub sources: FieldSources,
}

/// A rule group. The first group with a matching route wins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Precedence {
    /// Its number, from 1.
    pub order: u8,
    /// What it holds.
    pub what: String,
    /// Why it stands there.
    pub why: String,
}

/// A path that documentation uses and the routing reference does not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnlistedPath {
    /// The pattern.
    pub pattern: String,
    /// Services that probably answer, the likeliest first.
    pub owners: Vec<String>,
    /// What an operator should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Source of the entry.
    pub source: Source,
}

/// Limits of the gateway that hold for every route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gateway {
    /// How long it waits for a backend, in seconds.
    pub read_timeout_seconds: u32,
    /// Keeps connections open.
    pub keepalive: bool,
    /// Most bytes of cookies, as nginx writes them.
    pub cookie_size: String,
    /// Most bytes of a request body of event ingestion, as nginx writes them.
    pub event_body_limit: String,
    /// Source of the entry.
    pub source: Source,
    /// Sources of single fields.
    #[serde(default, skip_serializing_if = "FieldSources::is_empty")]
    pub sources: FieldSources,
}

/// `routes.yaml`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteTables {
    /// The rule groups, in order.
    pub precedence: Vec<Precedence>,
    /// The routes, in the order of the specification.
    pub routes: Vec<Route>,
    /// Paths the reference does not know.
    pub unlisted: Vec<UnlistedPath>,
    /// Limits of the gateway.
    pub gateway: Gateway,
}
