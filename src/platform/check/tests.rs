//! Each rule is broken once, so that none of them can rust.

use super::super::catalogue::{Catalogue, catalogue};
use super::super::route::Target;
use super::violations;

/// What is found after `break_it` has been at a copy of the catalogue.
fn found(break_it: impl FnOnce(&mut Catalogue)) -> Vec<String> {
    let mut catalogue = catalogue().clone();
    break_it(&mut catalogue);
    violations(&catalogue)
}

#[test]
fn the_catalogue_fits_together() {
    assert_eq!(violations(catalogue()), Vec::<String>::new());
}

#[test]
fn a_service_must_fit() {
    let core = |c: &Catalogue| c.services.iter().position(|s| s.name == "iom-core").unwrap();
    assert_eq!(found(|c| c.services.push(c.services[0].clone())), ["services: `iom-gateway` stands there twice"]);
    assert_eq!(
        found(|c| {
            let i = core(c);
            c.services[i].flag = Some("nope".into());
        })[..2],
        ["service iom-core: `nope` is no flag", "service iom-core: flag nope does not say that it deploys it"]
    );
    assert_eq!(
        found(|c| {
            let i = core(c);
            c.services[i].tier = 9;
            c.services[i].databases.push("sql_db".into());
            c.services[i].ports[0].name = "web".into();
            c.services[i].autoscaling.as_mut().unwrap().min = 4;
            c.services[i].replicas.fixed = true;
            c.services[i].priority_class = Some("iomete-compute".into());
            c.services[i].liveness = None;
            c.services[i].sources.remove("liveness");
        }),
        [
            "service iom-core: there is no tier 9",
            "service iom-core: database sql_db does not say that it is used by it",
            "service iom-core: priority class iomete-compute does not name it",
            "service iom-core: `http` is none of its ports",
            "service iom-core: `http` is none of its ports",
            "service iom-core: has a fixed number of replicas and an autoscaler",
            "service iom-core: fewest replicas are more than most",
        ]
    );
}

#[test]
fn a_flag_must_fit() {
    assert_eq!(
        found(|c| {
            c.flags[0].deploys = vec!["iom-app".into()];
            c.flags[0].restart = vec!["iom-nope".into()];
            c.flags[0].requires[0].flag = "nope".into();
            c.flags[0].path = "features.collab".into();
            c.flags[7].objects = vec!["jupyter-containers".into()];
            c.other_flags[6].replaced_by = Some("nope".into());
        }),
        [
            "service iom-collab: flag enableCollaborativeSqlEditor does not say that it deploys it",
            "flag enableCollaborativeSqlEditor: `iom-nope` is no service",
            "flag enableCollaborativeSqlEditor: service iom-app does not say that it needs it",
            "flag enableCollaborativeSqlEditor: its path does not end in `.enabled`",
            "flag enableCollaborativeSqlEditor: `nope` is no flag",
            "flag jupyterContainers: `jupyter-containers` is not written Kind/name",
            "other flag features.eventIngest.enabled: `nope` is no flag",
        ]
    );
}

#[test]
fn a_route_must_fit() {
    assert_eq!(
        found(|c| {
            c.routes[0].pattern = "/api/v*/health-check".into();
            c.routes[1].target = Target::Service("iom-nope".into());
            c.routes[3].flag = None;
            c.routes[3].sources.remove("flag");
            c.routes[5].target = Target::NotFound("gone".into());
            c.routes[6].order = 13;
            c.routes[7].pattern = "/a*b".into();
            c.unlisted[0].owners = vec!["iom-nope".into()];
            c.precedence.swap(0, 1);
        }),
        [
            "routes: `/api/v*/health-check` stands there twice",
            "precedence: the groups are not numbered 1, 2, 3 …",
            "route /api/v*/domains/*/git: `iom-nope` is no service",
            "route /api/v*/admin/compaction: its flag is not the flag of iom-maintenance",
            "route /api/v*/domains/*/data-catalog: stands in the wrong table for where it leads",
            "route /api/v*/domains/*/data-product: there is no rule group 13",
            "route /a*b: `*` stands inside of a segment",
            "unlisted path /api/v*/user: `iom-nope` is no service",
            "routes /api/v*/health-check and /api/v*/health-check match the same paths",
        ]
    );
}

#[test]
fn some_route_must_take_the_rest() {
    let words = found(|c| c.routes.retain(|route| route.pattern != "/"));
    assert_eq!(words, ["routes: `/`, which takes what nothing else takes, is missing"]);
}

#[test]
fn settings_must_fit() {
    assert_eq!(
        found(|c| {
            c.storage_kinds[0].scheme = "s3a".into();
            c.storage_kinds[0].required[0].path = Some("storage.other.endpoint".into());
            c.storage_kinds[2].required[0].path = Some("a.b".into());
            c.databases[3].used_by = vec!["iom-app".into()];
            c.secret_stores[1].default = true;
            c.priority_classes[0].also = vec!["iom-app".into()];
            c.lakehouse_role.rules[0].verbs.clear();
            c.versions.swap(0, 1);
        }),
        [
            "service iom-sql: database sql_db does not say that it is used by it",
            "storage kind minio: `s3a` is no URI scheme",
            "storage kind minio: storage.other.endpoint does not stand in storage.minioSettings",
            "storage kind aws_s3: IAM role must have either a values path or an annotation",
            "database sql_db: service iom-app does not say that it uses it",
            "secret stores: 2 are the default",
            "priority class iomete-compute: service iom-app does not say that it has it",
            "role rule for pods, services, configmaps, secrets, events, persistentvolumeclaims, pods/log, namespaces: groups, resources or verbs are missing",
            "versions: 1.10.0 does not come before 1.9.2",
        ]
    );
}

#[test]
fn a_source_must_be_about_a_field() {
    let source = "A".parse().unwrap();
    assert_eq!(
        found(|c| {
            c.flags[2].sources.insert("nope".into(), source);
        }),
        ["flag eventStream: has no `nope` to give a source for"]
    );
}
