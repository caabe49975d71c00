//! The id of the container the process runs in.
//!
//! With cgroup v1 it is the last part of the cgroup's path: `/docker/<id>`, `/kubepods/burstable/pod…/<id>`, or
//! `…/docker-<id>.scope` under systemd. With cgroup v2 the container sees its own cgroup as `/`, but Docker and
//! Podman mount `/etc/hostname` and others from a directory that bears the id. The directories named `sandboxes`
//! that containerd mounts from belong to the pod and not to the container, and are passed over.

use std::path::Path;

use super::{Attributes, read};

pub(super) fn detect(root: &Path, attributes: &mut Attributes) {
    let from_cgroup = || read(root, "proc/self/cgroup").and_then(|text| in_cgroup(&text));
    let from_mounts = || read(root, "proc/self/mountinfo").and_then(|text| in_mountinfo(&text));
    attributes.set_if_some("container.id", from_cgroup().or_else(from_mounts));
}

fn in_cgroup(text: &str) -> Option<String> {
    text.lines().find_map(|line| {
        // `hierarchy:controllers:path`
        let path = line.splitn(3, ':').nth(2)?;
        let last = path.rsplit('/').next()?;
        let last = last.strip_suffix(".scope").unwrap_or(last);
        // containerd without systemd joins slice, runtime and id with colons.
        let id = last.rsplit(['-', ':']).next()?;
        is_id(id).then(|| id.to_owned())
    })
}

fn in_mountinfo(text: &str) -> Option<String> {
    text.lines().find_map(|line| {
        // The fourth field is the root of the mount within its file system (proc_pid_mountinfo(5)).
        let root = line.split(' ').nth(3)?;
        let mut parts = root.split('/');
        while let Some(part) = parts.next() {
            let holds_containers = matches!(part, "containers" | "overlay-containers");
            if !holds_containers {
                continue;
            }
            if let Some(id) = parts.clone().next().filter(|id| is_id(id)) {
                return Some(id.to_owned());
            }
        }
        None
    })
}

/// 64 hexadecimal digits.
fn is_id(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}
