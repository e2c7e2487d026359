//! Effects that need more than the terminal.

use super::{Hub, connect, dashboard, deploying, wizard};
use crate::app::Effect;

/// Executes an effect in the background; gives it back when it concerns the terminal.
pub fn execute(hub: &Hub, effect: Effect) -> Option<Effect> {
    match effect {
        Effect::Connect(target) => connect::connect(hub, target),
        Effect::Look(target) => connect::look_again(hub, target),
        Effect::Wizard(order) => wizard::execute(hub, order),
        Effect::Deploying(order) => deploying::execute(hub, order),
        Effect::Dashboard(order) => dashboard::execute(hub, order),
        other => return Some(other),
    }
    None
}
