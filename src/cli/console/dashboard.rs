//! What the dashboard wants from the world.

use super::Hub;
use crate::app::dashboard::Order;

/// Executes an order; its outcome is told as news.
pub fn execute(_hub: &Hub, order: Order) {
    match order {}
}
