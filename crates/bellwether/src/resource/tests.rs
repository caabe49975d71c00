use std::fs;
use std::path::Path;

use opentelemetry::Key;
use opentelemetry_sdk::Resource;

use super::{SCHEMA_URL, resource_under};
use crate::config::{MapEnvironment, Overrides, Settings};

const ID: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// The resource of a machine that has these files and variables.
fn resource_of(files: &[(&str, &str)], variables: &[(&str, &str)]) -> Resource {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let environment: MapEnvironment = variables.iter().copied().collect();
    let settings = Settings::resolve(Overrides::default(), &environment).unwrap();
    resource_under(root.path(), &settings, &environment)
}

fn value(resource: &Resource, key: &'static str) -> Option<String> {
    resource.get_ref(&Key::new(key)).map(ToString::to_string)
}

fn container(files: &[(&str, &str)]) -> Option<String> {
    value(&resource_of(files, &[]), "container.id")
}

#[test]
fn settings_win_over_attributes_and_attributes_over_what_is_found() {
    let resource = resource_of(
        &[("proc/sys/kernel/hostname", "found\n")],
        &[
            ("OTEL_SERVICE_NAME", "planner"),
            (
                "OTEL_RESOURCE_ATTRIBUTES",
                "service.name=other,service.version=1.2,service.namespace=fleet,host.name=given,\
                 service.instance.id=one,telemetry.sdk.language=cobol,machine.id=other,worker.id=w1",
            ),
            ("MACHINE_ID", "m1"),
            ("RAILWAY_ENVIRONMENT", "production"),
        ],
    );
    for (key, expected) in [
        ("service.name", "planner"),
        ("service.version", "1.2"),
        ("service.namespace", "fleet"),
        ("service.instance.id", "one"),
        ("host.name", "given"),
        ("machine.id", "m1"),
        ("worker.id", "w1"),
        ("deployment.environment.name", "production"),
        ("deployment.environment", "production"),
        ("telemetry.sdk.language", "rust"),
        ("telemetry.sdk.name", "opentelemetry"),
        ("telemetry.distro.name", "bellwether"),
    ] {
        assert_eq!(value(&resource, key).as_deref(), Some(expected), "{key}");
    }
    assert_eq!(resource.schema_url(), Some(SCHEMA_URL));
}

#[test]
fn host_and_system_are_read_from_their_files() {
    let resource = resource_of(
        &[
            ("proc/sys/kernel/hostname", "box\n"),
            ("etc/machine-id", "3d1219c7c4c5404aaa1f6d2a48adfda4\n"),
            (
                "etc/os-release",
                "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n",
            ),
        ],
        &[],
    );
    assert_eq!(value(&resource, "host.name").as_deref(), Some("box"));
    assert_eq!(
        value(&resource, "host.id").as_deref(),
        Some("3d1219c7c4c5404aaa1f6d2a48adfda4")
    );
    assert_eq!(
        value(&resource, "os.description").as_deref(),
        Some("Debian GNU/Linux 12")
    );
    let none = resource_of(&[("etc/machine-id", "uninitialized\n")], &[]);
    assert_eq!(value(&none, "host.id"), None);
    assert_eq!(value(&none, "os.description"), None);
}

#[test]
fn the_process_is_named_without_its_arguments() {
    let resource = resource_of(&[], &[]);
    assert_eq!(
        value(&resource, "process.pid"),
        Some(std::process::id().to_string())
    );
    assert!(value(&resource, "process.runtime.version").is_some_and(|v| v.starts_with("1.")));
    for (key, _) in &resource {
        assert!(!key.as_str().starts_with("process.command"), "{key}");
    }
    let instance = value(&resource, "service.instance.id").unwrap();
    assert_eq!(
        uuid::Uuid::parse_str(&instance).unwrap().get_version_num(),
        4
    );
    assert_eq!(
        value(&resource_of(&[], &[]), "service.instance.id"),
        Some(instance)
    );
}

#[test]
fn a_container_is_known_by_its_cgroup_or_its_mounts() {
    for path in [
        format!("/docker/{ID}"),
        format!("/kubepods/burstable/pod1234-5678/{ID}"),
        format!("/system.slice/docker-{ID}.scope"),
        format!("/kubepods.slice/kubepods-pod1.slice/cri-containerd-{ID}.scope"),
        format!("/system.slice/containerd.service/kubepods-pod1.slice:cri-containerd:{ID}"),
    ] {
        let cgroup = format!("12:cpuset:/\n11:memory:{path}\n0::/\n");
        assert_eq!(
            container(&[("proc/self/cgroup", &cgroup)]).as_deref(),
            Some(ID),
            "{path}"
        );
    }
    let mount = |root: &str| {
        format!(
            "620 610 0:60 / /proc rw - proc proc rw\n\
             640 600 254:1 {root} /etc/hostname rw,relatime - ext4 /dev/vda1 rw\n"
        )
    };
    for root in [
        format!("/var/lib/docker/containers/{ID}/hostname"),
        format!("/containers/storage/overlay-containers/{ID}/userdata/hostname"),
    ] {
        let files = [
            ("proc/self/cgroup", "0::/\n"),
            ("proc/self/mountinfo", &mount(&root)),
        ];
        assert_eq!(container(&files).as_deref(), Some(ID), "{root}");
    }
    let sandbox = mount(&format!(
        "/var/lib/containerd/io.containerd.grpc.v1.cri/sandboxes/{ID}/hostname"
    ));
    assert_eq!(container(&[("proc/self/mountinfo", &sandbox)]), None);
    assert_eq!(
        container(&[("proc/self/cgroup", "0::/user.slice/session-1.scope\n")]),
        None
    );
    assert_eq!(container(&[]), None);
}

#[test]
fn a_pod_is_only_looked_for_in_kubernetes() {
    let file = (
        "var/run/secrets/kubernetes.io/serviceaccount/namespace",
        "from-account\n",
    );
    let variables = [
        ("HOSTNAME", "planner-0"),
        ("NODE_NAME", "node-1"),
        ("K8S_POD_UID", "u"),
    ];
    let outside = resource_of(&[file], &variables);
    assert!(
        outside
            .iter()
            .all(|(key, _)| !key.as_str().starts_with("k8s."))
    );

    let host = ("KUBERNETES_SERVICE_HOST", "10.0.0.1");
    let inside = resource_of(&[file], &[host, variables[0], variables[1], variables[2]]);
    assert_eq!(value(&inside, "k8s.pod.name").as_deref(), Some("planner-0"));
    assert_eq!(value(&inside, "k8s.node.name").as_deref(), Some("node-1"));
    assert_eq!(value(&inside, "k8s.pod.uid").as_deref(), Some("u"));
    assert_eq!(
        value(&inside, "k8s.namespace.name").as_deref(),
        Some("from-account")
    );

    let named = resource_of(
        &[file],
        &[
            host,
            variables[0],
            ("POD_NAME", "p"),
            ("POD_NAMESPACE", "ns"),
            ("K8S_POD_NAME", "first"),
        ],
    );
    assert_eq!(value(&named, "k8s.pod.name").as_deref(), Some("first"));
    assert_eq!(value(&named, "k8s.namespace.name").as_deref(), Some("ns"));
}

#[test]
fn this_machine_can_be_described() {
    let environment = MapEnvironment::new();
    let settings = Settings::resolve(Overrides::default(), &environment).unwrap();
    let resource = resource_under(Path::new("/"), &settings, &environment);
    assert!(value(&resource, "host.name").is_some_and(|name| !name.is_empty()));
    assert!(value(&resource, "host.arch").is_some());
}
