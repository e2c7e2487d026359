//! The catalogue against the lists of [`super::facts`], table by table, in count, name and default.

use iomctl::platform::{
    Catalogue, FlagClass, Mention, RequiredSetting, Route, RouteTable, Scope, Service, Target, WorkloadKind, catalogue,
};

use super::facts::{self, Row, rows};

#[test]
fn the_counts_are_those_of_the_specification() {
    let catalogue = catalogue();
    let of = |table| catalogue.routes.iter().filter(|route| route.table == table).count();
    let flags = |class| catalogue.flags.iter().filter(|flag| flag.class == class).count();
    let always = catalogue.services.iter().filter(|service| service.flag.is_none()).count();
    assert_eq!((catalogue.services.len(), always), (28, 18));
    assert_eq!((flags(FlagClass::Deployment), flags(FlagClass::Runtime)), (8, 22));
    assert_eq!((of(RouteTable::Api), of(RouteTable::Pages)), (31, 14));
    assert_eq!((of(RouteTable::Workloads), of(RouteTable::Openapi)), (5, 7));
    assert_eq!((catalogue.storage_kinds.len(), catalogue.init_job.steps.len()), (6, 5));
    assert_eq!((catalogue.secret_stores.len(), catalogue.log_sources.len()), (3, 4));
    assert_eq!((catalogue.cloud_providers.len(), catalogue.priority_classes.len()), (4, 4));
}

fn kind(service: &Service) -> String {
    let kind = service.kind.as_str();
    match (service.kind, service.scope) {
        (WorkloadKind::StatefulSet, _) => format!("{kind} ({} replicas)", service.replicas.count),
        (_, Scope::PerNamespace) => format!("{kind} (per-namespace)"),
        _ => kind.to_string(),
    }
}

#[test]
fn services() {
    let found = catalogue().services.iter().map(|service| {
        vec![service.name.clone(), kind(service), service.flag.clone().unwrap_or_else(|| "Always".into())]
    });
    assert_eq!(found.collect::<Vec<Row>>(), rows(facts::SERVICES));
}

#[test]
fn what_the_specification_says_of_single_services() {
    let service = |name: &str| catalogue().service(name).unwrap();
    assert_eq!(service("typesense").volume.as_ref().unwrap().size.as_deref(), Some("20Gi"));
    assert!(service("iom-sql").replicas.fixed && service("iom-sql").replicas.count == 1);
    let collab = service("iom-collab").autoscaling.as_ref().unwrap();
    assert_eq!((collab.enabled, collab.memory, collab.cpu), (false, Some(85), 80));
    let proxy = service("iom-event-stream-proxy").autoscaling.as_ref().unwrap();
    assert_eq!((proxy.enabled, proxy.min, proxy.max, proxy.cpu), (true, 1, 4, 80));
    let on: Vec<&str> = catalogue()
        .services
        .iter()
        .filter(|service| service.autoscaling.as_ref().is_some_and(|scaling| scaling.enabled))
        .map(|service| service.name.as_str())
        .collect();
    assert_eq!(on, ["iom-event-stream-proxy"]);
    let copied: Vec<&str> = catalogue()
        .services
        .iter()
        .filter(|service| service.scope.reaches_extra_namespaces())
        .map(|service| service.name.as_str())
        .collect();
    assert_eq!(copied, ["iom-event-stream", "prefect-worker", "spark-proxy-server"]);
    for name in ["iom-core", "iom-cluster", "iom-identity", "iom-sql", "iom-catalog", "iom-rest-catalog"] {
        assert_eq!(service(name).metrics.as_ref().unwrap().path, "/q/metrics", "{name}");
        assert!(service(name).quarkus, "{name}");
    }
    for name in ["spark-operator-controller", "spark-operator-webhook", "iom-collab"] {
        assert_eq!(service(name).metrics.as_ref().unwrap().path, "/metrics", "{name}");
    }
}

#[test]
fn autoscaling() {
    let listed = rows(facts::AUTOSCALING);
    for service in &catalogue().services {
        let said = listed.iter().find(|row| row[0] == service.name).map_or("No", |row| row[1].as_str());
        assert_eq!(service.autoscaling.is_some(), said == "Yes", "{}", service.name);
    }
    assert!(listed.iter().all(|row| catalogue().service(&row[0]).is_some()));
}

fn flags(class: FlagClass) -> Vec<Row> {
    let flags = catalogue().flags.iter().filter(|flag| flag.class == class);
    flags.map(|flag| vec![flag.name.clone(), flag.default.to_string()]).collect()
}

#[test]
fn flags_and_their_paths() {
    assert_eq!(flags(FlagClass::Deployment), rows(facts::DEPLOYMENT_FLAGS));
    assert_eq!(flags(FlagClass::Runtime), rows(facts::RUNTIME_FLAGS));
    for flag in &catalogue().flags {
        match flag.name.as_str() {
            "services.nats.enabled" => assert_eq!(flag.path, flag.name),
            name => assert_eq!(flag.path, format!("features.{name}.enabled")),
        }
    }
}

#[test]
fn the_two_hard_orders_of_flags() {
    let needs = |name: &str| -> Vec<String> {
        catalogue().flag(name).unwrap().requires.iter().map(|r| format!("{} {:?}", r.flag, r.how)).collect()
    };
    assert_eq!(needs("scheduling"), ["jobOrchestrator Together"]);
    assert_eq!(
        needs("domainLevelBundleAuthorization"),
        [
            "onboardComputeRas Before",
            "onboardSparkJobRas Before",
            "onboardWorkspaceRas Before",
            "onboardNamespaceMappingRas Before"
        ]
    );
}

fn protocols(route: &Route) -> String {
    route.protocols.iter().map(|protocol| protocol.as_str()).collect::<Vec<_>>().join(" + ")
}

fn target(catalogue: &Catalogue, route: &Route) -> String {
    match &route.target {
        Target::Service(service) => service.clone(),
        Target::Workload(workload) => {
            let detour = workload.instead.as_ref().map_or("", |detour| {
                assert!(catalogue.service(&detour.service).is_some());
                " or Spark Proxy"
            });
            format!("{}:{}{detour}", workload.host, workload.port)
        }
        Target::NotFound(reason) => reason.clone(),
    }
}

fn routes(table: RouteTable, with_protocol: bool) -> Vec<Row> {
    let routes = catalogue().routes.iter().filter(|route| route.table == table);
    let row = |route: &Route| {
        let mut row = vec![route.pattern.clone(), target(catalogue(), route)];
        row.extend(with_protocol.then(|| protocols(route)));
        row
    };
    routes.map(row).collect()
}

#[test]
fn all_routes() {
    assert_eq!(routes(RouteTable::Api, false), rows(facts::API_ROUTES));
    assert_eq!(routes(RouteTable::Pages, true), rows(facts::PAGE_ROUTES));
    assert_eq!(routes(RouteTable::Workloads, true), rows(facts::WORKLOAD_ROUTES));
    assert_eq!(routes(RouteTable::Openapi, false), rows(facts::OPENAPI));
    assert_eq!(catalogue().gateway.read_timeout_seconds, 86400);
}

fn keys(required: &[RequiredSetting]) -> String {
    required.iter().map(|setting| setting.key.as_str()).collect::<Vec<_>>().join(", ")
}

#[test]
fn storage() {
    let kinds = catalogue().storage_kinds.iter();
    let kinds = kinds.map(|k| vec![k.title.clone(), k.kind.clone(), k.scheme.clone(), keys(&k.required)]);
    assert_eq!(kinds.collect::<Vec<Row>>(), rows(facts::STORAGE_KINDS));
    let stated = |source: &iomctl::platform::Source| source.certainty.letter() == 'S';
    let paths = catalogue().storage_paths.iter().filter(|path| stated(&path.source));
    assert_eq!(paths.map(|path| vec![path.path.clone()]).collect::<Vec<Row>>(), rows(facts::STORAGE_PATHS));
}

#[test]
fn databases_and_the_init_job() {
    let catalogue = catalogue();
    assert_eq!(catalogue.default_database_prefix, "iomete_");
    let mut named: Vec<Row> = catalogue
        .databases
        .iter()
        .filter(|database| database.in_spec == Mention::Named)
        .map(|database| vec![database.name.clone()])
        .collect();
    let mut listed = rows(facts::DATABASES);
    named.sort();
    listed.sort();
    assert_eq!(named, listed);
    let job = &catalogue.init_job;
    assert_eq!((job.name.as_str(), job.backoff_limit), ("iomete-data-plane-init", 2));
    assert_eq!(job.hooks, ["pre-install", "pre-upgrade"]);
}

#[test]
fn secrets_logs_clouds_priorities_placement() {
    let catalogue = catalogue();
    let stores = catalogue.secret_stores.iter().map(|s| vec![s.kind.clone(), keys(&s.required)]);
    assert_eq!(stores.collect::<Vec<Row>>(), rows(facts::SECRET_STORES));
    let sources = catalogue.log_sources.iter().map(|s| vec![s.kind.clone(), keys(&s.required)]);
    assert_eq!(sources.collect::<Vec<Row>>(), rows(facts::LOG_SOURCES));
    let yes = |yes: bool| if yes { "Yes" } else { "No" }.to_string();
    let clouds = catalogue.cloud_providers.iter();
    let clouds = clouds.map(|c| vec![c.title.clone(), c.scratch.clone(), yes(c.zone_aware)]);
    assert_eq!(clouds.collect::<Vec<Row>>(), rows(facts::CLOUDS));
    let classes = catalogue.priority_classes.iter().map(|c| vec![c.name.clone(), c.workload.to_lowercase()]);
    assert_eq!(classes.collect::<Vec<Row>>(), rows(facts::PRIORITIES));
    let placement = catalogue.placement.iter().map(|p| vec![format!("{} / {}", p.selector, p.tolerations)]);
    assert_eq!(placement.collect::<Vec<Row>>(), rows(facts::PLACEMENT));
    let default = catalogue.secret_stores.iter().find(|store| store.default).unwrap();
    assert_eq!(default.kind, "kubernetes");
}
