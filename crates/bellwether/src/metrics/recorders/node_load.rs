//! The recorder of the load of nodes.

use super::held::{Held, recorder};
use crate::metrics::IntoLabel;
use crate::metrics::generated::labels::NodeId;
use crate::metrics::generated::recorder_metrics::NodeLoadMetrics;

recorder! {
    /// The process's recorder of the load of nodes.
    ///
    /// Feeds the gauge `orchestrator_node_load{node_id}`, 0 to 1. At most 256 nodes have series of their own. Values that are
    /// not numbers are left out.
    ///
    /// ```
    /// bellwether::metrics::node_load().set("node-1", 0.65);
    /// ```
    node_load, NodeLoadMetrics => NodeLoads
}

/// The recorder of the load of nodes, from [`node_load`].
///
/// ```
/// let loads = bellwether::metrics::node_load();
/// # let _ = loads;
/// ```
#[derive(Debug, Clone)]
pub struct NodeLoads(Held<NodeLoadMetrics>);

impl NodeLoads {
    fn new(families: Held<NodeLoadMetrics>) -> Self {
        Self(families)
    }

    /// The load of a node, 0 to 1.
    ///
    /// ```
    /// bellwether::metrics::node_load().set("node-1", 0.65);
    /// ```
    pub fn set(&self, node: impl IntoLabel<NodeId>, load: f64) {
        if load.is_finite() {
            self.0.orchestrator_node_load.set(load, node.into_label());
        }
    }
}
