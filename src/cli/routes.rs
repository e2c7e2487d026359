//! `iomctl routes`: the gateway's routing map, in the order in which it is tried.

use clap::{Args, ValueEnum};

use super::facts::{cell, footnote, unknown};
use super::output::{Format, columns};
use crate::platform::{Route, RouteTable, Target, UnlistedPath, catalogue};
use crate::problem::{Problem, Problems};

/// Show the routes of the gateway, in the order in which they are tried
#[derive(Debug, Args)]
pub struct Routes {
    /// Only routes that lead to this service
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// Only routes that exist with this flag
    #[arg(long, value_name = "NAME")]
    flag: Option<String>,
    /// Only routes of this table
    #[arg(long, value_enum)]
    table: Option<Table>,
    /// Paths that documentation uses and the routing reference does not know, with their likely owners
    #[arg(long, conflicts_with_all = ["service", "flag", "table"])]
    unlisted: bool,
    /// How to print
    #[arg(short, long, value_enum, default_value_t)]
    output: Format,
}

/// The tables of routes, as the command line names them.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Table {
    /// API routes
    Api,
    /// The console, sockets, proxies
    Pages,
    /// Clusters, notebooks and event streams that users start
    Workloads,
    /// OpenAPI documents
    Openapi,
    /// Prefixes that answer 404 instead of the start page
    Refused,
}

impl Table {
    fn holds(self, table: RouteTable) -> bool {
        match self {
            Table::Api => table == RouteTable::Api,
            Table::Pages => table == RouteTable::Pages,
            Table::Workloads => table == RouteTable::Workloads,
            Table::Openapi => table == RouteTable::Openapi,
            Table::Refused => table == RouteTable::Refused,
        }
    }
}

impl Routes {
    /// Prints the routes asked for.
    pub fn run(self) -> Result<(), Problems> {
        if self.unlisted {
            return self.output.print(&catalogue().unlisted, |paths| unlisted(paths));
        }
        let routes = self.chosen()?;
        self.output.print(&routes, |routes| table(routes))
    }

    fn chosen(&self) -> Result<Vec<&'static Route>, Problems> {
        let catalogue = catalogue();
        let mut problems: Vec<Problem> = Vec::new();
        if let Some(name) = &self.service
            && catalogue.service(name).is_none()
        {
            let known = catalogue.services.iter().map(|service| service.name.as_str());
            problems.push(unknown("service", "services.unknown", name, known));
        }
        let flag = self.flag.as_ref().map(|name| (name, catalogue.flag(name)));
        if let Some((name, None)) = flag {
            problems.push(unknown("flag", "flags.unknown", name, catalogue.flags.iter().map(|flag| flag.key())));
        }
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        let flag = flag.and_then(|(_, flag)| flag).map(|flag| &flag.name);
        let chosen = catalogue.routes.iter().filter(|route| {
            self.service.as_ref().is_none_or(|service| leads_to(route, service))
                && flag.is_none_or(|flag| depends_on(route, flag))
                && self.table.is_none_or(|table| table.holds(route.table))
        });
        let mut routes: Vec<&Route> = chosen.collect();
        routes.sort_by_key(|route| route.order);
        Ok(routes)
    }
}

fn leads_to(route: &Route, service: &str) -> bool {
    match &route.target {
        Target::Service(name) => name == service,
        Target::Workload(workload) => workload.instead.as_ref().is_some_and(|detour| detour.service == service),
        Target::NotFound(_) => false,
    }
}

fn depends_on(route: &Route, flag: &str) -> bool {
    let detour = match &route.target {
        Target::Workload(workload) => workload.instead.as_ref().is_some_and(|detour| detour.flag == flag),
        _ => false,
    };
    detour || route.flag.as_deref() == Some(flag)
}

fn table(routes: &Vec<&Route>) -> String {
    let rows: Vec<Vec<String>> = routes
        .iter()
        .map(|route| {
            let with = route.flag.clone().unwrap_or_else(|| "always".into());
            let protocols: Vec<&str> = route.protocols.iter().map(|protocol| protocol.as_str()).collect();
            vec![
                route.order.to_string(),
                route.pattern.clone(),
                target(&route.target),
                protocols.join(", "),
                cell(with, "flag", &route.source, &route.sources),
                route.table.as_str().into(),
                route.source.certainty.letter().into(),
            ]
        })
        .collect();
    let table = columns(&["order", "pattern", "leads to", "protocol", "with", "table", "src"], &rows);
    let footnote = footnote(&table);
    format!("{table}\n{footnote}order is the rule group, itself assumed: the first group with a match wins\n")
}

fn target(target: &Target) -> String {
    match target {
        Target::Service(name) => name.clone(),
        Target::Workload(workload) => {
            let detour = workload.instead.as_ref();
            let detour = detour.map_or(String::new(), |detour| format!(" or {}", detour.service));
            format!("{}:{}{detour}", workload.host, workload.port)
        }
        Target::NotFound(_) => "404".into(),
    }
}

fn unlisted(paths: &[UnlistedPath]) -> String {
    let rows: Vec<Vec<String>> = paths
        .iter()
        .map(|path| {
            let note = path.note.clone().unwrap_or_default();
            vec![path.pattern.clone(), path.owners.join(" or "), note, path.source.certainty.letter().into()]
        })
        .collect();
    let table = columns(&["pattern", "likely owner", "note", "src"], &rows);
    let footnote = footnote(&table);
    format!("{table}\n{footnote}")
}
