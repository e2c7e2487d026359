//! `iomctl services [NAME…]`: what the chart deploys.

use clap::Args;

use super::facts::{Sheet, cell, footnote, unknown};
use super::output::{Format, columns};
use crate::platform::{Autoscaling, Probe, Scope, Service, catalogue};
use crate::problem::{Problem, Problems};

/// Show the services of the data plane: kind, pods, flag, ports, autoscaler
#[derive(Debug, Args)]
pub struct Services {
    /// Show everything that is known about these services
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Only services of this tier of the start-up order (3 to 7)
    #[arg(long, value_name = "N")]
    tier: Option<u8>,
    /// Only services that exist with this flag
    #[arg(long, value_name = "NAME")]
    flag: Option<String>,
    /// Only services that are always there
    #[arg(long, conflicts_with_all = ["optional", "flag"])]
    always: bool,
    /// Only services that exist with a flag
    #[arg(long)]
    optional: bool,
    /// How to print
    #[arg(short, long, value_enum, default_value_t)]
    output: Format,
}

impl Services {
    /// Prints the services asked for.
    pub fn run(self) -> Result<(), Problems> {
        let services = self.chosen()?;
        let detailed = !self.names.is_empty();
        self.output.print(&services, |services| if detailed { sheets(services) } else { table(services) })
    }

    fn chosen(&self) -> Result<Vec<&'static Service>, Problems> {
        let catalogue = catalogue();
        let mut problems: Vec<Problem> = Vec::new();
        for name in &self.names {
            if !catalogue.services.iter().any(|service| service.is_named(name)) {
                let known = catalogue.services.iter().map(|service| service.name.as_str());
                problems.push(unknown("service", "services.unknown", name, known));
            }
        }
        let flag = self.flag.as_ref().map(|name| (name, catalogue.flag(name)));
        if let Some((name, None)) = flag {
            problems.push(unknown("flag", "flags.unknown", name, catalogue.flags.iter().map(|flag| flag.key())));
        }
        if let Some(tier) = self.tier
            && !catalogue.tiers.iter().any(|known| known.tier == tier)
        {
            let last = catalogue.tiers.last().map_or(0, |known| known.tier);
            let problem = Problem::bad_input("services.tier", format!("there is no tier {tier}"));
            problems.push(problem.next(format!("write a number from 0 to {last}")));
        }
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        let flag = flag.and_then(|(_, flag)| flag).map(|flag| &flag.name);
        let services = catalogue.services.iter().filter(|service| {
            (self.names.is_empty() || self.names.iter().any(|name| service.is_named(name)))
                && self.tier.is_none_or(|tier| service.tier == tier)
                && flag.is_none_or(|flag| service.flag.as_ref() == Some(flag))
                && (!self.always || service.flag.is_none())
                && (!self.optional || service.flag.is_some())
        });
        Ok(services.collect())
    }
}

fn table(services: &Vec<&Service>) -> String {
    let head = ["service", "kind", "pods", "with", "tier", "port", "autoscaler", "src"];
    let rows: Vec<Vec<String>> = services
        .iter()
        .map(|service| {
            let cell = |text: String, field| cell(text, field, &service.source, &service.sources);
            let port = service.service_port.map_or("-".into(), |port| port.to_string());
            let scaling = match &service.autoscaling {
                None => "-".into(),
                Some(scaling) if scaling.enabled => format!("on, {}-{}", scaling.min, scaling.max),
                Some(_) => "off".into(),
            };
            vec![
                service.name.clone(),
                service.kind.as_str().into(),
                cell(pods(service), "replicas"),
                service.flag.clone().unwrap_or_else(|| "always".into()),
                service.tier.to_string(),
                cell(port, "service_port"),
                scaling,
                service.source.certainty.letter().into(),
            ]
        })
        .collect();
    let table = columns(&head, &rows);
    let footnote = footnote(&table);
    format!(
        "{table}\n{footnote}tier is the start-up order, ns each namespace; `iomctl services NAME` tells all of a service\n"
    )
}

fn pods(service: &Service) -> String {
    let count = service.replicas.count;
    match service.scope {
        Scope::ControlPlane => count.to_string(),
        Scope::ControlPlaneAndNamespaces | Scope::PerNamespace => format!("{count}/ns"),
    }
}

fn scaling(scaling: &Autoscaling) -> String {
    let state = if scaling.enabled { "on" } else { "off" };
    let memory = scaling.memory.map_or(String::new(), |percent| format!("memory {percent}%, "));
    format!("{state}, {}-{} at {memory}CPU {}%", scaling.min, scaling.max, scaling.cpu)
}

fn probe(service: &Service, probe: &Probe) -> String {
    let number = |name: &str| service.port(name).map_or(name.to_string(), |number| number.to_string());
    match probe {
        Probe::Http { http, port } => format!("GET {http} on {}", number(port)),
        Probe::Tcp { tcp } => format!("TCP {}", number(tcp)),
        Probe::Process { process } => process.clone(),
    }
}

fn sheets(services: &Vec<&Service>) -> String {
    let sheets: Vec<String> = services.iter().map(|service| sheet(service)).collect();
    sheets.join("\n")
}

fn sheet(service: &Service) -> String {
    let ports: Vec<String> = service.ports.iter().map(|port| format!("{} {}", port.name, port.number)).collect();
    let volume = service.volume.as_ref().map_or(String::new(), |volume| {
        let size = volume.size.as_deref().unwrap_or("size not published");
        let pods = if volume.each_pod { " for each pod" } else { "" };
        format!("{size}{pods}; class by {}", volume.storage_class)
    });
    let metrics = service.metrics.as_ref().map_or(String::new(), |metrics| {
        let port = service.port(&metrics.port).map_or(metrics.port.clone(), |number| number.to_string());
        format!("{} on {port}", metrics.path)
    });
    let uses = [(service.object_storage, "object storage"), (service.kubernetes_api, "the Kubernetes API")];
    let uses: Vec<&str> = uses.iter().filter(|(is, _)| *is).map(|(_, what)| *what).collect();
    let fixed = if service.replicas.fixed { ", fixed" } else { "" };
    let service_port = service
        .service_port
        .map_or(String::new(), |port| format!("{port}{}", if service.headless { ", headless as well" } else { "" }));
    Sheet::new(&service.name, &service.source, &service.sources)
        .line("purpose", "summary", &service.summary)
        .line("made of", "technology", &service.technology)
        .line("kind", "kind", service.kind.as_str())
        .line("seen as", "objects", service.objects.join(", "))
        .line("with", "flag", service.flag.clone().unwrap_or_else(|| "always".into()))
        .line("pods", "replicas", format!("{}{fixed}", pods(service)))
        .line("tier", "tier", service.tier.to_string())
        .line("values", "values_key", format!("services.{}", service.values_key))
        .line("images", "images", service.images.join(", "))
        .line("ports", "ports", ports.join(", "))
        .line("service port", "service_port", service_port)
        .line("liveness", "liveness", service.liveness.as_ref().map_or(String::new(), |p| probe(service, p)))
        .line("readiness", "readiness", service.readiness.as_ref().map_or(String::new(), |p| probe(service, p)))
        .line("metrics", "metrics", metrics)
        .line("databases", "databases", service.databases.join(", "))
        .line("uses", "kubernetes_api", uses.join(", "))
        .line("volume", "volume", volume)
        .line("autoscaler", "autoscaling", service.autoscaling.as_ref().map_or("none".into(), scaling))
        .line("priority", "priority_class", service.priority_class.clone().unwrap_or_default())
        .line("note", "note", service.note.clone().unwrap_or_default())
        .print()
}
