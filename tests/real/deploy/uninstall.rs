//! Removing leaves nothing but what was meant to stay.

use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ConfigMap, PersistentVolumeClaim, Pod, Secret, Service, ServiceAccount};
use kube::api::ListParams;

use super::{Operator, Tested};
use crate::ground::{Ground, on_both};

macro_rules! names {
    ($ns:expr, $kind:ty) => {{
        let all = $ns.api::<$kind>().list(&ListParams::default()).await?;
        let mut names: Vec<String> = all.items.into_iter().filter_map(|object| object.metadata.name).collect();
        names.sort();
        names
    }};
}

async fn only_volumes_and_what_the_chart_keeps_stay(ground: &Ground) -> Tested {
    let ns = ground.namespace("uninstall").await;
    let operator = Operator::new(&ns)?;
    operator.install(&[]).await?.ended(0);
    operator.run(&["uninstall"]).await?.ended(2).complains("--yes");
    operator.run(&["uninstall", "--yes"]).await?.ended(0);

    assert!(names!(ns, Pod).is_empty() && names!(ns, Job).is_empty() && names!(ns, Service).is_empty());
    assert!(names!(ns, Deployment).is_empty() && names!(ns, StatefulSet).is_empty());
    assert_eq!(names!(ns, Secret), [""; 0]);
    assert_eq!(names!(ns, ServiceAccount), ["default"]);
    assert_eq!(names!(ns, ConfigMap), ["kept", "kube-root-ca.crt"]);
    assert_eq!(names!(ns, PersistentVolumeClaim), ["cache", "data-store-0", "data-store-1"]);
    operator.run(&["uninstall", "--yes"]).await?.ended(2).complains("there is no release `data-plane`");

    // What stayed belongs to the release still: it can be installed again, and go with its volumes.
    operator.install(&[]).await?.ended(0);
    operator.run(&["uninstall", "--yes", "--delete-volumes"]).await?.ended(0);
    assert!(names!(ns, PersistentVolumeClaim).is_empty());
    Ok(())
}

async fn history_is_kept_on_request(ground: &Ground) -> Tested {
    let ns = ground.namespace("history").await;
    let operator = Operator::new(&ns)?;
    operator.install(&[]).await?.ended(0);
    operator.run(&["uninstall", "--yes", "--keep-history"]).await?.ended(0);
    let history = super::helm(&ns, "helm4", &["history", "data-plane"]).await;
    assert!(history.contains("uninstalled"), "{history}");
    operator.install(&[]).await?.ended(0);
    assert!(super::helm(&ns, "helm3", &["list"]).await.contains("deployed"));
    Ok(())
}

on_both![only_volumes_and_what_the_chart_keeps_stay, history_is_kept_on_request,];
