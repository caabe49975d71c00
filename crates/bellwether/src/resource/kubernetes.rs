//! Pod, node and namespace, from variables that the downward API sets.
//!
//! Only in a pod, which is where `KUBERNETES_SERVICE_HOST` is set: names such as `HOSTNAME` and `NODE_NAME` mean
//! other things elsewhere.

use std::path::Path;

use super::{Attributes, read};
use crate::config::Environment;
use crate::config::reader::Reader;

const NAMESPACE: &str = "var/run/secrets/kubernetes.io/serviceaccount/namespace";

/// Attributes and the variables that may hold them, the strongest first.
const VARIABLES: [(&str, &[&str]); 7] = [
    ("k8s.cluster.name", &["K8S_CLUSTER_NAME"]),
    (
        "k8s.namespace.name",
        &["K8S_NAMESPACE_NAME", "POD_NAMESPACE"],
    ),
    ("k8s.node.name", &["K8S_NODE_NAME", "NODE_NAME"]),
    ("k8s.pod.name", &["K8S_POD_NAME", "POD_NAME", "HOSTNAME"]),
    ("k8s.pod.uid", &["K8S_POD_UID", "POD_UID"]),
    ("k8s.container.name", &["K8S_CONTAINER_NAME"]),
    ("k8s.deployment.name", &["K8S_DEPLOYMENT_NAME"]),
];

pub(super) fn detect(root: &Path, environment: &dyn Environment, attributes: &mut Attributes) {
    let reader = Reader::new(environment);
    // What can't be read is left out, as everything that is only found out.
    let value = |name| reader.text(name).ok().flatten();
    if value("KUBERNETES_SERVICE_HOST").is_none() {
        return;
    }
    attributes.set_if_some("k8s.namespace.name", read(root, NAMESPACE));
    for (key, names) in VARIABLES {
        attributes.set_if_some(key, names.iter().copied().find_map(value));
    }
}
