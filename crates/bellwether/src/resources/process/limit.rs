//! How much memory the process may use.
//!
//! Each control group above the process may limit it, and the tightest holds. In a container the group's path is
//! often that of the host while only the container's own groups are mounted, so the walk goes on to the root of the
//! mount, where the limit then stands.

use std::fs;
use std::path::{Path, PathBuf};

/// The tightest limit of the control groups that `membership` (`/proc/self/cgroup`) names, under the mount `root`
/// (`/sys/fs/cgroup`). `None`: none is set.
pub(super) fn of_control_groups(membership: &str, root: &Path) -> Option<u64> {
    membership
        .lines()
        .filter_map(|line| of_group(line, root))
        .min()
}

/// `0::/path` is version 2; `4:memory:/path` the memory controller of version 1.
fn of_group(line: &str, root: &Path) -> Option<u64> {
    let mut fields = line.splitn(3, ':');
    let (hierarchy, controllers, path) = (fields.next()?, fields.next()?, fields.next()?);
    if hierarchy == "0" && controllers.is_empty() {
        // Beside version 1 the unified hierarchy has a mount of its own, without the memory controller.
        return tightest(root, path, "memory.max");
    }
    if controllers.split(',').any(|name| name == "memory") {
        return tightest(&root.join("memory"), path, "memory.limit_in_bytes");
    }
    None
}

fn tightest(mount: &Path, path: &str, file: &str) -> Option<u64> {
    let relative = Path::new(path.trim_start_matches('/'));
    // A path that leaves its root belongs to another namespace.
    let is_inside = relative
        .components()
        .all(|part| matches!(part, std::path::Component::Normal(_)));
    let start: PathBuf = if is_inside {
        mount.join(relative)
    } else {
        mount.to_owned()
    };
    start
        .ancestors()
        .take_while(|group| group.starts_with(mount))
        // `max` is no number, and none is set.
        .filter_map(|group| {
            fs::read_to_string(group.join(file))
                .ok()?
                .trim()
                .parse()
                .ok()
        })
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(root: &Path, path: &str, text: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn the_tightest_group_above_holds() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        write(root, "kubepods/pod/memory.max", "2000\n");
        write(root, "kubepods/pod/app/memory.max", "max\n");
        write(root, "kubepods/memory.max", "9000\n");
        assert_eq!(
            of_control_groups("0::/kubepods/pod/app\n", root),
            Some(2000)
        );
        assert_eq!(of_control_groups("0::/elsewhere\n", root), None);
    }

    #[test]
    fn in_a_container_the_limit_stands_at_the_root_of_the_mount() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        write(root, "memory.max", "512\n");
        assert_eq!(of_control_groups("0::/\n", root), Some(512));
        assert_eq!(
            of_control_groups("0::/../../system.slice/x\n", root),
            Some(512)
        );
        assert_eq!(of_control_groups("0::/docker/7f3a\n", root), Some(512));
    }

    #[test]
    fn version_one_has_a_mount_for_each_controller() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        write(root, "memory/docker/7f3a/memory.limit_in_bytes", "4096\n");
        write(
            root,
            "memory/memory.limit_in_bytes",
            "9223372036854771712\n",
        );
        let membership = "5:devices:/docker/7f3a\n4:memory:/docker/7f3a\n0::/\n";
        assert_eq!(of_control_groups(membership, root), Some(4096));
        assert_eq!(of_control_groups("1:cpu,cpuacct:/\n", root), None);
    }

    #[test]
    fn nonsense_is_no_limit() {
        for membership in ["", "0", "::", "x:y", "0::\u{0}"] {
            assert_eq!(
                of_control_groups(membership, Path::new("/no/such/mount")),
                None
            );
        }
    }
}
