//! DaemonSets: one pod per node.

use serde_json::{Value, json};

use super::Turn;
use super::pods::{self, active, make, owned, ready, template_hash};
use crate::sandbox::json;
use crate::sandbox::store::Key;

/// Moves a DaemonSet on.
pub fn look(turn: &mut Turn<'_>, key: &Key) {
    let Some(record) = turn.store.at(key) else { return };
    let set = record.value();
    let hash = template_hash(&set["spec"]["template"]);
    let nodes: Vec<String> = turn.store.list("/nodes", None, None).map(|node| node.name.to_string()).collect();
    if !pods::leaving(&set) {
        let all = owned(turn, &set, "/pods");
        for node in &nodes {
            let here = all.iter().find(|pod| json::text(pod, "/spec/nodeName") == node);
            match here {
                None => {
                    let mut template = set["spec"]["template"].clone();
                    json::set(&mut template, &["spec", "nodeName"], node.as_str());
                    if make(turn, &set, &template, None, &[("controller-revision-hash", &hash)]).is_err() {
                        break;
                    }
                }
                Some(pod) if is_old(pod, &hash) => {
                    if !pods::leaving(pod) && all.iter().filter(|pod| is_old(pod, &hash)).all(|pod| !pods::leaving(pod))
                    {
                        pods::delete(turn, &set, pod);
                    }
                    break;
                }
                Some(_) => {}
            }
        }
    }
    let all: Vec<Value> = owned(turn, &set, "/pods").into_iter().filter(active).collect();
    let ready = all.iter().filter(|pod| ready(pod)).count();
    let updated = all.iter().filter(|pod| !is_old(pod, &hash)).count();
    let status = json!({
        "observedGeneration": set["metadata"]["generation"],
        "desiredNumberScheduled": nodes.len(),
        "currentNumberScheduled": all.len(),
        "updatedNumberScheduled": updated,
        "numberReady": ready,
        "numberAvailable": ready,
        "numberUnavailable": nodes.len().saturating_sub(ready),
        "numberMisscheduled": 0,
    });
    pods::set_status(turn, key, &status);
}

fn is_old(pod: &Value, hash: &str) -> bool {
    json::text(pod, "/metadata/labels/controller-revision-hash") != hash
}
